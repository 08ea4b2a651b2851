/** The drawing as Flax source, below the canvas; the lines of the selected layer stand out. */

import { Button, CopyButton } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type PointerEvent, useDeferredValue, useEffect, useRef } from "react";
import { ApiError, api } from "../api/client";
import { useReport } from "../stores/checking";
import { useEditor } from "../stores/editor";
import { resizeCode, useView } from "../stores/view";
import { ProblemCard } from "../ui/Problem";
import { lines } from "../ui/python";
import styles from "./CodePanel.module.css";

function useSource() {
  // The code follows the check: it is asked for when a new report has arrived, not on every key.
  const report = useDeferredValue(useReport());
  return useQuery({
    queryKey: ["code", report],
    queryFn: ({ signal }) => {
      const { graph, dataset, recipe } = useEditor.getState().document;
      return api.post<{ source: string }>("/api/code/", { graph, dataset, recipe }, { signal });
    },
    placeholderData: keepPreviousData,
    gcTime: 10_000,
    staleTime: 0,
    retry: false,
    // A drawing with problems has no code; asking would only be refused.
    enabled: report !== null && report.problems.length === 0,
  });
}

export default function CodePanel({ onClose }: { onClose: () => void }) {
  const height = useView((view) => view.code.height);
  const path = useEditor((editor) => editor.path);
  const selected = useEditor((editor) => editor.selection);
  // In the code a node of a block is called after the block and itself.
  const selection = selected.map((id) => [...path, ...id.split("/")].join("_"));
  const { data, error: refused } = useSource();
  const problem = useReport()?.problems[0];
  const error = problem ?? refused;
  const text = useRef<HTMLPreElement>(null);
  const [only] = selection;

  useEffect(() => {
    if (only && data)
      text.current?.querySelector('[data-chosen="true"]')?.scrollIntoView({ block: "nearest" });
  }, [only, data]);

  function drag(event: PointerEvent<HTMLDivElement>) {
    const from = event.clientY;
    const handle = event.currentTarget;
    handle.setPointerCapture(event.pointerId);
    const move = (next: globalThis.PointerEvent) => resizeCode(height + from - next.clientY);
    handle.addEventListener("pointermove", move);
    handle.addEventListener("lostpointercapture", () => handle.removeEventListener("pointermove", move), {
      once: true,
    });
  }

  return (
    <section aria-label="Code" className={styles.panel} style={{ height }}>
      <div className={styles.handle} onPointerDown={drag} />
      <header className={styles.head}>
        <strong>Code</strong>
        <span className={styles.note}>the Flax model that will train</span>
        <CopyButton value={data?.source ?? ""}>
          {({ copied, copy }) => (
            <Button size="compact-sm" variant="default" onClick={copy} disabled={!data || Boolean(error)}>
              {copied ? "Copied" : "Copy"}
            </Button>
          )}
        </CopyButton>
        <Button size="compact-sm" variant="subtle" color="gray" onClick={onClose}>
          Close
        </Button>
      </header>
      {error ? (
        <div className={styles.problem}>
          <ProblemCard
            tone="warn"
            title="There is no code yet"
            message={error.message}
            hint={problem ? problem.hint : refused instanceof ApiError ? refused.hint : null}
          />
        </div>
      ) : (
        <pre ref={text} className={styles.code}>
          {lines(data?.source ?? "").map((line, number) => {
            const written = line.map((piece) => piece.text).join("");
            const chosen = selection.some((id) => new RegExp(`\\b${id}\\b`).test(written));
            return (
              // biome-ignore lint/suspicious/noArrayIndexKey: a line is its number
              <span key={number} className={styles.line} data-chosen={chosen}>
                {line.map((piece, place) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: so is a piece of it
                  <span key={place} data-kind={piece.kind}>
                    {piece.text}
                  </span>
                ))}
                {"\n"}
              </span>
            );
          })}
        </pre>
      )}
    </section>
  );
}
