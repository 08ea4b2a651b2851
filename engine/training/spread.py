"""Spread: how a training is shared among several devices, each of which takes a part of every batch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jax
import numpy as np
from jax.sharding import Mesh, NamedSharding, PartitionSpec

ROWS = "rows"


class Spread:
    """Weights and resident rows stand on every device; the rows of a batch are dealt out.

    The gradients are those of the whole batch, and batch normalization sees all of it, so that the curve is that of
    one device. As many devices are used as divide the batch evenly.
    """

    def __init__(self, batch_size: int) -> None:
        devices = jax.local_devices()
        self.count = max(count for count in range(1, len(devices) + 1) if batch_size % count == 0)
        """How many devices take part."""
        self._mesh = Mesh(np.array(devices[: self.count]), (ROWS,))
        self.everywhere = NamedSharding(self._mesh, PartitionSpec()) if self.count > 1 else None
        """The sharding of what every device holds; None where there is only one."""

    def even(self, size: int) -> int:
        """The least number of rows, at least `size`, that can be dealt out evenly."""
        return -(-size // self.count) * self.count

    def hold(self, tree: Any) -> Any:
        """The same arrays on every device."""
        return jax.device_put(tree, self.everywhere)

    def deal(self, xs: Mapping[str, Any], axis: int) -> Mapping[str, Any]:
        """Arrays whose `axis` counts rows, dealt out to the devices; on every one where they cannot be dealt evenly.

        Shapes alone will do to compile with.
        """
        if self.everywhere is None:
            return xs
        dealt = NamedSharding(self._mesh, PartitionSpec(*[None] * axis, ROWS))
        even = all(values.shape[axis] % self.count == 0 for values in xs.values())
        sharding = dealt if even else self.everywhere
        return {
            name: jax.ShapeDtypeStruct(values.shape, values.dtype, sharding=sharding)
            if isinstance(values, jax.ShapeDtypeStruct)
            else jax.device_put(values, sharding)
            for name, values in xs.items()
        }


def copied(tree: Any) -> Any:
    """The same arrays in memory of their own; unlike `jnp.copy` it compiles nothing."""
    return jax.device_put(tree, jax.tree.map(lambda leaf: leaf.sharding, tree), may_alias=False)


def likeness(leaf: jax.Array) -> jax.ShapeDtypeStruct:
    """What a compiler needs to know of an array."""
    return jax.ShapeDtypeStruct(leaf.shape, leaf.dtype, sharding=leaf.sharding)
