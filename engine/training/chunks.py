"""Chunks: as many steps to one call of the device as keep it busy and stopping quick."""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable, Collection, Iterator
from typing import Any

import jax
import numpy as np

from engine.data.batches import Batches, shuffled
from engine.training.devices import check_memory
from engine.training.feeding import Feed
from engine.training.lost import Lost
from engine.training.settings import Settings
from engine.training.spread import copied, likeness
from engine.training.step import Chunk, Learner, State

CHUNK_SECONDS = 0.04
"""How long one call to the device may take, so that stopping stays quick."""

LONGEST_CHUNK = 512
"""Steps in one call at the most."""

MOMENT = 0.25
"""Seconds that training waits for the many steps; those compiled in an earlier run are found by then."""

Needs = Callable[[int, int], tuple[Any, Any, Any]]
"""(first step, number of steps) → what they need besides their rows, as in `Chunk.run`."""


class Chunks:
    """The compiled calls of one training: one of a single step, and mostly one of many."""

    def __init__(self, learner: Learner, feed: Feed, settings: Settings, needs: Needs) -> None:
        self.learner, self.feed, self.settings, self._needs = learner, feed, settings, needs
        self.steps_per_epoch = len(shuffled(feed.rows("train"), settings.batch_size, 0, 0))
        self._compiled: dict[int, Chunk] = {}
        self._ahead: tuple[int, Batches] | None = None
        self.longest = 1
        """How many steps most calls take, once they are compiled."""

    def compile(self, state: State, longest: int | None = None) -> None:
        """Compiles the single step, and begins with as many steps to a call as fill CHUNK_SECONDS. Raises Refusal.

        A training that goes on knows the `longest` from before.
        """
        batches = self.batches(1)
        single = self._compile(state, batches, 1)
        check_memory(single.memory())
        if longest is not None:
            self._begin(state, batches, longest)
            return
        if jax.default_backend() == "cpu" and single.convolves:
            return  # convolutions inside a loop are many times slower on a CPU
        seconds = self._seconds_per_step(state, batches, single)
        most = min(LONGEST_CHUNK, self.steps_per_epoch, int(CHUNK_SECONDS / seconds))
        if most > 1 and self.steps_per_epoch * self.settings.epochs > 4 * most:
            self._begin(state, batches, gathered(self.steps_per_epoch, most))

    def batches(self, epoch: int) -> Batches:
        """The steps of an epoch, the same whenever they are asked for."""
        if self._ahead is None or self._ahead[0] != epoch:
            self.look_ahead(epoch)
        assert self._ahead is not None
        return self._ahead[1]

    def look_ahead(self, epoch: int) -> None:
        """Puts the rows of an epoch in order while the device is at work."""
        rows = self.feed.rows("train")
        self._ahead = epoch, shuffled(rows, self.settings.batch_size, self.settings.seed, epoch)

    def plan(
        self, batches: Batches, start: int = 0, marks: Collection[int] = ()
    ) -> Iterator[tuple[int, int, dict[str, np.ndarray]]]:
        """(first step, number of steps, what they need) of each call of an epoch from `start` on.

        No call reaches across a mark.
        """
        ends = sorted({mark for mark in marks if start < mark < len(batches)} | {len(batches)})
        for end in ends:
            while start < end:
                count = self.longest if start + self.longest <= end and self.longest in self._compiled else 1
                yield start, count, self.feed.chunk(batches, start, count)
                start += count

    def run(self, state: State, first: int, count: int, xs: dict[str, np.ndarray]) -> tuple[State, Lost, Any]:
        """The state after `count` steps from step `first` of the training on, their losses (K,) and answers."""
        return self._compiled[count].run(state, self.feed.resident, xs, self._needs(first, count))

    def _begin(self, state: State, batches: Batches, count: int) -> None:
        """Compiles many steps beside the training, which begins with single ones: they are the same bit by bit."""
        self.longest = count
        alike = State(*jax.tree.map(likeness, state.tree()))

        def work() -> None:
            try:
                self._compile(alike, batches, count)
            except Exception:  # training goes on with single steps
                traceback.print_exc()

        compiling = threading.Thread(target=work, name="compiling")
        compiling.start()
        compiling.join(MOMENT)

    def _compile(self, state: State, batches: Batches, count: int) -> Chunk:
        if count not in self._compiled:
            xs = self.feed.chunk(batches, 0, count)
            self._compiled[count] = self.learner.compile(state, xs, self._needs(0, count))
        return self._compiled[count]

    def _seconds_per_step(self, state: State, batches: Batches, single: Chunk) -> float:
        """The time of one step, measured on a copy of the state."""
        copy = State(*copied(state.tree()))
        xs = self.feed.chunk(batches, 0, 1)
        times: list[float] = []
        for steps in (1, 1, 4, 4):  # the first one may be slow by chance; of four the device waits for none
            began = time.perf_counter()
            for _ in range(steps):
                copy, losses, _ = single.run(copy, self.feed.resident, xs, self._needs(0, 1))
            losses.whole.block_until_ready()
            times.append((time.perf_counter() - began) / steps)
            if len(times) > 1 and min(times) > CHUNK_SECONDS:
                break
        return max(min(times), 1e-6)


def gathered(steps: int, most: int) -> int:
    """How many of an epoch's steps to do in one call: `most` (≥ 1) at the most, and so that few are left over.

    Between two powers of two it is always the same: times differ a little from run to run, and the program shall be
    found again instead of compiled anew.
    """
    if steps <= most:
        return steps
    largest = 1 << most.bit_length() - 1
    return min(range(largest, largest // 2, -1), key=lambda count: steps % count)
