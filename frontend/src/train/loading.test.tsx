import { MantineProvider } from "@mantine/core";
import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { RunFeed } from "../stores/run";
import { Examples } from "./examples/Examples";
import { Inside } from "./inside/Inside";
import { Log } from "./Log";

afterEach(cleanup);

function show(loading: boolean): string[] {
  const feed = new RunFeed(5);
  render(
    <MantineProvider env="test">
      <Inside project={1} feed={feed} status={feed.status} loading={loading} />
      <Examples dataset={1} status={feed.status} loading={loading} />
      <Log feed={feed} loading={loading} />
    </MantineProvider>,
  );
  return [...document.querySelectorAll("p")].map((line) => line.textContent ?? "");
}

test("while what happened in a run is on its way, no panel speaks of what has yet to happen", () => {
  expect(show(true)).toEqual(["Loading…", "Loading…", "Loading…"]);
  cleanup();
  expect(show(false).every((line) => line.includes("will be"))).toBe(true);
  expect(screen.queryByText("Loading…")).toBeNull();
});
