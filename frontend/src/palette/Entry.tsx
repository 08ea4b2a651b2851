/** One line of the palette. While one searches, the first is what Enter adds. */

import { deleteSavedBlock } from "../stores/blocks";
import { carryBlock, carryLayer } from "../ui/drag";
import { FamilySign } from "../ui/Family";
import styles from "./Palette.module.css";
import type { Offer } from "./search";

interface EntryProps {
  offer: Offer;
  family: number;
  first?: boolean;
  add: (offer: Offer) => void;
}

export function Entry({ offer, family, first, add }: EntryProps) {
  const { title, doc, layer, block, saved } = offer;
  const entry = (
    <button
      type="button"
      className={styles.entry}
      data-first={first}
      title={doc.split("\n\n")[0]}
      draggable
      onDragStart={({ dataTransfer }) => {
        if (block) carryBlock(dataTransfer, JSON.stringify(block));
        else carryLayer(dataTransfer, layer?.type ?? "");
      }}
      onClick={() => add(offer)}
    >
      <FamilySign index={family} />
      <span className={styles.name}>{title}</span>
      {saved !== undefined && <small className={styles.mine}>mine</small>}
    </button>
  );
  if (saved === undefined || !block) return entry;
  return (
    <div className={styles.own}>
      {entry}
      <button
        type="button"
        className={styles.remove}
        aria-label={`Delete ${title} from my blocks`}
        title="Delete from my blocks"
        onClick={() => deleteSavedBlock({ id: saved, block })}
      >
        ×
      </button>
    </div>
  );
}
