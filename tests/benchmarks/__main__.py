"""Speed against peers, both sides interleaved in one run: python -m tests.benchmarks"""

from __future__ import annotations

import os
import platform
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks import checking, training

ROUNDS = 5


def interleaved(sides: dict[str, Callable[[], float]]) -> dict[str, float]:
    """The median of each side over ROUNDS rounds in which every side runs once."""
    taken: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(ROUNDS):
        for name, side in sides.items():
            taken[name].append(side())
    return {name: statistics.median(values) for name, values in taken.items()}


def main() -> None:
    print(f"{platform.processor() or platform.machine()}, {len(os.sched_getaffinity(0))} cores, {ROUNDS} rounds\n")
    print("| work | netloom, examples/s | peer | peer, examples/s | ratio |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for work in training.WORKS:
            speeds = interleaved(work.sides(Path(folder) / work.name))
            ours = speeds.pop("netloom")
            for peer, theirs in speeds.items():
                print(f"| {work.title} | {ours:,.0f} | {peer} | {theirs:,.0f} | {ours / theirs:.2f} |", flush=True)
    print("\n| moment | milliseconds |\n|---|---|")
    for moment, seconds in checking.moments().items():
        print(f"| {moment} | {seconds * 1e3:,.1f} |", flush=True)


if __name__ == "__main__":
    main()
