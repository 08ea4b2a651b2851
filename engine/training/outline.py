"""What a data set looks like to a training, without its rows: a few made-up ones, and the sizes of all."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from engine.data.inputs import ArrayInput, PictureInput, WindowInput
from engine.data.prepare import Prepared, specs
from engine.graph.specs import DataSpecs
from engine.training.feeding import PARTS, fitting_inputs

FEW = 64
"""Made-up rows of each part."""


class Outline:
    """A preparation as a data set of zeros."""

    def __init__(self, preparation: Mapping[str, Any], stored: int, weighed: bool) -> None:
        """`stored` is the number of rows in the data set, `weighed` whether a column says how much rows count."""
        self.preparation, self.stored, self.weighed = preparation, stored, weighed
        self.targets = DataSpecs.read(*specs(preparation)).targets
        self.counts: dict[str, int] = {part: preparation["rows"][part] for part in PARTS}

    @property
    def kind(self) -> str:
        kind: str = self.preparation["kind"]
        return kind

    def _windowed(self, name: str) -> bool:
        """Whether the rows of an input are cut out of series; what is known ahead of them is not."""
        return self.kind == "series" and not self.preparation["inputs"][name].get("ahead")

    def few(self) -> Prepared:
        """A few rows in the shapes of the real ones."""
        inputs = {name: self._input(name, FEW) for name in self.preparation["inputs"]}
        targets = {name: self._target(name) for name in self.targets}
        last = {name: np.zeros((FEW, 1)) for name, one in self.preparation["targets"].items() if "difference" in one}
        return Prepared(
            dict(self.preparation),
            dict.fromkeys(PARTS, inputs),
            dict.fromkeys(PARTS, targets),
            dict.fromkeys(PARTS, np.arange(FEW)),
            dict.fromkeys(PARTS, last),
            dict.fromkeys(PARTS, np.ones(FEW, np.float32)) if self.weighed else {},
        )

    def resident(self, room: int) -> dict[str, jax.ShapeDtypeStruct]:
        """What all rows put on the device; `room` is the memory there is, in bytes. The rest streams."""
        total = sum(self.counts.values())
        held = {f"target:{name}": _shaped(total, values) for name, values in self.few().targets["train"].items()}
        if self.weighed:
            held["weight"] = jax.ShapeDtypeStruct((total,), jnp.float32)
        whole = {name: self._rows(name) for name in self.preparation["inputs"]}
        for name in fitting_inputs({name: _size(one) for name, one in whole.items()}, room):
            held[f"input:{name}"] = whole[name]
            if self._windowed(name):
                held[f"places:{name}"] = jax.ShapeDtypeStruct((total,), jnp.int32)
        return held

    def step(self, batch: int, resident: Mapping[str, Any]) -> dict[str, jax.ShapeDtypeStruct]:
        """What one step of a batch size takes besides the resident rows."""
        xs = {
            "row": jax.ShapeDtypeStruct((1, batch), jnp.int32),
            "weight": jax.ShapeDtypeStruct((1, batch), jnp.float32),
        }
        for name, given in self.preparation["inputs"].items():
            if f"input:{name}" not in resident:
                kind = jnp.uint8 if self.kind == "images" else given["dtype"]
                xs[f"input:{name}"] = jax.ShapeDtypeStruct((1, batch, *given["shape"]), kind)
        return xs

    def _input(self, name: str, rows: int) -> ArrayInput | PictureInput | WindowInput:
        given = self.preparation["inputs"][name]
        if self.kind == "images":
            column = self.preparation["columns"][given["columns"][0]]
            pixels = np.zeros((rows, *given["shape"]), np.uint8)
            return PictureInput(pixels, np.arange(rows), column["scale"], column["offset"])
        if self._windowed(name):
            lookback, width = given["shape"]
            values = np.zeros((lookback + rows, width), given["dtype"])
            return WindowInput(values, np.arange(lookback - 1, lookback - 1 + rows), lookback)
        return ArrayInput(np.zeros((rows, *given["shape"]), given["dtype"]))

    def _rows(self, name: str) -> jax.ShapeDtypeStruct:
        """All rows of an input as the device holds them."""
        given = self.preparation["inputs"][name]
        if self._windowed(name):
            return jax.ShapeDtypeStruct((self.stored, given["shape"][-1]), given["dtype"])
        kind = jnp.uint8 if self.kind == "images" else given["dtype"]
        return jax.ShapeDtypeStruct((sum(self.counts.values()), *given["shape"]), kind)

    def _target(self, name: str) -> np.ndarray:
        target = self.targets[name]
        return np.zeros(FEW, np.int32) if target.names else np.zeros((FEW, target.widths()[0]), np.float32)


def _shaped(rows: int, values: np.ndarray) -> jax.ShapeDtypeStruct:
    return jax.ShapeDtypeStruct((rows, *values.shape[1:]), values.dtype)


def _size(shaped: jax.ShapeDtypeStruct) -> int:
    return int(math.prod(shaped.shape) * shaped.dtype.itemsize)
