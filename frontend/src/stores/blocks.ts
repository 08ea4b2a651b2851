/** What people do with blocks: make them, unpack them, keep them for other projects. */

import { useQuery } from "@tanstack/react-query";
import { create } from "zustand";
import { api } from "../api/client";
import { keys, queryClient } from "../api/queries";
import type { BlockDocument, LibraryBlock, SavedBlock } from "../api/types";
import { tell, tellError, tellUndo } from "../ui/notify";
import { chosenHere } from "./drawing";
import { changeGraph, currentLevel, enter, select, useEditor } from "./editor";
import { documentOf } from "./graph/adopting";
import { findNode } from "./graph/commands";
import { blockable, makeBlock } from "./graph/making";
import { blockOf } from "./graph/ports";
import { unpackBlock } from "./graph/unpacking";
import { currentLayers } from "./palette";
import { removeWithUndo, useRemoving } from "./removing";

/** Whether the name of a new block is being asked for. */
export const useNaming = create<{ open: boolean }>(() => ({ open: false }));

/** Asks for the name of a block of the selected layers. */
export function beginBlock(): void {
  const chosen = blockable(currentLevel(), currentLayers(), chosenHere());
  if (chosen.length > 0) useNaming.setState({ open: true });
  else tell("Select the layers that are to be a block first.");
}

/** Makes a block of the selected layers; says why where it cannot be made. */
export function makeSelectionBlock(title: string): boolean {
  const made = makeBlock(currentLevel(), currentLayers(), chosenHere(), title);
  if ("problem" in made) {
    tell(made.problem);
    return false;
  }
  changeGraph(() => made.graph);
  select([made.id]);
  return true;
}

/** The selected block, if just one node is selected and it is one. */
export function chosenBlock(): string | null {
  const [only, ...more] = chosenHere();
  const node = more.length === 0 ? findNode(currentLevel(), only) : undefined;
  return node && blockOf(currentLevel(), node) ? node.id : null;
}

export function unpackSelection(): void {
  const id = chosenBlock();
  if (id === null) {
    tell("Select a block to unpack first.");
    return;
  }
  const unpacked = unpackBlock(currentLevel(), currentLayers(), id);
  if ("problem" in unpacked) tell(unpacked.problem);
  else {
    changeGraph(() => unpacked.graph);
    select(unpacked.ids);
  }
}

export function openSelection(): void {
  const id = chosenBlock();
  if (id !== null) enter([...useEditor.getState().path, id]);
}

const refresh = () => queryClient.invalidateQueries({ queryKey: keys.blocks });

interface BlockLists {
  library: LibraryBlock[];
  saved: SavedBlock[];
}

/** The blocks there are to draw with, less those on their way out. */
export function useBlockLists(): BlockLists {
  const { data } = useQuery({
    queryKey: keys.blocks,
    queryFn: () => api.get<BlockLists>("/api/blocks/"),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const going = useRemoving((removing) => removing.keys);
  const saved = (data?.saved ?? []).filter((block) => !going.has(removalKey(block.id)));
  return { library: data?.library ?? [], saved };
}

const removalKey = (id: number) => `block-${id}`;

/** Keeps the block of that name for other projects; one of the same title is written over. */
export async function saveBlock(name: string): Promise<void> {
  const block = documentOf(useEditor.getState().document.graph, name);
  if (!block) return;
  const known = queryClient.getQueryData<BlockLists>(keys.blocks)?.saved ?? [];
  const same = known.find((saved) => saved.block.title === block.title);
  try {
    if (same) {
      await api.patch(`/api/blocks/${same.id}/`, { block });
      tellUndo(`“${block.title}” in your blocks is up to date.`, () => restore(same));
    } else {
      await api.post("/api/blocks/", { block });
      tell(`“${block.title}” is in your blocks now.`);
    }
  } catch (error) {
    tellError(error, "The block could not be kept");
  }
  refresh();
}

async function restore({ id, block }: SavedBlock): Promise<void> {
  await api
    .patch(`/api/blocks/${id}/`, { block })
    .catch((error) => tellError(error, "The block stays as it is now"));
  refresh();
}

export function deleteSavedBlock({ id, block }: { id: number; block: BlockDocument }): void {
  removeWithUndo({
    key: removalKey(id),
    message: `“${block.title}” was deleted from your blocks.`,
    remove: async () => {
      await api.remove(`/api/blocks/${id}/`);
      await refresh();
    },
  });
}
