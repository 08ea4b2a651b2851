"""The learning-rate finder: a short training whose rate rises, to see where the loss falls fastest.

Smith, Cyclical learning rates for training neural networks, https://arxiv.org/abs/1506.01186
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from scipy.ndimage import median_filter

from engine.data.batches import Batches, shuffled
from engine.training.assembly import Built
from engine.training.settings import Settings
from engine.training.step import Chunk, State, random_key

LOWEST, HIGHEST = 1e-6, 10.0
"""The rates at the beginning and at the end."""

MOST_STEPS, LEAST_STEPS = 300, 60
"""How many steps it takes: as many as there is time for."""

SECONDS = 20.0
"""How long the steps may take, roughly."""

TOGETHER = 5
"""Steps to a call."""

LAG = 0.9
"""How slowly the loss that is watched for divergence follows the steps."""

DIVERGED = 4.0
"""Times the best loss, or the most it fell, from which on it has diverged."""

WIDTH = 0.03
"""How far the curve is smoothed, as a share of the steps."""

NEIGHBOURS = 5
"""Of so many losses side by side the middle one counts."""

HIGH = 0.9
"""From which share of its depth on the last fall of the loss is looked at."""

ROUNDING = 1e-6
"""A loss that falls by a smaller share has not moved: its digits are rounded."""

WAVERS = 0.6
"""By which share of its spread around the curve the loss has to fall for it to mean something."""

BEFORE = 0.1
"""The share of the steps at the beginning that is not looked at: the first losses say little of a rate."""


REGARDLESS = ("optimizer.learning_rate", "epochs", "schedule", "metrics", "early_stopping", "stop_when")
"""The settings that change nothing about what is found: the search has rates of its own, and only looks at the loss."""


@dataclass(frozen=True)
class Found:
    """The rate (n,) and the loss (n,) of each step, the losses smoothed, and the rate at the steepest fall, if any."""

    rates: np.ndarray
    losses: np.ndarray
    smoothed: np.ndarray
    suggestion: float | None

    def document(self) -> dict[str, Any]:
        """As JSON; the figure shows it all."""
        from engine.training.rate_figure import rate_figure

        told = {"suggestion": self.suggestion, "steps": len(self.rates), "regardless": list(REGARDLESS)}
        return {**told, "figure": rate_figure(self)}


class RateFinder:
    """One search. It trains weights of its own, which are dropped in the end."""

    def __init__(self, made: Built, settings: Settings) -> None:
        self.learner, self.feed, self.settings = made.learner, made.feed, settings
        self._key = random_key(self.settings.seed)
        self.found: Found | None = None
        self._present: tuple[int, Batches] | None = None
        self._steps_per_epoch = len(self._epoch(1))

    def run(self) -> Iterator[float]:
        """Yields the share that is done, until the loss has diverged or the rate is at its highest."""
        state = self.learner.start(self.settings.seed)
        batches = self._batches(0, 1)
        one = self._compile(state, batches)
        steps = self._affordable(state, one, batches)
        together = 1 if one.convolves and jax.default_backend() == "cpu" else TOGETHER
        chunk = one if together == 1 else self._compile(state, self._batches(0, together))
        rates = np.geomspace(LOWEST, HIGHEST, steps).astype(np.float32)
        losses: list[float] = []
        for first in range(0, steps, together):
            xs = self._batches(first, together)
            needs = self._needs(first, rates[first : first + together])
            state, given, _ = chunk.run(state, self.feed.resident, xs, needs)
            losses += map(float, given.whole)
            yield (first + together) / steps
            if _diverged(losses):
                break
        self.found = found(rates[: len(losses)], np.array(losses))

    def _compile(self, state: State, xs: dict[str, np.ndarray]) -> Chunk:
        return self.learner.compile(state, xs, self._needs(0, np.zeros(len(xs["row"]), np.float32)))

    def _needs(self, first: int, rates: np.ndarray) -> tuple[Any, Any, Any]:
        return np.int32(first), self._key, rates

    def _batches(self, first: int, count: int) -> dict[str, np.ndarray]:
        """What `count` steps need, epoch after epoch."""
        parts = []
        for step in range(first, first + count):
            epoch, place = divmod(step, self._steps_per_epoch)
            parts.append(self.feed.chunk(self._epoch(epoch + 1), place, 1))
        return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}

    def _epoch(self, number: int) -> Batches:
        """The steps of an epoch; those of the present one are kept, as all rows are put in order for them."""
        if self._present is None or self._present[0] != number:
            rows, settings = self.feed.rows("train"), self.settings
            self._present = (number, shuffled(rows, settings.batch_size, settings.seed, number))
        return self._present[1]

    def _affordable(self, state: State, one: Chunk, xs: dict[str, np.ndarray]) -> int:
        """How many steps there is time for, by what one takes on a copy of the weights; a multiple of TOGETHER."""
        copy, took = State(*jax.tree.map(jnp.copy, state.tree())), []
        for _ in range(2):  # the first one is slower than all that follow
            began = time.perf_counter()
            copy, losses, _ = one.run(copy, self.feed.resident, xs, self._needs(0, np.zeros(1, np.float32)))
            losses.whole.block_until_ready()
            took.append(time.perf_counter() - began)
        steps = int(SECONDS / max(min(took), 1e-6))
        return max(LEAST_STEPS, min(MOST_STEPS, steps // TOGETHER * TOGETHER))


def found(rates: np.ndarray, losses: np.ndarray) -> Found:
    """What the losses (n,) at rising rates (n,) tell; the last ones may be infinite or no numbers."""
    finite = np.isfinite(losses)
    count = len(losses) if finite.all() else int(finite.argmin())
    rates, losses = rates[:count], losses[:count]
    smoothed = _smoothed(losses)
    return Found(rates, losses, smoothed, _steepest(rates, losses, smoothed))


def _steepest(rates: np.ndarray, losses: np.ndarray, smoothed: np.ndarray) -> float | None:
    """The rate at which the loss falls fastest, to two digits; None where it falls no more than it wavers anyhow.

    Only the last fall to the least loss is looked at: before it, batches that differ rise and fall at any rate.
    """
    begin = int(BEFORE * len(rates))
    if len(rates) - begin < 3:
        return None
    end = begin + int(smoothed[begin:].argmin())
    level = smoothed[begin : begin + max(1, (end - begin) // 3)].mean()
    depth = level - smoothed[end]
    spread = 1.4826 * np.median(np.abs(losses - smoothed)[: end + 1])  # as the standard deviation of normal errors
    if depth <= max(WAVERS * spread, ROUNDING * abs(level)):
        return None
    high = np.flatnonzero(smoothed[begin : end + 1] >= smoothed[end] + HIGH * depth)
    start = begin + int(high[-1])
    if end - start < 1:
        return None
    slopes = np.gradient(smoothed[start : end + 1], np.log(rates[start : end + 1]))
    return float(f"{rates[start + int(slopes.argmin())]:.1e}")


def _smoothed(losses: np.ndarray) -> np.ndarray:
    """The losses (n,) averaged with their neighbours by a Gaussian kernel, so that the curve is not late.

    What stands out of its nearest neighbours, as the loss of a batch with a rare row does, is left out before.
    """
    width = max(1.0, WIDTH * len(losses))
    places = np.arange(len(losses))
    kernel = np.exp(-0.5 * ((places[:, None] - places[None, :]) / width) ** 2)
    curve: np.ndarray = kernel @ median_filter(losses, NEIGHBOURS, mode="nearest") / kernel.sum(axis=1)
    return curve


def _diverged(losses: list[float]) -> bool:
    """Whether the loss has left the curve for good."""
    if not math.isfinite(losses[-1]):
        return True
    followed, best, first = losses[0], math.inf, losses[0]
    for place, loss in enumerate(losses):
        followed = LAG * followed + (1 - LAG) * loss
        if place >= 1 / (1 - LAG):
            best = min(best, followed)
    return math.isfinite(best) and followed > best + (DIVERGED - 1) * max(abs(best), first - best)
