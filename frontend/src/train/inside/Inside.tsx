/** Inside the network: how strongly each layer learns, over the epochs, and in words what is off. */

import { NativeSelect } from "@mantine/core";
import { useState } from "react";
import { keyOf, placeOf } from "../../stores/graph/levels";
import {
  insideOf,
  LAYER_FIGURES,
  type LayerFigure,
  type LayerRow,
  type Remark,
} from "../../stores/layerHistory";
import type { FeedStatus, RunFeed } from "../../stores/run";
import { count } from "../../ui/format";
import { Link, stepPath } from "../../ui/router";
import { LOADING, useChoice } from "../panels";
import { SidePanel } from "../SidePanel";
import panel from "../sidePanel.module.css";
import { FIGURE_WORDS, figureWritten } from "./figures";
import styles from "./inside.module.css";
import { sparkPath, thinned } from "./spark";

interface InsideProps {
  project: number;
  feed: RunFeed;
  status: FeedStatus;
  /** Whether what has happened so far is still on its way. */
  loading: boolean;
}

const SHOWN = 24;

export function Inside({ project, feed, status, loading }: InsideProps) {
  const [figure, choose] = useChoice("layers", LAYER_FIGURES);
  const [all, setAll] = useState(false);
  const inside = insideOf(status.layers);
  const rows = inside?.layers.filter((layer) => layer[figure] !== undefined) ?? [];
  const shown = all ? rows : rows.slice(0, SHOWN);
  return (
    <SidePanel
      name="inside"
      title="Inside the network"
      aside={
        inside && (
          <NativeSelect
            size="xs"
            aria-label="Figure of the layers"
            title={FIGURE_WORDS[figure].help}
            value={figure}
            data={LAYER_FIGURES.map((value) => ({ value, label: FIGURE_WORDS[value].title }))}
            onChange={(event) => choose(event.currentTarget.value as LayerFigure)}
          />
        )
      }
    >
      {!inside && <p className={panel.empty}>{loading ? LOADING : nothing(status)}</p>}
      {inside && rows.length === 0 && (
        <p className={panel.empty}>
          {figure === "dead" ? "No layer can have units that never fire." : "No layer has this figure."}
        </p>
      )}
      {shown.length > 0 && (
        <table className={styles.layers}>
          <caption>
            {FIGURE_WORDS[figure].title} by layer after epoch {inside && count(inside.epoch)}
          </caption>
          <tbody>
            {shown.map((layer) => (
              <Layer
                key={layer.name}
                layer={layer}
                figure={figure}
                values={feed.layers.byLayer.get(layer.name)?.get(figure)?.y.view()}
                off={inside?.remarks.some((remark) => remark.layer === layer.name) ?? false}
              />
            ))}
          </tbody>
        </table>
      )}
      {rows.length > SHOWN && !all && (
        <button type="button" className={styles.more} onClick={() => setAll(true)}>
          All {rows.length} layers
        </button>
      )}
      {inside && <Remarks project={project} remarks={inside.remarks} />}
    </SidePanel>
  );
}

function nothing({ terminal }: FeedStatus): string {
  return terminal
    ? "Its layers were not looked at: the run was very short, or is older than this panel."
    : "Gradients, weights and dead units of each layer will be listed here a few seconds after training begins.";
}

interface LayerProps {
  layer: LayerRow;
  figure: LayerFigure;
  values: Float64Array | undefined;
  off: boolean;
}

const WIDTH = 84;
const HEIGHT = 16;

function Layer({ layer, figure, values, off }: LayerProps) {
  const words = FIGURE_WORDS[figure];
  return (
    <tr data-off={off || undefined} title={everything(layer)}>
      <th scope="row">{layer.name}</th>
      <td className={styles.spark}>
        {values && (
          <svg viewBox={`0 -1 ${WIDTH} ${HEIGHT + 2}`} preserveAspectRatio="none" aria-hidden="true">
            <path d={sparkPath(thinned(values), WIDTH, HEIGHT, words.log)} />
          </svg>
        )}
      </td>
      <td>{figureWritten(figure, layer[figure] ?? null)}</td>
    </tr>
  );
}

/** All figures of a layer, line by line. */
function everything(layer: LayerRow): string {
  const lines = LAYER_FIGURES.filter((figure) => layer[figure] !== undefined).map(
    (figure) => `${FIGURE_WORDS[figure].title}: ${figureWritten(figure, layer[figure] ?? null)}`,
  );
  return [layer.name, ...lines].join("\n");
}

interface RemarksProps {
  project: number;
  remarks: Remark[];
}

/** What is off, each once: several layers often have the same trouble. */
function Remarks({ project, remarks }: RemarksProps) {
  const firsts = remarks.filter(({ code }, place) => remarks.findIndex((one) => one.code === code) === place);
  if (firsts.length === 0) return null;
  return (
    <ul className={styles.remarks} aria-label="What is off">
      {firsts.map(({ code, message, hint }) => (
        <li key={code}>
          <strong>{message}</strong> {hint}
          <Layers
            project={project}
            names={remarks.filter((one) => one.code === code).map(({ layer }) => layer)}
          />
        </li>
      ))}
    </ul>
  );
}

const MOST_NAMED = 8;

/** Layers by name, each a link into the drawing. */
function Layers({ project, names }: { project: number; names: string[] }) {
  const left = names.length - MOST_NAMED;
  return (
    <div className={styles.named}>
      {names.length === 1 ? "Show " : `The same in ${count(names.length)} layers: `}
      {names.slice(0, MOST_NAMED).map((name, place) => (
        <span key={name}>
          {place > 0 && ", "}
          <Link to={pathToLayer(project, name)}>{name}</Link>
        </span>
      ))}
      {left > 0 && ` and ${left} more`}
    </div>
  );
}

/** The drawing with a layer selected, which may stand inside a block. */
function pathToLayer(project: number, layer: string): string {
  const { at, id } = placeOf(layer);
  return stepPath(project, "design", { ...(at.length > 0 && { in: keyOf(at) }), node: id });
}
