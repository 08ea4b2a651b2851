/** What a node is called in the exported code. */

import { TextInput } from "@mantine/core";
import { useEffect, useState } from "react";
import { rename } from "../stores/drawing";
import { useEditor } from "../stores/editor";
import { levelAt, type Path } from "../stores/graph/levels";
import { idProblem } from "../stores/graph/names";
import styles from "./Properties.module.css";

export function NodeId({ at, id }: { at: Path; id: string }) {
  const [text, setText] = useState(id);
  const level = useEditor(({ document }) => levelAt(document.graph, at));
  const problem = text === id || !level ? null : idProblem(level, id, text);
  useEffect(() => setText(id), [id]);

  function commit() {
    if (text !== id && !problem) rename(at, id, text);
  }

  return (
    <TextInput
      label="Name in the code"
      size="sm"
      value={text}
      error={problem}
      spellCheck={false}
      autoComplete="off"
      classNames={{ input: styles.code }}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === "Enter") commit();
        if (event.key === "Escape") setText(id);
      }}
    />
  );
}
