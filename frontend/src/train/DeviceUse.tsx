/** What the training uses of its machine: the device, how busy it is, and memory. */

import type { RunEvent } from "../api/types";
import { bytes, percent } from "../ui/format";
import styles from "./train.module.css";

interface DeviceUseProps {
  device: unknown;
  progress: RunEvent | null;
}

export function DeviceUse({ device, progress }: DeviceUseProps) {
  const parts = [typeof device === "string" && device, ...useOf(progress)].filter(Boolean);
  return (
    <p className={styles.device} title="What the training uses of its machine">
      {parts.length > 0 ? parts.join(" · ") : "\u00a0"}
    </p>
  );
}

/** "87% busy", "memory 2.1 of 25.2 GB"; what is not known is left out. */
export function useOf(progress: RunEvent | null): string[] {
  if (!progress) return [];
  const { busy, memory, memory_total, device_memory, device_memory_total } = progress;
  const parts: string[] = [];
  if (typeof busy === "number") parts.push(`${percent(busy, 0)} of the processor`);
  if (typeof device_memory === "number")
    parts.push(`device memory ${of(device_memory, device_memory_total)}`);
  if (typeof memory === "number") parts.push(`memory ${of(memory, memory_total)}`);
  return parts;
}

const of = (used: number, total: unknown) =>
  typeof total === "number" && total > 0 ? `${bytes(used)} of ${bytes(total)}` : bytes(used);
