import { expect, test } from "vitest";
import { crc32, isPackable, zipOf } from "./zip";

test("the checksum is the one that zips use", () => {
  expect(crc32(new TextEncoder().encode("123456789"))).toBe(0xcbf43926);
});

test("a zip holds the files behind each other, and the list of them at the end", async () => {
  const members = ["cats/ä.png", "dogs/2.png"].map((path) => ({ path, file: new File(["xy"], path) }));
  const packed = await zipOf("pets.zip", members, () => {});
  const view = new DataView(await packed.arrayBuffer());
  const names = members.map(({ path }) => new TextEncoder().encode(path).length);
  const begin = names.reduce((sum, length) => sum + 30 + length + 2, 0);
  expect(view.getUint32(0, true)).toBe(0x04034b50);
  expect(view.getUint32(begin, true)).toBe(0x02014b50);
  expect(view.getUint16(packed.size - 12, true)).toBe(2);
  expect(view.getUint32(packed.size - 6, true)).toBe(begin);
});

test("a folder of too many files is left to other tools", () => {
  const file = new File(["x"], "x.png");
  expect(isPackable(Array.from({ length: 65_536 }, () => ({ path: "x.png", file })))).toBe(false);
});
