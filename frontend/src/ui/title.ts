/** The title of the window: where one is, and how much is new. */

let place = "";
let news = 0;

function show(): void {
  document.title = `${news > 0 ? `(${news}) ` : ""}${place ? `${place} · ` : ""}Netloom`;
}

export function setPlace(name: string): void {
  place = name;
  show();
}

export function setNews(count: number): void {
  news = count;
  show();
}
