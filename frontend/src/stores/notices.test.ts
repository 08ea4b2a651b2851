import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Notice } from "../api/types";
import {
  allowBrowser,
  browserTells,
  lookAt,
  looksAt,
  noticeLine,
  noticeTitle,
  sawEnd,
  takeNews,
  tellByBrowser,
  useTelling,
} from "./notices";

const now = Date.parse("2026-01-01T12:00:00Z");
const notice: Notice = {
  run: 7,
  number: 3,
  name: "wider",
  project: 1,
  project_name: "Iris",
  state: "finished",
  reason: "stopped_early",
  problem: null,
  lead: { key: "accuracy", title: "Accuracy", format: "percent", better: "higher" },
  best: 0.9467,
  best_of: null,
  own_best: null,
  finished: "2026-01-01T11:59:50Z",
};

beforeEach(() => useTelling.setState({ told: [], browser: false }));
afterEach(() => vi.unstubAllGlobals());

test("an end is told once, also after a reload", () => {
  expect(takeNews([notice], now)).toEqual([notice]);
  expect(takeNews([notice], now)).toEqual([]);
  expect(JSON.parse(localStorage.getItem("netloom.notices") ?? "{}").state.told).toHaveLength(1);
});

test("an end that one has seen is not told, whenever the news of it comes", () => {
  expect(sawEnd({ run: 7, finished: "2026-01-01T11:59:50.000Z" }, now)).toBe(true);
  expect(sawEnd({ run: 7, finished: "2026-01-01T11:59:50.000Z" }, now)).toBe(false);
  expect(takeNews([notice], now)).toEqual([]);
  expect(sawEnd({ run: 8, finished: "2026-01-01T09:00:00Z" }, now)).toBe(false); // long over, no news anyhow
});

test("what another tab has told meanwhile is not forgotten by this one", () => {
  takeNews([notice], now);
  const here = useTelling.getState().told;
  localStorage.setItem("netloom.notices", JSON.stringify({ state: { told: ["1 1", ...here] }, version: 0 }));
  takeNews([{ ...notice, run: 9 }], now);
  expect(useTelling.getState().told).toEqual(["1 1", ...here, `9 ${Date.parse("2026-01-01T11:59:50Z")}`]);
});

test("one looks at a run while its page shows", () => {
  const leave = lookAt(7);
  expect([looksAt(7), looksAt(8)]).toEqual([true, false]);
  leave();
  expect(looksAt(7)).toBe(false);
});

test("a run that goes on and ends again is news again", () => {
  takeNews([notice], now);
  const again = { ...notice, finished: "2026-01-01T11:59:59Z" };
  expect(takeNews([again], now)).toEqual([again]);
});

test("what ended while one was away is no news", () => {
  expect(takeNews([{ ...notice, finished: "2026-01-01T09:00:00Z" }], now)).toEqual([]);
});

test("the news say which run and what came of it", () => {
  expect(noticeTitle(notice)).toBe("Run 3, wider, has ended");
  expect(noticeLine(notice)).toBe("Stopped early; validation accuracy 94.67%");
  const own_best = { epoch: 12, validation: { accuracy: 0.93 } };
  expect(noticeLine({ ...notice, best_of: { number: 2, epoch: 7 }, own_best })).toBe(
    "Stopped early; validation accuracy 94.67%, still that of epoch 7 of run 2; its own best is epoch 12, validation accuracy 93.00%",
  );
  const problem = { code: "x", message: "Memory ran out.", hint: "", where: {} };
  const failed: Notice = { ...notice, name: "Run 3", state: "failed", problem };
  expect([noticeTitle(failed), noticeLine(failed)]).toEqual(["Run 3 failed", "Memory ran out."]);
});

/** A browser that answers so when it is asked whether it may tell, and keeps what it was told. */
function browser(answer: NotificationPermission) {
  const shown: { title: string; options: NotificationOptions; onclick?: () => void; closed: boolean }[] = [];
  class Message {
    static permission: NotificationPermission = "default";
    static requestPermission = vi.fn(async () => {
      Message.permission = answer;
      return answer;
    });
    closed = false;
    constructor(
      readonly title: string,
      readonly options: NotificationOptions,
    ) {
      shown.push(this);
    }
    close() {
      this.closed = true;
    }
  }
  vi.stubGlobal("Notification", Message);
  return { shown, asked: Message.requestPermission };
}

test("the browser tells only where that was asked for and allowed, and is asked once", async () => {
  const { asked } = browser("granted");
  expect(browserTells()).toBe(false);
  await allowBrowser(true);
  expect([browserTells(), asked.mock.calls.length]).toEqual([true, 1]);
  await allowBrowser(false);
  expect(browserTells()).toBe(false);
  await allowBrowser(true);
  expect([browserTells(), asked.mock.calls.length]).toEqual([true, 1]);
  browser("denied");
  await allowBrowser(true);
  expect(browserTells()).toBe(false);
});

test("a message of the browser says which run of which project ended how, and leads to it", () => {
  const { shown } = browser("granted");
  const open = vi.fn();
  vi.stubGlobal("focus", vi.fn());
  tellByBrowser(notice, open);
  const [message] = shown;
  expect(message?.title).toBe("Run 3, wider, has ended");
  expect(message?.options.body).toBe("Iris: Stopped early; validation accuracy 94.67%");
  tellByBrowser(notice, open);
  expect(shown[1]?.options.tag).toBe(message?.options.tag); // the second of two tabs takes the place of the first
  message?.onclick?.();
  expect([open.mock.calls.length, message?.closed]).toEqual([1, true]);
});
