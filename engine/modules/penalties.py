"""What regularizers add to the loss."""

from __future__ import annotations

import jax
import jax.numpy as jnp


def penalty(x: jax.Array, l1: float, l2: float) -> jax.Array:
    """l1 · Σ|x| + l2 · Σx², one number."""
    return l1 * jnp.sum(jnp.abs(x)) + l2 * jnp.sum(jnp.square(x))
