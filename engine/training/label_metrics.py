"""Metrics of labels, each of which can be yes or no in a row, as scikit-learn defines them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import cast

import numpy as np

from engine.training import averages
from engine.training.averages import Finish
from engine.training.measures import Counting, Mean, Measure, Whole, auc_of_one, precision_of_one
from engine.training.metrics import METRICS, Metric, averaged
from engine.training.names import TITLES, MetricName

LIKELY = 0.5
"""The probability from which a label is answered."""


class Labels:
    """Answers of labels: probabilities (n, labels), and the truth (n, labels) of 0 and 1."""

    def __init__(self, chances: np.ndarray, truth: np.ndarray) -> None:
        self.chances, self.truth = chances, truth

    @cached_property
    def hits(self) -> np.ndarray:
        """Which labels are answered rightly (n, labels)."""
        hits: np.ndarray = (self.chances >= LIKELY) == (self.truth > LIKELY)
        return hits

    def losses(self) -> np.ndarray:
        """The log loss of each label (n, labels)."""
        least = np.finfo(np.float64).eps
        chance = np.clip(np.where(self.truth > LIKELY, self.chances, 1 - self.chances.astype(np.float64)), least, 1)
        losses: np.ndarray = -np.log(chance)
        return losses

    def squares(self) -> np.ndarray:
        """How far each label is from the truth (n, labels), squared."""
        squares: np.ndarray = np.square(self.chances.astype(np.float64) - self.truth)
        return squares


class PerLabel(Counting):
    """What the numbers of true, answered and met rows of each label (labels,) tell."""

    def __init__(self, labels: int, finish: Finish) -> None:
        self.finish = finish
        self.counts = np.zeros((3, labels), np.int64)

    def add(self, rows: Labels) -> None:
        true, answered = rows.truth > LIKELY, rows.chances >= LIKELY
        self.counts += [each.sum(axis=0) for each in (true, answered, true & answered)]

    def value(self) -> float | None:
        return self.finish(*self.counts)


def each_label(measure: Callable[[np.ndarray, np.ndarray], float]) -> Callable[..., float | None]:
    """The mean of a measure of (scores, which are positive) over the labels that are both yes and no."""

    def measured(chances: np.ndarray, truth: np.ndarray) -> float | None:
        able = [place for place in range(truth.shape[1]) if np.ptp(truth[:, place]) > 0]
        if not able or not np.isfinite(chances).all():
            return None
        return float(np.mean([measure(chances[:, place], truth[:, place] > LIKELY) for place in able]))

    return measured


def _whole(measure: Callable[[np.ndarray, np.ndarray], float]) -> Callable[[int, int], Measure]:
    return lambda labels, limit: Whole(lambda rows: rows.chances, each_label(measure), limit)


def _metric(name: MetricName, begin: Callable[[int, int], Measure], description: str) -> tuple[MetricName, Metric]:
    """A metric that is called and shown as the one of categories."""
    like = METRICS[name]
    return name, Metric(begin, like.title, description, like.better, like.format)


def _averaged(name: MetricName, finish: Finish, description: str) -> tuple[MetricName, Metric]:
    return averaged(name, lambda labels, limit: PerLabel(labels, finish), description)


GIVEN = "How many of the rows given a label have it"
FOUND = "How many of the rows with a label are given it"
BOTH = "Precision and recall in one"

EXACT_MATCH = Metric(
    lambda labels, limit: Mean(lambda rows: rows.hits.all(axis=1)),
    TITLES["exact_match"],
    "The share of rows in which every label is right.",
    "higher",
    "percent",
)

ALL = "the mean of all labels"
WEIGHTED = "the mean of the labels, each counted by the rows that have it"
MICRO = "of all labels of all rows together"

AVERAGED: dict[MetricName, Metric] = dict(
    [
        _averaged("precision", averages.of_labels(averages.precision), f"{GIVEN}, {ALL}."),
        _averaged("recall", averages.of_labels(averages.recall), f"{FOUND}, {ALL}."),
        _averaged("f1", averages.of_labels(averages.f1), f"{BOTH}, {ALL}: high only where both are."),
        _averaged("precision_weighted", averages.weighted(averages.precision), f"{GIVEN}, {WEIGHTED}."),
        _averaged("recall_weighted", averages.weighted(averages.recall), f"{FOUND}, {WEIGHTED}."),
        _averaged("f1_weighted", averages.weighted(averages.f1), f"{BOTH}, {WEIGHTED}."),
        _averaged("precision_micro", averages.micro(averages.precision), f"{GIVEN}, {MICRO}."),
        _averaged("recall_micro", averages.micro(averages.recall), f"{FOUND}, {MICRO}."),
        _averaged("f1_micro", averages.micro(averages.f1), f"{BOTH}, {MICRO}."),
    ]
)
"""Precision, recall and F1, by the ways of bringing those of the labels to one number."""

LABEL_METRICS: dict[MetricName, Metric] = dict(
    [
        ("exact_match", EXACT_MATCH),
        _metric(
            "accuracy",
            lambda labels, limit: Mean(lambda rows: rows.hits),
            "The share of all labels of all rows that are right. Where labels are rare, saying no is mostly right.",
        ),
        *AVERAGED.items(),
        _metric(
            "auc",
            _whole(auc_of_one),
            "How well the probabilities rank the rows, the mean of all labels: 1 is perfect, 0.5 is chance.",
        ),
        _metric(
            "average_precision",
            _whole(precision_of_one),
            "How well the rows with a label are ranked before the others, the mean of all labels.",
        ),
        _metric(
            "log_loss",
            lambda labels, limit: Mean(lambda rows: cast("Labels", rows).losses()),
            "How far the probability of what is true of each label is from 1; certainty that is wrong costs most.",
        ),
        _metric(
            "brier_score",
            lambda labels, limit: Mean(lambda rows: cast("Labels", rows).squares()),
            "How far the probability of each label is from the truth, squared: 0 is perfect.",
        ),
    ]
)
"""The metrics that suit labels."""
