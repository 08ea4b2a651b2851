"""Confusion: how often rows of each class are taken for each class."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

LIKELY = 0.5


class Confusion:
    """Counts rows by true and predicted class; bounded by the number of classes, not of rows."""

    def __init__(self, classes: Sequence[str]) -> None:
        self.classes = tuple(classes)
        self.counts = np.zeros((len(self.classes), len(self.classes)), np.int64)

    def add(self, chances: np.ndarray, truth: np.ndarray) -> None:
        """Takes in probabilities (n, classes), or (n, 1) of the second of two classes, and true classes (n,)."""
        predicted = chances.argmax(axis=1) if chances.shape[1] > 1 else (chances[:, 0] > LIKELY).astype(np.int64)
        np.add.at(self.counts, (truth, predicted), 1)

    def per_class(self) -> list[dict[str, Any]]:
        """`[{name, rows, predicted, precision, recall, f1}]`; a share of nothing is None."""
        true, predicted, met = self.counts.sum(axis=1), self.counts.sum(axis=0), np.diag(self.counts)
        return [told(name, *map(int, counts)) for name, *counts in zip(self.classes, true, predicted, met, strict=True)]

    def mistakes(self, most: int) -> list[tuple[str, str, int]]:
        """The most frequent mistakes: true class, what it is taken for, how often."""
        wrong = self.counts.copy()
        np.fill_diagonal(wrong, 0)
        places = np.argsort(-wrong, axis=None, kind="stable")[:most]
        rows, columns = np.unravel_index(places, wrong.shape)
        found = zip(rows, columns, strict=True)
        return [
            (self.classes[row], self.classes[column], int(wrong[row, column]))
            for row, column in found
            if wrong[row, column]
        ]


class LabelCounts:
    """Counts, for each of several labels, the rows that have it, are given it, and both."""

    def __init__(self, labels: Sequence[str]) -> None:
        self.labels = tuple(labels)
        self.counts = np.zeros((3, len(self.labels)), np.int64)

    def add(self, chances: np.ndarray, truth: np.ndarray) -> None:
        """Takes in probabilities and the truth, both (n, labels)."""
        given, true = chances >= LIKELY, truth > LIKELY
        self.counts += np.stack([true.sum(axis=0), given.sum(axis=0), (true & given).sum(axis=0)])

    def per_class(self) -> list[dict[str, Any]]:
        """As that of Confusion."""
        return [told(name, *map(int, counts)) for name, *counts in zip(self.labels, *self.counts, strict=True)]


def told(name: str, true: int, predicted: int, met: int) -> dict[str, Any]:
    """What three counts say of one class."""
    precision = met / predicted if predicted else None
    recall = met / true if true else None
    f1 = 2 * met / (true + predicted) if true + predicted else None
    return {"name": name, "rows": true, "predicted": predicted, "precision": precision, "recall": recall, "f1": f1}
