/** Short messages at the corner: something went well, went wrong, or can be undone. */

import { Button, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { create } from "zustand";

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

/** Said once however often, and only to be read: the pointer reaches what lies below. */
export function tell(message: string): void {
  showHere({ id: message, message, autoClose: 3_000, withCloseButton: false, className: "plain" });
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

/** The newest way back that is offered, which can be taken by name as well as by the pointer. */
export const useOffer = create<{ offer: { id: string; message: string; take: () => void } | null }>(() => ({
  offer: null,
}));

/** Done, with a way back: for eight seconds, or with `false` until what is returned withdraws it. */
export function tellUndo(message: string, undo: () => void, autoClose: number | false = 8_000): () => void {
  const id = `undo-${Date.now()}-${Math.random()}`;
  const withdraw = () => notifications.hide(id);
  const take = () => {
    withdraw();
    undo();
  };
  useOffer.setState({ offer: { id, message, take } });
  showHere({
    id,
    autoClose,
    onClose: () => useOffer.setState(({ offer }) => (offer?.id === id ? { offer: null } : {})),
    message: (
      <>
        {message}{" "}
        <Button size="compact-xs" variant="subtle" onClick={take}>
          Undo
        </Button>
      </>
    ),
  });
  return withdraw;
}
