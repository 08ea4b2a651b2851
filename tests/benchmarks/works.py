"""The networks whose training is measured, and the made-up rows they are trained on; numbers alone, no library."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

LOOP, KERAS, EAGER, COMPILED, SKLEARN = "loop", "keras", "torch", "torch-compiled", "scikit-learn"


@dataclass(frozen=True)
class Work:
    """One network: layers as (kind, its number), of which convolutions are 3 × 3 and all but the last end in relu.

    `conv` has biases and no padding. `stem` is padded and normalized, and has no biases. `residual` is the basic block
    of He et al., https://arxiv.org/abs/1512.03385: two such convolutions and a way around; where it has other filters
    than what comes in, it takes every second place, and the way around is a normalized 1 × 1 convolution. `mean` is
    that of each channel.
    """

    name: str
    title: str
    shape: tuple[int, ...]
    layers: tuple[tuple[str, float], ...]
    batch: int
    rows: int
    epochs: int
    classes: int = 0
    """0 where the target is a number."""
    wanted: Mapping[str, float | None] = field(default_factory=dict)
    """The least ratio to each peer, None for any; only these peers are measured."""
    precision: str = "float32"

    @property
    def called(self) -> str:
        """What it is called in tables."""
        digits = "" if self.precision == "float32" else f", {self.precision}"
        return f"{self.title}, batch {self.batch}{digits}"

    @property
    def convolves(self) -> bool:
        return any(kind in ("conv", "stem", "residual") for kind, _ in self.layers)

    def write(self, folder: Path) -> None:
        """The work and its rows, for every side."""
        rng = np.random.default_rng(0)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "work.json").write_text(json.dumps(asdict(self)))
        if self.classes:
            x = rng.integers(0, 256, (self.rows, *self.shape), np.uint8)
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
    """A work with its inputs (N, …) float32, those of pictures from 0 to 1, and its targets (N,)."""
    document: dict[str, Any] = json.loads((folder / "work.json").read_text())
    layers = tuple((kind, number) for kind, number in document.pop("layers"))
    work = Work(**{**document, "shape": tuple(document["shape"]), "layers": layers})
    x = np.load(folder / "x.npy")
    return work, np.divide(x, 255, dtype=np.float32) if x.dtype == np.uint8 else x, np.load(folder / "y.npy")


RESIDUALS = tuple(("residual", wide) for wide in (64, 64, 128, 128, 256, 256, 512, 512))

WORKS = (
    Work(
        "table", "table MLP 100-64-32-1", (100,), (("dense", 64), ("dense", 32), ("dense", 1)), 32, 20_000,
        80, wanted={LOOP: 0.95, KERAS: 2.5, EAGER: 10, COMPILED: 10, SKLEARN: 5},
    ),
    Work(
        "mlp", "MLP 784-256-128-10, dropout", (28, 28, 1),
        (("flatten", 0), ("dense", 256), ("dropout", 0.4), ("dense", 128), ("dropout", 0.3), ("dense", 10)),
        256, 20_000, 12, 10, {LOOP: 0.98, KERAS: 1.0, EAGER: 2, COMPILED: 2, SKLEARN: 2},
    ),
    Work(
        "cnn", "CNN conv32-conv64-pool-dense128, 28×28", (28, 28, 1),
        (("conv", 32), ("conv", 64), ("pool", 2), ("flatten", 0), ("dense", 128), ("dense", 10)),
        128, 11_520, 2, 10, {LOOP: 0.98, KERAS: 1.7, EAGER: 1.0, COMPILED: 1.0},
    ),
    Work(
        "lstm", "LSTM 64 on 30×5 windows", (30, 5), (("lstm", 64), ("dense", 1)), 64, 6_400, 3,
        wanted={LOOP: 0.98, KERAS: 1.05, EAGER: 1.0, COMPILED: 1.0},
    ),
    Work(
        "resnet", "ResNet-18 on 32×32×3", (32, 32, 3),
        (("stem", 64), *RESIDUALS, ("mean", 0), ("dense", 10)), 64, 256, 2, 10,
        {LOOP: None, KERAS: None, COMPILED: None},
    ),
)  # fmt: skip
"""What is measured on a CPU. The ResNet-18 has the 3 × 3 stem and no pooling, as is usual for small pictures."""

GPU_SIZES: Mapping[str, Mapping[str, Any]] = {
    "table": {"rows": 200_000},
    "mlp": {"rows": 200_000},
    "cnn": {"rows": 100_000, "precision": "bfloat16"},
    "lstm": {"rows": 32_000},
    "resnet": {"batch": 512, "rows": 40_960, "precision": "bfloat16"},
}
"""So many rows that an epoch is no moment. Half the digits are taken where multiplying takes the time; the small
networks spend theirs on beginning one operation after the other, and casting would only add some."""


def on_gpu(work: Work) -> Work:
    """The work as it is measured on a GPU; how many epochs take long enough is found out there."""
    return replace(work, wanted={LOOP: 0.98, KERAS: 1.0, COMPILED: 1.0}, epochs=3, **GPU_SIZES[work.name])
