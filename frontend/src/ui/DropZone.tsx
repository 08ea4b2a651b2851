/** A place to drop files, with a button that does the same. */

import { Button, FileButton } from "@mantine/core";
import { type ComponentProps, type DragEvent, type ReactNode, useState } from "react";
import styles from "./DropZone.module.css";
import { foldersIn, membersChosen, membersOf } from "./folders";
import type { Member } from "./zip";

/** React does not know the attribute that every browser does. */
type FolderProps = ComponentProps<"input"> & { webkitdirectory: string };

interface DropZoneProps {
  /** What the button says, and the name of its hidden file input. */
  button: string;
  accept?: string;
  children?: ReactNode;
  /** Takes one file alone. */
  onFile?: (file: File) => void;
  /** Takes several files at once. */
  onFiles?: (files: File[]) => void;
  /** Takes folders, by their files. */
  onFolder?: (members: Promise<Member[]>) => void;
}

export function DropZone({ button, accept, children, onFile, onFiles, onFolder }: DropZoneProps) {
  const [over, setOver] = useState(false);

  function take(files: File[]) {
    const [first] = files;
    if (!first) return;
    onFiles?.(files);
    onFile?.(first);
  }

  function drop(event: DragEvent) {
    event.preventDefault();
    setOver(false);
    const folders = onFolder ? foldersIn(event.dataTransfer) : [];
    if (folders.length > 0) onFolder?.(membersOf(folders));
    else take([...event.dataTransfer.files]);
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the button inside is the keyboard's way in
    <div
      className={styles.zone}
      data-over={over || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <FileButton
        multiple
        onChange={(files) => take(onFiles ? files : files.slice(0, 1))}
        accept={accept}
        inputProps={{ "aria-label": button, value: "", multiple: onFiles !== undefined }}
      >
        {(props) => <Button {...props}>{button}</Button>}
      </FileButton>
      {onFolder && (
        <FileButton
          multiple
          onChange={(files) => files.length > 0 && onFolder(Promise.resolve(membersChosen(files)))}
          inputProps={{ "aria-label": "Upload a folder", value: "", webkitdirectory: "" } as FolderProps}
        >
          {(props) => (
            <Button {...props} variant="default" size="xs">
              Upload a folder
            </Button>
          )}
        </FileButton>
      )}
      {children && <div className={styles.text}>{children}</div>}
    </div>
  );
}
