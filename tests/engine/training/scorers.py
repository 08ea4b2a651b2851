"""What tests of measures share: targets of every sort, what was fitted for them, and answers drawn by chance."""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.graph.specs import Target
from engine.training.scoring import Scorer

Array = np.ndarray
RANDOM = np.random.default_rng(4)
TWO = Target("category", ("no", "yes"))
THREE = Target("category", ("a", "b", "c"))
EIGHT = Target("category", tuple("abcdefgh"))
TWELVE = Target("category", tuple("abcdefghijkl"))
NUMBER = Target("number")
CLASSES: dict[str, Any] = {"kind": "category"}
PRICE = {"kind": "number", "center": 100.0, "spread": 20.0}
PLAIN = {"kind": "number", "center": 0.0, "spread": 1.0}


def scorer(target: Target, document: dict[str, Any], *names: Any) -> Scorer:
    return Scorer(names, {"y": target}, {"targets": {"y": document}})


def scored(target: Target, document: dict[str, Any], answers: Any, truth: Any, *names: Any) -> dict[str, float]:
    return scorer(target, document, *names).score({"y": answers}, {"y": truth})


def shares(rows: int, classes: int) -> Array:
    raw = RANDOM.uniform(size=(rows, classes)) ** 2
    return raw / raw.sum(1, keepdims=True)
