"""Precision, recall and F1 of each class or label, brought to one number by the averages of scikit-learn."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

Share = Callable[[np.ndarray, np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]
"""(true, answered, met rows of each class) → (numerators, denominators), all (classes,)."""

Finish = Callable[[np.ndarray, np.ndarray, np.ndarray], float]
"""(true, answered, met rows of each class) → the measure."""


def precision(true: np.ndarray, answered: np.ndarray, met: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return met, answered


def recall(true: np.ndarray, answered: np.ndarray, met: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return met, true


def f1(true: np.ndarray, answered: np.ndarray, met: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return 2 * met, true + answered


def usual(share: Share) -> Finish:
    """That of the second of two classes, or the mean of those that occur."""
    return lambda *counts: float(_ratios(share, *counts)[1]) if len(counts[0]) == 2 else macro(share)(*counts)


def macro(share: Share) -> Finish:
    """The mean of the classes that occur."""
    return lambda *counts: float(_ratios(share, *counts)[(counts[0] > 0) | (counts[1] > 0)].mean())


def of_labels(share: Share) -> Finish:
    """The mean of all labels, also of those that never occur."""
    return lambda *counts: float(_ratios(share, *counts).mean())


def weighted(share: Share) -> Finish:
    """The mean in which each class counts by how many rows are of it."""
    return lambda *counts: float((_ratios(share, *counts) * counts[0]).sum() / max(counts[0].sum(), 1))


def micro(share: Share) -> Finish:
    """That of all rows of all labels together."""
    return lambda *counts: float(_divided(*(sums.sum() for sums in share(*counts))))


def _ratios(share: Share, *counts: np.ndarray) -> np.ndarray:
    return _divided(*share(*counts))


def _divided(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """As in scikit-learn a ratio is 0 where its denominator is."""
    ratios: np.ndarray = np.divide(above, below, out=np.zeros(np.shape(above)), where=below > 0)
    return ratios
