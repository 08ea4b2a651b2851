/** Data sets that get more rows: the new version takes the place of the old one in its project once it is read. */

import { useEffect } from "react";
import { create } from "zustand";
import { api } from "../api/client";
import { keys, queryClient, useDataset } from "../api/queries";
import type { Dataset, Problem } from "../api/types";
import { count, plural } from "../ui/format";
import { tell } from "../ui/notify";
import { changeDocument, useEditor } from "./editor";

interface Following {
  project: number | null;
  before: Dataset;
  version: Dataset;
}

interface Versions {
  following: Following | null;
  /** Why rows could not be added to a data set, by its number. */
  problems: { [dataset: number]: Problem };
}

export const useVersions = create<Versions>(() => ({ following: null, problems: {} }));

/** Rows are being added: see to it when they have been read. */
export function followVersion(project: number | null, before: Dataset, version: Dataset): void {
  queryClient.setQueryData(keys.dataset(version.id), version);
  queryClient.invalidateQueries({ queryKey: keys.dataset(before.id) });
  dismissProblem(before.id);
  useVersions.setState({ following: { project, before, version } });
}

export const dismissProblem = (dataset: number) =>
  useVersions.setState(({ problems }) => {
    const { [dataset]: _, ...others } = problems;
    return { problems: others };
  });

/** The project goes on with the new rows, prepared as before; undo brings the old data set back. */
export function takeVersion(version: Dataset): void {
  queryClient.setQueryData(keys.dataset(version.id), version);
  changeDocument({ dataset: version.id });
}

/** Waits for the version that is being read, on whatever step one is. */
export function useFollowing(): void {
  const following = useVersions((state) => state.following);
  const { data } = useDataset(following?.version.id ?? null);
  useEffect(() => {
    if (!following || !data || data.id !== following.version.id || data.state === "reading") return;
    useVersions.setState({ following: null });
    queryClient.invalidateQueries({ queryKey: keys.datasets });
    if (data.state === "failed") notAdded(following, data);
    else added(following, data);
  }, [following, data]);
}

function added({ project, before }: Following, version: Dataset): void {
  const { project: open, document } = useEditor.getState();
  const rows = (version.rows ?? 0) - (before.rows ?? 0);
  const told = `${plural(rows, "row was", "rows were")} added to ${before.name}: ${count(before.rows ?? 0)} before, ${count(version.rows ?? 0)} now.`;
  if (open === project && document.dataset === before.id) {
    takeVersion(version);
    tell(told);
  } else {
    tell(`${told} Choose version ${version.version} on the Data step of a project.`);
  }
}

/** The version that came to nothing goes; the data set is as it was. */
function notAdded({ before }: Following, version: Dataset): void {
  const problem = version.problem ?? { code: "reading_failed", message: "It is not known why." };
  useVersions.setState(({ problems }) => ({ problems: { ...problems, [before.id]: problem } }));
  api.remove(`/api/datasets/${version.id}/`).catch(() => {});
}
