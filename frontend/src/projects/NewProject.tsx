/** Ways to begin: a ready-made project, or an empty one. */

import { useState } from "react";
import { useSamples, useTemplates } from "../api/queries";
import type { Sample } from "../api/types";
import { beginImport } from "../stores/importing";
import { NEW_PROJECT } from "../stores/names";
import { useCommands } from "../ui/commands";
import { count, plural } from "../ui/format";
import { tellError } from "../ui/notify";
import { createProject } from "./actions";
import styles from "./projects.module.css";

export function NewProject({ first }: { first: boolean }) {
  const { data: templates = [] } = useTemplates();
  const { data: samples = [] } = useSamples();
  const [busy, setBusy] = useState<string | null>(null);

  async function create(title: string, template?: string) {
    if (busy !== null) return;
    setBusy(template ?? "");
    await createProject(title, { template }).catch((error) =>
      tellError(error, "The project could not be made"),
    );
    setBusy(null);
  }

  useCommands([
    { id: "new-project", label: "New blank project", group: "Projects", run: () => create(NEW_PROJECT) },
    ...templates.map((template) => ({
      id: `new-${template.name}`,
      label: `New project: ${template.title}`,
      group: "Projects",
      run: () => create(template.title, template.name),
    })),
  ]);

  return (
    <section aria-labelledby="new-project">
      <h1 id="new-project" className={styles.heading}>
        New project
      </h1>
      {first && (
        <p className={styles.intro}>
          Open one of the samples and press Train: the first curve is two clicks away. Or begin with data of
          your own.
        </p>
      )}
      <div className={styles.cards}>
        <ProjectCard
          title="Blank project"
          text="Your own table or pictures: upload a CSV or a zip of images, then draw the network."
          fact="Starts at your data"
          busy={busy === ""}
          onClick={() => create(NEW_PROJECT)}
        />
        <ProjectCard
          title="Import a Keras model"
          text="The layers of a model you have: drop the JSON that model.to_json() writes, or paste it."
          fact="Keras 1, 2 and 3"
          busy={false}
          onClick={beginImport}
        />
        {templates.map((template) => (
          <ProjectCard
            key={template.name}
            title={template.title}
            text={template.description}
            fact={contents(samples.find((sample) => sample.name === template.sample))}
            busy={busy === template.name}
            onClick={() => create(template.title, template.name)}
          />
        ))}
      </div>
    </section>
  );
}

interface ProjectCardProps {
  title: string;
  text: string;
  fact: string;
  busy: boolean;
  onClick: () => void;
}

const ProjectCard = ({ title, text, fact, busy, onClick }: ProjectCardProps) => (
  <button type="button" className={styles.card} aria-busy={busy} onClick={onClick}>
    <strong>{title}</strong>
    <span>{text}</span>
    <small>{busy ? "Making it…" : fact}</small>
  </button>
);

function contents(sample: Sample | undefined): string {
  if (!sample) return "Sample data included";
  if (sample.kind === "images") return plural(sample.rows, "picture");
  return `${count(sample.rows)} rows, ${plural(sample.columns, "column")}`;
}
