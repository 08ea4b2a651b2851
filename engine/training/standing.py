"""Where a training stands: all that has to be kept so that it goes on exactly, and how it goes on from that."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.problems import Problem, Refusal
from engine.training.checkpoint import Tensors
from engine.training.devices import NETLOOM, machine_facts
from engine.training.events import Event, event
from engine.training.snapshot import restored, taken
from engine.training.step import State

if TYPE_CHECKING:
    from engine.training.loop import Trainer

READ_OTHERWISE = Problem(
    "data_read_otherwise",
    {},
    "The data set was read otherwise when this checkpoint was taken, so training cannot go on from it.",
    "Have the data set read as it was then, or train a new run.",
)

STATE, BEST, RECORDS = "state", "best", "records/"


@dataclass(frozen=True)
class Standing:
    """A training as a checkpoint has it. With an `origin` it is that of another run, from which a new one goes on."""

    tensors: Tensors
    document: dict[str, Any]
    summary: dict[str, Any]
    origin: str | None = None

    @classmethod
    def of(cls, trainer: Trainer) -> Standing:
        """Where a training stands now; nothing it has done may be unread."""
        tensors = _tensors(trainer.state, trainer.outcome.best)
        if trainer.place:
            tensors |= {f"{RECORDS}{name}": values for name, values in trainer.records.memory().items()}
        return cls(tensors, _document(trainer), _summary(trainer))

    @classmethod
    def later(cls, trainer: Trainer, state: State) -> Callable[[], Standing]:
        """Gives on demand where a training stands now, at the end of an epoch; `state` is a copy of its state."""
        best, document, summary = trainer.outcome.best, _document(trainer), _summary(trainer)
        return lambda: cls(_tensors(state, best), document, summary)

    def recall(self, trainer: Trainer) -> Iterator[Event]:
        """Brings a trainer, whose first state is drawn, to where this one stands. Raises Refusal."""
        known = self.document
        if self.summary.get("data", trainer.data) != trainer.data:
            raise Refusal(READ_OTHERWISE)
        trainer.state = State(*restored(STATE, trainer.state.tree(), self.tensors))
        trainer.epoch, trainer.place, trainer.pulse.done = known["epoch"], known["place"], known["done"]
        trainer.rates.recall(known["rates"])
        trainer.watch.recall(known["watch"])
        trainer.outcome.recall(known["outcome"], self._best(trainer))
        if trainer.place:
            own = {name.removeprefix(RECORDS): kept for name, kept in self.tensors.items() if name.startswith(RECORDS)}
            trainer.records.recall(own)
        if not self.summary.get("unweighted") and trainer.learner.weighs_classes:
            _measure_anew(trainer)
        yield event("log", message=self._words(), step=known["done"])
        if self.origin is not None:
            yield from self._begin_anew(trainer)
        else:
            trainer.change(epochs=known["epochs"], patience=known["patience"])
            trainer.earlier_seconds = known["seconds"]

    def _best(self, trainer: Trainer) -> State | None:
        if f"{BEST}.0" not in self.tensors:
            return None
        weights, rest = restored(BEST, trainer.state.tree()[:2], self.tensors)
        return State(weights, rest, None)

    def _begin_anew(self, trainer: Trainer) -> Iterator[Event]:
        """The settings are those of the new run, which may train on where the other ended."""
        optimizer, outcome = trainer.settings.optimizer, trainer.outcome
        outcome.go_on()
        trainer.watch.waited = 0
        same = trainer.rates.base == optimizer.learning_rate
        trainer.rates.change(None if same else optimizer.learning_rate, trainer.settings.epochs)
        best, best_epoch = None, 0
        for one in outcome.history:
            value = one["validation"].get(trainer.watch.watched.key)
            if value is not None and (best is None or trainer.watch.watched.beats(value, best)):
                best, best_epoch = value, one["epoch"]
            if one["epoch"] == outcome.best_epoch:  # kept for another reason, as the one that reached a target
                best_epoch = one["epoch"]
            yield event("epoch", **one, best_epoch=best_epoch)

    def _words(self) -> str:
        done, now, then = self.document["done"], machine_facts(), self.summary["machine"]
        place = f"epoch {self.summary['epoch']}, step {done:,}"
        begins = (
            f"Going on from {self.origin}, {place}." if self.origin else f"Going on from the checkpoint at {place}."
        )
        other = {
            name: f"{name} {then.get(name, 'of an earlier version')} then, {value} now"
            for name, value in now.items()
            if then.get(name) != value
        }
        how = "from here on" if NETLOOM in other else "in its last digits"
        return f"{begins} The curve may differ {how}: {', '.join(other.values())}." if other else begins


def _tensors(state: State, best: State | None) -> Tensors:
    return taken(STATE, state.tree()) | (taken(BEST, best.tree()[:2]) if best is not None else {})


def _document(trainer: Trainer) -> dict[str, Any]:
    rule = trainer.settings.early_stopping
    return {
        "epoch": trainer.epoch,
        "place": trainer.place,
        "done": trainer.pulse.done,
        "longest": trainer.longest,
        "seconds": trainer.earlier_seconds + time.monotonic() - trainer.began,
        "rates": trainer.rates.memory(),
        "watch": trainer.watch.memory(),
        "outcome": trainer.outcome.memory(),
        "epochs": trainer.settings.epochs,
        "patience": rule.patience if rule else None,
    }


def _summary(trainer: Trainer) -> dict[str, Any]:
    """What a list of checkpoints shows; measures only where an epoch is whole."""
    whole, history, watched = trainer.place == 0, trainer.outcome.history, trainer.watch.watched
    last = history[-1] if whole and history else {}
    return {
        "epoch": trainer.present_epoch,
        "step": trainer.pulse.done,
        "place": trainer.place,
        "train": last.get("train"),
        "validation": last.get("validation"),
        "value": last["validation"].get(watched.key) if last else None,
        "measure": watched.key,
        "better": watched.better,
        "ended": trainer.outcome.reason,
        "machine": machine_facts(),
        "data": trainer.data,
        "unweighted": True,
    }


def _measure_anew(trainer: Trainer) -> None:
    """The best model as models are measured today: before, weights of classes counted in validation too."""
    outcome, watch = trainer.outcome, trainer.watch
    if outcome.best is None or outcome.best_epoch == 0:
        return
    outcome.validation = trainer.evaluate(outcome.best, "validation")
    outcome.best_value = watch.best = outcome.validation.get(watch.watched.key)


def as_read(preparation: Mapping[str, Any]) -> str:
    """A digest of how the data were read and of how many rows are used: another one means other values."""
    told = json.dumps([preparation["reading"], preparation["rows"]], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:16]
