/** How the network is trained: the settings document as a form. */

import { Button } from "@mantine/core";
import { useEffect, useLayoutEffect, useMemo, useState } from "react";
import { ApiError } from "../api/client";
import { asConfig, fieldsOf, placeOf } from "../api/fields";
import { useSettingsSchema } from "../api/queries";
import type { Json, Settings } from "../api/types";
import { changeSettings, useEditor } from "../stores/editor";
import { dropForm, SETTINGS, showsMistyped } from "../stores/mistyped";
import { useSaving } from "../stores/saving";
import { hearOfFit } from "../stores/unfit";
import { ProblemCard } from "../ui/Problem";
import { Waiting } from "../ui/Waiting";
import { AutomaticLoss, BalancedWeights } from "./Automatic";
import { Form } from "./Form";
import { KeepsMistyped } from "./NumberField";
import { Patience } from "./Patience";
import { type Estimate, Preflight, useEstimate } from "./Preflight";
import styles from "./Properties.module.css";
import { RateCurve } from "./RateCurve";
import { RateFinder } from "./RateFinder";

export function TrainingTab() {
  const settings = useEditor((editor) => editor.document.settings);
  const { data, error, refetch } = useSettingsSchema();
  const fields = useMemo(() => (data ? fieldsOf(data.schema) : []), [data]);
  const refusals = useRefusals(settings);
  const [fresh, setFresh] = useState(0);
  // Before the fields themselves leave: they tell by it whether the whole form does.
  useLayoutEffect(() => showsMistyped(SETTINGS), []);
  const value = useMemo(() => ({ ...data?.default, ...settings }), [data, settings]);
  const estimate = useEstimate(value);
  const errors = useMemo(() => ({ ...misfit(estimate.error), ...refusals }), [estimate.error, refusals]);
  useFit(estimate, errors);
  if (error) {
    return (
      <ProblemCard message={error.message}>
        <Button size="compact-sm" variant="light" onClick={() => refetch()}>
          Try again
        </Button>
      </ProblemCard>
    );
  }
  if (!data) return <Waiting label="Loading the training settings" />;
  function reset(settings: Settings) {
    dropForm(SETTINGS);
    setFresh(fresh + 1);
    changeSettings(settings);
  }

  const change = (name: string, next: Json) => changeSettings({ ...value, [name]: next }, `settings.${name}`);
  const takeRate = (rate: number) =>
    change("optimizer", { ...asConfig(value.optimizer), learning_rate: rate });

  return (
    <div className={styles.stack}>
      <Preflight estimate={estimate} onBatchSize={(size) => change("batch_size", size)} />
      <KeepsMistyped value={SETTINGS}>
        <Form
          key={fresh}
          fields={fields}
          value={value}
          errors={errors}
          below={{
            schedule: <RateCurve settings={value} />,
            loss: <AutomaticLoss settings={value} />,
            "early_stopping.patience": <Patience settings={value} />,
            class_weights: <BalancedWeights settings={value} />,
            ...balancedAt(value),
            "optimizer.learning_rate": <RateFinder settings={value} onUse={takeRate} />,
          }}
          onChange={change}
        />
      </KeepsMistyped>
      <div>
        <Button variant="subtle" color="gray" size="compact-sm" onClick={() => reset(data.default)}>
          Back to the defaults
        </Button>
      </div>
    </div>
  );
}

/** Lets the steps know of what is wrong here, also once another tab is shown. */
function useFit({ told, error, busy }: Estimate, errors: Record<string, string>): void {
  const document = useEditor((editor) => editor.document);
  const wrong = Object.keys(errors).length > 0 || Boolean(told?.problem) || isRefusal(error);
  const known = told !== undefined || error !== null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is known is about the document as it is now
  useEffect(() => {
    if (known && !busy) hearOfFit(!wrong);
  }, [known, busy, wrong, document]);
}

const isRefusal = (error: Error | null) =>
  error instanceof ApiError && error.status >= 400 && error.status < 500;

/** What stands below the weights of classes that outputs have of their own, by path. */
const balancedAt = (settings: Settings) =>
  Object.fromEntries(
    Object.keys(asConfig(settings.outputs)).map((name) => [
      `outputs.${name}.class_weights`,
      <BalancedWeights key={name} settings={settings} own={name} />,
    ]),
  );

/** The setting that does not fit what is to be trained, by its path. */
function misfit(error: Error | null): Record<string, string> {
  const field = error instanceof ApiError && !error.where.node ? error.where.field : null;
  return error && typeof field === "string" ? { [field]: error.message } : {};
}

/** What the server refused to save of the settings, by path. */
function useRefusals(settings: Settings): Record<string, string> {
  const error = useSaving((saving) => saving.error);
  if (error?.where.document !== "settings" || !Array.isArray(error.where.path)) return {};
  return { [placeOf(error.where.path.map(String), settings)]: error.message };
}
