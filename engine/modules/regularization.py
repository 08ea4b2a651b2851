"""Modules that act only while training."""

from __future__ import annotations

import jax
import jax.numpy as jnp
from flax import nnx


class Dropout(nnx.Module):
    """Sets a share `rate` of the values to zero and scales the rest up; does nothing in evaluation.

    Srivastava et al., https://jmlr.org/papers/v15/srivastava14a.html
    """

    def __init__(self, rate: float) -> None:
        self.rate = rate
        self.deterministic = False

    def __call__(self, x: jax.Array, *, key: jax.Array | None) -> jax.Array:
        if self.deterministic or self.rate == 0 or key is None:
            return x
        kept = jax.random.bernoulli(key, 1 - self.rate, x.shape)
        return jnp.where(kept, x / (1 - self.rate), 0)
