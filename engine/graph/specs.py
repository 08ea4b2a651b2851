"""What the data offer a graph: the inputs it can take in and the targets it can answer for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from engine.layers.base import Spec


@dataclass(frozen=True)
class Target:
    """What one output answers for: `classes` names the categories, or the labels that each can be yes or no.

    `values` is how many numbers it is, `imbalanced` tells that a class is rare.
    """

    kind: Literal["category", "number", "labels", "numbers"]
    classes: tuple[str, ...] | None = None
    values: int = 1
    imbalanced: bool = False

    @property
    def names(self) -> tuple[str, ...] | None:
        """The categories of which one is true; None for all else."""
        return self.classes if self.kind == "category" else None

    def widths(self) -> tuple[int, ...]:
        """How many values an answer may have; the first is the usual one."""
        if self.classes is None:
            return (self.values,)
        return (1, 2) if self.kind == "category" and len(self.classes) == 2 else (len(self.classes),)

    def fitting(self, width: int) -> str | None:
        """The activation that makes probabilities of scores; None where the answers are numbers."""
        if self.classes is None:
            return None
        return "sigmoid" if self.kind == "labels" or width == 1 else "softmax"

    def words(self) -> str:
        """The target in words: "10 classes", "3 labels", "a number"."""
        if self.classes is not None:
            return f"{len(self.classes)} {'labels' if self.kind == 'labels' else 'classes'}"
        return "a number" if self.kind == "number" else f"{self.values} numbers"


@dataclass(frozen=True)
class DataSpecs:
    """The inputs and targets of a prepared data set; each target has an output of its own."""

    inputs: Mapping[str, Spec] = field(default_factory=dict)
    targets: Mapping[str, Target] = field(default_factory=dict)

    @classmethod
    def read(cls, inputs: Mapping[str, Any], targets: Mapping[str, Any]) -> DataSpecs:
        """From the documents `{name: {shape, dtype, values?}}` and `{name: {kind, classes, values?}}`."""
        return cls(
            {name: Spec(tuple(x["shape"]), x["dtype"], x.get("values")) for name, x in inputs.items()},
            {
                name: Target(
                    x["kind"],
                    tuple(x["classes"]) if x.get("classes") else None,
                    len(x.get("values", "1")) or 1,
                    x.get("imbalanced", False),
                )
                for name, x in targets.items()
            },
        )
