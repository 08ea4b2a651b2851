"""Metrics of a whole set, as scikit-learn and Keras define them, never averages over batches."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np

from engine.training import averages, measures
from engine.training.averages import Finish
from engine.training.measures import Categories, Explained, Largest, Mean, Measure, PerClass, Whole
from engine.training.names import TITLES, MetricName, TopMetric, top_of

LONGEST_NAME = 30
"""Letters of a class's name in the title of a measure."""


@dataclass(frozen=True)
class Metric:
    """One measure: (classes, bytes it may keep) → what measures a set, and how it is shown."""

    begin: Callable[[int, int], Measure]
    title: str
    description: str
    better: Literal["higher", "lower"]
    format: Literal["percent", "number"] = "number"
    of_two: str | None = None
    """What it says of two classes, of which it is about the second, `{name}`; None where it is about both."""

    def about(self, name: str) -> Metric:
        """The same where there are two classes, the second of which is called so."""
        if self.of_two is None:
            return self
        short = name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
        return replace(self, title=f"{self.title} ({short})", description=self.of_two.format(name=short))

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


def _top(name: TopMetric) -> Metric:
    count = top_of(name)
    return Metric(
        lambda classes, limit: Mean(lambda rows: rows.rank() < count),
        TITLES[name],
        f"The share of rows whose true class is among the {count} most probable ones.",
        "higher",
        "percent",
    )


def averaged(
    name: MetricName, begin: Callable[[int, int], Measure], description: str, of_two: str | None = None
) -> tuple[MetricName, Metric]:
    """Precision, recall or F1 of classes or labels; F1 is no share of anything, and so no percentage."""
    return name, Metric(
        begin, TITLES[name], description, "higher", "number" if name.startswith("f1") else "percent", of_two
    )


def _averaged(
    name: MetricName, finish: Finish, description: str, of_two: str | None = None
) -> tuple[MetricName, Metric]:
    return averaged(name, lambda classes, limit: PerClass(classes, finish), description, of_two)


GIVEN = "How many of the rows given a class are of it"
FOUND = "How many of the rows of a class are given it"
BOTH = "Precision and recall in one"
WEIGHTED = "the mean of the classes, each counted by its rows"

AVERAGED: dict[MetricName, Metric] = dict(
    [
        _averaged(
            "precision",
            averages.usual(averages.precision),
            f"{GIVEN}, the mean of all classes.",
            "How many of the rows given {name} are of it.",
        ),
        _averaged(
            "recall",
            averages.usual(averages.recall),
            f"{FOUND}, the mean of all classes.",
            "How many of the rows of {name} are given it.",
        ),
        _averaged(
            "f1",
            averages.usual(averages.f1),
            f"{BOTH}, the mean of all classes: high only where both are.",
            f"{BOTH}, of {{name}}: high only where both are.",
        ),
        _averaged("precision_macro", averages.macro(averages.precision), f"{GIVEN}, the mean of both classes."),
        _averaged("recall_macro", averages.macro(averages.recall), f"{FOUND}, the mean of both classes."),
        _averaged("f1_macro", averages.macro(averages.f1), f"{BOTH}, the mean of both classes."),
        _averaged("precision_weighted", averages.weighted(averages.precision), f"{GIVEN}, {WEIGHTED}."),
        _averaged("recall_weighted", averages.weighted(averages.recall), f"{FOUND}, {WEIGHTED}: the accuracy."),
        _averaged("f1_weighted", averages.weighted(averages.f1), f"{BOTH}, {WEIGHTED}."),
    ]
)
"""Precision, recall and F1, by the ways of bringing those of the classes to one number."""

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
    **AVERAGED,
    "matthews_corrcoef": Metric(
        lambda classes, limit: PerClass(classes, measures.correlation),
        TITLES["matthews_corrcoef"],
        "How far answers and truth go together, whatever the classes' sizes: 1 is perfect, 0 is chance.",
        "higher",
    ),
    "cohen_kappa": Metric(
        lambda classes, limit: PerClass(classes, measures.kappa),
        TITLES["cohen_kappa"],
        "How much more answers and truth agree than they would by chance: 1 is perfect, 0 is chance.",
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
        of_two="How well the rows of {name} are ranked before the others: 1 is perfect, chance is their share.",
    ),
    "log_loss": Metric(
        lambda classes, limit: Mean(measures.log_losses),
        TITLES["log_loss"],
        "How far the probability of the true class is from 1; certainty that is wrong costs most.",
        "lower",
    ),
    "brier_score": Metric(
        lambda classes, limit: Mean(measures.briers),
        TITLES["brier_score"],
        "How far the probabilities are from the truth, squared: 0 is perfect.",
        "lower",
    ),
    **{name: _top(name) for name in get_args(TopMetric)},
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
    "max_error": Metric(
        lambda classes, limit: Largest(lambda rows: rows.error),
        TITLES["max_error"],
        "How far the worst prediction is off, in the target's own unit.",
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
    "kind": "loss",
}
"""How the loss is shown, whichever it is. What is of this kind is comparable only where the function is the same."""

SCALED_LOSS = LOSS | {
    "scope": "of the scaled target",
    "description": "What training makes smaller. It is worked out on the target as it is scaled for training, so it is "
    "not in the target's own unit, as the metrics are; comparable only between runs with the same loss and scale.",
}
"""The same where a target that is a number is scaled for training."""

PENALISED = " The training loss also has the penalties of the regularizers, which validation and test leave out."

WEIGHED = " In the training loss classes count by their weights; in that of validation and test all count the same."

ALONE = " It is that of this output alone, before the weight that the output has in the loss."


def loss_shown(
    scaled: bool = False, penalised: bool = False, weighed: bool = False, output: str | None = None
) -> dict[str, str]:
    """How the loss is shown, that of all outputs or of one of several.

    `scaled` tells whether some target of it is scaled, `penalised` whether layers have regularizers, `weighed` whether
    classes have weights.
    """
    shown = SCALED_LOSS if scaled else LOSS
    more = (PENALISED if penalised else "") + (WEIGHED if weighed else "") + ("" if output is None else ALONE)
    title = shown["title"] if output is None else f"Loss of {output}"
    return {**shown, "title": title, "description": shown["description"] + more}
