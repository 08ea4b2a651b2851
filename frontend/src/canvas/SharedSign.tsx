/** A small chain: this node uses the weights of another. */

import styles from "./LayerNode.module.css";

export const SharedSign = ({ lender }: { lender: string }) => (
  <span className={styles.shared} title={`Shares the weights of ${lender}`}>
    <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true" fill="none" stroke="currentColor">
      <path
        d="M5 7a2 2 0 0 0 2.8 0l2-2A2 2 0 0 0 7 2.2L6.2 3M7 5a2 2 0 0 0-2.8 0l-2 2A2 2 0 0 0 5 9.8L5.8 9"
        strokeWidth="1.3"
        strokeLinecap="round"
      />
    </svg>
    <span className={styles.lender}>{lender}</span>
  </span>
);
