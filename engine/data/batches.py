"""Which rows each step looks at: a fresh order every epoch, the same for the same seed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Batches:
    """The steps of one pass: `rows` (steps, B) int32 and `weight` (steps, B) float32.

    The last step is filled up with rows of weight 0, so that all steps have one shape and every row counts once.
    """

    rows: np.ndarray
    weight: np.ndarray

    def __len__(self) -> int:
        return len(self.rows)


def shuffled(rows: np.ndarray, batch_size: int, seed: int, epoch: int) -> Batches:
    """All rows in the random order of this seed and epoch."""
    order = np.random.Generator(np.random.PCG64([seed, epoch])).permutation(len(rows))
    return in_turn(rows[order], min(batch_size, len(rows)))


def in_turn(rows: np.ndarray, size: int) -> Batches:
    """All rows in the order given, `size` to a step."""
    steps = -(-len(rows) // size)
    padded = np.resize(rows, steps * size).astype(np.int32)
    weight = (np.arange(steps * size) < len(rows)).astype(np.float32)
    return Batches(padded.reshape(steps, size), weight.reshape(steps, size))
