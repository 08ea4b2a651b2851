/** Nobody is signed in: how to get a link, and a field that accepts one. */

import { Button, Code, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { ApiError, api } from "../api/client";
import { Logo } from "../ui/Logo";
import { ProblemCard } from "../ui/Problem";
import styles from "./SignIn.module.css";
import { lastName } from "./useSignedIn";

/** The token in a pasted sign-in link, or the text itself if it is only a token. */
export function tokenIn(text: string): string {
  const trimmed = text.trim();
  try {
    return new URL(trimmed).searchParams.get("token") ?? trimmed;
  } catch {
    return trimmed;
  }
}

export function SignIn() {
  const name = lastName();
  const [link, setLink] = useState("");
  const [error, setError] = useState<ApiError | null>(null);
  const [busy, setBusy] = useState(false);

  async function submit(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    try {
      await api.post("/api/signin/", { token: tokenIn(link) });
      const here = window.location.pathname + window.location.search;
      window.location.assign(here.startsWith("/signin") ? "/" : here);
    } catch (failure) {
      setBusy(false);
      if (failure instanceof ApiError) setError(failure);
    }
  }

  return (
    <main className={styles.page}>
      <div className={styles.card}>
        <Logo />
        <h1>Sign in</h1>
        <p>
          Netloom prints a sign-in link where it was started. Each link works once. For a new one, run there{" "}
          <Code>.venv/bin/python manage.py link{name ? ` ${name}` : ""}</Code>
          {name
            ? "."
            : ". It is for whoever started Netloom; another person adds their name, as in manage.py link anna."}{" "}
          Where NETLOOM_HOME was set at the start, set it here too.
        </p>
        <form onSubmit={submit}>
          <TextInput
            label="Sign-in link"
            placeholder="Paste the link here"
            value={link}
            onChange={(event) => setLink(event.currentTarget.value)}
            data-autofocus
          />
          <Button type="submit" mt={12} fullWidth disabled={!link.trim()} loading={busy}>
            Sign in
          </Button>
        </form>
        {error && <ProblemCard message={error.message} hint={error.hint} code={error.code} />}
      </div>
    </main>
  );
}
