/** The files in folders that were dropped or chosen, with where they lie in them. */

import type { Member } from "./zip";

/** The folders among what was dropped; must be asked while the drop is being handled. */
export const foldersIn = (transfer: DataTransfer): FileSystemDirectoryEntry[] =>
  [...transfer.items]
    .map((item) => item.webkitGetAsEntry())
    .filter((entry): entry is FileSystemDirectoryEntry => entry?.isDirectory ?? false);

/** Everything below these folders, in a fixed order, without what systems hide. */
export async function membersOf(folders: FileSystemDirectoryEntry[]): Promise<Member[]> {
  const found: Member[] = [];
  const waiting: FileSystemDirectoryEntry[] = [...folders];
  for (let folder = waiting.pop(); folder; folder = waiting.pop()) {
    for (const entry of await entriesOf(folder)) {
      if (entry.isDirectory) waiting.push(entry as FileSystemDirectoryEntry);
      else found.push({ path: entry.fullPath.slice(1), file: await fileOf(entry as FileSystemFileEntry) });
    }
  }
  return shown(found);
}

/** The same for files chosen through a field for folders. */
export const membersChosen = (files: File[]): Member[] =>
  shown(files.map((file) => ({ path: file.webkitRelativePath || file.name, file })));

export const folderName = (members: Member[]) => members[0]?.path.split("/")[0] || "folder";

const shown = (members: Member[]) =>
  members
    .filter(({ path }) => !path.split("/").some((part) => part.startsWith(".")))
    .sort((a, b) => (a.path < b.path ? -1 : 1));

/** A folder tells its entries a hundred at a time. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const found: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return found;
    found.push(...some);
  }
}

const fileOf = (entry: FileSystemFileEntry) =>
  new Promise<File>((resolve, reject) => entry.file(resolve, reject));
