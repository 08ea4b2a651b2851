/** The one-click remedies the check proposes, as edits of the drawing. */

import type { Fix, Graph } from "../../api/types";
import type { Layers } from "../palette";
import { addNode, findNode, NODE, removeNodes, setConfig, spliceNode } from "./commands";
import { placeOf } from "./levels";
import { connect } from "./wires";

/** The fix in the names of the drawing it is about, and the place of that drawing. */
export function localFix(fix: Fix, node: string | null): { at: string[]; fix: Fix; node: string | null } {
  const named = fix.insert?.before ?? fix.set?.node ?? fix.connect?.target ?? fix.remove?.node ?? node;
  const { at } = placeOf(named ?? "");
  const local = (name: string) => placeOf(name).id;
  const { insert, set, connect: wired, remove } = fix;
  return {
    at,
    node: node === null ? null : local(node),
    fix: {
      label: fix.label,
      ...(insert ? { insert: { ...insert, before: local(insert.before) } } : {}),
      ...(set ? { set: { ...set, node: set.node && local(set.node) } } : {}),
      ...(wired ? { connect: { ...wired, source: local(wired.source), target: local(wired.target) } } : {}),
      ...(remove ? { remove: { ...remove, node: remove.node && local(remove.node) } } : {}),
    },
  };
}

/** The graph with the fix applied, and the node it concerns. `place` stands in where the fix names no node. */
export function applyFix(
  graph: Graph,
  layers: Layers,
  fix: Fix,
  place: string | null,
): { graph: Graph; node: string | null } {
  if (fix.insert) return insert(graph, layers, fix.insert);
  if (fix.set) {
    const node = fix.set.node ?? place;
    return node ? { graph: setConfig(graph, node, fix.set.config), node } : { graph, node: null };
  }
  if (fix.connect) {
    const { source, target, port } = fix.connect;
    return { graph: connect(graph, layers, source, target, port), node: target };
  }
  const gone = fix.remove?.node ?? place;
  return { graph: gone ? removeNodes(graph, layers, new Set([gone])) : graph, node: null };
}

function insert(
  graph: Graph,
  layers: Layers,
  { type, config, before, port }: NonNullable<Fix["insert"]>,
): { graph: Graph; node: string } {
  const edge = graph.edges.find((other) => other.target === before && other.port === (port ?? 0));
  if (edge) {
    const spliced = spliceNode(graph, layers, type, edge, config);
    return { graph: spliced.graph, node: spliced.id };
  }
  const target = findNode(graph, before);
  const above = { x: target?.position.x ?? 0, y: (target?.position.y ?? 0) - NODE.height - NODE.gapY };
  const added = addNode(graph, type, above, config);
  return { graph: connect(added.graph, layers, added.id, before, port), node: added.id };
}
