/** Finds a learning rate: a short training with a rising rate, whose curve is shown with the rate to use. */

import { Button, Progress } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { lines } from "../api/client";
import type { FoundRate, RateSearch } from "../api/types";
import { useEditor } from "../stores/editor";
import { Figure } from "../ui/Figure";
import { asFigure } from "../ui/figures";
import { tellError } from "../ui/notify";
import { timeLeft } from "../ui/timeLeft";
import styles from "./RateFinder.module.css";

interface Search {
  progress: number;
  began: number;
}

export function RateFinder({ onUse }: { onUse: (rate: number) => void }) {
  const able = useEditor(({ document }) => document.dataset !== null && document.graph.nodes.length > 0);
  const [search, setSearch] = useState<Search | null>(null);
  const [found, setFound] = useState<FoundRate | null>(null);
  const asking = useRef<AbortController | null>(null);
  useEffect(() => () => asking.current?.abort(), []);

  async function find() {
    const mine = new AbortController();
    asking.current = mine;
    const began = Date.now();
    setFound(null);
    setSearch({ progress: 0, began });
    try {
      const result = await searched(mine.signal, (progress) => setSearch({ progress, began }));
      setFound(result);
    } catch (error) {
      if (!mine.signal.aborted) tellError(error, "No learning rate was found");
    }
    if (asking.current === mine) setSearch(null);
  }

  if (search) return <Searching search={search} onCancel={() => asking.current?.abort()} />;
  return (
    <div className={styles.finder}>
      <Button
        size="compact-sm"
        variant="default"
        disabled={!able}
        title="Trains a few hundred steps on copies of the weights, which are dropped afterwards"
        onClick={find}
      >
        {found ? "Find it again" : "Find a learning rate"}
      </Button>
      {found && <Found found={found} onUse={onUse} onClose={() => setFound(null)} />}
    </div>
  );
}

/** Asks the server, which tells how far it is; the last line is what was found. */
async function searched(signal: AbortSignal, onProgress: (progress: number) => void): Promise<FoundRate> {
  const { graph, dataset, recipe, settings } = useEditor.getState().document;
  const asked = { graph, dataset, ...(recipe ? { recipe } : {}), settings };
  for await (const line of lines<RateSearch>("/api/rates/find/", asked, signal)) {
    if (line.problem) throw Object.assign(new Error(line.problem.message), line.problem);
    if (line.result) return line.result;
    if (line.progress !== undefined) onProgress(line.progress);
  }
  throw new Error("The search for a learning rate stopped before its end.");
}

function Searching({ search, onCancel }: { search: Search; onCancel: () => void }) {
  const { progress, began } = search;
  const seconds = (Date.now() - began) / 1000;
  const left = progress > 0.1 ? timeLeft((seconds * (1 - progress)) / progress) : "";
  return (
    <div className={styles.finder} role="status" aria-label="Searching for a learning rate">
      <Progress value={Math.max(2, 100 * progress)} size="sm" aria-label="Search for a learning rate" />
      <div className={styles.row}>
        <span className={styles.quiet}>{left || "Compiling and preparing…"}</span>
        <Button size="compact-sm" variant="default" onClick={onCancel}>
          Cancel
        </Button>
      </div>
    </div>
  );
}

interface FoundProps {
  found: FoundRate;
  onUse: (rate: number) => void;
  onClose: () => void;
}

function Found({ found, onUse, onClose }: FoundProps) {
  const figure = asFigure(found.figure);
  const { suggestion } = found;
  return (
    <>
      {figure && <Figure figure={figure} label="Loss by learning rate" height={190} />}
      <p className={styles.quiet}>
        {suggestion === null
          ? "The loss falls at no rate: look at the data, the loss and the network first."
          : `The loss falls fastest at ${suggestion}.`}
      </p>
      <div className={styles.row}>
        {suggestion !== null && (
          <Button
            size="compact-sm"
            onClick={() => {
              onUse(suggestion);
              onClose();
            }}
          >
            Use {suggestion}
          </Button>
        )}
        <Button size="compact-sm" variant="subtle" color="gray" onClick={onClose}>
          Close
        </Button>
      </div>
    </>
  );
}
