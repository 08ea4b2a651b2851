/** What a block has beyond the settings of a layer: a title of its own, and what one can do with it. */

import { Button, Group, TextInput } from "@mantine/core";
import { useEffect, useState } from "react";
import type { Block, GraphNode, LayerType } from "../api/types";
import { saveBlock } from "../stores/blocks";
import { changeGraph, changeWhole, enter, useEditor } from "../stores/editor";
import { type Path, users } from "../stores/graph/levels";
import { describeBlock, ownCopy } from "../stores/graph/unpacking";
import { useFamilyIndex } from "../stores/palette";
import { FamilySign } from "../ui/Family";
import { plural } from "../ui/format";
import styles from "./Properties.module.css";

interface BlockHeaderProps {
  node: GraphNode;
  block: Block;
  layer: LayerType | undefined;
}

export function BlockHeader({ node, block, layer }: BlockHeaderProps) {
  const family = useFamilyIndex(layer?.family);
  const [title, setTitle] = useState(block.title);
  useEffect(() => setTitle(block.title), [block.title]);
  const name = String(node.config.block);
  const copies = useEditor(({ document }) => users(document.graph, name));

  function commit() {
    const next = title.trim();
    if (!next) setTitle(block.title);
    else if (next !== block.title) changeWhole((graph) => describeBlock(graph, name, { title: next }));
  }

  return (
    <header className={styles.stack}>
      <div>
        <h2 className={styles.title}>
          <FamilySign index={family} size={12} />
          {block.title}
          <span className={styles.family}>{layer?.title}</span>
        </h2>
        <p className={styles.doc}>{block.description || layer?.doc}</p>
        {copies > 1 && (
          <p className={styles.doc}>
            {plural(copies, "node")} of this project {copies === 2 ? "both" : "all"} stand for it: a change
            inside is a change of {copies === 2 ? "both" : "all"}.
          </p>
        )}
      </div>
      <TextInput
        label="Title"
        size="sm"
        maxLength={100}
        value={title}
        onChange={(event) => setTitle(event.currentTarget.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === "Enter") commit();
          if (event.key === "Escape") setTitle(block.title);
        }}
      />
    </header>
  );
}

export function BlockTools({ at, node }: { at: Path; node: GraphNode }) {
  const name = String(node.config.block);
  const copies = useEditor(({ document }) => users(document.graph, name));
  return (
    <Group gap={8}>
      <Button size="compact-sm" variant="default" onClick={() => enter([...at, node.id])}>
        Open
      </Button>
      <Button size="compact-sm" variant="default" onClick={() => saveBlock(name)}>
        Save to my blocks
      </Button>
      {copies > 1 && (
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => changeGraph((level) => ownCopy(level, node.id), undefined, at)}
        >
          Make it a copy of its own
        </Button>
      )}
    </Group>
  );
}
