"""Modules that change how many pixels an image has, and how bright they are."""

from __future__ import annotations

import jax
import jax.numpy as jnp
from flax import nnx


class UpSampling(nnx.Module):
    """Makes each axis so many times as long, by repeating values or drawing lines between them."""

    def __init__(self, size: tuple[int, ...], *, interpolation: str = "nearest") -> None:
        self.size = size
        self.interpolation = interpolation

    def __call__(self, x: jax.Array) -> jax.Array:
        if self.interpolation == "nearest":
            for axis, factor in enumerate(self.size, start=1):
                x = jnp.repeat(x, factor, axis=axis)
            return x
        sides = [length * factor for length, factor in zip(x.shape[1:-1], self.size, strict=True)]
        shape = (x.shape[0], *sides, x.shape[-1])
        drawn: jax.Array = jax.image.resize(x, shape, method=self.interpolation, antialias=False)
        return drawn


class Resizing(nnx.Module):
    """Draws images anew with so many pixels. (B, H, W, C) → (B, height, width, C).

    `border` is what is added before at the start and end of each axis, filled with `fill_value`; below 0 it is cut.
    """

    def __init__(
        self,
        height: int,
        width: int,
        *,
        interpolation: str,
        antialias: bool = False,
        border: tuple[tuple[int, int], tuple[int, int]] = ((0, 0), (0, 0)),
        fill_value: float = 0.0,
    ) -> None:
        self.height = height
        self.width = width
        self.interpolation = interpolation
        self.antialias = antialias
        self.border = border
        self.fill_value = fill_value

    def __call__(self, x: jax.Array) -> jax.Array:
        (top, bottom), (left, right) = self.border
        edges = [(0, 0, 0), (top, bottom, 0), (left, right, 0), (0, 0, 0)]
        x = jax.lax.pad(x, jnp.asarray(self.fill_value, x.dtype), edges)
        shape = (x.shape[0], self.height, self.width, x.shape[-1])
        drawn: jax.Array = jax.image.resize(x, shape, method=self.interpolation, antialias=self.antialias)
        return drawn


class Rescaling(nnx.Module):
    """x · scale + offset, as decimal numbers."""

    def __init__(self, scale: float, offset: float) -> None:
        self.scale = scale
        self.offset = offset

    def __call__(self, x: jax.Array) -> jax.Array:
        return x.astype(jnp.float32) * self.scale + self.offset
