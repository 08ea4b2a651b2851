/** How a file was read, as fields of a form: what each is called, what it can be, and what it is. */

import type { Dataset, FileReading, Wishes } from "../api/types";

export interface Choice {
  value: string;
  label: string;
}

export type Field = keyof Wishes;

/** Which fields mean something for a format; what is not here is read as it stands. */
const FIELDS: { [format: string]: Field[] } = {
  csv: [
    "separator",
    "encoding",
    "header",
    "skip",
    "decimal",
    "thousands",
    "quote",
    "escape",
    "comment",
    "missing",
  ],
  jsonl: ["encoding", "missing"],
  parquet: ["missing"],
  npz: ["missing"],
  excel: ["sheet", "header", "skip", "missing"],
};

export const LABELS: { [field in Field]: string } = {
  separator: "Separator",
  encoding: "Encoding",
  header: "Names of the columns",
  skip: "Lines above the table",
  decimal: "Decimal sign",
  thousands: "Groups of digits",
  quote: "Quotes",
  escape: "Escape sign",
  comment: "Comments begin with",
  missing: "Missing values",
  sheet: "Sheet",
};

const FORMATS: { [format: string]: string } = {
  csv: "Text table",
  jsonl: "JSON",
  parquet: "Parquet",
  npz: "NumPy arrays",
  excel: "Workbook",
  idx: "IDX arrays",
  pictures: "Zip of pictures",
};

const CHOICES: { [field in Field]?: Choice[] } = {
  separator: [
    { value: ",", label: "Comma ," },
    { value: ";", label: "Semicolon ;" },
    { value: "\t", label: "Tab" },
    { value: "|", label: "Bar |" },
    { value: " ", label: "Blanks" },
    { value: "::", label: "Two colons ::" },
    { value: ":", label: "Colon :" },
  ],
  encoding: [
    { value: "utf-8", label: "UTF-8" },
    { value: "utf-8-sig", label: "UTF-8 with a mark" },
    { value: "utf-16", label: "UTF-16" },
    { value: "utf-16-le", label: "UTF-16, low byte first" },
    { value: "utf-16-be", label: "UTF-16, high byte first" },
    { value: "cp1252", label: "Windows-1252, western" },
    { value: "latin-1", label: "ISO 8859-1, western" },
    { value: "iso8859-15", label: "ISO 8859-15, western" },
    { value: "mac-roman", label: "Macintosh, western" },
    { value: "cp1250", label: "Windows-1250, central European" },
    { value: "cp1251", label: "Windows-1251, Cyrillic" },
    { value: "koi8-r", label: "KOI8-R, Cyrillic" },
    { value: "shift-jis", label: "Shift JIS, Japanese" },
    { value: "euc-jp", label: "EUC-JP, Japanese" },
    { value: "euc-kr", label: "EUC-KR, Korean" },
    { value: "gb18030", label: "GB 18030, Chinese" },
    { value: "big5", label: "Big5, Chinese" },
  ],
  header: [
    { value: "true", label: "In the first line" },
    { value: "false", label: "Not in the file" },
  ],
  decimal: [
    { value: ".", label: "Point, 1.5" },
    { value: ",", label: "Comma, 1,5" },
  ],
  thousands: [
    { value: "", label: "None" },
    { value: ",", label: "Comma, 1,000" },
    { value: ".", label: "Point, 1.000" },
    { value: " ", label: "Blank, 1 000" },
    { value: "'", label: "Apostrophe, 1'000" },
    { value: "\u00a0", label: "Fixed blank, 1\u00a0000" },
    { value: "\u202f", label: "Narrow blank, 1\u202f000" },
    { value: "’", label: "Apostrophe, 1’000" },
  ],
  quote: [
    { value: '"', label: 'Double, "x"' },
    { value: "'", label: "Single, 'x'" },
    { value: "", label: "None" },
  ],
  escape: [
    { value: "", label: "None" },
    { value: "\\", label: "Backslash \\" },
  ],
};

/** Problems that another way of reading may mend. */
const MENDABLE = new Set([
  "one_column",
  "rows_differ_in_length",
  "no_rows",
  "wrong_encoding",
  "wrong_reading",
  "unknown_sheet",
]);

export const formatName = ({ format }: FileReading) => FORMATS[format] ?? format;

export const fieldsOf = (reading: FileReading | null): Field[] => FIELDS[reading?.format ?? "csv"] ?? [];

export const mendable = ({ problem }: Dataset) => problem !== null && MENDABLE.has(problem.code);

/** What a field can be; what was found but stands in no list is one more choice. */
export function choicesOf(field: Field, reading: FileReading | null, value: string | null): Choice[] | null {
  if (field === "sheet") return (reading?.sheets ?? []).map((sheet) => ({ value: sheet, label: sheet }));
  const known = CHOICES[field];
  if (!known || value === null || known.some((choice) => choice.value === value)) return known ?? null;
  return [...known, { value, label: value }];
}

/** The value of a field as the form shows it: wished, else as it was read; null where neither is known. */
export function shown(field: Field, reading: FileReading | null, wishes: Wishes): string | null {
  const value = wishes[field] ?? reading?.[field];
  if (value === undefined || value === null) return null;
  return Array.isArray(value) ? value.filter(Boolean).join(" ") : String(value);
}

/** The wishes with one more: text as the form has it. Null leaves it to be found out. */
export function wish(wishes: Wishes, field: Field, text: string | null): Wishes {
  const { [field]: _, ...others } = wishes;
  return text === null ? others : { ...others, [field]: typedValue(field, text) };
}

function typedValue(field: Field, text: string): boolean | number | string | string[] {
  if (field === "header") return text === "true";
  if (field === "skip") return Number(text);
  if (field === "missing") return text.split(/\s+/).filter(Boolean);
  return text;
}
