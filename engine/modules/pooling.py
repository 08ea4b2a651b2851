"""Pooling along one, two or three axes. Windows that tile their input are a reshape, which is faster on a CPU.

The gradient of a maximum over an axis looks for the value that equals the largest one; where the compiler works a
value out twice and rounds it differently, it finds none and divides 0 by 0. So maxima are taken of two values at a
time, or by place.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
from flax import nnx


def tiles(x: jax.Array, size: tuple[int, ...]) -> jax.Array:
    """Windows side by side: (B, H, W, C) → (B, H', rows, W', columns, C). What no whole window covers is left out."""
    counts = [length // window for length, window in zip(x.shape[1:-1], size, strict=True)]
    for axis, (count, window) in enumerate(zip(counts, size, strict=True), start=1):
        x = jax.lax.slice_in_dim(x, 0, count * window, axis=axis)
    split = [part for pair in zip(counts, size, strict=True) for part in pair]
    return x.reshape(x.shape[0], *split, x.shape[-1])


class MaxPooling(nnx.Module):
    """The largest value of each window. (B, …, C) → (B, …', C)."""

    def __init__(self, pool_size: tuple[int, ...], *, strides: tuple[int, ...], padding: str) -> None:
        self.pool_size = pool_size
        self.strides = strides
        self.padding = padding

    def __call__(self, x: jax.Array) -> jax.Array:
        if self.pool_size == self.strides and self.padding == "VALID" and max(self.pool_size) <= 8:
            x = tiles(x, self.pool_size)
            for axis, window in enumerate(self.pool_size, start=2):
                parts = [jax.lax.index_in_dim(x, place, axis, keepdims=False) for place in range(window)]
                x = parts[0]
                for part in parts[1:]:
                    x = jnp.maximum(x, part)
            return x
        pooled: jax.Array = nnx.max_pool(x, window_shape=self.pool_size, strides=self.strides, padding=self.padding)
        return pooled


class AveragePooling(nnx.Module):
    """The mean of each window; padding does not count. (B, …, C) → (B, …', C)."""

    def __init__(self, pool_size: tuple[int, ...], *, strides: tuple[int, ...], padding: str) -> None:
        self.pool_size = pool_size
        self.strides = strides
        self.padding = padding

    def __call__(self, x: jax.Array) -> jax.Array:
        if self.pool_size == self.strides and self.padding == "VALID":
            return tiles(x, self.pool_size).mean(axis=tuple(range(2, 2 * len(self.pool_size) + 1, 2)))
        pooled: jax.Array = nnx.avg_pool(
            x,
            window_shape=self.pool_size,
            strides=self.strides,
            padding=self.padding,
            count_include_pad=False,
        )
        return pooled


class GlobalMaxPooling(nnx.Module):
    """The largest value of each channel. (B, …, C) → (B, C)."""

    def __init__(self, *, keepdims: bool) -> None:
        self.keepdims = keepdims

    def __call__(self, x: jax.Array) -> jax.Array:
        places = x.reshape(x.shape[0], -1, x.shape[-1])
        largest = jnp.take_along_axis(places, jnp.argmax(places, axis=1, keepdims=True), axis=1)
        shape = (1,) * (x.ndim - 2) if self.keepdims else ()
        return largest.reshape(x.shape[0], *shape, x.shape[-1])


class GlobalAveragePooling(nnx.Module):
    """The mean of each channel, (B, …, C) → (B, C); of the steps that a mask (B, T) keeps, where there is one."""

    def __init__(self, *, keepdims: bool) -> None:
        self.keepdims = keepdims

    def __call__(self, x: jax.Array, *, mask: jax.Array | None = None) -> jax.Array:
        axes = tuple(range(1, x.ndim - 1))
        if mask is None:
            return x.mean(axis=axes, keepdims=self.keepdims)
        kept = mask[:, :, None]
        count = jnp.maximum(kept.sum(axis=axes, keepdims=self.keepdims), 1)
        return jnp.where(kept, x, 0).sum(axis=axes, keepdims=self.keepdims) / count
