"""The rows of one input of a model: held as arrays, left on disk as pictures, or cut out of series as windows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class ArrayInput:
    """The rows of one input, ready for the model."""

    values: np.ndarray  # (n, …)


@dataclass(frozen=True)
class WindowInput:
    """The windows of one input: row i is `values[ends[i] - lookback + 1 : ends[i] + 1]`."""

    values: np.ndarray  # (m, width) float32, what stands at each place of all series; shared by all parts
    ends: np.ndarray  # (n,) int64
    lookback: int


@dataclass(frozen=True)
class PictureInput:
    """The pictures of one input, left on disk: row i is `pixels[indices[i]] * scale + offset` as float32."""

    pixels: np.ndarray  # (all, height, width, channels) uint8, memory-mapped
    indices: np.ndarray  # (n,) int64, rising
    scale: float | list[float]  # one for all, or one per channel
    offset: float | list[float]
