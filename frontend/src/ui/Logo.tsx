import styles from "./Logo.module.css";

export const Logo = () => (
  <span className={styles.logo}>
    <svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true">
      <defs>
        <linearGradient id="netloom-logo" x1="0" y1="0" x2="1" y2="1">
          <stop offset="0" stopColor="#0c8599" />
          <stop offset="1" stopColor="#3b5bdb" />
        </linearGradient>
      </defs>
      <rect width="18" height="18" rx="5" fill="url(#netloom-logo)" />
    </svg>
    Netloom
  </span>
);
