"""The training loop: a generator of events that ends with the best model it saw, or with a checkpoint to go on from."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any

import numpy as np

from engine.data.batches import Batches
from engine.problems import NOTHING_TRAINED, Refusal
from engine.training.aside import Aside, Halted
from engine.training.chunks import Chunks
from engine.training.control import Control
from engine.training.evaluator import Diverged, Evaluator, Hear, Measuring
from engine.training.events import Event, event, phase
from engine.training.feeding import PARTS, Feed, ahead
from engine.training.keeper import HELD, Keeper
from engine.training.lost import Lost
from engine.training.outcome import Outcome
from engine.training.past import Past
from engine.training.pulse import Pulse
from engine.training.rates import Rates
from engine.training.schedules import Plateau
from engine.training.scoring import Scorer
from engine.training.settings import Settings
from engine.training.sight import Sight
from engine.training.standing import Standing
from engine.training.step import Learner, State, random_key
from engine.training.timing import Amounts
from engine.training.watching import Watch, Watched
from engine.training.wishes import Wishes


class Trainer:
    """Trains one learner on one feed."""

    state: State
    data = ""
    """By which `as_read` knows what it trains on."""
    epoch = 1
    """The epoch that is under way."""
    place = 0
    """Steps of it that are done and read."""
    earlier_seconds = 0.0
    """What earlier lives of the run took."""
    paused = False
    """It has ended with a checkpoint, to go on some other time."""

    def __init__(self, learner: Learner, feed: Feed, scorer: Scorer, settings: Settings, sight: Sight) -> None:
        self.learner, self.feed, self.scorer, self.settings = learner, feed, scorer, settings
        self.sight = sight
        self.outcome, self.keeper, self.past = Outcome(), Keeper(None), Past()
        self.saved: Standing | None = None
        """Where to go on from."""
        self._key = random_key(settings.seed)
        self._chunks = Chunks(learner, feed, settings, self._needs)
        self.steps_per_epoch = self._chunks.steps_per_epoch
        self.rates = self._rates()
        amounts = {f"{part}_rows": len(feed.rows(part)) for part in PARTS}
        self.pulse = Pulse(Amounts(settings.epochs, self.steps_per_epoch, **amounts))
        self._evaluator = Evaluator(learner, feed, scorer, settings.batch_size)
        self.records = self._evaluator.records()
        rule, goal = settings.early_stopping, settings.stop_when
        watched = self.scorer.watched(rule.monitor, "early_stopping") if rule else Watched()
        self.watch = Watch(watched, rule.min_delta if rule else 0.0)
        self._goal = self.scorer.watched(goal.monitor, "stop_when") if goal else None
        self._wishes = Wishes(self)
        self._validation: Measuring | None = None
        """That of the epoch which is about to end, once it has begun."""
        self.began = time.monotonic()

    @property
    def longest(self) -> int:
        """Steps in most calls to the device."""
        return self._chunks.longest

    @cached_property
    def _holds(self) -> bool:
        """Whether the best state is held whole, so that a checkpoint of it can be written later."""
        return self.keeper.checkpoints is not None and self.state.bytes() <= HELD

    @property
    def present_epoch(self) -> int:
        """The epoch of the last step that was read."""
        return self.epoch if self.place else self.epoch - 1

    def run(self, control: Control) -> Iterator[Event]:
        """Trains until the epochs are over, nothing improves any more, or `control` says so.

        Unless it is paused, the phase `evaluating` has begun at its end. Raises Refusal where it is stopped before
        anything was trained.
        """
        yield phase("compiling")
        try:
            yield from self._get_ready(control)
        except Halted:
            yield from self._turn_back(control)
            return
        if self.outcome.reason is not None:
            yield phase("evaluating")
            return  # it had ended, but its model was not kept yet
        self._evaluator.prepare(self.state)
        yield phase("training")
        self.pulse.told_to = self.past.step
        self.pulse.start()
        self.sight.start()
        self.keeper.start()
        try:
            yield from self._train(control)
        except Diverged as end:
            if self.outcome.best is None:
                raise
            self.outcome.reason, self.outcome.problem = "diverged", end.problem
            yield from self.keeper.keep_held()
            yield phase("evaluating")

    def _get_ready(self, control: Control) -> Iterator[Event]:
        """Draws or recalls the first state and compiles what trains it. Raises Halted once something else is wanted."""

        def halt() -> bool:
            return control.stopping() or control.pausing()

        drawn, longest = Aside(lambda: self.learner.start(self.settings.seed)), None
        self.state = drawn.result(halt if self.saved is None else lambda: False)
        if self.saved is not None:
            longest = self.saved.document["longest"]
            yield from self.saved.recall(self)
            self.saved = None  # it is as large as the state
        if self.outcome.reason is None:
            Aside(lambda: self._chunks.compile(self.state, longest)).result(halt)

    def _turn_back(self, control: Control) -> Iterator[Event]:
        """Ends before the first step: with what it came with, if that was anything. All of that is kept already."""
        if not control.stopping():
            self.paused = True
            return
        if self.pulse.done == 0:
            raise Refusal(NOTHING_TRAINED)
        yield event("log", message=NOTHING_ADDED, step=self.pulse.done)
        self.outcome.reason = "stopped_by_user"
        yield phase("evaluating")
        self._have_a_best()

    def evaluate(self, state: State, part: str, hear: Hear | None = None) -> dict[str, float]:
        """`{loss, …}` of a whole part, whose rows `hear` gets. Raises Diverged where the loss is no finite number."""
        if hear is None and part == "validation":
            hear = self.sight.examples.hear_anew()
        return self._sound(self._evaluator.finish(self._evaluator.begin(state, part), hear))

    def change(
        self, learning_rate: float | None = None, patience: int | None = None, epochs: int | None = None
    ) -> None:
        """Goes on with other settings; an epoch that is under way is finished."""
        rule = self.settings.early_stopping
        if rule is not None and patience is not None:
            rule = rule.model_copy(update={"patience": patience})
        total = max(epochs or self.settings.epochs, self.present_epoch)
        self.settings = self.settings.model_copy(update={"epochs": total, "early_stopping": rule})
        self.rates.change(learning_rate, total)
        self.pulse.extend(total)

    def _train(self, control: Control) -> Iterator[Event]:
        if self.place < self.steps_per_epoch:  # else what is wanted is heeded once the epoch is measured
            yield from self._wishes.heed(control, self._first + self.place)
        while self.outcome.reason is None and self.epoch <= self.settings.epochs:
            yield from self._epoch(control)
            if self.paused:
                return
            if control.stopping():
                self.outcome.reason = "stopped_by_user"
                break
            if self.pulse.waits() and self.pulse.rate != self._rate():  # else its curve would skip the change
                yield self._tell()
            try:
                told = self._finish_epoch(lambda: control.stopping() or self._wishes.may_pause(control))
            except Halted:
                self.sight.examples.hear_anew()  # a part of the rows is not shown
                continue  # no step of this epoch is left; there it is stopped or paused
            yield from told
            yield from self._evaluator.tell_left_out()
            yield from self.sight.after_epoch(self.epoch - 1, self.state, self._rate(), self.pulse.time.step_seconds())
            self.pulse.time.end_epoch()
            if self.outcome.reason is None:
                yield from self._wishes.heed(control, self._first)
                if self.keeper.due_at_end():
                    yield from self._keep()
        self.outcome.reason = self.outcome.reason or "completed"
        if self.outcome.reason != "stopped_by_user":
            yield from self.sight.at_end(self.present_epoch, self.state, self._rate())
        yield from self._conclude()

    def _conclude(self) -> Iterator[Event]:
        """Keeps what was reached. From here on it trains no more, which is said before anything that takes long."""
        if self.pulse.waits():
            yield self._tell()
        yield phase("evaluating")
        self._have_a_best()
        if self.outcome.reason == "stopped_by_user":
            measured = self.outcome.history[-1]["epoch"] if self.outcome.history else self.present_epoch
            yield from self.sight.at_stop(measured)
        yield from self._keep()

    def _have_a_best(self) -> None:
        """What was stopped within the first epoch is the best there is."""
        if self.outcome.best is None:
            self.outcome.best = self.learner.copy(self.learner.answering(self.state))
            self.outcome.validation = self.evaluate(self.outcome.best, "validation")

    @property
    def _first(self) -> int:
        """The number of the first step of the present epoch, from 0."""
        return (self.epoch - 1) * self.steps_per_epoch

    def _needs(self, first: int, count: int) -> tuple[Any, Any, Any]:
        """What `count` steps from step `first` on need besides their rows: its number, the random key, the rates."""
        return np.int32(first), self._key, self.rates.of(first, count)

    def _rates(self) -> Rates:
        schedule = self.settings.schedule
        if not isinstance(schedule, Plateau):
            return Rates(self.settings, self.steps_per_epoch)
        return Rates(self.settings, self.steps_per_epoch, self.scorer.watched(schedule.monitor, "schedule"))

    def _epoch(self, control: Control) -> Iterator[Event]:
        """The rest of an epoch; results are read one call late, so that the device never waits."""
        batches = self._chunks.batches(self.epoch)
        marks = [step - self._first for step, _ in self.past.changes.values()]
        plan = self._chunks.plan(batches, self.place, marks)
        pending: tuple[Any, ...] | None = None
        for start, count, xs in ahead(plan) if self.feed.streams() else plan:
            yield from self._wishes.heed(control, self._first + start)
            self.state, losses, answers = self._chunks.run(self.state, self._first + start, count, xs)
            if pending is not None:
                yield from self._read(batches, *pending)
            pending = (start, losses, answers)
            stopping, pausing = control.stopping(), self._wishes.may_pause(control)
            if stopping or pausing or self.keeper.due():
                yield from self._read(batches, *pending)
                pending = None
                if stopping:
                    return
                yield from self._keep()
                if pausing and (yield from self._wishes.pause(control)):
                    return
        self._validation = None
        if self._evaluator.prepared():  # the device need not wait
            self._validation = self._evaluator.begin(self.state, "validation")
        self._chunks.look_ahead(self.epoch + 1)
        if pending is not None:
            yield from self._read(batches, *pending)
        if not control.stopping() and self._wishes.may_pause(control):  # measuring the epoch may take long
            yield from self._keep()
            yield from self._wishes.pause(control)

    def _read(self, batches: Batches, start: int, losses: Lost, answers: Mapping[str, Any]) -> Iterator[Event]:
        """Takes in the results of one call; gives a progress event if it is time for one."""
        fetched = losses.fetched()
        finite = np.isfinite(fetched.whole)
        if not finite.all():
            raise Diverged(self.epoch, self.pulse.done + int(finite.argmin()) + 1)
        steps = slice(start, start + len(finite))
        given = {name: np.asarray(values) for name, values in answers.items()}
        self.records.add_steps(fetched, given, batches.rows[steps], batches.weight[steps] > 0)
        self.place = steps.stop
        self.pulse.hear(fetched.whole)
        if self.pulse.due():
            yield self._tell()

    def _tell(self) -> Event:
        return self.pulse.event(self.present_epoch, self._rate(), self._may_stop_after())

    def _rate(self) -> float:
        """The learning rate of the last step."""
        return self.rates.at(max(self.pulse.done - 1, 0))

    def _next_rate(self) -> float:
        return self.rates.at(self.pulse.done)

    def _may_stop_after(self) -> int | None:
        """The first epoch after which early stopping could end the training, should nothing improve."""
        rule = self.settings.early_stopping
        if rule is None:
            return None
        return max(len(self.outcome.history), rule.start_from_epoch + 1) + rule.patience - self.watch.waited

    def _keep(self) -> Iterator[Event]:
        """Writes a checkpoint; all its steps are told before."""
        if self.pulse.waits():
            yield self._tell()
        if self.keeper.checkpoints is not None:
            now = Standing.of(self)
            yield from self.keeper.keep(self.pulse.done, now.tensors, now.document, now.summary)

    def _finish_epoch(self, halt: Callable[[], bool]) -> list[Event]:
        train, hear = self.records.measures(), self.sight.examples.hear_anew()
        self._evaluator.wait(halt)
        measuring = self._validation or self._evaluator.begin(self.state, "validation")
        validation = self._sound(self._evaluator.finish(measuring, hear, halt))
        fallen = self.rates.hear(validation)
        epoch, outcome, rule = self.epoch, self.outcome, self.settings.early_stopping
        outcome.history.append({"epoch": epoch, "train": train, "validation": validation})
        if rule is None or epoch > rule.start_from_epoch:
            self.watch.hear(validation)
        outcome.reason = self._ending()
        value, best = validation.get(self.watch.watched.key), outcome.best_value
        better = value is not None and (best is None or self.watch.watched.beats(value, best))
        wanted = outcome.reason == "target_reached" or (rule and not rule.restore_best)
        finest = None
        if outcome.best is None or better or wanted:
            finest = self.learner.copy(self.state if self._holds else self.learner.answering(self.state))
            outcome.best = self.learner.answering(finest)
            outcome.best_epoch, outcome.best_value, outcome.validation = epoch, value, validation
        if outcome.inherited:
            outcome.note_own(epoch, self.watch.watched, validation)
        self.epoch, self.place, self.records = epoch + 1, 0, self._evaluator.records()
        if finest is not None and self._holds:
            self.keeper.hold(self.pulse.done, Standing.later(self, finest))
        own = {"own_best_epoch": own_best["epoch"]} if (own_best := outcome.own_best()) else {}
        told = event("epoch", epoch=epoch, train=train, validation=validation, best_epoch=outcome.best_epoch, **own)
        if fallen is None or outcome.reason is not None:
            return [told]
        return [told, event("log", message=fallen, step=self.pulse.done, fell_to=self._next_rate())]

    def _sound(self, measures: dict[str, float]) -> dict[str, float]:
        if not np.isfinite(measures["loss"]):
            raise Diverged(-(-self.pulse.done // self.steps_per_epoch), self.pulse.done)
        return measures

    def _ending(self) -> str | None:
        """Why training ends after this epoch, where it does."""
        rule, goal = self.settings.early_stopping, self.settings.stop_when
        reached = self.outcome.history[-1]["validation"].get(self._goal.key) if self._goal else None
        if goal and self._goal and reached is not None and self._goal.reaches(reached, goal.value):
            return "target_reached"
        early = self.epoch < self.settings.epochs
        return "stopped_early" if early and rule and self.watch.waited >= rule.patience else None


NOTHING_ADDED = "Stopped before its first step: the run keeps the best model of what was trained before."
