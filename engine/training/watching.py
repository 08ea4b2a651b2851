"""Watches one measure of the validation rows from epoch to epoch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from engine.problems import Problem, Refusal

Better = Literal["higher", "lower"]
PART = "validation_"


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


def find_watched(monitor: str, measures: Mapping[str, Mapping[str, str]], field: str) -> Watched:
    """What a monitor such as `validation_auc` means among the measures of a run.

    With several targets the name of a metric alone will do where only one of them has it. Raises Refusal.
    """
    name = monitor.removeprefix(PART)
    found = [key for key in measures if key == name] or [key for key in measures if key.endswith(f"_{name}")]
    if len(found) == 1:
        return Watched(found[0], "higher" if measures[found[0]]["better"] == "higher" else "lower")
    known = ", ".join(f"{PART}{key}" for key in found or measures)
    raise Refusal(
        Problem(
            "monitor_is_not_measured",
            {"field": field},
            f"{monitor} cannot be watched: "
            + ("several targets have that measure." if found else "no target of this run has that measure."),
            f"Set it to one of {known}.",
        )
    )
