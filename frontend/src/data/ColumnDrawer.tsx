/** One column looked at closely: its facts, its distribution, and what it has to do with the target. */

import { Drawer } from "@mantine/core";
import { useColumn } from "../api/rows";
import type { Dataset, Recipe } from "../api/types";
import { Figure } from "../ui/Figure";
import { asFigure } from "../ui/figures";
import { count, decimal } from "../ui/format";
import { ProblemCard } from "../ui/Problem";
import { useSearch } from "../ui/router";
import { Waiting } from "../ui/Waiting";
import { cell } from "../ui/words";
import looking from "./looking.module.css";
import { ofRole } from "./recipe";

export function ColumnDrawer({ dataset, recipe }: { dataset: Dataset; recipe: Recipe }) {
  const [name, setName] = useSearch("column");
  const known = dataset.columns.some((column) => column.name === name);
  const target = ofRole(recipe, "target") ?? null;
  const time = ofRole(recipe, "time") ?? null;
  return (
    <Drawer
      opened={known && name !== null}
      onClose={() => setName(null)}
      position="right"
      size="lg"
      title={<span className={looking.drawerTitle}>{name}</span>}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {known && name !== null && (
        <Closely
          dataset={dataset.id}
          name={name}
          target={target === name ? null : target}
          time={time === name ? null : time}
        />
      )}
    </Drawer>
  );
}

interface CloselyProps {
  dataset: number;
  name: string;
  target: string | null;
  time: string | null;
}

function Closely({ dataset, name, target, time }: CloselyProps) {
  const { data, error } = useColumn(dataset, name, target, time);
  if (error) return <ProblemCard title="The column could not be looked at" message={error.message} />;
  if (!data) return <Waiting label="Looking at the column" />;
  return (
    <>
      {data.figures.map(({ title, figure }) => {
        const drawn = asFigure(figure);
        return drawn ? (
          <section key={title} className={looking.closely}>
            <h3>{title}</h3>
            <Figure figure={drawn} label={`${title}: ${name}`} height={260} />
          </section>
        ) : null;
      })}
      <section className={looking.closely}>
        <h3>Facts</h3>
        <dl className={looking.factList}>
          {data.facts.map(([label, value]) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{typeof value === "number" ? figure(value) : cell(value)}</dd>
            </div>
          ))}
        </dl>
      </section>
    </>
  );
}

const figure = (value: number) => (Number.isInteger(value) ? count(value) : decimal(value));
