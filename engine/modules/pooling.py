"""Pooling over images. Windows that tile the image are a reshape, which is faster on a CPU."""

from __future__ import annotations

import jax
from flax import nnx


class MaxPooling2D(nnx.Module):
    """The largest value of each window. (B, H, W, C) → (B, H', W', C)."""

    def __init__(self, pool_size: tuple[int, int], *, strides: tuple[int, int], padding: str) -> None:
        self.pool_size = pool_size
        self.strides = strides
        self.padding = padding

    def __call__(self, x: jax.Array) -> jax.Array:
        if self.pool_size == self.strides and self.padding == "VALID":
            (height, width), (rows, columns) = self.pool_size, (x.shape[1], x.shape[2])
            down, across = rows // height, columns // width
            tiles = x[:, : down * height, : across * width]
            return tiles.reshape(x.shape[0], down, height, across, width, x.shape[3]).max(axis=(2, 4))
        pooled: jax.Array = nnx.max_pool(x, window_shape=self.pool_size, strides=self.strides, padding=self.padding)
        return pooled


class AveragePooling2D(nnx.Module):
    """The mean of each window; padding does not count. (B, H, W, C) → (B, H', W', C)."""

    def __init__(self, pool_size: tuple[int, int], *, strides: tuple[int, int], padding: str) -> None:
        self.pool_size = pool_size
        self.strides = strides
        self.padding = padding

    def __call__(self, x: jax.Array) -> jax.Array:
        pooled: jax.Array = nnx.avg_pool(
            x,
            window_shape=self.pool_size,
            strides=self.strides,
            padding=self.padding,
            count_include_pad=False,
        )
        return pooled


class GlobalAveragePooling2D(nnx.Module):
    """The mean of each channel over the whole image. (B, H, W, C) → (B, C)."""

    def __init__(self, *, keepdims: bool) -> None:
        self.keepdims = keepdims

    def __call__(self, x: jax.Array) -> jax.Array:
        return x.mean(axis=(1, 2), keepdims=self.keepdims)
