import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { RateCurve } from "./RateCurve";

const { drawn } = vi.hoisted(() => ({ drawn: vi.fn() }));
vi.mock("../ui/Figure", () => ({
  Figure: ({ figure, label }: { figure: { data: unknown[] }; label: string }) => {
    drawn(figure.data);
    return <div role="img" aria-label={label} />;
  },
}));

const show = (answer: unknown) => {
  const body = JSON.stringify(answer);
  vi.stubGlobal(
    "fetch",
    vi.fn(async () => new Response(body, { headers: { "Content-Type": "application/json" } })),
  );
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  return render(
    <QueryClientProvider client={client}>
      <RateCurve settings={{}} />
    </QueryClientProvider>,
  );
};

afterEach(() => {
  vi.unstubAllGlobals();
  drawn.mockClear();
});

test("a rate that changes is drawn over the epochs", async () => {
  show({ epochs: [0, 1, 2], rates: [0.1, 0.05, 0], at_worst: null });
  expect(await screen.findByRole("img", { name: "Learning rate by epoch" })).toBeTruthy();
  expect(drawn).toHaveBeenLastCalledWith([
    expect.objectContaining({ x: [0, 1, 2], y: [0.1, 0.05, 0], line: { dash: "solid" } }),
  ]);
  expect(screen.queryByText(/never improves/)).toBeNull();
});

test("of a plateau it is drawn how the rate would fall, and said when", async () => {
  show({ epochs: [0, 1, 2], rates: [0.1, 0.1, 0.1], at_worst: [0.1, 0.1, 0.01] });
  expect(await screen.findByText(/if validation never improves/)).toBeTruthy();
  expect(drawn).toHaveBeenLastCalledWith([
    expect.objectContaining({ y: [0.1, 0.1, 0.1] }),
    expect.objectContaining({ y: [0.1, 0.1, 0.01], line: { dash: "dash" } }),
  ]);
});

test("of a rate that stays as it is nothing is drawn", async () => {
  show({ epochs: [0, 1], rates: [0.1, 0.1], at_worst: null });
  await waitFor(() => expect(fetch).toHaveBeenCalled());
  expect(drawn).not.toHaveBeenCalled();
});
