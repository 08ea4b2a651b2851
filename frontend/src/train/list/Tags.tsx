import styles from "./list.module.css";

/** The tags of a run. */
export const Tags = ({ tags }: { tags: string[] }) =>
  tags.length === 0 ? null : (
    <span className={styles.tags}>
      {tags.map((tag) => (
        <span key={tag} className={styles.tag} title={tag}>
          {tag}
        </span>
      ))}
    </span>
  );
