"""How much memory training takes, which layer holds it, and what to do where it is too much."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from engine.graph.report import Report
from engine.problems import Problem
from engine.sizes import size_in_words

BYTES = 4
"""Bytes of a number."""

KEPT = 4
"""How many times what comes out of a layer is held in a step, roughly: itself, its slope, and work on both."""

USED = 0.9
"""The share of the memory that a batch size which fits may take."""

TRIES = 4
"""How many batch sizes are tried before none is said to fit."""


@dataclass(frozen=True)
class Share:
    """What one layer holds, roughly: bytes for each row of a batch, and bytes for its weights."""

    name: str
    row: float
    weights: float

    def size(self, batch: int) -> float:
        return self.row * batch + self.weights


def shares(report: Report, copies: float) -> list[Share]:
    """What each layer of a network holds; `copies` tells how often a weight is held: itself, slope, optimizer."""
    found = []
    for name, lowered in report.used().items():
        shapes = [spec.shape for spec in lowered.traced.specs()]
        values = sum(math.prod(shape) for shape in shapes)
        if lowered.layer.family == "Attention" and len(shapes[0]) > 1:  # every step looks at every other
            values += shapes[0][0] ** 2
        weights = lowered.traced.trainable * copies + lowered.traced.fixed
        found.append(Share(report.flat.shown(name), values * KEPT * BYTES, weights * BYTES))
    return found


def rough(found: list[Share], batch: int) -> int:
    """Bytes that a step takes, added up over the layers; within a small factor of the truth."""
    return int(sum(share.size(batch) for share in found))


def fitting(measure: Callable[[int], int], batch: int, needed: int, room: int) -> tuple[int, int] | None:
    """A smaller batch size that fits and what it takes, or None. `measure` gives the bytes of a batch size.

    What a step takes is weights, which stay, and a part that grows with its rows.
    """
    if batch == 1:
        return None
    smaller = max(1, batch // 8)
    low = measure(smaller)
    slope = max((needed - low) / (batch - smaller), 1e-9)
    guess = smaller + (USED * room - low) / slope
    guess = min(guess, batch - 1)
    for _ in range(TRIES):
        if guess < 1:
            return None
        size = 2 ** int(math.log2(guess))
        if size < batch and (takes := measure(size)) <= USED * room:
            return size, takes
        guess = size / 2
    return None


def too_large(needed: int, room: str, batch: int, fits: tuple[int, int] | None, found: list[Share]) -> Problem:
    """What is said where training cannot fit: how much it takes, which layer holds it, which batch size fits.

    `room` says in words what there is.
    """
    holder, held = _holder(found, batch)
    hint = f"Make {holder} smaller."
    if fits is not None:
        hint = f"With a batch size of {fits[0]:,} it would need {size_in_words(fits[1])}. Or make {holder} smaller."
    message = f"Training with a batch size of {batch:,} needs {size_in_words(needed)}, {room}. {held}"
    return _problem(holder, fits, message, hint)


def crowded_out(needed: int, room: int, batch: int, fits: tuple[int, int] | None, found: list[Share]) -> Problem:
    """What is said where memory ran out for something that would fit by itself into the `room` there is now."""
    holder, held = _holder(found, batch)
    less = f"take a batch size of {fits[0]:,}, which needs {size_in_words(fits[1])}, " if fits is not None else ""
    message = (
        f"Memory ran out. Training with a batch size of {batch:,} needs {size_in_words(needed)}, and "
        f"{size_in_words(room)} are free by now, so something else had the rest, or measuring the validation rows "
        f"took more. {held}"
    )
    hint = f"Train again when less else runs on this machine. Or {less}{'or ' if less else ''}make {holder} smaller."
    return _problem(holder, fits, message, hint)


def _holder(found: list[Share], batch: int) -> tuple[str, str]:
    """The layer that holds most, and a sentence on it."""
    holder = max(found, key=lambda share: share.size(batch))
    rows = holder.row * batch >= holder.weights
    what = "what it gives for each row" if rows else "its weights"
    return holder.name, f"Most of it is held by {holder.name}: {what}."


def _problem(holder: str, fits: tuple[int, int] | None, message: str, hint: str) -> Problem:
    where = {"field": "batch_size", "node": holder, **({"batch_size": fits[0]} if fits else {})}
    return Problem("out_of_memory", where, message, hint)
