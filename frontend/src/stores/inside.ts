/** What the canvas shows of the run that trains now. */

import { useEffect } from "react";
import { create } from "zustand";
import { RUNNING, useRunTable } from "../api/runs";
import type { RunEvent } from "../api/types";
import { type Inside, insideOf, type LayerRow, type Remark } from "./layerHistory";
import { followRun, runFeed } from "./run";

/** What a node of the canvas shows while a run of its project trains. */
export interface NodeState {
  row: LayerRow | null;
  remark: Remark | null;
}

/** By the names of the canvas; empty while nothing trains. */
export const useNodeStates = create<{ byNode: ReadonlyMap<string, NodeState> }>(() => ({
  byNode: new Map(),
}));

/** Each layer with the first thing that is off with it. */
export function nodeStates(inside: Inside | null): ReadonlyMap<string, NodeState> {
  const states = new Map<string, NodeState>();
  for (const row of inside?.layers ?? []) states.set(row.name, { row, remark: null });
  for (const remark of inside?.remarks ?? []) {
    const known = states.get(remark.layer);
    if (!known?.remark) states.set(remark.layer, { row: known?.row ?? null, remark });
  }
  return states;
}

/** The first layer inside a block with which something is off. */
export function signWithin(byNode: ReadonlyMap<string, NodeState>, block: string): NodeState | undefined {
  for (const [name, state] of byNode) if (state.remark && name.startsWith(`${block}/`)) return state;
  return undefined;
}

/** Keeps the canvas told of the run of this project that trains now, if there is one. */
export function useTrainingOnCanvas(project: number | null): void {
  const { data: table } = useRunTable(project, RUNNING);
  const live = table?.runs[0]?.id ?? null;
  useEffect(() => {
    if (live === null) return;
    const feed = runFeed(live);
    const leave = followRun(feed);
    let shown: RunEvent | null = null;
    const show = () => {
      const told = feed.status.terminal ? null : feed.status.layers;
      if (told === shown) return;
      shown = told;
      useNodeStates.setState({ byNode: nodeStates(insideOf(told)) });
    };
    show();
    const silence = feed.subscribe(show);
    return () => {
      silence();
      leave();
      useNodeStates.setState({ byNode: new Map() });
    };
  }, [live]);
}
