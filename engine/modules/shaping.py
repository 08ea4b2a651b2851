"""Modules without weights that change shapes."""

from __future__ import annotations

import jax
import jax.numpy as jnp
from flax import nnx


class Flatten(nnx.Module):
    """(B, …) → (B, number of values)."""

    def __call__(self, x: jax.Array) -> jax.Array:
        return x.reshape(x.shape[0], -1)


class Reshape(nnx.Module):
    """(B, …) → (B, *target_shape)."""

    def __init__(self, target_shape: tuple[int, ...]) -> None:
        self.target_shape = target_shape

    def __call__(self, x: jax.Array) -> jax.Array:
        return x.reshape(x.shape[0], *self.target_shape)


class Permute(nnx.Module):
    """The axes in another order, counted from 1 after the batch axis."""

    def __init__(self, dims: tuple[int, ...]) -> None:
        self.dims = dims

    def __call__(self, x: jax.Array) -> jax.Array:
        return x.transpose(0, *self.dims)


class RepeatVector(nnx.Module):
    """The same values at each of n steps. (B, features) → (B, n, features)."""

    def __init__(self, n: int) -> None:
        self.n = n

    def __call__(self, x: jax.Array) -> jax.Array:
        return jnp.repeat(x[:, None], self.n, axis=1)


class Cropping(nnx.Module):
    """Cuts so much off the start and the end of each axis. (B, …, C) → (B, …', C)."""

    def __init__(self, cropping: tuple[tuple[int, int], ...]) -> None:
        self.cropping = cropping

    def __call__(self, x: jax.Array) -> jax.Array:
        for axis, (start, end) in enumerate(self.cropping, start=1):
            x = jax.lax.slice_in_dim(x, start, x.shape[axis] - end, axis=axis)
        return x


class ZeroPadding(nnx.Module):
    """Adds so many zeros at the start and the end of each axis. (B, …, C) → (B, …', C)."""

    def __init__(self, padding: tuple[tuple[int, int], ...]) -> None:
        self.padding = padding

    def __call__(self, x: jax.Array) -> jax.Array:
        return jnp.pad(x, [(0, 0), *self.padding, (0, 0)])
