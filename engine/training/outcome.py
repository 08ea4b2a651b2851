"""How a training ended, or stands so far: its best state and its history."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from engine.problems import Problem
from engine.training.step import State
from engine.training.watching import Watched


@dataclass
class Outcome:
    """How training ended."""

    reason: str | None = None
    """None while it goes on."""
    best_epoch: int = 0
    """The epoch whose model is kept: the best by what is watched, or the one that reached the target."""
    best: State | None = None
    best_value: float | None = None
    """The watched measure at the best epoch; None where it was undefined."""
    validation: dict[str, float] = field(default_factory=dict)
    history: list[dict[str, Any]] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)
    """What was changed while it went on: `{number, step, learning_rate, …}`."""
    inherited: int = 0
    """How many epochs were trained by the run that this one goes on from."""
    own: dict[str, Any] | None = None
    """`{epoch, value, validation}` of the best epoch after those."""
    problem: Problem | None = None
    """Why it could not go on, where it left a model all the same."""

    def go_on(self) -> None:
        """From here on it is the outcome of another run."""
        self.reason, self.changes, self.own = None, [], None
        self.inherited = self.history[-1]["epoch"] if self.history else 0

    def note_own(self, epoch: int, watched: Watched, validation: dict[str, float]) -> None:
        """Takes in an epoch of a run that goes on from another."""
        value = validation.get(watched.key)
        best: float | None = self.own["value"] if self.own else None
        if self.own is None or (value is not None and (best is None or watched.beats(value, best))):
            self.own = {"epoch": epoch, "value": value, "validation": validation}

    def own_best(self) -> dict[str, Any] | None:
        """`{epoch, validation}` of the run's own best epoch, where the best of all is one of the run before."""
        if self.own is None or self.best_epoch > self.inherited:
            return None
        return {"epoch": self.own["epoch"], "validation": self.own["validation"]}

    def memory(self) -> dict[str, Any]:
        """All but the best state, as a document; what is heard later does not change it."""
        names = ("reason", "best_epoch", "best_value", "validation", "history", "changes", "inherited", "own")
        return {name: copy(getattr(self, name)) for name in names}

    def recall(self, memory: Mapping[str, Any], best: State | None) -> None:
        """Goes on from such a memory and the best state that belongs to it."""
        for name, value in memory.items():
            setattr(self, name, value)
        self.best = best
