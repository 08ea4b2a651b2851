"""The training loop: a generator of events that ends with the best model it saw."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import jax
import numpy as np

from engine.data.batches import Batches
from engine.training.chunks import Chunks
from engine.training.evaluator import Evaluator, refuse_divergence
from engine.training.events import Event, event, phase
from engine.training.feeding import PARTS, Feed, ahead
from engine.training.outcome import Outcome
from engine.training.pulse import Pulse
from engine.training.rates import Rates
from engine.training.records import Records
from engine.training.schedules import Plateau
from engine.training.scoring import Scorer
from engine.training.settings import Settings
from engine.training.sight import Sight
from engine.training.step import Machine, State
from engine.training.timing import Amounts
from engine.training.watching import Watch, Watched


class Trainer:
    """Trains one machine on one feed."""

    def __init__(self, machine: Machine, feed: Feed, scorer: Scorer, settings: Settings, sight: Sight) -> None:
        self.machine, self.feed, self.scorer, self.settings = machine, feed, scorer, settings
        self.sight = sight
        self.outcome = Outcome()
        self._key = jax.random.key(settings.seed)
        self._chunks = Chunks(machine, feed, settings, self._needs)
        self.steps_per_epoch = self._chunks.steps_per_epoch
        self.rates = self._rates()
        amounts = {f"{part}_rows": len(feed.rows(part)) for part in PARTS}
        self.pulse = Pulse(Amounts(settings.epochs, self.steps_per_epoch, **amounts))
        self._evaluator = Evaluator(machine, feed, scorer, settings.batch_size)
        rule, goal = settings.early_stopping, settings.stop_when
        self._watched = self.scorer.watched(rule.monitor, "early_stopping") if rule else Watched()
        self._watch = Watch(self._watched, rule.min_delta if rule else 0.0)
        self._goal = self.scorer.watched(goal.monitor, "stop_when") if goal else None

    def run(self, stopping: Callable[[], bool]) -> Iterator[Event]:
        """Trains until the epochs are over, nothing improves any more, or `stopping` says so."""
        yield phase("compiling")
        state = self.machine.start(self.settings.seed)
        self._chunks.compile(state)
        yield phase("training")
        self.pulse.start()
        self.sight.start()
        for epoch in range(1, self.settings.epochs + 1):
            records = self._evaluator.records()
            state = yield from self._epoch(epoch, state, records, stopping)
            if stopping():
                self.outcome.reason = "stopped_by_user"
                break
            yield self._finish_epoch(epoch, state, records)
            yield from self._evaluator.tell_left_out()
            yield from self.sight.after_epoch(epoch, state, self._rate(), self.pulse.time.step_seconds())
            self.pulse.time.end_epoch()
            if reason := self._ending(epoch):
                self.outcome.reason = reason
                break
        if self.pulse.waits():
            yield self._tell(epoch)
        if self.outcome.reason != "stopped_by_user":
            yield from self.sight.at_end(epoch, state, self._rate())
        if self.outcome.best is None:  # stopped within the first epoch
            self.outcome.best = self.machine.answering(state)
            self.outcome.validation = self.evaluate(self.outcome.best, "validation")

    def evaluate(self, state: State, part: str) -> dict[str, float]:
        """`{loss, …}` of a whole part. Raises Refusal where the loss is no finite number."""
        hear = self.sight.examples.hear_anew() if part == "validation" else None
        measures = self._evaluator.measure(state, part, hear)
        if not np.isfinite(measures["loss"]):
            raise refuse_divergence(-(-self.pulse.done // self.steps_per_epoch), self.pulse.done)
        return measures

    def _needs(self, first: int, count: int) -> tuple[Any, Any, Any]:
        """What `count` steps from step `first` on need besides their rows: its number, the random key, the rates."""
        return np.int32(first), self._key, self.rates.of(first, count)

    def _rates(self) -> Rates:
        schedule = self.settings.schedule
        if not isinstance(schedule, Plateau):
            return Rates(self.settings, self.steps_per_epoch)
        return Rates(self.settings, self.steps_per_epoch, self.scorer.watched(schedule.monitor, "schedule"))

    def _epoch(self, epoch: int, state: State, records: Records, stopping: Callable[[], bool]) -> Any:
        """The steps of one epoch; results are read one call late, so that the device never waits."""
        batches = self._chunks.batches(epoch)
        plan = self._chunks.plan(batches)
        pending: tuple[Any, ...] | None = None
        for start, count, xs in ahead(plan) if self.feed.streams() else plan:
            state, losses, answers = self._chunks.run(state, (epoch - 1) * self.steps_per_epoch + start, count, xs)
            if pending is not None:
                yield from self._read(epoch, records, batches, *pending)
            pending = (start, losses, answers)
            if stopping():
                break
        if pending is not None:
            yield from self._read(epoch, records, batches, *pending)
        return state

    def _read(
        self, epoch: int, records: Records, batches: Batches, start: int, losses: Any, answers: Any
    ) -> Iterator[Event]:
        """Takes in the results of one call; gives a progress event if it is time for one."""
        fetched = np.asarray(losses)
        finite = np.isfinite(fetched)
        if not finite.all():
            raise refuse_divergence(epoch, self.pulse.done + int(finite.argmin()) + 1)
        steps = slice(start, start + len(fetched))
        given = {name: np.asarray(values) for name, values in answers.items()}
        records.add_steps(fetched, given, batches.rows[steps], batches.weight[steps] > 0)
        self.pulse.hear(fetched)
        if self.pulse.due():
            yield self._tell(epoch)

    def _tell(self, epoch: int) -> Event:
        return self.pulse.event(epoch, self._rate(), self._may_stop_after())

    def _rate(self) -> float:
        """The learning rate of the last step."""
        return self.rates.at(max(self.pulse.done - 1, 0))

    def _may_stop_after(self) -> int | None:
        """The first epoch after which early stopping could end the training, should nothing improve."""
        rule = self.settings.early_stopping
        if rule is None:
            return None
        return max(len(self.outcome.history), rule.start_from_epoch + 1) + rule.patience - self._watch.waited

    def _finish_epoch(self, epoch: int, state: State, records: Records) -> Event:
        train, validation = records.measures(), self.evaluate(state, "validation")
        self.rates.hear(validation)
        outcome, rule = self.outcome, self.settings.early_stopping
        outcome.history.append({"epoch": epoch, "train": train, "validation": validation})
        if rule is None or epoch > rule.start_from_epoch:
            self._watch.hear(validation)
        value, best = validation.get(self._watched.key), outcome.best_value
        better = value is not None and (best is None or self._watched.beats(value, best))
        if outcome.best is None or better or (rule and not rule.restore_best):
            outcome.best = self.machine.answering(state)
            outcome.best_epoch, outcome.best_value, outcome.validation = epoch, value, validation
        return event("epoch", epoch=epoch, train=train, validation=validation, best_epoch=outcome.best_epoch)

    def _ending(self, epoch: int) -> str | None:
        """Why training ends after this epoch, where it does."""
        rule, goal = self.settings.early_stopping, self.settings.stop_when
        reached = self.outcome.history[-1]["validation"].get(self._goal.key) if self._goal else None
        if goal and self._goal and reached is not None and self._goal.reaches(reached, goal.value):
            return "target_reached"
        return "stopped_early" if rule and self._watch.waited >= rule.patience else None
