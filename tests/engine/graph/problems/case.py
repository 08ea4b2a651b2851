"""Case: a drawing with one thing wrong; and the drawings that the cases are made of."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from engine.graph.specs import DataSpecs, Target
from engine.layers import Spec
from tests.engine.drawings import graph, node, stack

CITIES = DataSpecs({"features": Spec((1,), "int32", 9)}, {"target": Target("number")})


@dataclass(frozen=True)
class Case:
    """A drawing with one thing wrong, and where it is wrong. `fix` is the remedy's label, None for none."""

    code: str
    node: str | None
    drawing: dict[str, Any]
    data: DataSpecs | None = None
    fix: str | None = None
    mended: bool = True
    """Whether nothing is wrong any more once the remedy is taken."""


def shaped(shape: list[int], *layers: tuple[str, dict[str, Any]], dtype: str = "float32") -> dict[str, Any]:
    """A stack whose Input tells its shape and type itself."""
    drawing = stack(*layers)
    drawing["nodes"][0]["config"] |= {"shape": shape, "dtype": dtype}
    return drawing


def picture(*layers: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    return stack(*layers, name="image")


STEPS: tuple[str, dict[str, Any]] = ("Reshape", {"target_shape": [3, 4]})
"""Makes a sequence of 3 steps of a row of 12 values."""


def several(kind: str, config: dict[str, Any], *shapes: list[int]) -> dict[str, Any]:
    """A layer whose inputs come out of Dense and Reshape, one for each shape."""
    nodes, wires = [node("input", "Input"), node("it", kind, **config)], []
    for place, shape in enumerate(shapes):
        nodes += [node(f"d{place}", "Dense", units=math.prod(shape)), node(f"r{place}", "Reshape", target_shape=shape)]
        wires.append(f"input > d{place} > r{place} > it")
    nodes += [node("flat", "Flatten"), node("last", "Dense", units=3), node("output", "Output")]
    return graph(nodes, ", ".join([*wires, "it > flat > last > output"]))


def branches(left: dict[str, Any], right: dict[str, Any], join: dict[str, Any]) -> dict[str, Any]:
    """Two layers on one input, joined, and an answer."""
    nodes = [node("input", "Input"), left, right, join, node("last", "Dense", units=3), node("output", "Output")]
    return graph(nodes, "input > a > join, input > b > join > last > output")


FINE = [node("input", "Input"), node("dense", "Dense", units=3), node("output", "Output")]
WIRES = "input > dense > output"
