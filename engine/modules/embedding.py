"""Embedding whose index 0 stands for nothing."""

from __future__ import annotations

import jax
from flax import nnx


class Embedding(nnx.Embed):
    """Looks up a vector for each index. (B, T) → (B, T, features)."""

    def mask(self, indices: jax.Array) -> jax.Array:
        """Which steps hold something. (B, T) → (B, T)."""
        return indices != 0
