"""Functions that differ between Keras and JAX, and the random key of a layer."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
from flax import nnx


def linear(x: jax.Array) -> jax.Array:
    """The values as they are."""
    return x


def heaviside(x: jax.Array) -> jax.Array:
    """0 below 0, and 1 from 0 on. Its gradient is that of the identity between -1 and 1, as its own is 0 everywhere.

    Straight-through estimator: Bengio et al., https://arxiv.org/abs/1308.3432
    """
    passed = jnp.clip(x, -1, 1)
    return (x >= 0).astype(x.dtype) + (passed - jax.lax.stop_gradient(passed))


def hard_sigmoid_v2(x: jax.Array) -> jax.Array:
    """0.2 · x + 0.5, kept between 0 and 1: the hard sigmoid of Keras 1 and 2."""
    return jnp.clip(0.2 * x + 0.5, 0, 1)


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


def identity_matrix() -> Any:
    """Weights of 1 on the diagonal and 0 elsewhere."""

    def draw(key: jax.Array, shape: Any, dtype: Any = float, out_sharding: Any = None) -> jax.Array:
        rows, columns = shape
        return jnp.eye(rows, columns, dtype=dtype)

    return draw


def layer_key(key: jax.Array | None, number: int) -> jax.Array | None:
    """The random key of one layer in one step; None outside training."""
    return None if key is None else jax.random.fold_in(key, number)


def random_mask(key: jax.Array, share: float, shape: Sequence[int]) -> jax.Array:
    """True for a random `share` of the places of a shape; which ones, the key says.

    A place's number is hashed under both halves of the key. That is several times as quick as `jax.random.bernoulli`,
    whose numbers nobody can foretell even from others; where values are dropped, that is of no use.
    """
    first, second = jax.random.key_data(key)
    places = jax.lax.iota(jnp.uint32, math.prod(shape)).reshape(shape)
    drawn: jax.Array = scrambled(scrambled(places + first) ^ second) < jnp.uint32(min(int(share * 2**32), 2**32 - 1))
    return drawn


def scrambled(x: jax.Array) -> jax.Array:
    """32 bits (uint32) to others, one to one and as if at random: https://nullprogram.com/blog/2018/07/31/"""
    x = (x ^ (x >> 16)) * jnp.uint32(0x7FEB352D)
    x = (x ^ (x >> 15)) * jnp.uint32(0x846CA68B)
    return x ^ (x >> 16)
