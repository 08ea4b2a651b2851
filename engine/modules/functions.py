"""Functions that differ between Keras and JAX, and the random key of a layer."""

from __future__ import annotations

from typing import Any

import jax
from flax import nnx


def linear(x: jax.Array) -> jax.Array:
    """The values as they are."""
    return x


def gelu(x: jax.Array) -> jax.Array:
    """The exact Gaussian error linear unit, x · Φ(x)."""
    return nnx.gelu(x, approximate=False)


def leaky_relu(x: jax.Array) -> jax.Array:
    """max(x, 0.2 · x), with the slope Keras uses."""
    return nnx.leaky_relu(x, negative_slope=0.2)


def random_uniform(minimum: float, maximum: float) -> Any:
    """Weights drawn evenly from [minimum, maximum)."""

    def draw(key: jax.Array, shape: Any, dtype: Any = float, out_sharding: Any = None) -> jax.Array:
        return jax.random.uniform(key, shape, dtype, minimum, maximum)

    return draw


def layer_key(key: jax.Array | None, number: int) -> jax.Array | None:
    """The random key of one layer in one step; None outside training."""
    return None if key is None else jax.random.fold_in(key, number)
