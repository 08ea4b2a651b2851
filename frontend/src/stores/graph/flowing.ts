/** What flows along the wires, also at the ports of blocks, which the report does not name. */

import type { Flowing, Graph, Report } from "../../api/types";
import type { Layers } from "../palette";
import { keyOf, levelAt, type Path } from "./levels";
import { doors, isDoor } from "./ports";
import { incoming } from "./wires";

/** What comes out at one output of a node. `place` is its path, itself last. */
export function flowing(
  graph: Graph,
  layers: Layers,
  report: Report | null,
  place: Path,
  output = 0,
): Flowing | undefined {
  const found = report?.nodes[keyOf(place)];
  if (found) return { shape: found.shapes?.[output] ?? found.shape, dtype: found.dtype };
  const path = place.slice(0, -1);
  const id = place.at(-1) ?? "";
  const level = path.length > 0 ? levelAt(graph, path) : null;
  const node = level?.nodes.find((other) => other.id === id);
  if (!level || !node) return undefined;
  if (isDoor(layers, node, "output")) {
    const [edge] = incoming(level, id);
    return edge && flowing(graph, layers, report, [...path, edge.source], edge.output);
  }
  if (!isDoor(layers, node, "input")) return undefined;
  const around = path.slice(0, -1);
  const outside = levelAt(graph, around);
  const port = doors(layers, level, "input").findIndex((door) => door.id === id);
  const edge = outside ? incoming(outside, path.at(-1) ?? "")[port] : undefined;
  return edge && flowing(graph, layers, report, [...around, edge.source], edge.output);
}
