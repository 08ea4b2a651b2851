"""The learning rate of every step of a run."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from engine.training.schedules import Constant, Plateau
from engine.training.settings import Settings
from engine.training.watching import Watch, Watched


class Rates:
    """The rate that was set, times what the schedule says of a step, times what plateaus have left of it.

    `base` may be changed while a run goes on. `left` changes only between epochs.
    """

    def __init__(self, settings: Settings, steps_per_epoch: int, watched: Watched | None = None) -> None:
        """`watched` is what a schedule on plateau goes by."""
        self.base, self.left = settings.optimizer.learning_rate, 1.0
        self.schedule = settings.schedule
        self._epochs, self._steps = settings.epochs, steps_per_epoch
        self._resting = 0
        least = self.schedule.min_delta if isinstance(self.schedule, Plateau) else 0.0
        self._watch = Watch(watched or Watched(), least)

    def at(self, step: int) -> float:
        """The rate of one step, counted from 0."""
        return self.base * self.left * self.schedule.factor(step / self._steps, self._epochs)

    def of(self, first: int, count: int) -> np.ndarray:
        """The rates of `count` steps from `first` on (count,) float32."""
        if isinstance(self.schedule, Constant) and first >= self.schedule.warmup_epochs * self._steps:
            return np.full(count, self.base * self.left, np.float32)
        return np.array([self.at(first + place) for place in range(count)], np.float32)

    def hear(self, measures: Mapping[str, float]) -> str | None:
        """Lowers the rate where the measures of an epoch show a plateau, as Keras' ReduceLROnPlateau does.

        Says so in a sentence where it did.
        """
        if not isinstance(self.schedule, Plateau):
            return None
        before = self.left
        self._resting = max(self._resting - 1, 0)
        self._watch.hear(measures)
        if self._resting:
            self._watch.waited = 0
        if self._watch.waited >= self.schedule.patience:
            lowest = self.schedule.min_lr / self.base
            self.left = min(self.left, max(self.left * self.schedule.drop, lowest))
            self._resting, self._watch.waited = self.schedule.cooldown, 0
        fell = self.left < before and not math.isclose(self.left, before)  # 0.1 · 0.1 is a little more than 0.01
        return _fallen(self.schedule, self.base * self.left) if fell else None

    def change(self, base: float | None, epochs: int | None) -> None:
        """Goes on with another rate, which no plateau has lowered yet, or towards another number of epochs."""
        if base is not None:
            self.base, self.left = base, 1.0
        self._epochs = epochs or self._epochs

    def memory(self) -> dict[str, Any]:
        """What it knows, as a document."""
        watch = self._watch.memory()
        return {"base": self.base, "left": self.left, "epochs": self._epochs, "resting": self._resting, "watch": watch}

    def recall(self, memory: Mapping[str, Any]) -> None:
        """Goes on from such a memory."""
        self.base, self.left, self._epochs = memory["base"], memory["left"], memory["epochs"]
        self._resting = memory["resting"]
        self._watch.recall(memory["watch"])


def _fallen(schedule: Plateau, rate: float) -> str:
    epochs = "1 epoch" if schedule.patience == 1 else f"{schedule.patience:,} epochs"
    watched = schedule.monitor.replace("_", " ")
    return f"The learning rate fell to {rate:.4g}, as {watched} had not improved for {epochs}."
