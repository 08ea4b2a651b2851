/** How one is told of the end of a run while Netloom is not in sight: by the browser, and by a webhook. */

import { Button, Modal, Switch, TextInput } from "@mantine/core";
import { useState } from "react";
import { setWebhook, tryWebhook, useWebhook } from "../api/notices";
import type { Trial, Webhook } from "../api/types";
import { allowBrowser, useTelling } from "../stores/notices";
import { ago } from "../ui/format";
import styles from "./notices.module.css";

const CLOSE = { "aria-label": "Close" };

export default function TellMe({ close }: { close: () => void }) {
  const { data } = useWebhook();
  return (
    <Modal opened onClose={close} title="How to be told of the end of a run" closeButtonProps={CLOSE}>
      <div className={styles.stack}>
        <ByBrowser />
        {data && <ByWebhook webhook={data} />}
      </div>
    </Modal>
  );
}

function permission(): "granted" | "denied" | "default" | "missing" {
  return "Notification" in window ? Notification.permission : "missing";
}

function ByBrowser() {
  const wanted = useTelling((telling) => telling.browser);
  const [allowed, setAllowed] = useState(permission);
  const trouble = {
    granted: "",
    default: "",
    denied: "This browser blocks messages of this page. Allow them in its settings for this page.",
    missing: "This browser cannot show messages of a page.",
  }[allowed];
  return (
    <div>
      <Switch
        label="Show a message of this browser"
        checked={wanted && allowed === "granted"}
        disabled={allowed === "missing"}
        onChange={async (event) => {
          await allowBrowser(event.currentTarget.checked);
          setAllowed(permission());
        }}
      />
      <p>While Netloom is open in a tab that is not in front. {trouble}</p>
    </div>
  );
}

function ByWebhook({ webhook }: { webhook: Webhook }) {
  const [url, setUrl] = useState(webhook.url);
  const [note, setNote] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [trial, setTrial] = useState<Trial | null>(null);
  const [busy, setBusy] = useState(false);

  async function keep() {
    const wanted = url.trim();
    if (wanted === webhook.url) return;
    setNote("saving…");
    try {
      await setWebhook(wanted);
      setNote("saved");
    } catch (error) {
      setNote(null);
      setProblem(sentence(error));
    }
  }

  async function attempt() {
    setBusy(true);
    setTrial(null);
    try {
      setTrial(await tryWebhook(url.trim()));
    } catch (error) {
      setProblem(sentence(error));
    }
    setBusy(false);
  }

  return (
    <div>
      <div className={styles.field}>
        <TextInput
          label="Webhook"
          placeholder="https://…"
          type="url"
          value={url}
          maxLength={500}
          error={problem}
          rightSection={note && <small>{note}</small>}
          rightSectionWidth={56}
          onChange={(event) => {
            setUrl(event.currentTarget.value);
            setNote(null);
            setProblem(null);
            setTrial(null);
          }}
          onBlur={keep}
          onKeyDown={(event) => event.key === "Enter" && keep()}
        />
        <Button variant="default" loading={busy} disabled={!url.trim()} onClick={attempt}>
          Test
        </Button>
      </div>
      <p className={styles.trial} role="status" data-delivered={trial?.delivered || undefined}>
        {trial && `${trial.message} ${trial.hint}`}
      </p>
      <p>
        Netloom posts JSON to this address when a run ends, also when it fails and while no browser is open:
        the run, its state, its figures and what went wrong. The field <code>text</code> says it in a
        sentence, as Slack shows. Leave it empty for none.
      </p>
      <Last webhook={webhook} />
    </div>
  );
}

const STATES = {
  waiting: "is being tried again",
  delivered: "arrived",
  given_up: "was given up",
} as const;

/** How the newest piece of news fared. */
function Last({ webhook }: { webhook: Webhook }) {
  const { last } = webhook;
  if (!last) return null;
  return (
    <p>
      The last one {STATES[last.state]}, {ago(last.updated)}. {last.state === "delivered" ? "" : last.answer}
    </p>
  );
}

function sentence(error: unknown): string {
  const known = error as { message?: string; hint?: string | null };
  return [known.message, known.hint].filter(Boolean).join(" ");
}
