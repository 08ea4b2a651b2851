import { fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { Link, navigate, parsePath, setSearch, stepPath, useRoute, useSearch } from "./router";

afterEach(() => window.history.replaceState(null, "", "/"));

test("every address names a page", () => {
  expect(parsePath("/")).toEqual({ name: "projects" });
  expect(parsePath("/projects/7/train")).toEqual({ name: "project", id: 7, step: "train" });
  expect(parsePath("/projects/7")).toEqual({ name: "project", id: 7, step: "design" });
  expect(parsePath("/signin")).toEqual({ name: "signin" });
  for (const path of ["/projects/x", "/projects/7/paint", "/projects/7/train/more", "/elsewhere"])
    expect(parsePath(path)).toEqual({ name: "missing" });
});

test("paths of steps carry the rest of the view in the query", () => {
  expect(stepPath(3, "train", { run: 9 })).toBe("/projects/3/train?run=9");
  expect(stepPath(3, "data")).toBe("/projects/3/data");
});

function Where() {
  const route = useRoute();
  const [run] = useSearch("run");
  return (
    <>
      <output>{`${route.name} ${run}`}</output>
      <Link to="/projects/2/train?run=5">go</Link>
    </>
  );
}

test("links move without loading, and pages follow", () => {
  render(<Where />);
  expect(screen.getByRole("status").textContent).toBe("projects null");
  fireEvent.click(screen.getByRole("link"));
  expect(window.location.pathname).toBe("/projects/2/train");
  expect(screen.getByRole("status").textContent).toBe("project 5");
});

test("changing one part of the query keeps the others", () => {
  navigate("/projects/2/train?run=5&node=dense_1");
  setSearch({ run: null });
  expect(window.location.search).toBe("?node=dense_1");
});
