/** What the pointer carries from the palette to the canvas. */

const LAYER = "application/x-netloom-layer";

export const carryLayer = (transfer: DataTransfer, type: string) => {
  transfer.setData(LAYER, type);
  transfer.effectAllowed = "copy";
};
export const carriesLayer = (transfer: DataTransfer) => transfer.types.includes(LAYER);
export const carriedLayer = (transfer: DataTransfer) => transfer.getData(LAYER) || null;
