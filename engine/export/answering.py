"""Answers of a model for many rows; copied into every download's predict.py."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np
from flax import nnx


class Answerer:
    """A model's answers for many rows, up to `batch` at a time; compiled once per size and then quick."""

    def __init__(self, model: Any, batch: int = 1024) -> None:
        definition, self._state = nnx.split(model)
        self._run = jax.jit(lambda state, values: nnx.merge(definition, state)(values))
        self._batch = batch

    def __call__(self, inputs: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """`{input: (n, …)}` → `{target: (n, …)}`; the last rows are filled up to a size that is compiled anyway."""
        count = len(next(iter(inputs.values())))
        size = min(self._batch, 1 << max(count - 1, 0).bit_length())
        parts = []
        for start in range(0, count, size):
            rows = np.arange(start, start + size).clip(max=count - 1)
            outputs = self._run(self._state, {name: values[rows] for name, values in inputs.items()})
            parts.append({name: np.asarray(values)[: count - start] for name, values in outputs.items()})
        return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
