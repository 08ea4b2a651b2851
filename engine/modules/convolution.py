"""Convolutions Flax lacks: those whose channels keep to themselves."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
from flax import nnx


def depthwise(x: jax.Array, kernel: jax.Array, strides: Any, padding: str, dilation: Any) -> jax.Array:
    """Each channel under filters of its own; `kernel` is (*window, C, filters per channel).

    (B, …, C) → (B, …', C · filters per channel), the filters of one channel side by side.
    """
    axes = "DHW"[-len(strides) :]
    return jax.lax.conv_general_dilated(
        x.astype(kernel.dtype),
        kernel.reshape(*kernel.shape[:-2], 1, -1),
        window_strides=strides,
        padding=padding,
        rhs_dilation=dilation,
        dimension_numbers=(f"N{axes}C", f"{axes}IO", f"N{axes}C"),
        feature_group_count=x.shape[-1],
    )


class DepthwiseConv(nnx.Module):
    """Slides filters over each channel alone. (B, …, C) → (B, …', C · depth_multiplier)."""

    def __init__(
        self,
        features: int,
        *,
        kernel_size: tuple[int, ...],
        strides: tuple[int, ...],
        padding: str,
        dilation: tuple[int, ...],
        depth_multiplier: int,
        use_bias: bool,
        kernel_init: Any,
        bias_init: Any,
        rngs: nnx.Rngs,
    ) -> None:
        self.strides = strides
        self.padding = padding
        self.dilation = dilation
        self.kernel = nnx.Param(kernel_init(rngs.params(), (*kernel_size, features, depth_multiplier), jnp.float32))
        self.bias = (
            nnx.Param(bias_init(rngs.params(), (features * depth_multiplier,), jnp.float32)) if use_bias else None
        )

    def __call__(self, x: jax.Array) -> jax.Array:
        x = depthwise(x, self.kernel.get_value(), self.strides, self.padding, self.dilation)
        return x if self.bias is None else x + self.bias.get_value().reshape((1,) * (x.ndim - 1) + (-1,))


class SeparableConv(nnx.Module):
    """Slides filters over each channel alone, then mixes the channels. (B, …, C) → (B, …', filters).

    Chollet, https://arxiv.org/abs/1610.02357
    """

    def __init__(
        self,
        features: int,
        filters: int,
        *,
        kernel_size: tuple[int, ...],
        strides: tuple[int, ...],
        padding: str,
        dilation: tuple[int, ...],
        depth_multiplier: int,
        use_bias: bool,
        depthwise_init: Any,
        pointwise_init: Any,
        bias_init: Any,
        rngs: nnx.Rngs,
    ) -> None:
        self.strides = strides
        self.padding = padding
        self.dilation = dilation
        window, channels = (*kernel_size, features, depth_multiplier), features * depth_multiplier
        ones = (1,) * len(kernel_size)
        self.depthwise_kernel = nnx.Param(depthwise_init(rngs.params(), window, jnp.float32))
        self.pointwise_kernel = nnx.Param(pointwise_init(rngs.params(), (*ones, channels, filters), jnp.float32))
        self.bias = nnx.Param(bias_init(rngs.params(), (filters,), jnp.float32)) if use_bias else None

    def __call__(self, x: jax.Array) -> jax.Array:
        x = depthwise(x, self.depthwise_kernel.get_value(), self.strides, self.padding, self.dilation)
        mixing = self.pointwise_kernel.get_value()
        x = x @ mixing.reshape(mixing.shape[-2:])
        return x if self.bias is None else x + self.bias.get_value().reshape((1,) * (x.ndim - 1) + (-1,))
