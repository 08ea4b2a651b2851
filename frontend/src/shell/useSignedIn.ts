/** Who is signed in, and who was last. */

import { useEffect, useState } from "react";
import { onSignedOut } from "../api/client";
import { useMe } from "../api/queries";
import { dropRates } from "../stores/rateSearch";

const LAST = "netloom.name";

/** The name of whoever was last signed in here, for the command that makes a new link. */
export const lastName = () => localStorage.getItem(LAST);

/** Whether somebody is signed in; "no" also as soon as any call is refused for that reason. */
export function useSignedIn(): "yes" | "no" | "unknown" {
  const me = useMe();
  const name = me.data?.username;
  const [out, setOut] = useState(false);
  useEffect(
    () =>
      onSignedOut(() => {
        dropRates();
        setOut(true);
      }),
    [],
  );
  useEffect(() => {
    if (name) localStorage.setItem(LAST, name);
  }, [name]);
  if (out) return "no";
  if (name) return "yes";
  return me.isError ? "no" : "unknown";
}
