/** How all charts are drawn: the x axis, scales, smoothing, and the way back from a zoom. */

import { Button, SegmentedControl, Slider, Switch } from "@mantine/core";
import { useEffect, useState } from "react";
import styles from "./charts.module.css";
import { type ChartView, MOST_SMOOTHING, type XAxis } from "./chartView";

interface ChartToolsProps {
  view: ChartView;
  change: (changes: Partial<ChartView>, replace?: boolean) => void;
}

const X_AXES: { value: XAxis; label: string }[] = [
  { value: "epoch", label: "Epoch" },
  { value: "step", label: "Step" },
  { value: "time", label: "Time" },
];

export function ChartTools({ view, change }: ChartToolsProps) {
  return (
    <fieldset className={styles.tools}>
      <legend>How the charts are drawn</legend>
      <SegmentedControl
        size="xs"
        aria-label="X axis"
        data={X_AXES}
        value={view.xAxis}
        onChange={(xAxis) => change({ xAxis: xAxis as XAxis })}
      />
      <Switch
        size="xs"
        label="Log y"
        title="Logarithmic y axis"
        checked={view.logY}
        onChange={(event) => change({ logY: event.currentTarget.checked })}
      />
      <Switch
        size="xs"
        label="Log x"
        title="Logarithmic x axis"
        checked={view.logX}
        onChange={(event) => change({ logX: event.currentTarget.checked })}
      />
      <Smoothing value={view.smoothing} onChange={(smoothing) => change({ smoothing }, true)} />
      {view.zoom && (
        <Button size="compact-xs" variant="default" onClick={() => change({ zoom: null })}>
          Show all
        </Button>
      )}
    </fieldset>
  );
}

/** Moves at once; the address follows when the thumb comes to rest. */
function Smoothing({ value, onChange }: { value: number; onChange: (value: number) => void }) {
  const [moving, setMoving] = useState(value);
  useEffect(() => setMoving(value), [value]);
  useEffect(() => {
    if (moving === value) return;
    const timer = setTimeout(() => onChange(moving), 60);
    return () => clearTimeout(timer);
  }, [moving, value, onChange]);
  return (
    <span className={styles.smoothing}>
      <span aria-hidden="true">Smoothing</span>
      <Slider
        size="xs"
        label={null}
        thumbLabel="Smoothing"
        min={0}
        max={MOST_SMOOTHING}
        step={0.01}
        value={moving}
        onChange={setMoving}
      />
      <output>{moving === 0 ? "off" : moving.toFixed(2)}</output>
    </span>
  );
}
