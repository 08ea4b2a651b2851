"""The pulse of a training: a progress event now and then, with all that happened since the last one."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from engine.training.events import Event, event
from engine.training.timing import Amounts, TimeLeft
from engine.training.usage import Usage

EVENT_SECONDS = 0.2
"""Time between two progress events."""


class Pulse:
    """Hears the loss of every step, and sums the steps up for those who watch."""

    def __init__(self, amounts: Amounts, clock: Callable[[], float] = time.monotonic) -> None:
        self.amounts, self._clock = amounts, clock
        self.time = TimeLeft(amounts, clock)
        self.done = 0
        """Steps so far."""
        self.told_to = 0
        """Steps that were told of in an earlier life of the run."""
        self.rate: float | None = None
        """The learning rate that was told last."""
        self._told = clock()
        self._unheard: list[np.ndarray] = []
        self._usage = Usage()

    def start(self) -> None:
        """Training goes on from here; what was between is not counted, and news are told at once."""
        self.time.start(self.done)
        self._told = float("-inf")

    def extend(self, epochs: int) -> None:
        """There are so many epochs now."""
        self.amounts = self.time.amounts = replace(self.amounts, epochs=epochs)

    def hear(self, losses: np.ndarray) -> None:
        """Takes in the losses (K,) of the steps of one call."""
        news = losses[max(self.told_to - self.done, 0) :]
        self.done += len(losses)
        if len(news):
            self._unheard.append(news)
        self.time.hear(len(losses))

    def due(self) -> bool:
        """Whether it is time for the next event."""
        return self.waits() and self._clock() - self._told >= EVENT_SECONDS

    def waits(self) -> bool:
        """Whether some step has not been told of."""
        return bool(self._unheard)

    def event(self, epoch: int, learning_rate: float, may_stop_after: int | None = None) -> Event:
        """Where training stands. The loss is the mean over the steps since the last event, beside its range.

        `may_stop_after` is the epoch after which early stopping could end it.
        """
        losses = np.concatenate(self._unheard)
        self._unheard, self._told, self.rate = [], self._clock(), learning_rate
        amounts, seconds = self.amounts, max(self.time.step_seconds(), 1e-9)
        told = event(
            "progress",
            epoch=epoch,
            step=self.done,
            steps=amounts.epochs * amounts.steps_per_epoch,
            loss=float(losses.mean(dtype=np.float64)),  # their sum may be too large for float32
            loss_min=float(losses.min()),
            loss_max=float(losses.max()),
            learning_rate=learning_rate,
            examples_per_second=amounts.train_rows / (amounts.steps_per_epoch * seconds),
            eta_seconds=self.time.left(),
            **self._usage.figures(),
        )
        if may_stop_after is not None and may_stop_after < amounts.epochs:
            told["eta_earliest_seconds"] = self.time.left_until(may_stop_after)
        return told
