/** Short messages at the corner: something went well, went wrong, or can be undone. */

import { Button, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";

const show: typeof notifications.show = (news) =>
  notifications.show({ closeButtonProps: { "aria-label": "Close" }, ...news });

/** What is shown about the project that is open. */
const here = new Set<string>();

const showHere: typeof notifications.show = (news) => {
  const id = show(news);
  here.add(id);
  return id;
};

/** The project is left: what was said of it goes with it; news from elsewhere stays. */
export function forgetMessages(): void {
  for (const id of here) notifications.hide(id);
  here.clear();
}

export function tell(message: string): void {
  showHere({ message, autoClose: 3_000 });
}

/** Says what failed, what to do, and the code one can search for. */
export function tellError(error: unknown, title = "That did not work"): void {
  const known = error as { code?: string; hint?: string | null };
  const message = error instanceof Error ? error.message : String(error);
  showHere({
    color: "red",
    title,
    autoClose: 8_000,
    message: (
      <>
        {message} {known.hint}
        {known.code && (
          <Text span c="dimmed" size="xs" ff="monospace">
            {" "}
            {known.code}
          </Text>
        )}
      </>
    ),
  });
}

/** Something has happened elsewhere, with a way there. */
export function tellNews(news: { title: string; message: string; bad: boolean; open: () => void }): void {
  const id = `news-${Date.now()}-${Math.random()}`;
  show({
    id,
    color: news.bad ? "red" : "green",
    title: news.title,
    autoClose: 12_000,
    message: (
      <>
        {news.message}{" "}
        <Button
          size="compact-xs"
          variant="subtle"
          onClick={() => {
            notifications.hide(id);
            news.open();
          }}
        >
          Open
        </Button>
      </>
    ),
  });
}

/** Something to think about, for as long as it takes to read. */
export function tellWarning(message: string, title: string): void {
  showHere({ color: "orange", title, message, autoClose: 12_000 });
}

/** Done, with a way back for eight seconds. */
export function tellUndo(message: string, undo: () => void): void {
  const id = `undo-${Date.now()}`;
  showHere({
    id,
    autoClose: 8_000,
    message: (
      <>
        {message}{" "}
        <Button
          size="compact-xs"
          variant="subtle"
          onClick={() => {
            notifications.hide(id);
            undo();
          }}
        >
          Undo
        </Button>
      </>
    ),
  });
}
