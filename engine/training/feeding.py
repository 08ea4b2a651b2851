"""Brings rows to the device: what fits in memory is put there once, the rest streams from disk in time."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from engine.data.batches import Batches
from engine.data.inputs import ArrayInput, PictureInput, WindowInput
from engine.data.prepare import PARTS as PARTS
from engine.data.prepare import Prepared
from engine.training.devices import free_memory
from engine.training.spread import Spread

SHARE = 0.25
"""The share of the free memory that resident rows may take."""

AHEAD = 2
"""How many chunks are read ahead from disk."""


@dataclass(frozen=True)
class Stored:
    """The rows of one input over all parts: row i is `values[places[i]]` (or `values[i]`), then scaled.

    With `reach`, row i is the window `values[places[i] + reach]`, which is cut out only when it is used.
    """

    values: np.ndarray
    places: np.ndarray | None
    scale: float | list[float] = 1.0
    offset: float | list[float] = 0.0
    reach: np.ndarray | None = None

    def take(self, rows: np.ndarray) -> np.ndarray:
        """The rows in the shape of `rows`, as they are stored."""
        places = rows if self.places is None else self.places[rows]
        taken: np.ndarray = self.values[places if self.reach is None else places[..., None] + self.reach]
        return taken

    def size(self) -> int:
        """Bytes that it takes to hold all rows, or what windows are cut out of."""
        count = len(self.values) if self.places is None or self.reach is not None else len(self.places)
        return int(count * self.values[:1].nbytes)


def fitting_inputs(sizes: Mapping[str, int], room: int) -> list[str]:
    """The inputs, the smallest first, that can be held in their share of a memory; all in bytes."""
    budget, fitting = SHARE * room, []
    for name, size in sorted(sizes.items(), key=lambda item: item[1]):
        if size <= budget:
            budget -= size
            fitting.append(name)
    return fitting


class Feed:
    """All parts of a prepared data set behind one numbering of rows."""

    def __init__(self, prepared: Prepared, memory: int | None = None, spread: Spread | None = None) -> None:
        """`memory` is what there is for rows, in bytes; None for what is free where the computation runs."""
        self.spread = spread or Spread(1)
        counts = [len(prepared.rows[part]) for part in PARTS]
        starts = np.cumsum([0, *counts])
        self._rows = {part: np.arange(a, b) for part, a, b in zip(PARTS, starts[:-1], starts[1:], strict=True)}
        self.truth = {
            name: np.concatenate([prepared.targets[part][name] for part in PARTS])
            for name in prepared.preparation["targets"]
        }
        self.last = {
            name: np.concatenate([prepared.last[part][name] for part in PARTS])
            for name in prepared.last.get("train", {})
        }
        self.weights = np.concatenate([prepared.weights[part] for part in PARTS]) if prepared.weights else None
        """How much each row counts in the loss, (n,) float32; None where all count the same."""
        self.inputs = {name: _joined(prepared, name) for name in prepared.preparation["inputs"]}
        self.resident: dict[str, jax.Array] = {
            f"target:{name}": self.spread.hold(values) for name, values in self.truth.items()
        }
        if self.weights is not None:
            self.resident["weight"] = self.spread.hold(self.weights)
        room = free_memory() if memory is None else memory
        for name in fitting_inputs({name: stored.size() for name, stored in self.inputs.items()}, room):
            self._hold(name, self.inputs[name], starts[-1])

    def _hold(self, name: str, stored: Stored, count: int) -> None:
        """Puts an input on the device: its rows, or the values and the places that windows are cut out of there."""
        if stored.reach is None:
            rows = stored.values if stored.places is None else stored.take(np.arange(count))
            self.resident[f"input:{name}"] = self.spread.hold(rows)
        else:
            self.resident[f"input:{name}"] = self.spread.hold(stored.values)
            self.resident[f"places:{name}"] = self.spread.hold(np.asarray(stored.places, np.int32))

    def rows(self, part: str) -> np.ndarray:
        """The numbers of a part's rows."""
        return self._rows[part]

    def chunk(self, batches: Batches, start: int, count: int) -> dict[str, np.ndarray]:
        """What `count` steps from `start` on need besides the resident rows; each array is (count, B, …)."""
        rows = batches.rows[start : start + count]
        xs = {"row": rows, "weight": batches.weight[start : start + count]}
        for name, stored in self.inputs.items():
            if f"input:{name}" not in self.resident:
                xs[f"input:{name}"] = stored.take(rows)
        return xs

    def streams(self) -> bool:
        """Whether some input does not fit in memory."""
        return any(f"input:{name}" not in self.resident for name in self.inputs)

    def batch(
        self, resident: Mapping[str, jax.Array], x: Mapping[str, jax.Array]
    ) -> tuple[dict[str, jax.Array], dict[str, jax.Array]]:
        """Inputs and targets of one step, computed on the device."""

        def values(key: str) -> jax.Array:
            return resident[key][x["row"]] if key in resident else x[key]

        def rows(name: str, stored: Stored) -> jax.Array:
            if stored.reach is None or f"input:{name}" not in resident:
                return values(f"input:{name}")
            places = resident[f"places:{name}"][x["row"]]
            return resident[f"input:{name}"][places[:, None] + stored.reach[None, :]]

        inputs = {name: _scaled(rows(name, stored), stored) for name, stored in self.inputs.items()}
        return inputs, {name: values(f"target:{name}") for name in self.truth}

    def weighed(self, losses: jax.Array, resident: Mapping[str, jax.Array], x: Mapping[str, jax.Array]) -> jax.Array:
        """The losses (B,) of a step's rows, each multiplied by the weight that the data give its row."""
        return losses if self.weights is None else losses * resident["weight"][x["row"]]


def _scaled(values: jax.Array, stored: Stored) -> jax.Array:
    if values.dtype != jnp.uint8:
        return values
    scale, offset = (
        jnp.asarray(one, jnp.float32).reshape(*[1] * (values.ndim - 1), -1) for one in (stored.scale, stored.offset)
    )
    scaled: jax.Array = values.astype(jnp.float32) * scale + offset
    return scaled


def _joined(prepared: Prepared, name: str) -> Stored:
    parts = [prepared.inputs[part][name] for part in PARTS]
    first = parts[0]
    if isinstance(first, PictureInput):
        places = np.concatenate([part.indices for part in parts if isinstance(part, PictureInput)])
        return Stored(first.pixels, places, first.scale, first.offset)
    if isinstance(first, WindowInput):
        places = np.concatenate([part.ends for part in parts if isinstance(part, WindowInput)])
        return Stored(first.values, places, reach=np.arange(1 - first.lookback, 1))
    return Stored(_in_one([part.values for part in parts if isinstance(part, ArrayInput)]), None)


def _in_one(parts: list[np.ndarray]) -> np.ndarray:
    """The parts behind each other; not copied where they lie so already."""
    base = parts[0].base
    starts = np.cumsum([0, *(part.nbytes for part in parts)])
    if isinstance(base, np.ndarray) and base.nbytes == starts[-1]:
        own = base.ctypes.data
        if all(part.ctypes.data == own + start for part, start in zip(parts, starts[:-1], strict=True) if len(part)):
            return base.reshape(-1, *parts[0].shape[1:])
    return np.concatenate(parts)


def ahead(items: Iterable[Any]) -> Iterator[Any]:
    """The same items, made in a thread of their own a little ahead of their use."""
    waiting: queue.Queue[tuple[Any, BaseException | None, bool]] = queue.Queue(AHEAD)
    closed = threading.Event()

    def put(*entry: Any) -> bool:
        while not closed.is_set():
            try:
                waiting.put(entry, timeout=0.2)
            except queue.Full:
                continue
            return True
        return False

    def make() -> None:
        try:
            for item in items:
                if not put(item, None, False):
                    return
            put(None, None, True)
        except BaseException as error:  # handed to the thread that uses the items
            put(None, error, True)

    threading.Thread(target=make, daemon=True).start()
    try:
        while True:
            item, error, last = waiting.get()
            if error is not None:
                raise error
            if last:
                return
            yield item
    finally:
        closed.set()
