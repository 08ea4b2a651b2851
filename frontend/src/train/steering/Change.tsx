/** Changes learning rate, patience and epochs of a run while it goes on. */

import { Button, Popover } from "@mantine/core";
import { type FormEvent, useEffect, useState } from "react";
import { api } from "../../api/client";
import { queryClient, useRun } from "../../api/queries";
import type { Run } from "../../api/types";
import { tell, tellError } from "../../ui/notify";
import { difference, Fields, present, type Wanted } from "./Fields";
import styles from "./steering.module.css";

export function Change({ run }: { run: Run }) {
  const [open, setOpen] = useState(false);
  return (
    <Popover
      opened={open}
      onChange={setOpen}
      position="bottom-end"
      width={250}
      trapFocus
      returnFocus
      shadow="md"
    >
      <Popover.Target>
        <Button
          size="xs"
          variant="default"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
          title="Learning rate, patience and epochs, while it trains"
        >
          Change
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Change the run">
        {open && <ChangeForm run={run} done={() => setOpen(false)} />}
      </Popover.Dropdown>
    </Popover>
  );
}

function ChangeForm({ run, done }: { run: Run; done: () => void }) {
  const { data } = useRun(run.id);
  const [now, setNow] = useState<Wanted | null>(null);
  const [values, setValues] = useState<Wanted>({});
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    if (now !== null || !data?.settings) return;
    const found = present(data.settings, data.changes ?? []);
    setNow(found);
    setValues(found);
  }, [now, data]);
  const wanted = now === null ? {} : difference(now, values);

  async function change(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    try {
      await api.post(`/api/runs/${run.id}/change/`, wanted);
      tell("Changed. It holds from the next steps on.");
      queryClient.invalidateQueries({ queryKey: ["runs"] });
      done();
    } catch (error) {
      tellError(error, "The run goes on as it was");
      setBusy(false);
    }
  }

  return (
    <form className={styles.form} onSubmit={change}>
      <Fields values={values} onChange={setValues} least={run.progress?.epoch ?? 1} />
      <div className={styles.buttons}>
        <Button size="xs" variant="default" onClick={done}>
          Cancel
        </Button>
        <Button size="xs" type="submit" loading={busy} disabled={Object.keys(wanted).length === 0}>
          Apply
        </Button>
      </div>
    </form>
  );
}
