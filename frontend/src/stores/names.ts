/** Names for new projects. */

/** What a project is called until it has data or a name of its own. */
export const NEW_PROJECT = "New project";

export const isUnnamed = (name: string) => /^New project( \d+)?$/.test(name);

/** The title itself, or "title 2", "title 3"… when it is taken. */
export function freeName(title: string, taken: string[]): string {
  if (!taken.includes(title)) return title;
  for (let number = 2; ; number += 1) {
    const name = `${title} ${number}`;
    if (!taken.includes(name)) return name;
  }
}
