import { expect, test } from "vitest";
import styles from "./styles.ts?raw";

const sources = import.meta.glob<string>("../**/*.{ts,tsx}", {
  query: "?raw",
  import: "default",
  eager: true,
});
const sheets = Object.keys(import.meta.glob("/node_modules/@mantine/core/styles/*.css"));
const hasSheet = (name: string) => sheets.some((path) => path.endsWith(`/${name}.css`));

function components(source: string): string[] {
  const imports = [...source.matchAll(/import \{([^}]*)\} from "@mantine\/core"/g)];
  return imports.flatMap((match) => (match[1] ?? "").split(",").map((name) => name.trim()));
}

test("every Mantine component in use brings its style sheet", () => {
  expect(sheets.length).toBeGreaterThan(100);
  const used = new Set(Object.values(sources).flatMap(components).filter(hasSheet));
  const missing = [...used].filter((name) => !styles.includes(`/${name}.css`));
  expect(missing).toEqual([]);
});
