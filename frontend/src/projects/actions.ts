/** What one can do with projects as a whole. */

import { api } from "../api/client";
import { keys, queryClient } from "../api/queries";
import type { Graph, Project, ProjectRow } from "../api/types";
import { freeName } from "../stores/names";
import { dropRate } from "../stores/rateSearch";
import { tellError, tellUndo } from "../ui/notify";
import { navigate, stepPath } from "../ui/router";

const refresh = () => queryClient.invalidateQueries({ queryKey: keys.projects });
const known = () => queryClient.getQueryData<ProjectRow[]>(keys.projects) ?? [];
const change = (edit: (rows: ProjectRow[]) => ProjectRow[]) =>
  queryClient.setQueryData<ProjectRow[]>(keys.projects, (rows) => edit(rows ?? []));

/** Makes a project, empty, from a template or with a drawing, and opens it: at its network when it has one, else at
 *  its data. */
export async function createProject(
  title: string,
  { template, graph }: { template?: string; graph?: Graph } = {},
): Promise<void> {
  const names = known().map((row) => row.name);
  let project = await api.post<Project>("/api/projects/", {
    name: freeName(title, names),
    ...(template ? { template } : {}),
  });
  if (graph) project = await api.patch<Project>(`/api/projects/${project.id}/`, { graph });
  refresh();
  queryClient.invalidateQueries({ queryKey: keys.datasets });
  navigate(stepPath(project.id, project.graph.nodes.length > 0 ? "design" : "data"));
}

export async function renameProject(row: ProjectRow, name: string): Promise<void> {
  const wanted = name.trim();
  if (!wanted || wanted === row.name) return;
  change((rows) => rows.map((other) => (other.id === row.id ? { ...other, name: wanted } : other)));
  await api
    .patch(`/api/projects/${row.id}/`, { name: wanted })
    .catch((error) => tellError(error, "The project keeps its name"));
  refresh();
}

export async function deleteProject(row: ProjectRow): Promise<void> {
  change((rows) => rows.filter((other) => other.id !== row.id));
  try {
    await api.remove(`/api/projects/${row.id}/`);
    dropRate(row.id);
    tellUndo(`${row.name} was deleted.`, () => restore(row));
  } catch (error) {
    tellError(error, "The project could not be deleted");
  }
  refresh();
}

async function restore(row: ProjectRow): Promise<void> {
  await api
    .post(`/api/projects/${row.id}/restore/`)
    .catch((error) => tellError(error, "The project could not be restored"));
  refresh();
}
