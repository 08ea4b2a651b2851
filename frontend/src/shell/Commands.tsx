/** The commands every page has, and the two ways to look commands up: by name and by key. */

import { useMantineColorScheme } from "@mantine/core";
import { lazy, Suspense, useEffect } from "react";
import { create } from "zustand";
import { beginImport, useImporting } from "../stores/importing";
import { useCommands } from "../ui/commands";
import { useOffer } from "../ui/notify";
import { navigate } from "../ui/router";
import { signOut } from "./signOut";
import { catchTyping } from "./typedAhead";

const loadPalette = () => import("./CommandPalette");
const CommandPalette = lazy(loadPalette);
const KeySheet = lazy(() => import("./KeySheet"));
const ImportDialog = lazy(() => import("./ImportDialog"));

/** When the palette of commands is loaded ahead: milliseconds after the page, whose own parts come first. */
const AHEAD = 2_000;

/** Which of the two were asked for so far; counting, so that asking again opens them again. */
const useAsked = create<{ palette: number; keys: number }>(() => ({ palette: 0, keys: 0 }));

export function showCommands(): void {
  catchTyping();
  useAsked.setState(({ palette }) => ({ palette: palette + 1 }));
}
export const showKeySheet = () => useAsked.setState(({ keys }) => ({ keys: keys + 1 }));

/** The colours to choose among. */
export const SCHEMES = [
  ["auto", "As the system"],
  ["light", "Light"],
  ["dark", "Dark"],
] as const;

export function Commands() {
  const { setColorScheme } = useMantineColorScheme();
  const offer = useOffer((state) => state.offer);
  useCommands([
    ...(offer
      ? [{ id: "take-back", label: `Undo: ${offer.message}`, group: "Everywhere", run: offer.take }]
      : []),
    {
      id: "commands",
      label: "Find a command",
      group: "Everywhere",
      keys: "Ctrl+K",
      inFields: true,
      hidden: true,
      run: showCommands,
    },
    { id: "keys", label: "Show the keys", group: "Everywhere", keys: "?", run: showKeySheet },
    { id: "import", label: "Import a Keras model", group: "Everywhere", run: beginImport },
    { id: "projects", label: "All projects", group: "Everywhere", run: () => navigate("/") },
    ...SCHEMES.map(([value, label]) => ({
      id: `colours-${value}`,
      label: `Colours: ${label.toLowerCase()}`,
      group: "Everywhere",
      run: () => setColorScheme(value),
    })),
    { id: "sign-out", label: "Sign out", group: "Everywhere", run: () => void signOut() },
  ]);
  useEffect(() => {
    const timer = setTimeout(() => void loadPalette().catch(() => {}), AHEAD); // tried again when it is asked for
    return () => clearTimeout(timer);
  }, []);
  const { palette, keys } = useAsked();
  const importing = useImporting((state) => state.open);
  return (
    <Suspense fallback={null}>
      {palette > 0 && <CommandPalette asked={palette} />}
      {keys > 0 && <KeySheet asked={keys} />}
      {importing && <ImportDialog />}
    </Suspense>
  );
}
