"""Normalizations as Keras defines them, quick to trace: the statistics of a batch are written back once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from flax import nnx


def first_weight(init: Any, usual: float, shape: tuple[int, ...], rngs: nnx.Rngs | None) -> jax.Array:
    """What a weight is before training: what `init` draws or, where that is None, the usual value everywhere."""
    if init is None:
        return jnp.full(shape, usual, jnp.float32)
    drawn: jax.Array = init(rngs.params() if rngs else None, shape, jnp.float32)
    return drawn


def spread(weight: jax.Array, axes: tuple[int, ...], rank: int) -> jax.Array:
    """A weight that has the sizes of some axes, with an axis of size 1 for every other one of `rank` axes."""
    sizes = dict(zip(axes, weight.shape, strict=True))
    return weight.reshape([sizes.get(axis, 1) for axis in range(rank)])


class BatchNormalization(nnx.Module):
    """Normalizes over all axes but one; in evaluation with the moving mean and variance.

    Steps that a mask (B, T) leaves out do not count. Ioffe and Szegedy, https://arxiv.org/abs/1502.03167
    """

    def __init__(
        self,
        features: int,
        *,
        axis: int = -1,
        momentum: float,
        epsilon: float,
        center: bool,
        scale: bool,
        bias_init: Callable[..., Any] | None = None,
        scale_init: Callable[..., Any] | None = None,
        mean_init: Callable[..., Any] | None = None,
        var_init: Callable[..., Any] | None = None,
        rngs: nnx.Rngs | None = None,
    ) -> None:
        self.axis = axis
        self.momentum = momentum
        self.epsilon = epsilon
        self.use_running_average = False
        self.scale = nnx.Param(first_weight(scale_init, 1.0, (features,), rngs)) if scale else None
        self.bias = nnx.Param(first_weight(bias_init, 0.0, (features,), rngs)) if center else None
        self.mean = nnx.BatchStat(first_weight(mean_init, 0.0, (features,), rngs))
        self.var = nnx.BatchStat(first_weight(var_init, 1.0, (features,), rngs))

    def __call__(self, x: jax.Array, *, mask: jax.Array | None = None) -> jax.Array:
        mean, var = self.mean.get_value(), self.var.get_value()
        if not self.use_running_average:
            batch_mean, batch_var = self.moments(x, mask)
            self.mean.set_value(self.momentum * mean + (1 - self.momentum) * jax.lax.stop_gradient(batch_mean))
            self.var.set_value(self.momentum * var + (1 - self.momentum) * jax.lax.stop_gradient(batch_var))
            mean, var = batch_mean, batch_var
        factor = jax.lax.rsqrt(var + self.epsilon)
        if self.scale is not None:
            factor = factor * self.scale.get_value()
        offset = -mean * factor
        if self.bias is not None:
            offset = offset + self.bias.get_value()
        axes = (self.axis % x.ndim,)
        return x * spread(factor, axes, x.ndim) + spread(offset, axes, x.ndim)

    def moments(self, x: jax.Array, mask: jax.Array | None) -> tuple[jax.Array, jax.Array]:
        """Mean and variance of each channel over the batch, without what the mask leaves out."""
        axes = tuple(axis for axis in range(x.ndim) if axis != self.axis % x.ndim)
        if mask is None:
            return self.moments_at_once(x, axes)
        held = jnp.broadcast_to(mask.reshape(*mask.shape, *(1,) * (x.ndim - mask.ndim)), x.shape)
        count = held.sum(axes) + 1e-7
        mean = jnp.where(held, x, 0).sum(axes) / count
        apart = jnp.where(held, x - spread(mean, (self.axis % x.ndim,), x.ndim), 0)
        return mean, jnp.square(apart).sum(axes) / count

    def moments_at_once(self, x: jax.Array, axes: tuple[int, ...]) -> tuple[jax.Array, jax.Array]:
        """The same over all rows, in one pass over the values, seen from the mean of the first few.

        From 0, the digits that tell the variance would be lost where the mean is far away.
        """
        near = jax.lax.stop_gradient(x[:8].mean(axes))
        apart = x - spread(near, (self.axis % x.ndim,), x.ndim)
        mean = apart.mean(axes)
        return near + mean, jnp.maximum(jnp.square(apart).mean(axes) - jnp.square(mean), 0)


class LayerNormalization(nnx.Module):
    """Brings each row to mean 0 and variance 1 along some axes (the batch being 0). `shape` is their sizes.

    Ba et al., https://arxiv.org/abs/1607.06450
    """

    def __init__(
        self,
        shape: tuple[int, ...],
        *,
        axis: tuple[int, ...] = (-1,),
        epsilon: float,
        center: bool,
        scale: bool,
        bias_init: Callable[..., Any] | None = None,
        scale_init: Callable[..., Any] | None = None,
        rngs: nnx.Rngs | None = None,
    ) -> None:
        self.axis = axis
        self.epsilon = epsilon
        self.scale = nnx.Param(first_weight(scale_init, 1.0, shape, rngs)) if scale else None
        self.bias = nnx.Param(first_weight(bias_init, 0.0, shape, rngs)) if center else None

    def __call__(self, x: jax.Array) -> jax.Array:
        axes = tuple(axis % x.ndim for axis in self.axis)
        x = x - x.mean(axes, keepdims=True)
        x = x * jax.lax.rsqrt(jnp.square(x).mean(axes, keepdims=True) + self.epsilon)
        if self.scale is not None:
            x = x * spread(self.scale.get_value(), axes, x.ndim)
        if self.bias is not None:
            x = x + spread(self.bias.get_value(), axes, x.ndim)
        return x


class GroupNormalization(nnx.Module):
    """Brings each group of channels of a row to mean 0 and variance 1. Wu and He, https://arxiv.org/abs/1803.08494"""

    def __init__(
        self,
        features: int,
        *,
        groups: int,
        axis: int = -1,
        epsilon: float,
        center: bool,
        scale: bool,
        bias_init: Callable[..., Any] | None = None,
        scale_init: Callable[..., Any] | None = None,
        rngs: nnx.Rngs | None = None,
    ) -> None:
        self.groups = groups
        self.axis = axis
        self.epsilon = epsilon
        self.scale = nnx.Param(first_weight(scale_init, 1.0, (features,), rngs)) if scale else None
        self.bias = nnx.Param(first_weight(bias_init, 0.0, (features,), rngs)) if center else None

    def __call__(self, x: jax.Array) -> jax.Array:
        shape, axis = x.shape, self.axis % x.ndim
        x = x.reshape(*shape[:axis], self.groups, shape[axis] // self.groups, *shape[axis + 1 :])
        axes = tuple(place for place in range(1, x.ndim) if place != axis)
        x = x - x.mean(axes, keepdims=True)
        x = x * jax.lax.rsqrt(jnp.square(x).mean(axes, keepdims=True) + self.epsilon)
        x = x.reshape(shape)
        if self.scale is not None:
            x = x * spread(self.scale.get_value(), (axis,), x.ndim)
        if self.bias is not None:
            x = x + spread(self.bias.get_value(), (axis,), x.ndim)
        return x


class RMSNormalization(nnx.Module):
    """Divides each row by the root of its mean square along some axes. `shape` is their sizes.

    Zhang and Sennrich, https://arxiv.org/abs/1910.07467
    """

    def __init__(self, shape: tuple[int, ...], *, axis: tuple[int, ...] = (-1,), epsilon: float) -> None:
        self.axis = axis
        self.epsilon = epsilon
        self.scale = nnx.Param(jnp.ones(shape))

    def __call__(self, x: jax.Array) -> jax.Array:
        axes = tuple(axis % x.ndim for axis in self.axis)
        x = x * jax.lax.rsqrt(jnp.square(x).mean(axes, keepdims=True) + self.epsilon)
        return x * spread(self.scale.get_value(), axes, x.ndim)


class UnitNormalization(nnx.Module):
    """Divides each row by its length (the root of the sum of squares) along some axes."""

    def __init__(self, *, axis: tuple[int, ...] = (-1,)) -> None:
        self.axis = axis

    def __call__(self, x: jax.Array) -> jax.Array:
        squares = jnp.square(x).sum(self.axis, keepdims=True)
        return x * jax.lax.rsqrt(jnp.maximum(squares, 1e-24))
