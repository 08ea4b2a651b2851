"""What the data offer a graph: the inputs it can take in and the targets it can answer for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from engine.layers.base import Spec


@dataclass(frozen=True)
class Target:
    """One column to predict: `classes` names the categories, None for a number."""

    kind: Literal["category", "number"]
    classes: tuple[str, ...] | None = None

    def widths(self) -> tuple[int, ...]:
        """How many values an answer may have; the first is the usual one."""
        if self.classes is None:
            return (1,)
        return (1, 2) if len(self.classes) == 2 else (len(self.classes),)

    def words(self) -> str:
        """The target in words: "10 classes", "a number"."""
        return f"{len(self.classes)} classes" if self.classes is not None else "a number"


@dataclass(frozen=True)
class DataSpecs:
    """The inputs and targets of a prepared data set."""

    inputs: Mapping[str, Spec] = field(default_factory=dict)
    targets: Mapping[str, Target] = field(default_factory=dict)

    @classmethod
    def read(cls, inputs: Mapping[str, Any], targets: Mapping[str, Any]) -> DataSpecs:
        """From the documents `{name: {shape, dtype, values?}}` and `{name: {kind, classes}}`."""
        return cls(
            {name: Spec(tuple(x["shape"]), x["dtype"], x.get("values")) for name, x in inputs.items()},
            {
                name: Target(x["kind"], tuple(x["classes"]) if x["kind"] == "category" else None)
                for name, x in targets.items()
            },
        )
