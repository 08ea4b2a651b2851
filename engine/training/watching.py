"""Watches one measure of the validation rows from epoch to epoch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Better = Literal["higher", "lower"]


@dataclass(frozen=True)
class Watched:
    """A measure by its key among those of an epoch, and whether more or less of it is better."""

    key: str = "loss"
    better: Better = "lower"

    def beats(self, value: float, best: float, by: float = 0.0) -> bool:
        """Whether a value is better than the best so far by more than `by`."""
        return value > best + by if self.better == "higher" else value < best - by

    def reaches(self, value: float, goal: float) -> bool:
        """Whether a value is as good as a goal."""
        return value >= goal if self.better == "higher" else value <= goal


class Watch:
    """How many epochs ago a measure improved by more than `min_delta`; one that is undefined has not."""

    def __init__(self, watched: Watched, min_delta: float = 0.0) -> None:
        self.watched, self.min_delta = watched, min_delta
        self.best: float | None = None
        self.waited = 0

    def hear(self, measures: Mapping[str, float]) -> bool:
        """Takes in the measures of an epoch; tells whether they improved."""
        value = measures.get(self.watched.key)
        improved = value is not None and (self.best is None or self.watched.beats(value, self.best, self.min_delta))
        self.best, self.waited = (value, 0) if improved else (self.best, self.waited + 1)
        return improved

    def memory(self) -> dict[str, float | None]:
        """What it knows, as a document."""
        return {"best": self.best, "waited": self.waited}

    def recall(self, memory: Mapping[str, float | None]) -> None:
        """Goes on from such a memory."""
        self.best, self.waited = memory["best"], int(memory["waited"] or 0)
