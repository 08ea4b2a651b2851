/** Short messages at the corner: something went well, went wrong, or can be undone. */

import { Button, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";

const show: typeof notifications.show = (news) =>
  notifications.show({ closeButtonProps: { "aria-label": "Close" }, ...news });

export function tell(message: string): void {
  show({ message, autoClose: 4_000 });
}

/** Says what failed, what to do, and the code one can search for. */
export function tellError(error: unknown, title = "That did not work"): void {
  const known = error as { code?: string; hint?: string | null };
  const message = error instanceof Error ? error.message : String(error);
  show({
    color: "red",
    title,
    autoClose: 10_000,
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
  show({ color: "orange", title, message, autoClose: 15_000 });
}

/** Done, with a way back for eight seconds. */
export function tellUndo(message: string, undo: () => void): void {
  const id = `undo-${Date.now()}`;
  show({
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
