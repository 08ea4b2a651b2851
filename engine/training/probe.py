"""Looks into a network as it trains: what its layers give, how much they are asked to change, how much they do."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from engine.data.batches import shuffled
from engine.graph.model import Step
from engine.training.devices import free_memory
from engine.training.spread import likeness
from engine.training.step import Learner, State, random_key

MOST_ROWS = 512
"""Rows looked at, unless a step has fewer."""

FEWER = 4
"""By how much fewer rows are looked at where memory is scarce."""

SPARE = 1.8
"""How many times what the compiler tells of temporary values is to be free, as for a step of training."""

ORDER = 0
"""The epoch whose order the rows are taken from; training begins with 1."""


@dataclass(frozen=True)
class LayerFigures:
    """One layer at one moment. What it does not have is None."""

    weight: float | None = None
    """The length of its learned weights, all together as one vector."""
    gradient: float | None = None
    """The length of the gradient of the loss by them."""
    update: float | None = None
    """How far one update moves them, as a share of their length."""
    size: int | None = None
    """How many they are."""
    mean: float | None = None
    std: float | None = None
    """Mean and spread of what it gives, unless it only passes on what it was given."""
    dead: float | None = None
    """The share of its units (the places of the last axis) that gave 0 for every row, where it makes zeros at all."""
    units: int | None = None
    zeros: float | None = None
    """The share of 0 among what it gives, where there are any or it makes them."""


class Probe:
    """Looks at one and the same batch again and again, in a program of its own; training is left as it is."""

    def __init__(self, learner: Learner, batch_size: int, seed: int) -> None:
        self._learner = learner
        self._key = random_key(seed)
        batches = shuffled(learner.feed.rows("train"), min(batch_size, MOST_ROWS), seed, ORDER)
        self._xs = {name: values[0] for name, values in learner.feed.chunk(batches, 0, 1).items()}
        self.rows = int(batches.rows.shape[1])
        self._compiled: Any = None
        self._thread: threading.Thread | None = None

    def prepare(self, state: State) -> None:
        """Begins to compile for states like this one, beside the training."""
        if self._thread is not None:
            return
        alike = jax.tree.map(likeness, state.tree())

        def work() -> None:
            try:
                self._compiled = self._compile(alike)
            except Exception:  # training goes on without a look inside
                traceback.print_exc()

        self._thread = threading.Thread(target=work, daemon=True)
        self._thread.start()

    def ready(self, patience: float = 0.0) -> bool:
        """Whether it can look; waits for the compiler so many seconds at the most."""
        if self._thread is not None and patience > 0:
            self._thread.join(patience)
        return self._compiled is not None

    def look(self, state: State, rate: float) -> dict[str, LayerFigures]:
        """The figures of each node of the plan at a learning rate; compiles where that was not done before."""
        if self._compiled is None:
            self._compiled = self._compile(state.tree())
        found = jax.device_get(self._compiled(*state.tree(), *self._given(rate)))
        return self._figures(found["weights"], found["values"])

    def _compile(self, state: Any) -> Any:
        """The program that looks at as many rows as there is memory for. Raises MemoryError where none fits."""
        while True:
            compiled = jax.jit(self._look).lower(*state, *self._given(0.0)).compile()
            told = compiled.memory_analysis()
            if told is None or SPARE * told.temp_size_in_bytes <= free_memory():
                return compiled
            if self.rows == 1:
                raise MemoryError("There is too little memory to look at the layers.")
            self.rows = max(1, self.rows // FEWER)
            self._xs = {name: values[: self.rows] for name, values in self._xs.items()}

    def _given(self, rate: float) -> tuple[Any, ...]:
        return self._learner.feed.resident, self._xs, self._key, np.float32(rate)

    def _look(
        self, weights: list[jax.Array], rest: list[jax.Array], memory: Any, resident: Any, x: Any, key: Any, rate: Any
    ) -> dict[str, Any]:
        """Squared lengths of weights, gradients and updates by leaf (3, leaves), and the values of each node."""
        learner = self._learner
        gradients = jax.grad(learner.objective, has_aux=True)(weights, rest, resident, x, key)[0]
        changes = learner.updates.change(weights, gradients, memory, rate)
        squares = [[jnp.sum(jnp.square(leaf)) for leaf in leaves] for leaves in (weights, gradients, changes)]
        seen: dict[str, Any] = {}
        learner.model(weights, rest).forward(learner.feed.batch(resident, x)[0], seen=seen)
        values = {step.name: _given_out(seen[step.name]) for step in learner.plan.steps if not _passes_on(step, seen)}
        return {"weights": squares, "values": {name: found for name, found in values.items() if found is not None}}

    def _figures(self, squares: Any, values: Mapping[str, Any]) -> dict[str, LayerFigures]:
        learned, zeros, dead = self._learned(squares), dict[str, float](), dict[str, float]()
        figures = {}
        for step in self._learner.plan.steps:
            own, name = learned.get(step.name, LayerFigures()), step.name
            before = [max((one.get(source, 0.0) for source, _ in step.sources), default=0.0) for one in (zeros, dead)]
            if name not in values:
                figures[name], (zeros[name], dead[name]) = own, before
                continue
            found = values[name]
            zeros[name], dead[name] = 1 - float(np.mean(found["filled"])), float(np.mean(found["filled"] == 0))
            makes = step.activation == "relu" or zeros[name] > before[0] or dead[name] > before[1]
            figures[name] = replace(
                own,
                mean=float(found["mean"]),
                std=float(found["std"]),
                dead=dead[name] if makes else None,
                units=len(found["filled"]),
                zeros=zeros[name] if makes or zeros[name] else None,
            )
        return figures

    def _learned(self, squares: Any) -> dict[str, LayerFigures]:
        """Weight, gradient and update of each node that has weights of its own to learn."""
        learner, all_squares = self._learner, np.asarray(squares, np.float64)
        first = {step.module: step.name for step in reversed(learner.plan.steps)}
        figures = {}
        for home, size in learner.sizes.items():
            mine = np.array([one == home for one in learner.homes])
            weight, gradient, change = (float(one) for one in np.sqrt(all_squares[:, mine].sum(axis=1)))
            update = change / weight if weight else None
            figures[first[home]] = LayerFigures(weight, gradient, update, size)
        return figures


def _passes_on(step: Step, seen: Mapping[str, Any]) -> bool:
    """Whether a node gives what it was given: laid out anew, or as it is when nothing is trained."""
    return step.lays_out or any(seen[step.name] is seen[source] for source, _ in step.sources)


def _given_out(values: Any) -> dict[str, jax.Array] | None:
    """Mean and spread of what a node gives (its first output), and the share of each unit's values that are not 0.

    None for what are no numbers to weigh.
    """
    first = values[0] if isinstance(values, tuple) else values
    if first.ndim < 2 or not jnp.issubdtype(first.dtype, jnp.floating):
        return None
    count = jnp.count_nonzero(first, axis=tuple(range(first.ndim - 1)))  # whole numbers, so that a share of 1 is exact
    return {"mean": jnp.mean(first), "std": jnp.std(first), "filled": count / (first.size // len(count))}
