"""Where the channels are."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
from flax import nnx


class ChannelsFirst(nnx.Module):
    """A module that works with channels last, given values whose channels come first. (B, C, …) → (B, C', …)."""

    def __init__(self, module: Any) -> None:
        self.module = module

    def __call__(self, x: jax.Array, **extra: Any) -> jax.Array:
        given = self.module(jnp.moveaxis(x, 1, -1), **extra)
        return jnp.moveaxis(given, -1, 1) if given.ndim > 2 else given
