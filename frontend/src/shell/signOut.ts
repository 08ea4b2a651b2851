/** Signing out, from the menu or by name. */

import { api } from "../api/client";
import { dropRates } from "../stores/rateSearch";
import { finishRemovals } from "../stores/removing";
import { flush } from "../stores/saving";
import { tellError } from "../ui/notify";

export async function signOut(): Promise<void> {
  await flush().catch(() => {}); // what cannot be sent stays in this browser as a draft
  await finishRemovals();
  try {
    await api.post("/api/signout/");
    dropRates();
    window.location.assign("/");
  } catch (error) {
    tellError(error, "Signing out did not work");
  }
}
