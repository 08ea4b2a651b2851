"""Preflight: what a training will take, found by compiling one step on shapes alone, with no data loaded."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from engine.data.recipe import Recipe
from engine.graph.blocks import Flat
from engine.graph.check import check
from engine.graph.document import Graph
from engine.graph.narrowing import Narrower, narrower, widest
from engine.problems import Problem
from engine.sizes import size_in_words
from engine.training import memory
from engine.training.assembly import Built, built
from engine.training.checkpoint import Keeping
from engine.training.devices import free_memory, reachable_memory, whole_memory
from engine.training.rough import PROCESS, copies, outline_of, rough_memory, size_of
from engine.training.settings import Settings, early_ends
from engine.training.step import Chunk, State

TOGETHER = 8
"""Steps to a call when the time of a step is measured."""

MEASURED = 0.25
"""The share of the free memory up to which a step is run to see how long it takes."""

PATIENCE = 2.0
"""Seconds after which no further call is measured."""

SMALL = 2**28
"""Bytes of rows up to which made-up ones stand in for all of them."""

FORWARD = 1 / 3
"""The share of a step that is spent on answering, without learning."""


class Preflight:
    """One training before it runs."""

    def __init__(
        self, dataset: Path, graph: Graph, recipe: Recipe, settings: Settings, keeping: Keeping | None = None
    ) -> None:
        """Raises Refusal for what cannot be trained at all."""
        self.dataset, self.recipe, self.settings, self.keeping = dataset, recipe, settings, keeping or Keeping()
        self.outline = outline_of(dataset, recipe)
        self.batch = min(settings.batch_size, self.outline.counts["train"])
        self.made: Built = built(self.outline.few(), graph, settings, self.batch)
        self.room = whole_memory()
        self.resident = self.outline.resident(free_memory())

    @cached_property
    def state(self) -> State:
        """The first state, as shapes."""
        return State(*jax.eval_shape(lambda: self.made.learner.start(self.settings.seed).tree()))

    @cached_property
    def disk(self) -> int:
        """Bytes that the checkpoints take: each is all that changes from step to step, and the best weights so far."""
        one = size_of(self.state.tree()) + size_of((self.state.weights, self.state.rest))
        return self.keeping.most(one)

    def compiled(self, batch: int) -> Chunk:
        """One step of a batch size on all rows, compiled and not run."""
        xs = self.outline.step(batch, self.resident)
        key = jax.eval_shape(lambda: jax.random.key(0))
        settings = (jax.ShapeDtypeStruct((), jnp.int32), key, jax.ShapeDtypeStruct((1,), jnp.float32))
        return self.made.learner.compile(self.state, xs, settings, self.resident)

    def needed(self, step: Chunk) -> int:
        """Bytes at the peak: a step with the rows it is given, the best weights so far, and the process itself."""
        best = size_of((self.state.weights, self.state.rest))
        beside = PROCESS + size_of(self.resident) if jax.default_backend() == "cpu" else 0
        return step.memory() + best + beside

    def shares(self) -> list[memory.Share]:
        """What each layer holds."""
        return memory.shares(self.made.report, copies(self.settings))

    def seconds_per_epoch(self, step: Chunk) -> float:
        """Measured on made-up rows: the steps of an epoch, and the answers for the validation rows."""
        together = 1 if step.convolves and jax.default_backend() == "cpu" else TOGETHER
        learner, resident = self.made.learner, self.made.feed.resident
        xs = {
            "row": np.zeros((together, self.batch), np.int32),
            "weight": np.ones((together, self.batch), np.float32),
        }
        settings = (np.int32(0), jax.random.key(0), np.full(together, 1e-6, np.float32))
        state = learner.start(self.settings.seed)
        if together == 1 and not self.streams and size_of(self.resident) < SMALL:
            chunk, resident = step, jax.tree.map(lambda one: jnp.zeros(one.shape, one.dtype), self.resident)
        else:
            chunk = learner.compile(state, xs, settings)
        took, began = [], time.perf_counter()
        for _ in range(5):
            start = time.perf_counter()
            state, losses, _ = chunk.run(state, resident, xs, settings)
            losses.whole.block_until_ready()
            took.append((time.perf_counter() - start) / together)
            if time.perf_counter() - began > PATIENCE:
                break
        counts = self.outline.counts
        return min(took) * (self.steps_per_epoch + FORWARD * counts["validation"] / self.batch)

    @property
    def streams(self) -> bool:
        """Whether some input does not fit in memory."""
        return any(f"input:{name}" not in self.resident for name in self.outline.preparation["inputs"])

    @property
    def steps_per_epoch(self) -> int:
        return -(-self.outline.counts["train"] // self.batch)

    def report(self, measure: bool = True) -> dict[str, Any]:
        """What the training will take, as JSON; `problem` where it cannot fit. `measure` asks for its time as well."""
        began = time.perf_counter()
        step = self.compiled(self.batch)
        compiling = time.perf_counter() - began
        needed, free = self.needed(step), free_memory()
        problem = self.too_large(needed) if needed > self.room else None
        timed = measure and problem is None and needed - size_of(self.resident) < MEASURED * free
        per_epoch = self.seconds_per_epoch(step) if timed else None
        return {
            "parameters": self.made.learner.parameters,
            "memory": needed,
            "rows_memory": size_of(self.resident),
            "room": self.room,
            "free": free,
            "disk": self.disk,
            "compile_seconds": compiling,
            "steps_per_epoch": self.steps_per_epoch,
            "seconds_per_epoch": per_epoch,
            "epochs": self.settings.epochs,
            "total_seconds": None if per_epoch is None else compiling + self.settings.epochs * per_epoch,
            "may_end_sooner": early_ends(self.settings),
            "problem": problem.document() if problem else None,
        }

    def too_large(self, needed: int) -> Problem:
        """The problem of a training that cannot fit, with what would."""
        words = f"this machine has {size_in_words(self.room)}"
        return memory.too_large(self._demand(needed, self.room), words)

    def ran_out(self, opening: str | None = None) -> Problem:
        """The problem of a training that found too little memory when it ran, with what would fit into what is free.

        Where it would fit now, something else had the memory; then half of what it needs is the advice. `opening` is
        said first where less is known than that memory ran out.
        """
        needed, room = self.needed(self.compiled(self.batch)), reachable_memory()
        if needed > room:
            words = f"{size_in_words(room)} were free"
            return memory.too_large(self._demand(needed, room), words, opening or "")
        demand = self._demand(needed, int(needed / 2 / memory.USED))
        return memory.crowded_out(demand, room, opening or memory.RAN_OUT)

    def _demand(self, needed: int, room: int) -> memory.Demand:
        """What is needed, with what would fit into so much room."""
        asked, batch = self.settings.batch_size, self.batch
        words = f"a batch size of {batch:,}"
        if batch < asked:
            words = f"all {batch:,} training rows in one batch ({asked:,} were asked for)"
        demand = memory.Demand(needed, batch, words, self.shares())
        fits = memory.fitting(lambda batch: self.needed(self.compiled(batch)), batch, needed, room)
        if fits is not None:
            return replace(demand, fits=fits)
        return replace(demand, narrower=self._narrower(demand.holder.name, needed, room))

    def _narrower(self, node: str, needed: int, room: int) -> tuple[Narrower, int] | None:
        """A smaller layer with which it fits, and what that takes: sought by rough figures, told by the exact one."""
        scale, outline = needed / rough_memory(self.made.report, self.outline, self.settings), self.outline

        def needs(flat: Flat) -> float | None:
            report = check(flat.graph, self.made.data)
            return None if report.problems else scale * rough_memory(report, outline, self.settings)

        found = widest(self.made.report, node, needs, memory.USED * room)
        for _ in range(memory.TRIES):
            if found is None:
                return None
            smaller = Preflight(self.dataset, found.graph, self.recipe, self.settings)
            takes = smaller.needed(smaller.compiled(smaller.batch))
            if takes <= memory.USED * room:
                return found, takes
            found = narrower(self.made.report, node, found.size // 2) if found.size > 1 else None
        return None
