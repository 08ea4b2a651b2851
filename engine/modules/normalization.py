"""Batch normalization that is quick to trace: one pass over the statistics, written back once."""

from __future__ import annotations

import jax
import jax.numpy as jnp
from flax import nnx


class BatchNormalization(nnx.Module):
    """Normalizes over all axes but the last; in evaluation with the moving mean and variance.

    Ioffe and Szegedy, https://arxiv.org/abs/1502.03167
    """

    def __init__(self, features: int, *, momentum: float, epsilon: float, center: bool, scale: bool) -> None:
        self.momentum = momentum
        self.epsilon = epsilon
        self.use_running_average = False
        self.scale = nnx.Param(jnp.ones(features)) if scale else None
        self.bias = nnx.Param(jnp.zeros(features)) if center else None
        self.mean = nnx.BatchStat(jnp.zeros(features))
        self.var = nnx.BatchStat(jnp.ones(features))

    def __call__(self, x: jax.Array) -> jax.Array:
        mean, var = self.mean.get_value(), self.var.get_value()
        if not self.use_running_average:
            axes = tuple(range(x.ndim - 1))
            batch_mean, batch_var = x.mean(axes), x.var(axes)
            self.mean.set_value(self.momentum * mean + (1 - self.momentum) * jax.lax.stop_gradient(batch_mean))
            self.var.set_value(self.momentum * var + (1 - self.momentum) * jax.lax.stop_gradient(batch_var))
            mean, var = batch_mean, batch_var
        factor = jax.lax.rsqrt(var + self.epsilon)
        if self.scale is not None:
            factor = factor * self.scale.get_value()
        offset = -mean * factor
        if self.bias is not None:
            offset = offset + self.bias.get_value()
        channels = (1,) * (x.ndim - 1) + (-1,)
        return x * factor.reshape(channels) + offset.reshape(channels)
