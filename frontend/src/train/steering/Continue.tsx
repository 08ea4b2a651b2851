/** Makes a new run that goes on from a checkpoint of this one. */

import { Button, Modal, Select, Text } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { api } from "../../api/client";
import { queryClient } from "../../api/queries";
import type { Run } from "../../api/types";
import { count } from "../../ui/format";
import { tellError } from "../../ui/notify";
import { setSearch } from "../../ui/router";
import {
  bestElsewhere,
  type Checkpoint,
  checkpointTitle,
  settingsFrom,
  useCheckpoints,
  wholeEpochs,
} from "./checkpoints";
import { Fields, type Wanted } from "./Fields";
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
      size={500}
      title={`Continue run ${run.number}`}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <ContinueForm run={run} close={close} />
    </Modal>
  );
}

function ContinueForm({ run, close }: { run: Run; close: () => void }) {
  const { data: checkpoints } = useCheckpoints(run.id, true);
  const [name, setName] = useState<string | null>(null);
  if (!checkpoints) return <Text c="dimmed">Reading the checkpoints…</Text>;
  const newest = checkpoints.at(-1);
  const chosen = checkpoints.find((one) => one.name === name) ?? newest;
  if (!chosen) return <Text>The run has left no checkpoint to go on from.</Text>;
  const best = run.metrics?.best_epoch ?? null;
  const elsewhere = bestElsewhere(run, checkpoints, best);
  return (
    <div className={styles.form}>
      <Text size="sm" c="dimmed">
        A new run goes on from there exactly; this one stays as it is.
      </Text>
      <Select
        label="From"
        size="xs"
        allowDeselect={false}
        comboboxProps={{ withinPortal: true }}
        data={[...checkpoints].reverse().map((one) => ({
          value: one.name,
          label: checkpointTitle(one, one === newest, best),
        }))}
        value={chosen.name}
        onChange={setName}
      />
      {elsewhere && (
        <Text size="xs" c="dimmed">
          {elsewhere}
        </Text>
      )}
      <GoOn key={chosen.name} run={run} from={chosen} close={close} />
    </div>
  );
}

interface GoOnProps {
  run: Run;
  from: Checkpoint;
  close: () => void;
}

/** The settings from there on: first those that held there. */
function GoOn({ run, from, close }: GoOnProps) {
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
      const asked = { checkpoint: from.name, ...values };
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
