/** A grid of small pictures with a label each; with `onPick` every picture is a button. */

import styles from "./Pictures.module.css";

export interface Picture {
  index: number;
  src: string;
  name: string;
  label: string;
}

interface PicturesProps {
  pictures: Picture[];
  picked?: number | null;
  onPick?: (picture: Picture) => void;
}

export function Pictures({ pictures, picked, onPick }: PicturesProps) {
  return (
    <ul className={styles.grid}>
      {pictures.map((picture) => (
        <li key={picture.index}>
          {onPick ? (
            <button
              type="button"
              className={styles.picture}
              aria-pressed={picked === picture.index}
              aria-label={`${picture.name}, ${picture.label}`}
              onClick={() => onPick(picture)}
            >
              <Tile picture={picture} />
            </button>
          ) : (
            <div className={styles.picture}>
              <Tile picture={picture} />
            </div>
          )}
        </li>
      ))}
    </ul>
  );
}

const Tile = ({ picture }: { picture: Picture }) => (
  <>
    <img src={picture.src} alt={picture.name} title={picture.name} loading="lazy" width={84} height={84} />
    <span className={styles.label}>{picture.label}</span>
  </>
);
