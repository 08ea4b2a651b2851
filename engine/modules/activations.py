"""Modules that put every value through a function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from flax import nnx


class Activation(nnx.Module):
    """Applies a function to every value."""

    def __init__(self, function: Callable[[jax.Array], jax.Array]) -> None:
        self.function = function

    def __call__(self, x: jax.Array) -> jax.Array:
        return self.function(x)


class ReLU(nnx.Module):
    """x from `threshold` on, at most `max_value`; `negative_slope` · (x - threshold) below."""

    def __init__(self, *, max_value: float | None, negative_slope: float, threshold: float) -> None:
        self.max_value = max_value
        self.negative_slope = negative_slope
        self.threshold = threshold

    def __call__(self, x: jax.Array) -> jax.Array:
        kept = jnp.where(x >= self.threshold, x, self.negative_slope * (x - self.threshold))
        return kept if self.max_value is None else jnp.minimum(kept, self.max_value)


class Softmax(nnx.Module):
    """exp(x) as shares of its sum along some axes."""

    def __init__(self, *, axis: tuple[int, ...]) -> None:
        self.axis = axis

    def __call__(self, x: jax.Array) -> jax.Array:
        return nnx.softmax(x, axis=self.axis)


class LeakyReLU(nnx.Module):
    """x above 0, `negative_slope` · x below."""

    def __init__(self, negative_slope: float) -> None:
        self.negative_slope = negative_slope

    def __call__(self, x: jax.Array) -> jax.Array:
        return nnx.leaky_relu(x, negative_slope=self.negative_slope)


class ELU(nnx.Module):
    """x above 0, `alpha` · (exp(x) - 1) below."""

    def __init__(self, alpha: float) -> None:
        self.alpha = alpha

    def __call__(self, x: jax.Array) -> jax.Array:
        return nnx.elu(x, alpha=self.alpha)


class PReLU(nnx.Module):
    """x above 0, a learned slope · x below. `shape` is that of the slopes, with 1 along axes that share them.

    He et al., https://arxiv.org/abs/1502.01852
    """

    def __init__(self, shape: tuple[int, ...], *, alpha_init: Callable[..., Any], rngs: nnx.Rngs) -> None:
        self.alpha = nnx.Param(alpha_init(rngs.params(), shape, jnp.float32))

    def __call__(self, x: jax.Array) -> jax.Array:
        return jnp.where(x > 0, x, self.alpha.get_value()[None] * x)
