/** The colours of compared runs, by their place among the picked ones. */
export const TOKENS = [
  "train",
  "validation",
  "family-3",
  "family-5",
  "family-6",
  "family-2",
  "family-9",
  "family-7",
] as const;
