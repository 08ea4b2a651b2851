/** Upper left on the canvas: the way back out of a block, and what can be done with the selected layers. */

import { useMediaQuery } from "@mantine/hooks";
import type { GraphNode } from "../api/types";
import { beginBlock, openSelection, unpackSelection } from "../stores/blocks";
import { enter, useEditor, useLevel } from "../stores/editor";
import { useFolding } from "../stores/folding";
import { blockAt, keyOf, type Path } from "../stores/graph/levels";
import { blockable } from "../stores/graph/making";
import { blockOf } from "../stores/graph/ports";
import { usePalette } from "../stores/palette";
import { useCommands } from "../ui/commands";
import { NameBlock } from "./NameBlock";
import styles from "./Place.module.css";

export function Place() {
  const phone = useMediaQuery("(max-width: 760px)") ?? false;
  useCommands([
    { id: "make-block", label: "Make a block", group: "Drawing", keys: "Ctrl+G", run: beginBlock },
    {
      id: "unpack-block",
      label: "Unpack the block",
      group: "Drawing",
      keys: "Ctrl+Shift+G",
      run: unpackSelection,
    },
    { id: "open-block", label: "Open the block", group: "Drawing", run: openSelection },
  ]);
  return (
    <div className={styles.place}>
      <Crumbs />
      {!phone && <SelectionTools />}
      <NameBlock />
    </div>
  );
}

function Crumbs() {
  const graph = useEditor((editor) => editor.document.graph);
  const path = useEditor((editor) => editor.path);
  if (path.length === 0) return null;
  const out = (end: number) => enter(path.slice(0, end), path.slice(end, end + 1));
  const title = (place: Path) => blockAt(graph, place)?.title || (place.at(-1) ?? "");
  return (
    <nav className={styles.crumbs} aria-label="Place in the network" data-covers>
      <button type="button" onClick={() => out(0)}>
        Network
      </button>
      {path.map((id, level) => {
        const here = level === path.length - 1;
        return (
          <span key={keyOf(path.slice(0, level + 1))} className={styles.crumb}>
            <span aria-hidden="true">›</span>
            {here ? (
              <strong aria-current="location" title={id}>
                {title(path)}
              </strong>
            ) : (
              <button type="button" onClick={() => out(level + 1)}>
                {title(path.slice(0, level + 1))}
              </button>
            )}
          </span>
        );
      })}
    </nav>
  );
}

/** For a block, or for several layers; for a single one there are the keys and the list of commands. */
function SelectionTools() {
  const level = useLevel();
  const layers = usePalette((palette) => palette.layers);
  const selection = useEditor((editor) => editor.selection);
  const chosen = blockable(level, layers, selection);
  const [first, ...more] = chosen;
  const block = first && more.length === 0 && selection.length === 1 && blockOf(level, first);
  if (!block && more.length === 0) return null;
  return (
    <div className={styles.tools} role="toolbar" aria-label="Selected layers" data-covers>
      {block ? (
        <BlockTools node={first} />
      ) : (
        <button type="button" title="Make a block (Ctrl+G)" onClick={beginBlock}>
          Make a block
        </button>
      )}
    </div>
  );
}

function BlockTools({ node }: { node: GraphNode }) {
  const path = useEditor((editor) => editor.path);
  const key = keyOf([...path, node.id]);
  const unfolded = useFolding((folding) => folding.unfolded.includes(key));
  return (
    <>
      <button type="button" title="Open (double click)" onClick={openSelection}>
        Open
      </button>
      <button type="button" aria-expanded={unfolded} onClick={() => useFolding.getState().toggle(key)}>
        {unfolded ? "Fold" : "Unfold"}
      </button>
      <button type="button" title="Unpack (Ctrl+Shift+G)" onClick={unpackSelection}>
        Unpack
      </button>
    </>
  );
}
