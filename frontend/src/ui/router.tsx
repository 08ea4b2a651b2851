/** Where we are: the address bar as a store. Paths name a project's step, the query holds the rest of the view. */

import { type AnchorHTMLAttributes, type MouseEvent, useSyncExternalStore } from "react";

export const STEPS = ["data", "design", "train", "evaluate", "use"] as const;
export type Step = (typeof STEPS)[number];
export type Route =
  | { name: "projects" }
  | { name: "project"; id: number; step: Step }
  | { name: "signin" }
  | { name: "missing" };

export function parsePath(path: string): Route {
  const parts = path.split("/").filter(Boolean);
  if (parts.length === 0 || (parts.length === 1 && parts[0] === "projects")) return { name: "projects" };
  if (parts.length === 1 && parts[0] === "signin") return { name: "signin" };
  const [root, id, step = "design"] = parts;
  if (root !== "projects" || parts.length > 3 || !/^\d+$/.test(id ?? "")) return { name: "missing" };
  if (!STEPS.includes(step as Step)) return { name: "missing" };
  return { name: "project", id: Number(id), step: step as Step };
}

export function stepPath(project: number, step: Step, search: Record<string, string | number> = {}): string {
  const query = new URLSearchParams(Object.entries(search).map(([key, value]) => [key, String(value)]));
  return `/projects/${project}/${step}${query.size ? `?${query}` : ""}`;
}

const MOVED = "netloom:moved";

export function navigate(to: string, options: { replace?: boolean } = {}): void {
  if (to === window.location.pathname + window.location.search) return;
  if (options.replace) window.history.replaceState(null, "", to);
  else window.history.pushState(null, "", to);
  window.dispatchEvent(new Event(MOVED));
}

function subscribe(callback: () => void): () => void {
  window.addEventListener("popstate", callback);
  window.addEventListener(MOVED, callback);
  return () => {
    window.removeEventListener("popstate", callback);
    window.removeEventListener(MOVED, callback);
  };
}

export const usePath = () => useSyncExternalStore(subscribe, () => window.location.pathname);
export const useRoute = () => parsePath(usePath());

/** One value of the query string, and a setter that keeps the others. */
export function useSearch(key: string): [string | null, (value: string | number | null) => void] {
  const value = useSyncExternalStore(subscribe, () => new URLSearchParams(window.location.search).get(key));
  return [value, (next) => setSearch({ [key]: next })];
}

export function setSearch(changes: Record<string, string | number | null>, replace = true): void {
  const query = new URLSearchParams(window.location.search);
  for (const [key, value] of Object.entries(changes)) {
    if (value === null) query.delete(key);
    else query.set(key, String(value));
  }
  navigate(window.location.pathname + (query.size ? `?${query}` : ""), { replace });
}

interface LinkProps extends AnchorHTMLAttributes<HTMLAnchorElement> {
  to: string;
}

/** An anchor that moves without loading the page; new tabs and modifiers work as on any link. */
export function Link({ to, onClick, ...rest }: LinkProps) {
  function follow(event: MouseEvent<HTMLAnchorElement>) {
    onClick?.(event);
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (event.defaultPrevented || !plain) return;
    event.preventDefault();
    navigate(to);
  }
  return <a href={to} onClick={follow} {...rest} />;
}
