"""Answers of a model for many rows; copied into every download's predict.py."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np
from flax import nnx


def answer(model: Any, inputs: dict[str, np.ndarray], batch: int = 1024) -> dict[str, np.ndarray]:
    """`{input: (n, …)}` → `{target: (n, …)}`, a batch at a time; the last one is filled up to the same shape."""
    definition, state = nnx.split(model)
    run = jax.jit(lambda state, values: nnx.merge(definition, state)(values))
    count = len(next(iter(inputs.values())))
    size = min(batch, max(count, 1))
    parts = []
    for start in range(0, count, size):
        rows = np.arange(start, start + size).clip(max=count - 1)
        outputs = run(state, {name: values[rows] for name, values in inputs.items()})
        parts.append({name: np.asarray(values)[: count - start] for name, values in outputs.items()})
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
