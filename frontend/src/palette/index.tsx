/** The layers one can draw with, by family; typed, clicked or dragged onto the canvas. */

import { TextInput } from "@mantine/core";
import { type KeyboardEvent, useRef, useState } from "react";
import type { LayerType } from "../api/types";
import { addLayer } from "../stores/drawing";
import { usePalette } from "../stores/palette";
import { carryLayer } from "../ui/drag";
import { FamilySign } from "../ui/Family";
import styles from "./Palette.module.css";
import { FIELD } from "./PaletteCommands";
import { found } from "./search";

export default function Palette() {
  const { layers, families } = usePalette();
  const [query, setQuery] = useState("");
  const field = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const matching = found([...layers.values()], query);

  function search(event: KeyboardEvent) {
    const [first] = matching;
    if (event.key === "Enter" && first) {
      addLayer(first.type);
      setQuery("");
      document.querySelector<HTMLElement>('[aria-label="Canvas"]')?.focus();
    }
    if (event.key === "Escape") {
      setQuery("");
      field.current?.blur();
    }
    if (event.key === "ArrowDown") {
      event.preventDefault();
      list.current?.querySelector("button")?.focus();
    }
  }

  /** Arrow keys go up and down the list; above its first line is the search field. */
  function walk(event: KeyboardEvent) {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    const buttons = [...(list.current?.querySelectorAll("button") ?? [])];
    const place = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const next = place + (event.key === "ArrowDown" ? 1 : -1);
    if (next < 0) field.current?.focus();
    else buttons[next]?.focus();
  }

  return (
    <section aria-label="Palette" className={styles.palette}>
      <TextInput
        ref={field}
        id={FIELD}
        type="search"
        size="sm"
        placeholder="Find a layer"
        aria-label="Find a layer"
        value={query}
        onChange={(event) => setQuery(event.currentTarget.value)}
        onKeyDown={search}
        rightSection={query ? null : <kbd>/</kbd>}
        className={styles.search}
      />
      {/* biome-ignore lint/a11y/noStaticElementInteractions: arrow keys move between the buttons inside */}
      <div ref={list} className={styles.list} onKeyDown={walk}>
        {query.trim() !== "" &&
          matching.map((layer, place) => (
            <Entry
              key={layer.type}
              layer={layer}
              family={families.indexOf(layer.family)}
              first={place === 0}
            />
          ))}
        {query.trim() === "" &&
          families.map((family, index) => {
            const members = matching.filter((layer) => layer.family === family);
            if (members.length === 0) return null;
            return (
              <section key={family} aria-label={family}>
                <h3 className={styles.family}>{family}</h3>
                {members.map((layer) => (
                  <Entry key={layer.type} layer={layer} family={index} />
                ))}
              </section>
            );
          })}
        {matching.length === 0 && (
          <p className={styles.nothing}>No layer is called “{query}”. Names follow Keras.</p>
        )}
      </div>
    </section>
  );
}

/** While one searches, the first is what Enter adds. */
function Entry({ layer, family, first }: { layer: LayerType; family: number; first?: boolean }) {
  return (
    <button
      type="button"
      className={styles.entry}
      data-first={first}
      title={layer.doc.split("\n\n")[0]}
      draggable
      onDragStart={(event) => carryLayer(event.dataTransfer, layer.type)}
      onClick={() => addLayer(layer.type)}
    >
      <FamilySign index={family} />
      {layer.title}
    </button>
  );
}
