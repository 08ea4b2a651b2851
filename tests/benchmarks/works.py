"""The networks whose training is measured, and the made-up rows they are trained on; numbers alone, no library."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

LOOP, KERAS, EAGER, COMPILED, SKLEARN = "loop", "keras", "torch", "torch-compiled", "scikit-learn"


@dataclass(frozen=True)
class Work:
    """One network: layers as (kind, its number), of which convolutions are 3 × 3 and all but the last end in relu."""

    name: str
    title: str
    shape: tuple[int, ...]
    layers: tuple[tuple[str, float], ...]
    batch: int
    rows: int
    epochs: int
    classes: int = 0
    """0 where the target is a number."""
    wanted: Mapping[str, float] = field(default_factory=dict)
    """The least ratio to each peer; only these peers are measured."""

    def write(self, folder: Path) -> None:
        """The work and its rows, for every side."""
        rng = np.random.default_rng(0)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "work.json").write_text(json.dumps(asdict(self)))
        if self.classes:
            x = (rng.integers(0, 256, (self.rows, *self.shape)) / 255).astype(np.float32)
            y = rng.integers(0, self.classes, self.rows)
        elif len(self.shape) == 2:  # windows over one long series
            series = rng.normal(size=(self.rows + self.shape[0], self.shape[1])).astype(np.float32)
            x = np.lib.stride_tricks.sliding_window_view(series, self.shape[0], 0).swapaxes(1, 2)[: self.rows].copy()
            y = rng.normal(size=self.rows).astype(np.float32)
            np.save(folder / "series.npy", series)
        else:
            x = rng.normal(size=(self.rows, *self.shape)).astype(np.float32)
            y = (x @ rng.normal(size=self.shape) / np.sqrt(self.shape[0])).astype(np.float32)
        np.save(folder / "x.npy", x)
        np.save(folder / "y.npy", y)


def read(folder: Path) -> tuple[Work, np.ndarray, np.ndarray]:
    """A work with its inputs (N, …) and targets (N,)."""
    document: dict[str, Any] = json.loads((folder / "work.json").read_text())
    layers = tuple((kind, number) for kind, number in document.pop("layers"))
    work = Work(**{**document, "shape": tuple(document["shape"]), "layers": layers})
    return work, np.load(folder / "x.npy"), np.load(folder / "y.npy")


WORKS = (
    Work(
        "table", "table MLP 100-64-32-1, batch 32", (100,), (("dense", 64), ("dense", 32), ("dense", 1)), 32, 20_000,
        20, wanted={LOOP: 0.95, KERAS: 2.5, EAGER: 10, COMPILED: 10, SKLEARN: 5},
    ),
    Work(
        "mlp", "MLP 784-256-128-10, dropout, batch 256", (28, 28, 1),
        (("flatten", 0), ("dense", 256), ("dropout", 0.4), ("dense", 128), ("dropout", 0.3), ("dense", 10)),
        256, 20_000, 12, 10, {LOOP: 0.98, KERAS: 1.0, EAGER: 2, COMPILED: 2, SKLEARN: 2},
    ),
    Work(
        "cnn", "CNN conv32-conv64-pool-dense128, 28×28, batch 128", (28, 28, 1),
        (("conv", 32), ("conv", 64), ("pool", 2), ("flatten", 0), ("dense", 128), ("dense", 10)),
        128, 3_840, 2, 10, {LOOP: 0.98, KERAS: 1.7, EAGER: 1.0, COMPILED: 1.0},
    ),
    Work(
        "lstm", "LSTM 64 on 30×5 windows, batch 64", (30, 5), (("lstm", 64), ("dense", 1)), 64, 6_400, 3,
        wanted={LOOP: 0.98, KERAS: 1.05, EAGER: 1.0, COMPILED: 1.0},
    ),
)  # fmt: skip
