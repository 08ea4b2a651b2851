/** Makes a new run that goes on from a checkpoint of this one. */

import { Button, Modal, Select, Text } from "@mantine/core";
import { type FormEvent, useEffect, useState } from "react";
import { api } from "../../api/client";
import { queryClient, useRun } from "../../api/queries";
import type { Run } from "../../api/types";
import { tellError } from "../../ui/notify";
import { setSearch } from "../../ui/router";
import { bestElsewhere, type Checkpoint, checkpointTitle, useCheckpoints, wholeEpochs } from "./checkpoints";
import { difference, Fields, present, type Wanted } from "./Fields";
import styles from "./steering.module.css";

interface ContinueProps {
  run: Run;
  opened: boolean;
  close: () => void;
}

export function Continue({ run, opened, close }: ContinueProps) {
  return (
    <Modal
      opened={opened}
      onClose={close}
      size="sm"
      title={`Continue run ${run.number}`}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <ContinueForm run={run} close={close} />
    </Modal>
  );
}

function ContinueForm({ run, close }: { run: Run; close: () => void }) {
  const { data: checkpoints } = useCheckpoints(run.id, true);
  const { data } = useRun(run.id);
  if (!checkpoints || !data?.settings) return <Text c="dimmed">Reading the checkpoints…</Text>;
  if (checkpoints.length === 0) return <Text>The run has left no checkpoint to go on from.</Text>;
  const now = present(data.settings, data.changes ?? []);
  return <Ready run={run} close={close} now={now} checkpoints={[...checkpoints].reverse()} />;
}

interface ReadyProps {
  run: Run;
  close: () => void;
  now: Wanted;
  /** The newest first. */
  checkpoints: Checkpoint[];
}

function Ready({ run, close, now, checkpoints }: ReadyProps) {
  const [name, setName] = useState(checkpoints[0]?.name ?? "");
  const [values, setValues] = useState(now);
  const [busy, setBusy] = useState(false);
  const best = run.metrics?.best_epoch ?? null;
  const elsewhere = bestElsewhere(checkpoints, best);
  const chosen = checkpoints.find((one) => one.name === name);
  const done = chosen ? wholeEpochs(chosen) : 0;
  const planned = now.epochs ?? 0;
  useEffect(() => {
    // as many epochs again, once there are none left
    setValues((before) => ({ ...before, epochs: done >= planned ? done + planned : planned }));
  }, [done, planned]);
  const short = (values.epochs ?? 0) <= done;

  async function goOn(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    try {
      const asked = { checkpoint: name, ...difference(now, values) };
      const made = await api.post<Run>(`/api/runs/${run.id}/continue/`, asked);
      await queryClient.invalidateQueries({ queryKey: ["runs"] });
      close();
      setSearch({ run: made.id }, false);
    } catch (error) {
      tellError(error, "The run was not continued");
      setBusy(false);
    }
  }

  return (
    <form className={styles.form} onSubmit={goOn}>
      <Text size="sm" c="dimmed">
        A new run goes on from there exactly; this one stays as it is.
      </Text>
      <Select
        label="From"
        size="xs"
        allowDeselect={false}
        comboboxProps={{ withinPortal: true }}
        data={checkpoints.map((one, place) => ({
          value: one.name,
          label: checkpointTitle(one, place === 0, best),
        }))}
        value={name}
        onChange={(value) => setName(value ?? name)}
      />
      {elsewhere && (
        <Text size="xs" c="dimmed">
          {elsewhere}
        </Text>
      )}
      <Fields values={values} onChange={setValues} least={done + 1} />
      {short && (
        <Text size="xs" c="red" role="alert">
          {done} epochs are trained already; give more than that.
        </Text>
      )}
      <div className={styles.buttons}>
        <Button variant="default" onClick={close}>
          Cancel
        </Button>
        <Button type="submit" loading={busy} disabled={short}>
          Train on
        </Button>
      </div>
    </form>
  );
}
