"""Modules about the steps of a sequence."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
from flax import nnx


class Masking(nnx.Module):
    """Sets steps to zero whose values are all `mask_value`; their mask is False."""

    def __init__(self, mask_value: float) -> None:
        self.mask_value = mask_value

    def mask(self, x: jax.Array) -> jax.Array:
        """(B, T, n) → (B, T)."""
        return jnp.any(x != self.mask_value, axis=-1)

    def __call__(self, x: jax.Array) -> jax.Array:
        return jnp.where(self.mask(x)[..., None], x, jnp.zeros_like(x))


class TimeDistributed(nnx.Module):
    """Applies one module to every step, as if each were a row of its own."""

    def __init__(self, layer: Any) -> None:
        self.layer = layer

    def __call__(self, x: jax.Array, **extra: Any) -> jax.Array:
        """(B, T, …) → (B, T, …)."""
        rows, steps = x.shape[:2]
        result: jax.Array = self.layer(x.reshape(rows * steps, *x.shape[2:]), **extra)
        return result.reshape(rows, steps, *result.shape[1:])
