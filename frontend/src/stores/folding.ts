/** Which blocks are unfolded in place, by project. Kept in this browser. */

import { create } from "zustand";
import { persist } from "zustand/middleware";
import { useEditor } from "./editor";

interface Folding {
  /** Names of the unfolded blocks ("block/…/block") of each project. */
  projects: Record<string, string[]>;
  /** Those of the open project. */
  unfolded: string[];
  toggle: (key: string) => void;
  renamed: (from: string, to: string) => void;
}

const current = () => String(useEditor.getState().project);

export const useFolding = create<Folding>()(
  persist(
    (set) => {
      const change = (edit: (keys: string[]) => string[]) =>
        set(({ projects, unfolded }) => {
          const next = edit(unfolded);
          const { [current()]: _before, ...others } = projects;
          return { unfolded: next, projects: next.length > 0 ? { ...others, [current()]: next } : others };
        });
      return {
        projects: {},
        unfolded: [],
        toggle: (key) =>
          change((keys) => (keys.includes(key) ? keys.filter((other) => other !== key) : [...keys, key])),
        renamed: (from, to) =>
          change((keys) => {
            const next = keys.map((key) =>
              key === from || key.startsWith(`${from}/`) ? to + key.slice(from.length) : key,
            );
            return next.every((key, place) => key === keys[place]) ? keys : next;
          }),
      };
    },
    { name: "netloom.unfolded", partialize: ({ projects }) => ({ projects }) as Folding },
  ),
);

const show = (project: number | null) =>
  useFolding.setState(({ projects }) => ({ unfolded: projects[String(project)] ?? [] }));

show(useEditor.getState().project);
useEditor.subscribe((now, before) => {
  if (now.project !== before.project) show(now.project);
});
