"""How a set is measured bit by bit: what is added up as rows come, and what needs all rows at once."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

import numpy as np

EPSILON = 1e-7
"""How close to 0 a probability may come in measures of Keras."""


class Categories:
    """Answers of a category: probabilities (n, classes) and the true classes (n,)."""

    def __init__(self, chances: np.ndarray, truth: np.ndarray) -> None:
        self.chances, self.truth = chances, truth

    @cached_property
    def predicted(self) -> np.ndarray:
        """The most probable class of each row (n,)."""
        best: np.ndarray = self.chances.argmax(axis=1)
        return best

    @cached_property
    def chance(self) -> np.ndarray:
        """The probability of each row's true class (n,) float64."""
        return np.take_along_axis(self.chances, self.truth[:, None], axis=1)[:, 0].astype(np.float64)

    def rank(self) -> np.ndarray:
        """How many classes are thought more probable than the true one (n,); of equals the later, as scikit-learn."""
        own = np.take_along_axis(self.chances, self.truth[:, None], axis=1)
        later = np.arange(self.chances.shape[1]) > self.truth[:, None]
        ranks: np.ndarray = ((self.chances > own) | ((self.chances == own) & later)).sum(axis=1)
        return ranks


class Numbers:
    """Answers of a number and the truth, both (n, values) float64 in the target's own unit."""

    def __init__(self, values: np.ndarray, truth: np.ndarray) -> None:
        self.values, self.truth = values, truth

    @cached_property
    def error(self) -> np.ndarray:
        """How far each answer is off (n, values)."""
        far: np.ndarray = np.abs(self.values - self.truth)
        return far


Rows = Any
"""Categories or Numbers, as the metric needs them."""


class Measure(ABC):
    """Takes in the rows of a set part by part, and gives a number in the end; None where it is undefined."""

    @abstractmethod
    def add(self, rows: Rows) -> None:
        """Takes in some rows."""

    @abstractmethod
    def value(self) -> float | None:
        """The measure of all rows so far."""

    @abstractmethod
    def memory(self) -> dict[str, np.ndarray]:
        """All it knows of the rows so far, to be kept in a file."""

    @abstractmethod
    def recall(self, memory: Mapping[str, np.ndarray]) -> None:
        """Goes on from such a memory, exactly."""


class Mean(Measure):
    """The mean of something that each row has, and what is made of it."""

    def __init__(self, each: Callable[[Rows], np.ndarray], finish: Callable[[float], float] = float) -> None:
        self.each, self.finish = each, finish
        self.total, self.count = 0.0, 0

    def add(self, rows: Rows) -> None:
        values = self.each(rows)
        self.total += float(values.sum(dtype=np.float64))
        self.count += values.size

    def value(self) -> float | None:
        return self.finish(self.total / self.count) if self.count else None

    def memory(self) -> dict[str, np.ndarray]:
        return {"total": np.array([self.total]), "count": np.array([self.count])}

    def recall(self, memory: Mapping[str, np.ndarray]) -> None:
        self.total, self.count = float(memory["total"][0]), int(memory["count"][0])


class Largest(Measure):
    """The largest of something that each row has."""

    def __init__(self, each: Callable[[Rows], np.ndarray]) -> None:
        self.each = each
        self.largest: float | None = None

    def add(self, rows: Rows) -> None:
        found = float(self.each(rows).max())
        self.largest = found if self.largest is None else max(self.largest, found)

    def value(self) -> float | None:
        return self.largest

    def memory(self) -> dict[str, np.ndarray]:
        return {} if self.largest is None else {"largest": np.array([self.largest])}

    def recall(self, memory: Mapping[str, np.ndarray]) -> None:
        self.largest = float(memory["largest"][0]) if "largest" in memory else None


class Counting(Measure):
    """What follows from numbers of rows."""

    counts: np.ndarray

    def memory(self) -> dict[str, np.ndarray]:
        return {"counts": self.counts}

    def recall(self, memory: Mapping[str, np.ndarray]) -> None:
        self.counts = memory["counts"].copy()


class PerClass(Counting):
    """What the numbers of true, predicted and met rows of each class (classes,) tell."""

    def __init__(self, classes: int, finish: Callable[[np.ndarray, np.ndarray, np.ndarray], float | None]) -> None:
        self.finish = finish
        self.counts = np.zeros((3, classes), np.int64)

    def add(self, rows: Categories) -> None:
        hit = rows.truth[rows.predicted == rows.truth]
        for place, classes in enumerate((rows.truth, rows.predicted, hit)):
            self.counts[place] += np.bincount(classes, minlength=self.counts.shape[1])

    def value(self) -> float | None:
        return self.finish(*self.counts) if self.counts[0].any() else None


class Explained(Measure):
    """R²: the share of the truth's variance that the answers explain, the mean over the values of a row."""

    def __init__(self) -> None:
        self.count = 0
        self.mean: Any = 0.0
        self.spread: Any = 0.0
        self.missed: Any = 0.0

    def add(self, rows: Numbers) -> None:
        """Means and spreads are merged as Chan, Golub and LeVeque do, which loses no digits."""
        count, mean = len(rows.truth), rows.truth.mean(axis=0)
        away, both = mean - self.mean, self.count + count
        spread = np.square(rows.truth - mean).sum(axis=0)
        self.spread = self.spread + spread + np.square(away) * self.count * count / both
        self.mean = self.mean + away * count / both
        self.missed = self.missed + np.square(rows.error).sum(axis=0)
        self.count = both

    def value(self) -> float | None:
        if self.count < 2 or not np.all(self.spread > 0):
            return None
        return float(np.mean(1 - self.missed / self.spread))

    def memory(self) -> dict[str, np.ndarray]:
        sums = np.stack(np.broadcast_arrays(self.mean, self.spread, self.missed)).astype(np.float64)
        return {"count": np.array([self.count]), "sums": sums}

    def recall(self, memory: Mapping[str, np.ndarray]) -> None:
        self.count = int(memory["count"][0])
        self.mean, self.spread, self.missed = memory["sums"]


class Whole(Measure):
    """What needs all rows at once. Past `limit` bytes it gives up, and has no value."""

    def __init__(
        self, keep: Callable[[Rows], np.ndarray], measure: Callable[..., float | None], limit: int = 2**62
    ) -> None:
        """`keep` gives what is needed of the rows (n, …); `measure` gets that and the truth of all rows."""
        self.keep, self.measure, self.limit = keep, measure, limit
        self.kept: list[tuple[np.ndarray, np.ndarray]] = []
        self.size = 0

    @property
    def gave_up(self) -> bool:
        return self.size > self.limit

    def add(self, rows: Rows) -> None:
        if self.gave_up:
            return
        kept = self.keep(rows)
        self.size += kept.nbytes + rows.truth.nbytes
        self.kept.append((kept, rows.truth))
        if self.gave_up:
            self.kept.clear()

    def value(self) -> float | None:
        if not self.kept:
            return None
        return self.measure(*(np.concatenate(column) for column in zip(*self.kept, strict=True)))

    def memory(self) -> dict[str, np.ndarray]:
        known = {"size": np.array([self.size])}
        if self.kept:
            known["kept"], known["truth"] = (np.concatenate(column) for column in zip(*self.kept, strict=True))
        return known

    def recall(self, memory: Mapping[str, np.ndarray]) -> None:
        self.size = int(memory["size"][0])
        self.kept = [(memory["kept"], memory["truth"])] if "kept" in memory else []


def scores(rows: Categories) -> np.ndarray:
    """What ranks rows: the probability of the second of two classes (n,), or of every class (n, classes)."""
    return rows.chances[:, 1] if rows.chances.shape[1] == 2 else rows.chances


def each_class(
    measure: Callable[[np.ndarray, np.ndarray], float],
) -> Callable[[np.ndarray, np.ndarray], float | None]:
    """A measure of (scores, which are positive) for the second of two classes, or the mean of each against the rest."""

    def measured(given: np.ndarray, truth: np.ndarray) -> float | None:
        present = np.unique(truth)
        if len(present) < 2 or not np.isfinite(given).all():
            return None
        if given.ndim == 1:
            return measure(given, truth == 1)
        return float(np.mean([measure(given[:, place], truth == place) for place in present]))

    return measured


def auc_of_one(given: np.ndarray, positive: np.ndarray) -> float:
    """By ranks (Mann and Whitney), ties counted half; scikit-learn's takes a second to import."""
    _, places, counts = np.unique(given, return_inverse=True, return_counts=True)
    ranks = np.cumsum(counts) - (counts - 1) / 2
    hits = int(positive.sum())
    return float((ranks[places][positive].sum() - hits * (hits + 1) / 2) / (hits * (len(given) - hits)))


def precision_of_one(given: np.ndarray, positive: np.ndarray) -> float:
    """Average precision: the mean precision at each threshold, by the recall it adds."""
    order = np.argsort(-given, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(given[order])), len(given) - 1)
    hits = np.cumsum(positive[order])[ends]
    return float((np.diff(hits / hits[-1], prepend=0.0) * hits / (ends + 1)).sum())


def log_losses(rows: Categories) -> np.ndarray:
    """The log loss of each row (n,), as scikit-learn's with float64 probabilities."""
    least = np.finfo(np.float64).eps
    losses: np.ndarray = -np.log(np.clip(rows.chance, least, 1 - least))
    return losses


def briers(rows: Categories) -> np.ndarray:
    """How far the probabilities of each row are from the truth (n,), squared; of two classes those of one alone."""
    far = np.square(rows.chances, dtype=np.float64).sum(axis=1) - 2 * rows.chance + 1
    squares: np.ndarray = far / 2 if rows.chances.shape[1] == 2 else far
    return squares


def divergences(rows: Categories) -> np.ndarray:
    """The KL divergence of each row's probabilities from the truth (n,), clipped as Keras does."""
    given = np.clip(rows.chances.astype(np.float64), EPSILON, 1)
    rest = EPSILON * (np.log(EPSILON) - np.log(given))
    own = -np.log(np.clip(rows.chance, EPSILON, 1))
    total: np.ndarray = rest.sum(axis=1) - EPSILON * (np.log(EPSILON) + own) + own
    return total


def cosines(rows: Rows) -> np.ndarray:
    """The cosine of the angle between each row's answer and the truth (n,); 0 where one of them is 0."""
    if isinstance(rows, Categories):
        given, along = rows.chances.astype(np.float64), rows.chance
        lengths = np.linalg.norm(given, axis=1)
    else:
        along = (rows.values * rows.truth).sum(axis=1)
        lengths = np.linalg.norm(rows.values, axis=1) * np.linalg.norm(rows.truth, axis=1)
    found: np.ndarray = np.divide(along, lengths, out=np.zeros_like(along), where=lengths > 0)
    return found


def percentages(rows: Numbers) -> np.ndarray:
    """How far each answer is off as a share of the truth (n, values)."""
    shares: np.ndarray = rows.error / np.maximum(np.abs(rows.truth), np.finfo(np.float64).eps)
    return shares


def correlation(true: np.ndarray, predicted: np.ndarray, met: np.ndarray) -> float:
    """The correlation of Matthews; 0 where one class is all there is of the truth or of the answers."""
    rows, true, predicted = float(true.sum()), true.astype(np.float64), predicted.astype(np.float64)
    spread = math.sqrt((rows**2 - np.square(true).sum()) * (rows**2 - np.square(predicted).sum()))
    return float(met.sum() * rows - (true * predicted).sum()) / spread if spread else 0.0


def kappa(true: np.ndarray, predicted: np.ndarray, met: np.ndarray) -> float | None:
    """Cohen's kappa; undefined where one class is all there is."""
    rows = float(true.sum())
    chance = float((true.astype(np.float64) * predicted).sum()) / rows**2
    return (float(met.sum()) / rows - chance) / (1 - chance) if chance < 1 else None


def balanced(true: np.ndarray, predicted: np.ndarray, met: np.ndarray) -> float:
    """The mean recall of the classes there are."""
    present = true > 0
    return float((met[present] / true[present]).mean())
