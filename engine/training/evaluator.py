"""Evaluator: measures a state on a whole part of the data."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import jax
import numpy as np

from engine.data.batches import Batches, in_turn
from engine.problems import Problem, Refusal
from engine.training.aside import Aside, Halted, tolerant
from engine.training.events import Event, event
from engine.training.feeding import Feed
from engine.training.lost import Lost
from engine.training.records import Records
from engine.training.scoring import KEPT, Scorer
from engine.training.step import Learner, State

EVALUATION_BATCH = 512
"""Rows evaluated at once, unless the batch size is larger."""

EVALUATION_BYTES = 2**29
"""What one layer may take in and give for them; fewer rows are evaluated at once where that is not enough."""

KEPT_ANSWERS = 256 * 2**20
"""Bytes of answers kept per epoch for training metrics that need all rows at once; past them those are left out."""

Hear = Callable[[np.ndarray, Mapping[str, np.ndarray], np.ndarray], None]
"""Takes in losses (n,), as if every row and class counted the same, answers (n, …) and numbers (n,) of some rows."""


class Evaluator:
    """Measures what a training learned, and says what cannot be measured."""

    def __init__(self, learner: Learner, feed: Feed, scorer: Scorer, batch_size: int) -> None:
        self.learner, self.feed, self.scorer, self.batch_size = learner, feed, scorer, batch_size
        self._left_out: set[str] = set()
        self._told = False
        self._compiling: Aside[None] | None = None

    def records(self) -> Records:
        """Fresh records of an epoch of training."""
        return self._records(KEPT_ANSWERS)

    def begin(self, state: State, part: str) -> Measuring:
        """Begins to measure a state on a whole part; the device goes to work on it."""
        return Measuring(self, state, self._batches(part))

    def prepare(self, state: State) -> None:
        """Begins to compile what evaluates, beside the training, by a first go with a copy of the state."""
        copy, batches = self.learner.spare(state), self._batches("validation")
        first = tolerant(lambda: jax.block_until_ready(Measuring(self, copy, batches).asked))
        self._compiling = Aside(first)  # evaluating in earnest will tell what is wrong

    def prepared(self) -> bool:
        """Whether no compiler is at work any more."""
        return self._compiling is None or self._compiling.over()

    def wait(self, halt: Callable[[], bool]) -> None:
        """Waits for the compiler. Raises Halted once `halt` says so."""
        if self._compiling is not None:
            self._compiling.wait(halt)

    def _batches(self, part: str) -> Batches:
        """The rows of a part, as many to a batch for every part."""
        largest = max(len(self.feed.rows("validation")), len(self.feed.rows("test")))
        fitting = EVALUATION_BYTES // max(4 * self.learner.plan.widest, 1)
        at_once = min(largest, max(self.batch_size, min(EVALUATION_BATCH, fitting)))
        return in_turn(self.feed.rows(part), self.feed.spread.even(at_once))

    def finish(
        self, measuring: Measuring, hear: Hear | None = None, halt: Callable[[], bool] | None = None
    ) -> dict[str, float]:
        """`{loss, …}` of all that was to be measured; the loss may be no finite number.

        `hear` gets what is found of all rows. Raises Halted once `halt`, asked between two batches, says so.
        """
        records = self._records(KEPT)
        for place, (losses, answers, rows) in enumerate(measuring.found()):
            if place and halt is not None and halt():
                raise Halted
            records.add(losses, answers, rows)
            if hear is not None:
                hear(losses.unweighted(), answers, rows)
        if not np.isfinite(records.loss()):
            return {"loss": records.loss()}
        measures = records.measures()
        self._left_out.update(records.tally.left_out())
        return measures

    def tell_left_out(self) -> Iterator[Event]:
        """Says once what could not be measured."""
        if self._left_out and not self._told:
            self._told = True
            titles = [self.scorer.measures()[key]["title"] for key in sorted(self._left_out)]
            yield event(
                "log",
                message=f"{', '.join(titles)} cannot be measured: there are too many classes and rows to keep "
                "all probabilities.",
            )

    def _records(self, limit: int) -> Records:
        return Records(self.scorer.tally(limit), self.feed.truth, self.feed.last)


class Measuring:
    """A part of the data under way; while one batch is taken in, the device is at work on the next."""

    def __init__(self, evaluator: Evaluator, state: State, batches: Batches) -> None:
        self._learner, self._feed = evaluator.learner, evaluator.feed
        self._state, self._batches = state, batches
        self.asked = [self._ask(0)]
        """Answers and losses of batches, which the device may still be at work on."""

    def found(self) -> Iterator[tuple[Lost, dict[str, np.ndarray], np.ndarray]]:
        """Losses (n,), answers (n, …) and numbers (n,) of the rows of each batch."""
        for place in range(len(self._batches)):
            if place + 1 < len(self._batches):
                self.asked.append(self._ask(place + 1))
            answers, losses = self.asked.pop(0)
            kept = self._batches.weight[place] > 0
            given = {name: np.asarray(values)[kept] for name, values in answers.items()}
            yield losses.fetched(kept), given, self._batches.rows[place][kept]

    def _ask(self, place: int) -> tuple[dict[str, jax.Array], Lost]:
        xs = {name: values[0] for name, values in self._feed.chunk(self._batches, place, 1).items()}
        return self._learner.evaluate(self._state, xs)


class Diverged(Refusal):
    """Raised where the loss is no finite number any more."""

    def __init__(self, epoch: int, step: int) -> None:
        super().__init__(
            Problem(
                "loss_is_not_a_number",
                {"epoch": epoch, "step": step},
                f"Training diverged: in epoch {epoch}, at step {step:,}, the loss was no longer a finite number.",
                "Lower the learning rate (a tenth is a good first try), scale the features, or add normalization.",
            )
        )
