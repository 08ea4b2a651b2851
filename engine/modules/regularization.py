"""Modules that act only while training, and the source of noise."""

from __future__ import annotations

import jax
import jax.numpy as jnp
from flax import nnx

from engine.modules.functions import random_mask


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
        kept = random_mask(key, 1 - self.rate, x.shape)
        return jnp.where(kept, x / (1 - self.rate), 0)


class SpatialDropout(nnx.Module):
    """Sets a share `rate` of the channels to zero as a whole and scales the rest up; does nothing in evaluation.

    Tompson et al., https://arxiv.org/abs/1411.4280
    """

    def __init__(self, rate: float, *, axis: int = -1) -> None:
        self.rate = rate
        self.axis = axis
        self.deterministic = False

    def __call__(self, x: jax.Array, *, key: jax.Array | None) -> jax.Array:
        if self.deterministic or self.rate == 0 or key is None:
            return x
        shape = [x.shape[0]] + [1] * (x.ndim - 1)
        shape[self.axis] = x.shape[self.axis]
        kept = random_mask(key, 1 - self.rate, shape)
        return jnp.where(kept, x / (1 - self.rate), 0)


class GaussianNoise(nnx.Module):
    """Adds normal noise of a standard deviation; does nothing in evaluation."""

    def __init__(self, stddev: float) -> None:
        self.stddev = stddev
        self.deterministic = False

    def __call__(self, x: jax.Array, *, key: jax.Array | None) -> jax.Array:
        if self.deterministic or key is None:
            return x
        return x + self.stddev * jax.random.normal(key, x.shape, x.dtype)


class GaussianDropout(nnx.Module):
    """Multiplies by normal noise around 1 with the variance rate / (1 - rate); does nothing in evaluation.

    Srivastava et al., https://jmlr.org/papers/v15/srivastava14a.html
    """

    def __init__(self, rate: float) -> None:
        self.rate = rate
        self.deterministic = False

    def __call__(self, x: jax.Array, *, key: jax.Array | None) -> jax.Array:
        if self.deterministic or key is None:
            return x
        deviation: float = (self.rate / (1 - self.rate)) ** 0.5
        return x * (1 + deviation * jax.random.normal(key, x.shape, x.dtype))


class AlphaDropout(nnx.Module):
    """Sets a share `rate` of the values to what selu gives at the far left, and keeps mean and variance.

    Klambauer et al., https://arxiv.org/abs/1706.02515
    """

    def __init__(self, rate: float) -> None:
        self.rate = rate
        self.deterministic = False

    def __call__(self, x: jax.Array, *, key: jax.Array | None) -> jax.Array:
        if self.deterministic or self.rate == 0 or key is None:
            return x
        least = -1.6732632423543772 * 1.0507009873554805
        factor: float = ((1 - self.rate) * (1 + self.rate * least**2)) ** -0.5
        kept = random_mask(key, 1 - self.rate, x.shape)
        return factor * (jnp.where(kept, x, least) - least * self.rate)


class Noise(nnx.Module):
    """Random numbers for each row: normal (mean 0, variance 1), or even from -1 to 1. rows → (rows, *shape).

    In evaluation they are drawn from `seed`, so that an answer can be had again.
    """

    def __init__(self, shape: tuple[int, ...], *, distribution: str, seed: int) -> None:
        self.shape = shape
        self.distribution = distribution
        self.seed = seed
        self.deterministic = False

    def __call__(self, rows: int, *, key: jax.Array | None) -> jax.Array:
        if self.deterministic or key is None:
            key = jax.random.key(self.seed)
        if self.distribution == "uniform":
            return jax.random.uniform(key, (rows, *self.shape), minval=-1.0)
        return jax.random.normal(key, (rows, *self.shape))
