/** The layers and blocks one can draw with, by family; typed, clicked or dragged onto the canvas. */

import { TextInput } from "@mantine/core";
import { type KeyboardEvent, useRef, useState } from "react";
import { addBlock, addLayer } from "../stores/drawing";
import { toggleFamily, useView } from "../stores/view";
import { Entry } from "./Entry";
import styles from "./Palette.module.css";
import { FIELD } from "./PaletteCommands";
import { found, type Offer } from "./search";
import { useOffers } from "./useOffers";

const add = (offer: Offer) => (offer.block ? addBlock(offer.block) : addLayer(offer.layer?.type ?? ""));

export default function Palette() {
  const { offers, families } = useOffers();
  const folded = useView((view) => view.families);
  const [query, setQuery] = useState("");
  const field = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const matching = found(offers, query);

  function search(event: KeyboardEvent) {
    const [first] = matching;
    if (event.key === "Enter" && first) {
      add(first);
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
          matching.map((offer, place) => (
            <Entry
              key={offer.key}
              offer={offer}
              family={families.indexOf(offer.family)}
              first={place === 0}
              add={add}
            />
          ))}
        {query.trim() === "" &&
          families.map((family, index) => {
            const members = matching.filter((offer) => offer.family === family);
            if (members.length === 0) return null;
            const open = !folded.includes(family);
            return (
              <section key={family} aria-label={family}>
                <h3 className={styles.heading}>
                  <button
                    type="button"
                    className={styles.family}
                    aria-expanded={open}
                    onClick={() => toggleFamily(family)}
                  >
                    {family}
                    {open ? null : <span className={styles.number}>{members.length}</span>}
                    <span className={styles.arrow} aria-hidden="true">
                      {open ? "▾" : "▸"}
                    </span>
                  </button>
                </h3>
                {open &&
                  members.map((offer) => <Entry key={offer.key} offer={offer} family={index} add={add} />)}
              </section>
            );
          })}
        {matching.length === 0 && (
          <p className={styles.nothing}>No layer or block is called “{query}”. Names follow Keras.</p>
        )}
      </div>
    </section>
  );
}
