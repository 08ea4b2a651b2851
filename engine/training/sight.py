"""Sight: lets people look inside a training, now and then and at little cost."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from engine.training.events import Event, event
from engine.training.examples import Examples
from engine.training.probe import LayerFigures, Probe
from engine.training.remarks import remarks
from engine.training.step import State

SHARE = 0.02
"""The share of the time of training that looking may take."""

LEAST_SECONDS = 1.0
"""Between two looks at the least; the longer a training lasts, the longer are the times between them."""

LOOKS = 100
"""How many looks there are at the most while the length of a training doubles."""

SETTLED_SECONDS = 3.0
"""After how long a program to look with is compiled, which takes a core for a while."""

LOOK_STEPS = 1.5
"""How many steps a look takes, as a guess before the first."""

SHORTEST_SECONDS = 0.5
"""A training that was shorter is over before anyone looks."""

PATIENCE = 6.0
"""How many seconds the end of a training waits for that program."""

MOST_LAYERS = 300


class Sight:
    """Tells of the layers (`layers`) and of examples (`sample`) at ends of epochs."""

    def __init__(
        self,
        probe: Probe,
        examples: Examples,
        shown: Mapping[str, str],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`shown` tells by what name the canvas knows each node of the plan."""
        self.probe, self.examples, self._shown, self._clock = probe, examples, shown, clock
        self._began = clock()
        self._looked = self._sampled = 0
        """The epochs of the last looks."""
        self._look_at = self._sample_at = 0.0
        """Seconds of training after which to look again."""
        self._spent = self._cost = 0.0
        self._last: tuple[int, State, float] | None = None

    def start(self) -> None:
        """Training begins."""
        self._began = self._clock()

    def after_epoch(self, epoch: int, state: State, rate: float, step_seconds: float) -> Iterator[Event]:
        """What is worth telling now, at the learning rate and the time of a step of late."""
        self._cost = self._cost or LOOK_STEPS * step_seconds
        elapsed = self._clock() - self._began
        if elapsed >= self._sample_at:
            yield self._sample(epoch)
        if elapsed >= SETTLED_SECONDS:
            self.probe.prepare(state)
        affordable = self._spent + self._cost <= SHARE * elapsed
        if elapsed >= self._look_at and affordable and self.probe.ready():
            yield self._look(epoch, state, rate)

    def at_end(self, epoch: int, state: State, rate: float) -> Iterator[Event]:
        """What was not told of the last epoch; for a look at its layers the compiler begins to work now."""
        if self._sampled != epoch:
            yield self._sample(epoch)
        if self._looked != epoch and self._clock() - self._began >= SHORTEST_SECONDS:
            self.probe.prepare(state)
            self._last = (epoch, state, rate)

    def last_word(self) -> Iterator[Event]:
        """The look at the last epoch, once all else is done."""
        if self._last is not None and self.probe.ready(PATIENCE):
            yield self._look(*self._last)
        self._last = None

    def _next(self) -> float:
        elapsed = self._clock() - self._began
        return elapsed + max(LEAST_SECONDS, elapsed / LOOKS)

    def _sample(self, epoch: int) -> Event:
        self._sampled, self._sample_at = epoch, self._next()
        return event("sample", epoch=epoch, **self.examples.document())

    def _look(self, epoch: int, state: State, rate: float) -> Event:
        began = self._clock()
        figures = self.probe.look(state, rate)
        self._cost = self._clock() - began
        self._spent += self._cost
        self._looked, self._look_at = epoch, self._next()
        shown = {self._shown.get(name, name): one for name, one in figures.items() if _tells(one)}
        layers = dict(list(shown.items())[:MOST_LAYERS])
        return event(
            "layers",
            epoch=epoch,
            rows=self.probe.rows,
            layers=[{"name": name, **_document(one)} for name, one in layers.items()],
            remarks=remarks(layers, self.probe.rows),
        )


def _tells(figures: LayerFigures) -> bool:
    """Whether a node has something to show: weights that learn, or units that never fire."""
    return figures.weight is not None or figures.dead is not None


def _document(figures: LayerFigures) -> dict[str, Any]:
    return {name: _rounded(value) for name, value in asdict(figures).items() if value is not None}


def _rounded(value: float) -> float | int | None:
    """Four significant digits are enough to look at; what is no finite number is None."""
    if isinstance(value, int):
        return value
    return float(f"{value:.4g}") if value - value == 0 else None
