"""Keeper: writes checkpoints when it is time, and says so; a full disk ends no training."""

from __future__ import annotations

import errno
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.training.checkpoint import Checkpoints, Tensors
from engine.training.events import Event, event

if TYPE_CHECKING:
    from engine.training.standing import Standing

HELD = 32 * 2**20
"""Bytes of a state up to which the best one is held whole until the next checkpoint is written."""

EPOCH_SECONDS = 2.0
"""Time between two checkpoints at ends of epochs."""

LARGEST_SHARE = 0.04
"""The share of the time that writing checkpoints may take."""

FULL = (
    "The disk of the server is full, so no checkpoint could be written. Training goes on while there is room for its "
    "curve; delete old runs or data sets soon, or the run ends and what was trained since the last checkpoint is lost."
)
UNSOUND = (
    "Some weights are no longer finite numbers, so no checkpoint is written. Training goes on; if the loss does not "
    "recover, stop it and lower the learning rate."
)
UNWRITTEN = "No checkpoint could be written. Training goes on, and tries again."
AGAIN = "Checkpoints are written again."


class Keeper:
    """Knows when the next checkpoint is due."""

    def __init__(self, checkpoints: Checkpoints | None, clock: Callable[[], float] = time.monotonic) -> None:
        """Without `checkpoints` nothing is ever due."""
        self.checkpoints, self._clock = checkpoints, clock
        self._written = clock()
        self._cost = 0.0
        self._held: tuple[int, Callable[[], Standing]] | None = None
        self.failed = False
        """Whether the last one could not be written."""

    def start(self) -> None:
        """The time from here on counts."""
        self._written = self._clock()

    def due(self) -> bool:
        """Whether so much was done that it should not be lost."""
        return self.checkpoints is not None and self._since() >= self.checkpoints.keeping.seconds

    def due_at_end(self) -> bool:
        """The same at the end of an epoch, which makes a better place to begin anew."""
        return self.checkpoints is not None and self._since() >= min(EPOCH_SECONDS, self.checkpoints.keeping.seconds)

    def hold(self, step: int, standing: Callable[[], Standing]) -> None:
        """Takes note of where the best epoch ended, so that the next checkpoint written does not pass it over."""
        self._held = step, standing

    def keep_held(self) -> list[Event]:
        """Writes the checkpoint of the best epoch, where there is none yet; the events that tell of it."""
        if self._held is None:
            return []
        (step, held), self._held = self._held, None
        standing = held()
        return self._write(step, standing.tensors, standing.document, standing.summary)

    def keep(self, step: int, tensors: Tensors, document: Mapping[str, Any], summary: Mapping[str, Any]) -> list[Event]:
        """Writes a checkpoint, and that of the best epoch before it; the events that tell of them."""
        if self._held is not None and self._held[0] == step:
            self._held = None
        return [*self.keep_held(), *self._write(step, tensors, document, summary)]

    def _write(
        self, step: int, tensors: Tensors, document: Mapping[str, Any], summary: Mapping[str, Any]
    ) -> list[Event]:
        if self.checkpoints is None:
            return []
        if not _sound(tensors):
            return self._missed(UNSOUND)
        began, failed = self._clock(), self.failed
        try:
            written = self.checkpoints.write(step, tensors, document, summary)
        except OSError as error:
            return self._missed(FULL if error.errno == errno.ENOSPC else UNWRITTEN)
        self._written, self.failed = self._clock(), False
        self._cost = self._written - began
        told = event("checkpoint", epoch=summary["epoch"], step=step, name=written.name, seconds=round(self._cost, 3))
        return [event("log", message=AGAIN, step=step), told] if failed else [told]

    def _missed(self, why: str) -> list[Event]:
        """There is none this time, which is said once; the next try comes no sooner than usual."""
        told = [] if self.failed else [event("log", message=why)]
        self._written, self.failed = self._clock(), True
        return told

    def _since(self) -> float:
        """Seconds since the last one; fewer count where one takes long to write."""
        past = self._clock() - self._written
        return past if past >= self._cost / LARGEST_SHARE else 0.0


def _sound(tensors: Tensors) -> bool:
    """Whether the weights are numbers; from others there is nothing to go on."""
    weights = (values for name, values in tensors.items() if name.startswith("state."))
    return all(np.isfinite(values).all() for values in weights if values.dtype.kind == "f")
