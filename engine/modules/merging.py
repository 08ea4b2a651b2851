"""Modules that join several inputs."""

from __future__ import annotations

import jax
import jax.numpy as jnp
from flax import nnx


def aligned(inputs: tuple[jax.Array, ...]) -> list[jax.Array]:
    """The inputs with as many axes as the one that has most: new ones of size 1 stand behind the batch."""
    most = max(x.ndim for x in inputs)
    return [x.reshape(x.shape[0], *(1,) * (most - x.ndim), *x.shape[1:]) for x in inputs]


class Add(nnx.Module):
    """The sum of all inputs, value by value."""

    def __call__(self, *inputs: jax.Array) -> jax.Array:
        total, *others = aligned(inputs)
        for x in others:
            total = total + x
        return total


class Subtract(nnx.Module):
    """The first input less the second, value by value."""

    def __call__(self, *inputs: jax.Array) -> jax.Array:
        first, second = aligned(inputs)
        return first - second


class Multiply(nnx.Module):
    """The product of all inputs, value by value."""

    def __call__(self, *inputs: jax.Array) -> jax.Array:
        product, *others = aligned(inputs)
        for x in others:
            product = product * x
        return product


class Average(nnx.Module):
    """The mean of all inputs, value by value."""

    def __call__(self, *inputs: jax.Array) -> jax.Array:
        total, *others = aligned(inputs)
        for x in others:
            total = total + x
        return total / len(inputs)


class Maximum(nnx.Module):
    """The largest of all inputs, value by value."""

    def __call__(self, *inputs: jax.Array) -> jax.Array:
        largest, *others = aligned(inputs)
        for x in others:
            largest = jnp.maximum(largest, x)
        return largest


class Minimum(nnx.Module):
    """The smallest of all inputs, value by value."""

    def __call__(self, *inputs: jax.Array) -> jax.Array:
        smallest, *others = aligned(inputs)
        for x in others:
            smallest = jnp.minimum(smallest, x)
        return smallest


class Concatenate(nnx.Module):
    """All inputs side by side along one axis."""

    def __init__(self, axis: int) -> None:
        self.axis = axis

    def __call__(self, *inputs: jax.Array) -> jax.Array:
        return jnp.concatenate(inputs, axis=self.axis)


class Dot(nnx.Module):
    """The sum of products along an axis of each input: (B, …a, n, …) and (B, …b, n, …) → (B, …a…, …b…).

    A single number per row has an axis of its own. `normalize` gives the cosine of the angle instead.
    """

    def __init__(self, axes: tuple[int, int], *, normalize: bool) -> None:
        self.axes = axes
        self.normalize = normalize

    def __call__(self, first: jax.Array, second: jax.Array) -> jax.Array:
        along, other = self.axes
        if self.normalize:
            first = first * jax.lax.rsqrt(jnp.maximum(jnp.square(first).sum(along, keepdims=True), 1e-14))
            second = second * jax.lax.rsqrt(jnp.maximum(jnp.square(second).sum(other, keepdims=True), 1e-14))
        product = jax.lax.dot_general(first, second, (((along,), (other,)), ((0,), (0,))))
        return product[:, None] if product.ndim == 1 else product
