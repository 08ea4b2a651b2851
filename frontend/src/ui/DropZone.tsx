/** A place to drop a file, with a button that does the same. */

import { Button, FileButton } from "@mantine/core";
import { type DragEvent, type ReactNode, useState } from "react";
import styles from "./DropZone.module.css";

interface DropZoneProps {
  /** What the button says, and the name of its hidden file input. */
  button: string;
  accept?: string;
  children?: ReactNode;
  onFile: (file: File) => void;
}

export function DropZone({ button, accept, children, onFile }: DropZoneProps) {
  const [over, setOver] = useState(false);

  function drop(event: DragEvent) {
    event.preventDefault();
    setOver(false);
    const file = event.dataTransfer.files[0];
    if (file) onFile(file);
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
        onChange={(file) => file && onFile(file)}
        accept={accept}
        inputProps={{ "aria-label": button, value: "" }}
      >
        {(props) => <Button {...props}>{button}</Button>}
      </FileButton>
      {children && <div className={styles.text}>{children}</div>}
    </div>
  );
}
