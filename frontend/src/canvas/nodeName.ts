/** How much of a layer's name fits beside its title. */

const ROOM = 152;
const TITLE_LETTER = 7.6;
const NAME_LETTER = 6.7;
const LEAST = 4;

/** The name, or its end, because there names differ: "…2d_1". */
export function fittingName(id: string, title: string): string {
  const letters = Math.max(LEAST, Math.floor((ROOM - TITLE_LETTER * title.length) / NAME_LETTER));
  return id.length <= letters ? id : `…${id.slice(1 - letters)}`;
}
