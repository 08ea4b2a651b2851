"""How a training ended, or stands so far: its best state and its history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.problems import Problem
from engine.training.step import State


@dataclass
class Outcome:
    """How training ended."""

    reason: str | None = None
    """None while it goes on."""
    best_epoch: int = 0
    best: State | None = None
    best_value: float | None = None
    """The watched measure at the best epoch; None where it was undefined."""
    validation: dict[str, float] = field(default_factory=dict)
    history: list[dict[str, Any]] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)
    """What was changed while it went on: `{number, step, learning_rate, …}`."""
    problem: Problem | None = None
    """Why it could not go on, where it left a model all the same."""

    def memory(self) -> dict[str, Any]:
        """All but the best state, as a document."""
        names = ("reason", "best_epoch", "best_value", "validation", "history", "changes")
        return {name: getattr(self, name) for name in names}

    def recall(self, memory: Mapping[str, Any], best: State | None) -> None:
        """Goes on from such a memory and the best state that belongs to it."""
        for name, value in memory.items():
            setattr(self, name, value)
        self.best = best
