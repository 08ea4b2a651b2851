"""Metrics of a whole set, as scikit-learn and Keras define them, never averages over batches."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.training import measures
from engine.training.measures import Categories, Explained, Mean, Measure, PerClass, Whole
from engine.training.names import TITLES, MetricName


@dataclass(frozen=True)
class Metric:
    """One measure: (classes, bytes it may keep) → what measures a set, and how it is shown."""

    begin: Callable[[int, int], Measure]
    title: str
    description: str
    better: Literal["higher", "lower"]
    format: Literal["percent", "number"] = "number"

    def document(self) -> dict[str, str]:
        """How the measure is called, what it says and how it is written, for those who show it."""
        return {
            "title": self.title,
            "description": self.description,
            "better": self.better,
            "format": self.format,
        }


def _hits(rows: Categories) -> np.ndarray:
    hits: np.ndarray = rows.predicted == rows.truth
    return hits


def _top(count: int, title: str) -> Metric:
    return Metric(
        lambda classes, limit: Mean(lambda rows: rows.rank() < count),
        title,
        f"The share of rows whose true class is among the {count} most probable ones.",
        "higher",
        "percent",
    )


METRICS: dict[MetricName, Metric] = {
    "accuracy": Metric(
        lambda classes, limit: Mean(_hits),
        TITLES["accuracy"],
        "The share of rows whose most probable class is the true one.",
        "higher",
        "percent",
    ),
    "balanced_accuracy": Metric(
        lambda classes, limit: PerClass(classes, measures.balanced),
        TITLES["balanced_accuracy"],
        "The accuracy within each class, averaged, so that rare classes count as much as common ones.",
        "higher",
        "percent",
    ),
    "precision": Metric(
        lambda classes, limit: PerClass(classes, measures.averaged(lambda true, predicted, met: (met, predicted))),
        TITLES["precision"],
        "How many of the rows given a class are of it: the second of two classes, or the mean of all.",
        "higher",
        "percent",
    ),
    "recall": Metric(
        lambda classes, limit: PerClass(classes, measures.averaged(lambda true, predicted, met: (met, true))),
        TITLES["recall"],
        "How many of the rows of a class are given it: the second of two classes, or the mean of all.",
        "higher",
        "percent",
    ),
    "f1": Metric(
        lambda classes, limit: PerClass(
            classes, measures.averaged(lambda true, predicted, met: (2 * met, true + predicted))
        ),
        TITLES["f1"],
        "Precision and recall in one: high only where both are.",
        "higher",
    ),
    "auc": Metric(
        lambda classes, limit: Whole(measures.scores, measures.each_class(measures.auc_of_one), limit),
        TITLES["auc"],
        "How well the probabilities rank the rows by class: 1 is perfect, 0.5 is chance.",
        "higher",
    ),
    "average_precision": Metric(
        lambda classes, limit: Whole(measures.scores, measures.each_class(measures.precision_of_one), limit),
        TITLES["average_precision"],
        "How well the rows of a rare class are ranked before the others: 1 is perfect, chance is their share.",
        "higher",
    ),
    "log_loss": Metric(
        lambda classes, limit: Mean(measures.log_losses),
        TITLES["log_loss"],
        "How far the probability of the true class is from 1; certainty that is wrong costs most.",
        "lower",
    ),
    "top_3_accuracy": _top(3, TITLES["top_3_accuracy"]),
    "top_5_accuracy": _top(5, TITLES["top_5_accuracy"]),
    "kl_divergence": Metric(
        lambda classes, limit: Mean(measures.divergences),
        TITLES["kl_divergence"],
        "How far the probabilities are from the truth, in nats.",
        "lower",
    ),
    "mae": Metric(
        lambda classes, limit: Mean(lambda rows: rows.error),
        TITLES["mae"],
        "How far a prediction is off on average, in the target's own unit.",
        "lower",
    ),
    "rmse": Metric(
        lambda classes, limit: Mean(lambda rows: rows.error**2, math.sqrt),
        TITLES["rmse"],
        "Like the mean error, but large errors weigh more; in the target's own unit.",
        "lower",
    ),
    "r2": Metric(
        lambda classes, limit: Explained(),
        TITLES["r2"],
        "The share of the variance that is explained: 1 is perfect, 0 is no better than the mean.",
        "higher",
    ),
    "mape": Metric(
        lambda classes, limit: Mean(measures.percentages),
        TITLES["mape"],
        "How far a prediction is off on average, as a share of the true value.",
        "lower",
        "percent",
    ),
    "median_ae": Metric(
        lambda classes, limit: Whole(lambda rows: rows.error, lambda error, truth: float(np.median(error)), limit),
        TITLES["median_ae"],
        "Half of the predictions are off by less than this, in the target's own unit.",
        "lower",
    ),
    "cosine_similarity": Metric(
        lambda classes, limit: Mean(measures.cosines),
        TITLES["cosine_similarity"],
        "How far answer and truth point in the same direction: 1 is the same, -1 the opposite.",
        "higher",
    ),
}

LOSS = {
    "title": "Loss",
    "description": "What training makes smaller; comparable only between runs with the same loss.",
    "better": "lower",
    "format": "number",
}
"""How the loss is shown, whichever it is."""

SCALED_LOSS = LOSS | {
    "scope": "of the scaled target",
    "description": "What training makes smaller. It is worked out on the target as it is scaled for training, so it is "
    "not in the target's own unit, as the metrics are; comparable only between runs with the same loss and scale.",
}
"""The same where a target that is a number is scaled for training."""

PENALISED = " The training loss also has the penalties of the regularizers, which validation and test leave out."


def loss_shown(scaled: bool, penalised: bool) -> dict[str, str]:
    """How the loss is shown: whether some target is scaled, and whether layers have regularizers."""
    shown = SCALED_LOSS if scaled else LOSS
    return {**shown, "description": shown["description"] + PENALISED} if penalised else shown
