import { cleanup, render } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import type { RunEvent } from "../api/types";
import { DeviceUse } from "./DeviceUse";

afterEach(cleanup);

const MACHINE = { busy: 0.4, memory: 2e9, memory_total: 8e9 };

function shown(device: string, told: object): [string, string] {
  const { container } = render(<DeviceUse device={device} progress={told as unknown as RunEvent} />);
  const line = container.querySelector("p");
  return [line?.textContent ?? "", line?.title ?? ""];
}

test("a training on the processor shows what it uses of it", () => {
  expect(shown("CPU · 2 cores", MACHINE)[0]).toBe(
    "CPU · 2 cores · 40% of the processor · memory 2.0 GB of 8.0 GB",
  );
});

test("a training on a GPU shows what it uses of that, and of the processor where one points at it", () => {
  const told = { ...MACHINE, device_busy: 0.931, device_memory: 12e9, device_memory_total: 104e9 };
  const [line, title] = shown("NVIDIA H200", told);
  expect(line).toBe("NVIDIA H200 · 93% of the GPU · GPU memory 12.0 GB of 104 GB");
  expect(title).toContain("40% of the processor");
  expect(title).toContain("93% of the GPU");
});

test("a GPU whose driver does not tell how busy it is shows its memory", () => {
  const told = { ...MACHINE, device_memory: 12e9, device_memory_total: null };
  expect(shown("NVIDIA H200", told)[0]).toBe("NVIDIA H200 · GPU memory 12.0 GB");
});
