import { useEffect, useState } from "react";
import { onSignedOut } from "../api/client";
import { useMe } from "../api/queries";

/** Whether somebody is signed in; "no" also as soon as any call is refused for that reason. */
export function useSignedIn(): "yes" | "no" | "unknown" {
  const me = useMe();
  const [out, setOut] = useState(false);
  useEffect(() => onSignedOut(() => setOut(true)), []);
  if (out) return "no";
  if (me.data) return "yes";
  return me.isError ? "no" : "unknown";
}
