/** What the training uses of its machine: the device, how busy it is, and memory. */

import type { RunEvent } from "../api/types";
import { bytes, percent } from "../ui/format";
import styles from "./train.module.css";

interface DeviceUseProps {
  device: unknown;
  progress: RunEvent | null;
}

export function DeviceUse({ device, progress }: DeviceUseProps) {
  const [graphics, machine] = [graphicsUse(progress), machineUse(progress)];
  const parts = [typeof device === "string" && device, ...(graphics.length > 0 ? graphics : machine)].filter(
    Boolean,
  );
  return (
    <p className={styles.device} title={[TITLE, ...graphics, ...machine].join("\n")}>
      {parts.length > 0 ? parts.join(" · ") : "\u00a0"}
    </p>
  );
}

const TITLE = "What the training uses of its machine";

/** "93% of the GPU", "GPU memory 2.1 of 25.2 GB" of a training on a GPU; what is not known is left out. */
function graphicsUse(progress: RunEvent | null): string[] {
  if (!progress) return [];
  const { device_busy, device_memory, device_memory_total } = progress;
  const parts: string[] = [];
  if (typeof device_busy === "number") parts.push(`${percent(device_busy, 0)} of the GPU`);
  if (typeof device_memory === "number") parts.push(`GPU memory ${of(device_memory, device_memory_total)}`);
  return parts;
}

/** "87% of the processor", "memory 2.1 of 25.2 GB". */
function machineUse(progress: RunEvent | null): string[] {
  if (!progress) return [];
  const { busy, memory, memory_total } = progress;
  const parts: string[] = [];
  if (typeof busy === "number") parts.push(`${percent(busy, 0)} of the processor`);
  if (typeof memory === "number") parts.push(`memory ${of(memory, memory_total)}`);
  return parts;
}

const of = (used: number, total: unknown) =>
  typeof total === "number" && total > 0 ? `${bytes(used)} of ${bytes(total)}` : bytes(used);
