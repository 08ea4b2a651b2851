/** Finds a learning rate: a short training with a rising rate, whose curve is shown with the rate to use. */

import { Button, Progress } from "@mantine/core";
import { type RefObject, useEffect, useMemo, useRef } from "react";
import { useDataset } from "../api/queries";
import type { FoundRate, Settings } from "../api/types";
import { useEditor } from "../stores/editor";
import {
  askedNow,
  cancelSearch,
  changedSince,
  findRate,
  forgetRate,
  recallRate,
  type Search,
  useFoundRates,
  useRateSearches,
} from "../stores/rateSearch";
import { useFinderSought } from "../stores/view";
import { Figure } from "../ui/Figure";
import { asFigure } from "../ui/figures";
import { timeLeft } from "../ui/timeLeft";
import styles from "./RateFinder.module.css";

interface RateFinderProps {
  /** All of the settings that a search would go by. */
  settings: Settings;
  onUse: (rate: number) => void;
}

export function RateFinder({ settings, onUse }: RateFinderProps) {
  const able = useEditor(({ document }) => document.dataset !== null && document.graph.nodes.length > 0);
  const project = useEditor((editor) => editor.project) ?? 0;
  const search = useRateSearches((searches) => searches[project]);
  const found = useFoundRates((rates) => rates[project]?.found);
  const changed = useChanges(project, settings);
  useEffect(() => {
    if (project !== 0) recallRate(project).catch(() => {}); // one can search anew all the same
  }, [project]);
  const button = useSought();
  if (search) return <Searching search={search} onCancel={() => cancelSearch(project)} />;
  return (
    <div className={styles.finder}>
      <Button
        ref={button}
        size="compact-sm"
        variant="default"
        disabled={!able}
        title="Trains a few hundred steps on copies of the weights, which are dropped afterwards"
        onClick={() => findRate(settings)}
      >
        {found ? "Find it again" : "Find a learning rate"}
      </Button>
      {found && <Found found={found} changed={changed} onUse={onUse} onClose={() => forgetRate(project)} />}
    </div>
  );
}

/** Comes into sight, and takes the keyboard, where it was asked for. */
function useSought(): RefObject<HTMLButtonElement | null> {
  const button = useRef<HTMLButtonElement>(null);
  const asked = useFinderSought((sought) => sought.asked);
  useEffect(() => {
    if (!asked) return;
    button.current?.scrollIntoView({ block: "center" });
    button.current?.focus({ preventScroll: true });
    useFinderSought.setState({ asked: false });
  }, [asked]);
  return button;
}

/** What of the project has changed since its learning rate was found. */
function useChanges(project: number, settings: Settings): string[] {
  const kept = useFoundRates((rates) => rates[project]);
  const document = useEditor((editor) => editor.document);
  const { data } = useDataset(kept ? document.dataset : null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is asked now stands in the document and the data set
  return useMemo(
    () => (kept ? changedSince(kept, askedNow(settings)) : []),
    [kept, document, data, settings],
  );
}

function Searching({ search, onCancel }: { search: Search; onCancel: () => void }) {
  const { progress, began } = search;
  const seconds = (Date.now() - began) / 1000;
  const left = progress > 0.1 ? timeLeft((seconds * (1 - progress)) / progress) : "";
  return (
    <div className={styles.finder} role="status" aria-label="Searching for a learning rate">
      <Progress value={Math.max(2, 100 * progress)} size="sm" aria-label="Search for a learning rate" />
      <div className={styles.row}>
        <span className={styles.quiet}>{left || "Compiling and preparing…"}</span>
        <Button size="compact-sm" variant="default" onClick={onCancel}>
          Cancel
        </Button>
      </div>
    </div>
  );
}

interface FoundProps {
  found: FoundRate;
  /** What has changed since. */
  changed: string[];
  onUse: (rate: number) => void;
  onClose: () => void;
}

const and = new Intl.ListFormat("en-GB");

function Found({ found, changed, onUse, onClose }: FoundProps) {
  const figure = asFigure(found.figure);
  const { suggestion } = found;
  return (
    <>
      {figure && <Figure figure={figure} label="Loss by learning rate" height={190} />}
      <p className={styles.quiet}>
        {suggestion === null
          ? "The loss falls at no rate: look at the data, the loss and the network first."
          : `The loss ${changed.length > 0 ? "fell" : "falls"} fastest at ${suggestion}.`}
      </p>
      {changed.length > 0 && (
        <p className={styles.old} role="status">
          Out of date: {and.format(changed)} changed since. Find it again.
        </p>
      )}
      <div className={styles.row}>
        {suggestion !== null && (
          <Button
            size="compact-sm"
            variant={changed.length > 0 ? "default" : "filled"}
            onClick={() => {
              onUse(suggestion);
              onClose();
            }}
          >
            Use {suggestion}
          </Button>
        )}
        <Button size="compact-sm" variant="subtle" color="gray" onClick={onClose}>
          Close
        </Button>
      </div>
    </>
  );
}
