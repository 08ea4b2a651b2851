"""Sight: lets people look inside a training, now and then and at little cost."""

from __future__ import annotations

import signal
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from engine.training.events import Event, Type, event
from engine.training.examples import Examples
from engine.training.probe import LayerFigures, Probe
from engine.training.remarks import remarks
from engine.training.step import State

SHARE = 0.02
"""The share of the time of training that looks at layers may take, and as much again those at examples."""

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
"""How many seconds the end of a training waits for that program at the most."""

WAITED = 0.5
"""And as which share of the time of training."""

MOST_LAYERS = 300

LAYERS_LOST = "The layers cannot be looked into any more, as a look at them failed. Training goes on without."
BROKEN_OFF = "A look into the training was broken off, as the process was told to end."
EXAMPLES_LOST = "Examples cannot be shown any more, as reading them failed. Training goes on without."


@dataclass
class Turn:
    """One sort of look: when it comes again, and what it cost."""

    lost: str
    """What is said once it fails."""
    epoch: int = 0
    """That of the last look."""
    at: float = 0.0
    """Seconds of training after which to look again."""
    cost: float = 0.0
    """Seconds that the last look took."""
    spent: float = 0.0
    broken: bool = False

    def due(self, elapsed: float) -> bool:
        """Whether it is time for a look, and there is time for it."""
        return not self.broken and elapsed >= self.at and self.spent + self.cost <= SHARE * elapsed

    def took(self, epoch: int, began: float, ended: float) -> None:
        """There was a look, between these seconds of training; the first one also loads what all others need."""
        if self.epoch:
            self.cost = ended - began
            self.spent += self.cost
        self.epoch = epoch
        self.at = ended + max(LEAST_SECONDS, ended / LOOKS)


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
        self._layers, self._examples = Turn(LAYERS_LOST), Turn(EXAMPLES_LOST)
        self._last: tuple[int, State, float] | None = None
        self._patience = 0.0

    def start(self) -> None:
        """Training begins."""
        self._began = self._clock()

    def after_epoch(self, epoch: int, state: State, rate: float, step_seconds: float) -> Iterator[Event]:
        """What is worth telling now, at the learning rate and the time of a step of late."""
        self._layers.cost = self._layers.cost or LOOK_STEPS * step_seconds
        elapsed = self._elapsed()
        if self._examples.due(elapsed):
            yield self._told(self._examples, epoch, self.examples.document, "sample")
        if elapsed >= SETTLED_SECONDS:
            self.probe.prepare(state)
        if self._layers.due(elapsed) and self.probe.ready():
            yield self._told(self._layers, epoch, lambda: self._look(state, rate), "layers")

    def at_end(self, epoch: int, state: State, rate: float) -> Iterator[Event]:
        """What was not told of the last epoch; for a look at its layers the compiler begins to work now."""
        elapsed = self._elapsed()
        if self._examples.epoch != epoch and not self._examples.broken:
            yield self._told(self._examples, epoch, self.examples.document, "sample")
        if self._layers.epoch != epoch and not self._layers.broken and elapsed >= SHORTEST_SECONDS:
            self.probe.prepare(state)
            self._last, self._patience = (epoch, state, rate), min(PATIENCE, WAITED * elapsed)

    def at_stop(self, epoch: int) -> Iterator[Event]:
        """The examples as the last epoch that was measured left them; nobody who stops waits for a look at layers."""
        if self._examples.epoch != epoch and not self._examples.broken and self.examples.heard():
            yield self._told(self._examples, epoch, self.examples.document, "sample")

    def last_word(self) -> Iterator[Event]:
        """The look at the last epoch, once all else is done; none where its program is still not there."""
        if self._last is not None and self.probe.ready(self._patience):
            epoch, state, rate = self._last
            yield self._told(self._layers, epoch, lambda: self._look(state, rate), "layers")
        self._last = None

    def _elapsed(self) -> float:
        return self._clock() - self._began

    def _told(self, turn: Turn, epoch: int, look: Callable[[], dict[str, Any]], kind: Type) -> Event:
        """What a look shows; one that fails costs no training, and is the last of its sort."""
        began = self._elapsed()
        try:
            told = event(kind, epoch=epoch, **look())
        except KeyboardInterrupt:  # the library that reads rows takes Ctrl+C for itself while it is at work
            signal.raise_signal(signal.SIGINT)
            return event("log", message=BROKEN_OFF)
        except Exception:
            traceback.print_exc()
            turn.broken = True
            return event("log", message=turn.lost)
        turn.took(epoch, began, self._elapsed())
        return told

    def _look(self, state: State, rate: float) -> dict[str, Any]:
        figures = self.probe.look(state, rate)
        layers = _told({self._shown.get(name, name): one for name, one in figures.items()})
        return {
            "rows": self.probe.rows,
            "layers": [{"name": name, **_document(one)} for name, one in layers.items()],
            "remarks": remarks(layers, self.probe.rows),
        }


def _told(layers: Mapping[str, LayerFigures]) -> dict[str, LayerFigures]:
    """Those with something to show; where they are too many, those that learn come before all others."""
    telling = {name: one for name, one in layers.items() if one != LayerFigures()}
    chosen = set(sorted(telling, key=lambda name: telling[name].weight is None)[:MOST_LAYERS])
    return {name: one for name, one in telling.items() if name in chosen}


def _document(figures: LayerFigures) -> dict[str, Any]:
    return {name: _rounded(value) for name, value in asdict(figures).items() if value is not None}


def _rounded(value: float) -> float | int | None:
    """Four significant digits are enough to look at; what is no finite number is None."""
    if isinstance(value, int):
        return value
    return float(f"{value:.4g}") if value - value == 0 else None
