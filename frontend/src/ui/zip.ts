/** Packs the files of a folder into one zip, without squeezing them: pictures are squeezed already. */

export interface Member {
  /** Where it lies: cats/1.png */
  path: string;
  file: File;
}

const MOST_FILES = 65_535;
const MOST_BYTES = 0xffff_ffff;
const UTF8_NAMES = 0x0800;
const FIRST_DAY = 0x0021; // of 1980; what zips say of time is of no use here

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

export function crc32(bytes: Uint8Array): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) crc = (TABLE[(crc ^ byte) & 255] as number) ^ (crc >>> 8);
  return (crc ^ 0xffff_ffff) >>> 0;
}

/** Whether a folder is within what a plain zip can hold. */
export const isPackable = (members: Member[]) =>
  members.length <= MOST_FILES &&
  members.reduce((sum, { file, path }) => sum + file.size + 200 + 8 * path.length, 0) <= MOST_BYTES;

/** The zip; the bytes of the files stay on disk until it is sent. The same files make the same zip. */
export async function zipOf(
  name: string,
  members: Member[],
  onProgress: (done: number) => void,
): Promise<File> {
  const parts: BlobPart[] = [];
  const central: BlobPart[] = [];
  let offset = 0;
  let size = 0;
  for (const [place, { path, file }] of members.entries()) {
    const label = new TextEncoder().encode(path);
    const sums = [crc32(new Uint8Array(await file.arrayBuffer())), file.size, file.size];
    const shared = { label: label.length, sums };
    parts.push(head(0x04034b50, shared), label, file);
    central.push(head(0x02014b50, shared, offset), label);
    offset += 30 + label.length + file.size;
    size += 46 + label.length;
    if (place % 50 === 0) onProgress(place);
  }
  const lastModified = Math.max(0, ...members.map(({ file }) => file.lastModified));
  const packed = [...parts, ...central, end(members.length, size, offset)];
  return new File(packed, name, { type: "application/zip", lastModified });
}

/** The header before a file, or with its offset the one in the list at the end. */
function head(
  sign: number,
  { label, sums }: { label: number; sums: number[] },
  offset?: number,
): ArrayBuffer {
  const listed = offset !== undefined;
  const view = new DataView(new ArrayBuffer(listed ? 46 : 30));
  view.setUint32(0, sign, true);
  let at = 4;
  const short = (value: number) => {
    view.setUint16(at, value, true);
    at += 2;
  };
  if (listed) short(20);
  for (const value of [20, UTF8_NAMES, 0, 0, FIRST_DAY]) short(value);
  for (const sum of sums) {
    view.setUint32(at, sum, true);
    at += 4;
  }
  short(label);
  if (listed) view.setUint32(42, offset, true);
  return view.buffer;
}

function end(count: number, size: number, offset: number): ArrayBuffer {
  const view = new DataView(new ArrayBuffer(22));
  view.setUint32(0, 0x06054b50, true);
  view.setUint16(8, count, true);
  view.setUint16(10, count, true);
  view.setUint32(12, size, true);
  view.setUint32(16, offset, true);
  return view.buffer;
}
