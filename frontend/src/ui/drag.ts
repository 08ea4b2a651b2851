/** What the pointer carries from the palette to the canvas: the type of a layer, or a block. */

const LAYER = "application/x-netloom-layer";
const BLOCK = "application/x-netloom-block";

const carry = (kind: string) => (transfer: DataTransfer, text: string) => {
  transfer.setData(kind, text);
  transfer.effectAllowed = "copy";
};
export const carryLayer = carry(LAYER);
export const carryBlock = carry(BLOCK);
export const carries = (transfer: DataTransfer) =>
  transfer.types.includes(LAYER) || transfer.types.includes(BLOCK);
export const carriedLayer = (transfer: DataTransfer) => transfer.getData(LAYER) || null;
export const carriedBlock = (transfer: DataTransfer) => transfer.getData(BLOCK) || null;
