/** Makes a new run that goes on from a checkpoint of this one. */

import { Button, Modal, Select, Text } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { ApiError, api } from "../../api/client";
import { queryClient } from "../../api/queries";
import type { Run } from "../../api/types";
import { count } from "../../ui/format";
import { tellError } from "../../ui/notify";
import { setSearch } from "../../ui/router";
import {
  bestElsewhere,
  type Checkpoint,
  checkpointsKey,
  checkpointTitle,
  newestTitle,
  settingsFrom,
  useCheckpoints,
  wholeEpochs,
} from "./checkpoints";
import { Fields, type Wanted } from "./Fields";
import styles from "./steering.module.css";

interface ContinueProps {
  run: Run;
  /** Whether it has not ended: it leaves further checkpoints, and removes some. */
  live: boolean;
  opened: boolean;
  close: () => void;
}

export function Continue({ run, live, opened, close }: ContinueProps) {
  return (
    <Modal
      opened={opened}
      onClose={close}
      size={500}
      title={live ? `Branch off from run ${run.number}` : `Continue run ${run.number}`}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <ContinueForm run={run} live={live} close={close} />
    </Modal>
  );
}

function ContinueForm({ run, live, close }: Omit<ContinueProps, "opened">) {
  const { data: checkpoints, isFetchedAfterMount } = useCheckpoints(run.id, true);
  const [name, setName] = useState<string | null>(null); // null is the newest, whichever that is by then
  if (!checkpoints || !isFetchedAfterMount) return <Text c="dimmed">Reading the checkpoints…</Text>;
  const newest = checkpoints.at(-1);
  if (!newest) return <Text>The run has left no checkpoint to go on from.</Text>;
  const chosen = name === null ? newest : checkpoints.find((one) => one.name === name);
  const best = run.metrics?.best_epoch ?? null;
  const elsewhere = bestElsewhere(run, checkpoints, best, live);
  return (
    <div className={styles.form}>
      <Text size="sm" c="dimmed">
        A new run goes on from there exactly, when it is its turn; this one is left as it is.
      </Text>
      <Select
        label="From"
        size="xs"
        allowDeselect={false}
        comboboxProps={{ withinPortal: true }}
        data={[...checkpoints].reverse().map((one) => ({
          value: one.name,
          label: one === newest && live ? newestTitle(one) : checkpointTitle(one, one === newest, best),
        }))}
        value={chosen?.name ?? null}
        error={!chosen && "That place is no longer kept, as the run went on. Choose another."}
        onChange={(value) => setName(value === newest.name ? null : value)}
      />
      {elsewhere && (
        <Text size="xs" c="dimmed">
          {elsewhere}
        </Text>
      )}
      {chosen && <GoOn key={name} run={run} from={chosen} name={name} close={close} />}
    </div>
  );
}

interface GoOnProps {
  run: Run;
  from: Checkpoint;
  /** What it is called; null for the newest. */
  name: string | null;
  close: () => void;
}

/** The settings from there on: first those that held there. */
function GoOn({ run, from, name, close }: GoOnProps) {
  const done = wholeEpochs(from);
  const [values, setValues] = useState<Wanted>(() => settingsFrom(from));
  const [mistyped, setMistyped] = useState(false);
  const [busy, setBusy] = useState(false);
  const short = (values.epochs ?? 0) <= done;
  const problems = { epochs: short ? `${count(done)} epochs are trained already; give more.` : null };

  async function goOn(event: FormEvent) {
    event.preventDefault();
    if (mistyped || short) return;
    setBusy(true);
    try {
      const asked = { ...(name === null ? {} : { checkpoint: name }), ...values };
      const made = await api.post<Run>(`/api/runs/${run.id}/continue/`, asked);
      await queryClient.invalidateQueries({ queryKey: ["runs"] });
      close();
      setSearch({ run: made.id }, false);
    } catch (error) {
      setBusy(false);
      if (name !== null && error instanceof ApiError && error.code === "no_checkpoint")
        queryClient.invalidateQueries({ queryKey: checkpointsKey(run.id) }); // the list then says so
      else tellError(error, "The new run was not made");
    }
  }

  return (
    <form className={styles.form} onSubmit={goOn}>
      <Fields values={values} onChange={setValues} problems={problems} onMistyped={setMistyped} />
      <div className={styles.buttons}>
        <Button variant="default" onClick={close}>
          Cancel
        </Button>
        <Button type="submit" loading={busy} disabled={mistyped || short}>
          Train on
        </Button>
      </div>
    </form>
  );
}
