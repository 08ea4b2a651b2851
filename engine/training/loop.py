"""The training loop: a generator of events that ends with the best model it saw."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from engine.data.batches import Batches, in_turn, shuffled
from engine.problems import Problem, Refusal
from engine.training.devices import check_memory
from engine.training.events import Event, event, phase
from engine.training.feeding import PARTS, Feed, ahead
from engine.training.pulse import Pulse
from engine.training.rates import Rates
from engine.training.records import Records
from engine.training.schedules import Plateau
from engine.training.scoring import KEPT, Scorer
from engine.training.settings import Settings
from engine.training.step import Chunk, Machine, State
from engine.training.timing import Amounts
from engine.training.watching import Watch, Watched

CHUNK_SECONDS = 0.04
"""How long one call to the device may take, so that stopping stays quick."""

LONGEST_CHUNK = 512
"""Steps in one call at the most."""

EVALUATION_BATCH = 512
"""Rows evaluated at once, unless the batch size is larger."""

KEPT_ANSWERS = 256 * 2**20
"""Bytes of answers kept per epoch for training metrics that need all rows at once; past them those are left out."""


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


class Trainer:
    """Trains one machine on one feed."""

    def __init__(self, machine: Machine, feed: Feed, scorer: Scorer, settings: Settings) -> None:
        self.machine, self.feed, self.scorer, self.settings = machine, feed, scorer, settings
        self.steps_per_epoch = len(shuffled(feed.rows("train"), settings.batch_size, 0, 0))
        self.steps = self.steps_per_epoch * settings.epochs
        self.outcome = Outcome()
        self._key = jax.random.key(settings.seed)
        self.rates = self._rates()
        rule, goal = settings.early_stopping, settings.stop_when
        self._watched = self.scorer.watched(rule.monitor, "early_stopping") if rule else Watched()
        self._watch = Watch(self._watched, rule.min_delta if rule else 0.0)
        self._goal = self.scorer.watched(goal.monitor, "stop_when") if goal else None
        self._left_out: set[str] = set()
        self._told_left_out = False
        self._chunks: dict[int, Chunk] = {}
        amounts = {f"{part}_rows": len(feed.rows(part)) for part in PARTS}
        self.pulse = Pulse(Amounts(settings.epochs, self.steps_per_epoch, **amounts))

    def run(self, stopping: Callable[[], bool]) -> Iterator[Event]:
        """Trains until the epochs are over, nothing improves any more, or `stopping` says so."""
        yield phase("compiling")
        state = self._compile(self.machine.start(self.settings.seed))
        yield phase("training")
        self.pulse.start()
        for epoch in range(1, self.settings.epochs + 1):
            records = self._records(KEPT_ANSWERS)
            state = yield from self._epoch(epoch, state, records, stopping)
            if stopping():
                self.outcome.reason = "stopped_by_user"
                break
            yield self._finish_epoch(epoch, state, records)
            yield from self._tell_left_out()
            self.pulse.time.end_epoch()
            if reason := self._ending(epoch):
                self.outcome.reason = reason
                break
        if self.pulse.waits():
            yield self._progress(epoch)
        if self.outcome.best is None:  # stopped within the first epoch
            self.outcome.best = self.machine.answering(state)
            self.outcome.validation = self.evaluate(self.outcome.best, "validation")

    def evaluate(self, state: State, part: str) -> dict[str, float]:
        """`{loss, …}` of a whole part. Raises Refusal where the loss is no finite number."""
        rows = self.feed.rows(part)
        largest = max(len(self.feed.rows("validation")), len(self.feed.rows("test")))
        batches = in_turn(rows, min(largest, max(EVALUATION_BATCH, self.settings.batch_size)))
        records = self._records(KEPT)
        for place in range(len(batches)):
            xs = {name: values[0] for name, values in self.feed.chunk(batches, place, 1).items()}
            answers, losses = self.machine.evaluate(state, xs)
            kept = batches.weight[place] > 0
            records.add(
                np.asarray(losses)[kept],
                {name: np.asarray(values)[kept] for name, values in answers.items()},
                batches.rows[place][kept],
            )
        if not np.isfinite(records.loss()):
            raise Refusal(_diverged(-(-self.pulse.done // self.steps_per_epoch), self.pulse.done))
        measures = records.measures()
        self._left_out.update(records.tally.left_out())
        return measures

    def _records(self, limit: int) -> Records:
        return Records(self.scorer.tally(limit), self.feed.truth, self.feed.last)

    def _compile(self, state: State) -> State:
        """Compiles the single step, and as many steps to a call as fill CHUNK_SECONDS."""
        batches = shuffled(self.feed.rows("train"), self.settings.batch_size, self.settings.seed, 1)
        single = self._compiled(state, batches, 1)
        check_memory(single.memory(), self.settings.batch_size)
        if jax.default_backend() == "cpu" and single.convolves:
            return state  # convolutions inside a loop are many times slower on a CPU
        seconds = self._seconds_per_step(state, batches, single)
        most = min(LONGEST_CHUNK, self.steps_per_epoch, int(CHUNK_SECONDS / seconds))
        if most > 1 and self.steps > 4 * most:
            self._compiled(state, batches, self.steps_per_epoch // -(-self.steps_per_epoch // most))
        return state

    def _compiled(self, state: State, batches: Batches, count: int) -> Chunk:
        if count not in self._chunks:
            xs = self.feed.chunk(batches, 0, count)
            self._chunks[count] = self.machine.compile(state, xs, self._settings(0, count))
        return self._chunks[count]

    def _settings(self, first: int, count: int) -> tuple[Any, Any, Any]:
        """What `count` steps from step `first` on need besides their rows: its number, the random key, the rates."""
        return np.int32(first), self._key, self.rates.of(first, count)

    def _rates(self) -> Rates:
        schedule = self.settings.schedule
        if not isinstance(schedule, Plateau):
            return Rates(self.settings, self.steps_per_epoch)
        return Rates(self.settings, self.steps_per_epoch, self.scorer.watched(schedule.monitor, "schedule"))

    def _seconds_per_step(self, state: State, batches: Batches, single: Chunk) -> float:
        """The time of one step, measured on a copy of the state."""
        copy = State(*jax.tree.map(jnp.copy, state.tree()))
        xs = self.feed.chunk(batches, 0, 1)
        times = []
        for _ in range(5):
            began = time.perf_counter()
            copy, losses, _ = single.run(copy, self.feed.resident, xs, self._settings(0, 1))
            losses.block_until_ready()
            times.append(time.perf_counter() - began)
            if times[-1] > CHUNK_SECONDS:
                break
        return max(min(times), 1e-6)

    def _plan(self, batches: Batches) -> Iterator[tuple[int, int, dict[str, np.ndarray]]]:
        """(first step, number of steps, what they need) of each call of an epoch."""
        longest, start = max(self._chunks), 0
        while start < len(batches):
            count = longest if start + longest <= len(batches) else 1
            yield start, count, self.feed.chunk(batches, start, count)
            start += count

    def _epoch(self, epoch: int, state: State, records: Records, stopping: Callable[[], bool]) -> Any:
        """The steps of one epoch; results are read one call late, so that the device never waits."""
        batches = shuffled(self.feed.rows("train"), self.settings.batch_size, self.settings.seed, epoch)
        plan = self._plan(batches)
        pending: tuple[Any, ...] | None = None
        for start, count, xs in ahead(plan) if self.feed.streams() else plan:
            settings = self._settings((epoch - 1) * self.steps_per_epoch + start, count)
            state, losses, answers = self._chunks[count].run(state, self.feed.resident, xs, settings)
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
        count = len(fetched)
        finite = np.isfinite(fetched)
        if not finite.all():
            step = self.pulse.done + int(finite.argmin()) + 1
            raise Refusal(_diverged(epoch, step))
        steps = slice(start, start + count)
        given = {name: np.asarray(values) for name, values in answers.items()}
        records.add_steps(fetched, given, batches.rows[steps], batches.weight[steps] > 0)
        self.pulse.hear(fetched)
        if self.pulse.due():
            yield self._progress(epoch)

    def _progress(self, epoch: int) -> Event:
        rate = self.rates.at(max(self.pulse.done - 1, 0))
        return self.pulse.event(epoch, rate, self._may_stop_after())

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

    def _tell_left_out(self) -> Iterator[Event]:
        """Says once what could not be measured."""
        if self._left_out and not self._told_left_out:
            self._told_left_out = True
            titles = [self.scorer.measures()[key]["title"] for key in sorted(self._left_out)]
            yield event(
                "log",
                message=f"{', '.join(titles)} cannot be measured: there are too many classes and rows to keep "
                "all probabilities.",
            )


def _diverged(epoch: int, step: int) -> Problem:
    return Problem(
        "loss_is_not_a_number",
        {"epoch": epoch, "step": step},
        f"Training diverged: in epoch {epoch}, at step {step:,}, the loss was no longer a finite number.",
        "Lower the learning rate (a tenth is a good first try), scale the features, or add normalization.",
    )
