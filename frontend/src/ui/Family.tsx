import styles from "./Family.module.css";

const SIGNS = [
  "M1 1h10v10H1z",
  "M6 .5A5.5 5.5 0 1 1 6 11.5 5.5 5.5 0 0 1 6 .5z",
  "M1 1h4.4v4.4H1zM6.6 1H11v4.4H6.6zM1 6.6h4.4V11H1zM6.6 6.6H11V11H6.6z",
  "M.5 1.5h11L6 11.5z",
  "M6 0l6 6-6 6-6-6z",
  "M0 2h12v2H0zM0 5h12v2H0zM0 8h12v2H0z",
  "M1 1l5 4 5-4v3L7 7.5V11H5V7.5L1 4z",
  "M6 .5l5 3v5l-5 3-5-3v-5z",
  "M4 0h4v4h4v4H8v4H4V8H0V4h4z",
  "M0 11.5h3V6H0zm4.5 0h3V.5h-3zm4.5 0h3V3.5H9z",
  "M6 .5l5.5 10h-11z",
  "M0 6a6 6 0 0 1 12 0v5H0z",
];

const place = (index: number) => (index < 0 ? 0 : index % SIGNS.length);

/** The colour of a layer family. */
export const familyColour = (index: number) => `var(--family-${place(index)})`;

/** The sign of a layer family: one hue and one form each, so that colour is never the only clue. */
export function FamilySign({ index, size = 11 }: { index: number; size?: number }) {
  return (
    <svg
      className={styles.sign}
      style={{ color: familyColour(index) }}
      width={size}
      height={size}
      viewBox="0 0 12 12"
      aria-hidden="true"
    >
      <path d={SIGNS[place(index)]} fill="currentColor" />
    </svg>
  );
}
