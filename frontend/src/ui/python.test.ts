import { expect, test } from "vitest";
import { lines, pieces } from "./python";

test("nothing is lost when Python is cut into pieces", () => {
  const source = 'class Net:  # a net\n    """Doc\n    more"""\n    size = 0.5e-3\n    name = "in"\n';
  expect(
    pieces(source)
      .map((piece) => piece.text)
      .join(""),
  ).toBe(source);
  expect(lines(source)).toHaveLength(6);
});

test("keywords, names, numbers, strings and comments are told apart", () => {
  const kinds = Object.fromEntries(pieces('def f(x): return x1 + 12 # y "z"').map((p) => [p.text, p.kind]));
  expect(kinds).toMatchObject({
    def: "keyword",
    f: "name",
    return: "keyword",
    "12": "number",
    '# y "z"': "comment",
  });
});
