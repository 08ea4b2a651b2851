/** Changes learning rate, patience and epochs of a run while it goes on. */

import { Button, Popover } from "@mantine/core";
import { type FormEvent, useEffect, useState } from "react";
import { ApiError, api } from "../../api/client";
import { queryClient, useRun } from "../../api/queries";
import type { Run } from "../../api/types";
import { count } from "../../ui/format";
import { tell, tellError } from "../../ui/notify";
import { difference, Fields, type Name, present, type Wanted } from "./Fields";
import styles from "./steering.module.css";

interface ChangeProps {
  run: Run;
  /** The epoch in which it is now. */
  epoch: number;
}

export function Change({ run, epoch }: ChangeProps) {
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
        {open && <ChangeForm run={run} epoch={epoch} done={() => setOpen(false)} />}
      </Popover.Dropdown>
    </Popover>
  );
}

/** What the server refused, and for which values. */
interface Refused {
  field: Name;
  message: string;
  values: Wanted;
}

function ChangeForm({ run, epoch, done }: ChangeProps & { done: () => void }) {
  const { data } = useRun(run.id);
  const [now, setNow] = useState<Wanted | null>(null);
  const [values, setValues] = useState<Wanted>({});
  const [mistyped, setMistyped] = useState(false);
  const [refused, setRefused] = useState<Refused | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    if (now !== null || !data?.settings) return;
    const found = present(data.settings, data.changes ?? []);
    setNow(found);
    setValues(found);
  }, [now, data]);
  if (now === null) return null;
  const wanted = difference(now, values);
  const problems = {
    ...(wanted.epochs !== undefined && wanted.epochs < epoch ? { epochs: isPast(epoch) } : {}),
    ...(refused?.values === values ? { [refused.field]: refused.message } : {}),
  };
  const unfit = mistyped || Object.keys(problems).length > 0 || Object.keys(wanted).length === 0;

  async function change(event: FormEvent) {
    event.preventDefault();
    if (unfit) return;
    setBusy(true);
    try {
      await api.post(`/api/runs/${run.id}/change/`, wanted);
      tell("Changed. It holds from the next steps on.");
      queryClient.invalidateQueries({ queryKey: ["runs"] });
      done();
    } catch (error) {
      const field = error instanceof ApiError ? error.where.field : null;
      if (error instanceof ApiError && typeof field === "string" && field in values)
        setRefused({ field: field as Name, message: error.message, values });
      else tellError(error, "The run goes on as it was");
      setBusy(false);
    }
  }

  return (
    <form className={styles.form} onSubmit={change}>
      <Fields values={values} onChange={setValues} problems={problems} onMistyped={setMistyped} />
      <div className={styles.buttons}>
        <Button size="xs" variant="default" onClick={done}>
          Cancel
        </Button>
        <Button size="xs" type="submit" loading={busy} disabled={unfit}>
          Apply
        </Button>
      </div>
    </form>
  );
}

const isPast = (epoch: number) => `The run is in epoch ${count(epoch)} already; give at least as many.`;
