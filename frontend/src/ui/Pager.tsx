/** From where to where of how many, with a step back and forth. */

import { ActionIcon } from "@mantine/core";
import { count } from "./format";
import styles from "./Pager.module.css";

interface PagerProps {
  noun: string;
  offset: number;
  size: number;
  total: number;
  onMove: (offset: number) => void;
}

export function Pager({ noun, offset, size, total, onMove }: PagerProps) {
  if (total <= size) return null;
  const last = Math.min(offset + size, total);
  const end = Math.floor((total - 1) / size) * size;
  return (
    <nav className={styles.pager} aria-label={`Pages of ${noun}`}>
      <Move label={`First ${noun}`} sign="«" off={offset === 0} move={() => onMove(0)} />
      <Move
        label={`Previous ${noun}`}
        sign="‹"
        off={offset === 0}
        move={() => onMove(Math.max(0, offset - size))}
      />
      <span>
        {count(offset + 1)}–{count(last)} of {count(total)}
      </span>
      <Move label={`Next ${noun}`} sign="›" off={last >= total} move={() => onMove(offset + size)} />
      <Move label={`Last ${noun}`} sign="»" off={last >= total} move={() => onMove(end)} />
    </nav>
  );
}

interface MoveProps {
  label: string;
  sign: string;
  off: boolean;
  move: () => void;
}

const Move = ({ label, sign, off, move }: MoveProps) => (
  <ActionIcon
    size="sm"
    variant="default"
    aria-label={label}
    title={label}
    disabled={off}
    data-disabled={off || undefined}
    onClick={move}
  >
    {sign}
  </ActionIcon>
);
