"""Case: one use of a layer, and what the contract expects of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Shape = tuple[int, ...]
Config = dict[str, Any]

Bad = tuple[Config, str, str]
"""Settings that are refused, the path of the field that is named, and words of the message."""


@dataclass(frozen=True)
class Case:
    """One use of a layer: what goes in, what must come out, and how many weights there must be."""

    config: Config
    inputs: list[Shape]
    shape: Shape = ()
    trainable: int = 0
    fixed: int = 0
    dtypes: list[str] = field(default_factory=list)
    """The type of each input: "float32" (all, where none is given), "int32" or "bool"."""
    dtype: str = "float32"
    """The type of what comes out."""
    shapes: list[Shape] = field(default_factory=list)
    """The shape of every output, for a layer that has several; the first takes the place of `shape`."""
    before: list[tuple[str, Config]] = field(default_factory=list)
    """Layers between the first input and the layer, such as one that makes a mask.

    The first input is then 0 at the last step of every other row, so that Masking has something to mask.
    """

    def outputs(self) -> list[Shape]:
        """The shape of everything that comes out."""
        return self.shapes or [self.shape]

    def kinds(self) -> list[str]:
        """The type of each input."""
        return self.dtypes or ["float32"] * len(self.inputs)
