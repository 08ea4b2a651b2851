/** Whether the training settings, or those of a layer, are such that nothing can be trained with them. */

import { hashKey } from "@tanstack/react-query";
import { useMemo } from "react";
import { create } from "zustand";
import type { ProjectDocument } from "../api/types";
import { useEditor } from "./editor";
import { still } from "./graph/still";
import { useMistyped } from "./mistyped";
import { useSaving } from "./saving";

/** The project as it was when its settings did not fit what is to be trained; null where that is not known. */
const useMisfit = create<{ heard: ProjectDocument | null }>(() => ({ heard: null }));

/** Told of each answer of the server about the settings: by their form, and where a run was refused. */
export const hearOfFit = (fits: boolean) =>
  useMisfit.setState({ heard: fits ? null : useEditor.getState().document });

/** Holds as long as the project is as it was when that was found. */
export function useUnfit(): boolean {
  const mistyped = useMistyped(({ fields }) => Object.keys(fields).length > 0);
  const refused = useSaving(({ error }) => error?.where.document === "settings");
  const heard = useMisfit((misfit) => misfit.heard);
  const now = useEditor((editor) => editor.document);
  const same = useMemo(() => heard !== null && alike(heard, now), [heard, now]);
  return mistyped || refused || same;
}

const alike = (one: ProjectDocument, other: ProjectDocument) =>
  one.settings === other.settings &&
  one.dataset === other.dataset &&
  one.recipe === other.recipe &&
  (one.graph === other.graph || hashKey([still(one.graph)]) === hashKey([still(other.graph)]));
