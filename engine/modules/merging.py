"""Modules that join several inputs."""

from __future__ import annotations

import jax
import jax.numpy as jnp
from flax import nnx


class Add(nnx.Module):
    """The sum of all inputs, value by value."""

    def __call__(self, *inputs: jax.Array) -> jax.Array:
        total = inputs[0]
        for x in inputs[1:]:
            total = total + x
        return total


class Concatenate(nnx.Module):
    """All inputs side by side along one axis."""

    def __init__(self, axis: int) -> None:
        self.axis = axis

    def __call__(self, *inputs: jax.Array) -> jax.Array:
        return jnp.concatenate(inputs, axis=self.axis)
