"""Snapshots: trees of arrays on the device as named arrays of NumPy, and back bit by bit."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from engine.problems import Problem, Refusal
from engine.training.checkpoint import Tensors

PLAIN = "biuf"
"""Kinds of numbers that files know by themselves; others, such as bfloat16, are kept as their bytes."""


def taken(name: str, tree: Any) -> Tensors:
    """Every array of a tree as `name.0`, `name.1`, … in the tree's own order."""
    return {f"{name}.{place}": _plain(leaf) for place, leaf in enumerate(jax.tree.leaves(tree))}


def restored(name: str, like: Any, tensors: Tensors) -> Any:
    """A tree with the structure, kinds and places of `like`, and the arrays kept under `name`. Raises Refusal."""
    leaves, structure = jax.tree.flatten(like)
    return jax.tree.unflatten(structure, [_placed(tensors, f"{name}.{i}", leaf) for i, leaf in enumerate(leaves)])


def _plain(leaf: jax.Array) -> np.ndarray:
    if jnp.issubdtype(leaf.dtype, jax.dtypes.prng_key):
        leaf = jax.random.key_data(leaf)
    values = np.ascontiguousarray(np.asarray(leaf)).reshape(leaf.shape)
    return values if values.dtype.kind in PLAIN else values.view(f"u{values.dtype.itemsize}")


def _placed(tensors: Tensors, name: str, like: jax.Array) -> jax.Array:
    is_key = jnp.issubdtype(like.dtype, jax.dtypes.prng_key)
    shape = jax.random.key_data(like).shape if is_key else like.shape
    values = tensors.get(name)
    if values is None or values.shape != shape:
        raise Refusal(DOES_NOT_FIT)
    placed: jax.Array = jax.device_put(jnp.array(values if is_key else values.view(like.dtype)), like.sharding)
    return jax.random.wrap_key_data(placed) if is_key else placed


DOES_NOT_FIT = Problem(
    "checkpoint_does_not_fit",
    {},
    "The checkpoint was made by another network, so its weights do not fit this one.",
    "Train this network from the beginning.",
)
