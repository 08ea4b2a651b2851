/** Live examples: what the network says of a few validation rows, the same ones or those it gets most wrong. */

import { imageUrl } from "../../api/rows";
import type { FeedStatus } from "../../stores/run";
import { count, decimal } from "../../ui/format";
import { PanelChoice } from "../PanelChoice";
import { LOADING, useChoice } from "../panels";
import { SidePanel } from "../SidePanel";
import panel from "../sidePanel.module.css";
import {
  corrected,
  type Example,
  examplesOf,
  inputLine,
  keptWords,
  said,
  sureness,
  verdict,
} from "./examples";
import styles from "./examples.module.css";

const SORTS = ["same", "worst"] as const;
const WORDS = { same: "Same rows", worst: "Most wrong" };

interface ExamplesProps {
  dataset: number | null;
  status: FeedStatus;
  /** Whether what has happened so far is still on its way. */
  loading: boolean;
}

export function Examples({ dataset, status, loading }: ExamplesProps) {
  const [sort, choose] = useChoice("rows", SORTS);
  const told = examplesOf(status.sample);
  const shown = (sort === "worst" ? told?.worst : told?.examples) ?? [];
  const pictures = shown.some((example) => example.picture !== undefined);
  return (
    <SidePanel
      name="examples"
      title="Examples"
      aside={
        told && (
          <PanelChoice label="Which examples" choices={SORTS} words={WORDS} value={sort} choose={choose} />
        )
      }
    >
      {!told && <p className={panel.empty}>{loading ? LOADING : nothing(status)}</p>}
      {told && (
        <p className={panel.empty}>
          {sort === "worst" ? "The largest losses of validation" : "The same validation rows"}, after epoch{" "}
          {count(told.epoch)}
          {keptWords(status, told.epoch)}
        </p>
      )}
      <ul className={pictures ? styles.pictures : styles.rows}>
        {shown.map((example) => (
          <li key={example.row} data-verdict={verdict(example)} title={title(example)}>
            {example.picture !== undefined && dataset !== null && (
              <img
                src={imageUrl(dataset, example.picture)}
                alt={`Row ${example.picture + 1}`}
                loading="lazy"
              />
            )}
            <Outputs example={example} />
            {example.inputs && <p>{inputLine(example.inputs)}</p>}
          </li>
        ))}
      </ul>
    </SidePanel>
  );
}

function Outputs({ example }: { example: Example }) {
  return (
    <dl>
      {example.outputs.map((output) => (
        <div key={output.target} data-right={output.right}>
          {example.outputs.length > 1 && <dt>{output.target}</dt>}
          <dd>
            <span aria-hidden="true">{output.right === undefined ? "" : output.right ? "✓ " : "✗ "}</span>
            {said(output)}
          </dd>
          <dd className={styles.sure}>{sureness(output)}</dd>
          {corrected(output) && <dd className={styles.truth}>{corrected(output)}</dd>}
        </div>
      ))}
    </dl>
  );
}

const title = ({ row, loss, inputs }: Example) =>
  [`Row ${row + 1}, loss ${decimal(loss)}`, inputs && inputLine(inputs).replaceAll(", ", "\n")]
    .filter(Boolean)
    .join("\n");

const nothing = ({ terminal }: FeedStatus) =>
  terminal
    ? "This run has no examples: it ended before its first epoch did, or is older than they are."
    : "What the network says of a few validation rows will be shown here after the first epoch.";
