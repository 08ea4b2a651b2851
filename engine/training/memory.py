"""How much memory training takes, which layer holds it, and what to do where it is too much."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engine.graph.narrowing import Narrower
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


@dataclass(frozen=True)
class Demand:
    """What a training takes with so many rows to a batch (in `words`: "a batch size of 16"), and what would fit."""

    needed: int
    batch: int
    words: str
    shares: list[Share]
    fits: tuple[int, int] | None = None
    """A batch size that fits, and the bytes it takes."""
    narrower: tuple[Narrower, int] | None = None
    """Where none does: a smaller layer, and the bytes it takes then."""

    @property
    def holder(self) -> Share:
        """The layer that holds most."""
        return max(self.shares, key=lambda share: share.size(self.batch))

    def takes(self) -> str:
        return f"Training with {self.words} needs {size_in_words(self.needed)}"

    def held(self) -> str:
        """A sentence on the layer that holds most."""
        holder = self.holder
        what = "what it gives for each row" if holder.row * self.batch >= holder.weights else "its weights"
        return f"Most of it is held by {holder.name}: {what}."

    def remedy(self) -> str:
        """What would fit, in a sentence or two."""
        name = self.holder.name
        if self.fits is not None:
            size, takes = self.fits
            return (
                f"With a batch size of {size:,} it would need {size_in_words(takes)}, about the most that fits. "
                f"Or make {name} smaller."
            )
        if self.narrower is not None:
            found, takes = self.narrower
            return f"No batch size fits. With {found.words()} it would need {size_in_words(takes)}, which fits."
        return (
            f"No batch size fits, and a smaller {name} alone is not known to be enough. Make several layers smaller, "
            f"or reduce the size of what flows into {name}."
        )

    def problem(self, message: str, hint: str) -> Problem:
        where: dict[str, Any] = {"field": "batch_size", "node": self.holder.name}
        if self.fits is not None:
            where["batch_size"] = self.fits[0]
        elif self.narrower is not None:
            where[self.narrower[0].setting] = self.narrower[0].size
        return Problem("out_of_memory", where, message, hint)


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


def too_large(demand: Demand, room: str, opening: str = "") -> Problem:
    """What is said where training cannot fit: how much it takes, which layer holds it, and what would fit.

    `room` says in words what there is, `opening` what has happened.
    """
    return demand.problem(f"{opening}{demand.takes()}, {room}. {demand.held()}", demand.remedy())


def crowded_out(demand: Demand, room: int, opening: str) -> Problem:
    """What is said where memory ran out for something that would fit by itself into the `room` there is now."""
    message = (
        f"{opening}{demand.takes()}, and {size_in_words(room)} are free by now, so something else had the rest, or "
        f"measuring the validation rows took more. {demand.held()}"
    )
    return demand.problem(message, f"Train again when less else runs on this machine. {demand.remedy()}")


RAN_OUT = "Memory ran out. "


def without_a_word(used: tuple[int, int] | None) -> str:
    """What is known of a trainer that ended and said nothing. `used`: the bytes it last had, and all there are."""
    held = f" while it had {size_in_words(used[0])} of {size_in_words(used[1])}" if used else ""
    return f"The training was ended without a word{held}, most likely for want of memory. "
