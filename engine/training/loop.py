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
from engine.training.feeding import Feed, ahead
from engine.training.metrics import Scorer
from engine.training.rates import Rates
from engine.training.schedules import Plateau
from engine.training.settings import Settings
from engine.training.step import Chunk, Machine, State
from engine.training.watching import find_watched

CHUNK_SECONDS = 0.04
"""How long one call to the device may take, so that stopping stays quick."""

LONGEST_CHUNK = 512
"""Steps in one call at the most."""

EVENT_SECONDS = 0.2
"""Time between two progress events."""

EVALUATION_BATCH = 512
"""Rows evaluated at once, unless the batch size is larger."""

KEPT_ANSWERS = 256 * 2**20
"""Bytes of answers kept per epoch to measure training metrics; larger answers only get a loss."""


@dataclass
class Outcome:
    """How training ended."""

    reason: str = "completed"
    best_epoch: int = 0
    best: State | None = None
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
        self._chunks: dict[int, Chunk] = {}
        self._done = 0
        self._began = self._told = 0.0
        self._unheard: list[np.ndarray] = []

    def run(self, stopping: Callable[[], bool]) -> Iterator[Event]:
        """Trains until the epochs are over, nothing improves any more, or `stopping` says so."""
        yield phase("compiling")
        state = self._compile(self.machine.start(self.settings.seed))
        yield phase("training")
        self._began = time.monotonic()
        for epoch in range(1, self.settings.epochs + 1):
            records = _Records()
            state = yield from self._epoch(epoch, state, records, stopping)
            if stopping():
                self.outcome.reason = "stopped_by_user"
                break
            yield self._finish_epoch(epoch, state, records)
            if self._stalled(epoch):
                self.outcome.reason = "stopped_early"
                break
        if self._unheard:
            yield self._progress(epoch, time.monotonic())
        if self.outcome.best is None:  # stopped within the first epoch
            self.outcome.best = self.machine.answering(state)
            self.outcome.validation = self.evaluate(self.outcome.best, "validation")

    def evaluate(self, state: State, part: str) -> dict[str, float]:
        """`{loss, …}` of a whole part. Raises Refusal where the loss is no finite number."""
        rows = self.feed.rows(part)
        largest = max(len(self.feed.rows("validation")), len(self.feed.rows("test")))
        batches = in_turn(rows, min(largest, max(EVALUATION_BATCH, self.settings.batch_size)))
        records = _Records()
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
            raise Refusal(_diverged(-(-self._done // self.steps_per_epoch), self._done))
        return self._measures(records)

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
        watched = find_watched(schedule.monitor, self.scorer.measures(), "schedule")
        return Rates(self.settings, self.steps_per_epoch, watched)

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

    def _epoch(self, epoch: int, state: State, records: _Records, stopping: Callable[[], bool]) -> Any:
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
        self, epoch: int, records: _Records, batches: Batches, start: int, losses: Any, answers: Any
    ) -> Iterator[Event]:
        """Takes in the results of one call; gives a progress event if it is time for one."""
        fetched = np.asarray(losses)
        count = len(fetched)
        finite = np.isfinite(fetched)
        if not finite.all():
            step = self._done + int(finite.argmin()) + 1
            raise Refusal(_diverged(epoch, step))
        kept = batches.weight[start : start + count] > 0
        rows = batches.rows[start : start + count]
        weights = kept.sum(axis=1)
        records.add_means(fetched, weights)
        if records.size < KEPT_ANSWERS:
            records.add_answers({name: np.asarray(values)[kept] for name, values in answers.items()}, rows[kept])
        self._done += count
        self._unheard.append(fetched)
        now = time.monotonic()
        if now - self._told >= EVENT_SECONDS:
            yield self._progress(epoch, now)

    def _progress(self, epoch: int, now: float) -> Event:
        losses = np.concatenate(self._unheard)
        self._unheard, self._told = [], now
        rate = self._done / max(now - self._began, 1e-6)
        return event(
            "progress",
            epoch=epoch,
            step=self._done,
            steps=self.steps,
            loss=float(losses.mean()),
            learning_rate=self.rates.at(max(self._done - 1, 0)),
            examples_per_second=rate * len(self.feed.rows("train")) / self.steps_per_epoch,
            eta_seconds=(self.steps - self._done) / rate,
        )

    def _finish_epoch(self, epoch: int, state: State, records: _Records) -> Event:
        train, validation = self._measures(records), self.evaluate(state, "validation")
        self.rates.hear(validation)
        outcome = self.outcome
        outcome.history.append({"epoch": epoch, "train": train, "validation": validation})
        if outcome.best is None or validation["loss"] < outcome.validation["loss"]:
            outcome.best = self.machine.answering(state)
            outcome.best_epoch, outcome.validation = epoch, validation
        return event("epoch", epoch=epoch, train=train, validation=validation, best_epoch=outcome.best_epoch)

    def _stalled(self, epoch: int) -> bool:
        rule = self.settings.early_stopping
        return rule is not None and epoch - self.outcome.best_epoch >= rule.patience

    def _measures(self, records: _Records) -> dict[str, float]:
        scores = {}
        if records.complete():
            rows = np.concatenate(records.rows)
            answers = {name: np.concatenate([part[name] for part in records.answers]) for name in records.answers[0]}
            scores = self.scorer.score(answers, {name: values[rows] for name, values in self.feed.truth.items()})
        return {"loss": records.loss(), **scores}


class _Records:
    """Losses and answers of the rows seen so far."""

    def __init__(self) -> None:
        self.rows: list[np.ndarray] = []
        self.answers: list[dict[str, np.ndarray]] = []
        self.size = 0
        self._total = 0.0
        self._count = 0

    def add(self, losses: np.ndarray, answers: dict[str, np.ndarray], rows: np.ndarray) -> None:
        self._total += float(losses.sum(dtype=np.float64))
        self._count += len(losses)
        self.add_answers(answers, rows)

    def add_means(self, losses: np.ndarray, counts: np.ndarray) -> None:
        self._total += float((losses.astype(np.float64) * counts).sum())
        self._count += int(counts.sum())

    def add_answers(self, answers: dict[str, np.ndarray], rows: np.ndarray) -> None:
        self.rows.append(rows)
        self.answers.append(answers)
        self.size += sum(values.nbytes for values in answers.values())

    def loss(self) -> float:
        return self._total / max(self._count, 1)

    def complete(self) -> bool:
        """Whether the answers of every counted row were kept."""
        return sum(map(len, self.rows)) == self._count > 0


def _diverged(epoch: int, step: int) -> Problem:
    return Problem(
        "loss_is_not_a_number",
        {"epoch": epoch, "step": step},
        f"Training diverged: in epoch {epoch}, at step {step:,}, the loss was no longer a finite number.",
        "Lower the learning rate (a tenth is a good first try), scale the features, or add normalization.",
    )
