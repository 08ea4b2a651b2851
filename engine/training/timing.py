"""How much longer a training takes, by what its steps and the ends of its epochs have taken so far."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

SHORTEST_MEMORY = 5.0
"""Seconds over which the speed is averaged at the least."""

MEMORY_SHARE = 0.3
"""The share of the time so far over which it is averaged later on, so that a change of speed is followed."""

FORWARD_SHARE = 1 / 3
"""What answering for a row takes of the time of learning from it; used until an epoch has ended."""


@dataclass(frozen=True)
class Amounts:
    """What there is to do."""

    epochs: int
    steps_per_epoch: int
    train_rows: int
    validation_rows: int
    test_rows: int


class TimeLeft:
    """Hears of steps and of ends of epochs as they happen, and estimates what is left."""

    def __init__(self, amounts: Amounts, clock: Callable[[], float] = time.monotonic) -> None:
        self.amounts, self._clock = amounts, clock
        self._seconds = self._steps = 0.0
        """Both fade with time, so that their ratio is the speed of late."""
        self._elapsed = 0.0
        self._ends: list[float] = []
        """Seconds between the last step of an epoch and its end."""
        self._done = self._epochs = 0
        self._mark = clock()

    def start(self, done: int = 0) -> None:
        """The time from here on counts; also after a pause. `done` steps were done before."""
        self._done, self._epochs = done, done // self.amounts.steps_per_epoch
        self._mark = self._clock()

    def hear(self, steps: int) -> None:
        """So many more steps are done."""
        took = self._lap()
        fading = math.exp(-took / max(SHORTEST_MEMORY, MEMORY_SHARE * self._elapsed))
        self._seconds, self._steps = self._seconds * fading + took, self._steps * fading + steps
        self._elapsed += took
        self._done += steps

    def end_epoch(self) -> None:
        """An epoch is over, with all that follows its last step."""
        self._ends.append(self._lap())
        self._epochs += 1

    def step_seconds(self) -> float:
        """Seconds of one step of late; 0 before the first."""
        return self._seconds / self._steps if self._steps else 0.0

    def left(self) -> float:
        """Seconds until all epochs are over and the test rows are answered."""
        amounts = self.amounts
        steps = amounts.epochs * amounts.steps_per_epoch - self._done
        test = self._end() * amounts.test_rows / max(amounts.validation_rows, 1)
        return steps * self.step_seconds() + (amounts.epochs - self._epochs) * self._end() + test

    def left_until(self, epoch: int) -> float:
        """Seconds until the end of the training, should it stop after this epoch."""
        spared = max(self.amounts.epochs - epoch, 0)
        return max(self.left() - spared * (self.amounts.steps_per_epoch * self.step_seconds() + self._end()), 0.0)

    def _end(self) -> float:
        """Seconds that the end of an epoch takes: of late, or guessed by the rows there are to answer for."""
        if self._ends:
            late = self._ends[-5:]
            return sum(late) / len(late)
        rows = self.amounts.validation_rows / max(self.amounts.train_rows, 1)
        return FORWARD_SHARE * rows * self.amounts.steps_per_epoch * self.step_seconds()

    def _lap(self) -> float:
        now = self._clock()
        took, self._mark = now - self._mark, now
        return took
