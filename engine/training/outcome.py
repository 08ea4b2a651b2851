"""How a training ended, or stands so far: its best state and its history."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from engine.training.step import State


@dataclass
class Outcome:
    """How training ended."""

    reason: str = "completed"
    best_epoch: int = 0
    best: State | None = None
    best_value: float | None = None
    """The watched measure at the best epoch; None where it was undefined."""
    validation: dict[str, float] = field(default_factory=dict)
    history: list[dict[str, Any]] = field(default_factory=list)
