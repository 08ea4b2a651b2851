/** Names for new projects. */

/** The title itself, or "title 2", "title 3"… when it is taken. */
export function freeName(title: string, taken: string[]): string {
  if (!taken.includes(title)) return title;
  for (let number = 2; ; number += 1) {
    const name = `${title} ${number}`;
    if (!taken.includes(name)) return name;
  }
}
