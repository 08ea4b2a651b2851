"""Modules without weights that change shapes."""

from __future__ import annotations

import jax
from flax import nnx


class Flatten(nnx.Module):
    """(B, …) → (B, number of values)."""

    def __call__(self, x: jax.Array) -> jax.Array:
        return x.reshape(x.shape[0], -1)


class Reshape(nnx.Module):
    """(B, …) → (B, *target_shape)."""

    def __init__(self, target_shape: tuple[int, ...]) -> None:
        self.target_shape = target_shape

    def __call__(self, x: jax.Array) -> jax.Array:
        return x.reshape(x.shape[0], *self.target_shape)
