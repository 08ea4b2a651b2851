"""Metrics of a whole set at once, as scikit-learn defines them, never averages over batches."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from engine.data.steps import restored
from engine.graph.specs import Target
from engine.problems import Problem, Refusal
from engine.training.names import MetricName


@dataclass(frozen=True)
class Metric:
    """One measure: the kind of target it suits, and (answers, truth) → number or None where it is undefined.

    Answers are probabilities (n, classes) or numbers (n,) in their own unit; truth is (n,).
    """

    kind: Literal["category", "number"]
    measure: Callable[[np.ndarray, np.ndarray], float | None]
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


def accuracy(chances: np.ndarray, truth: np.ndarray) -> float:
    """The share of rows whose most probable class is the true one."""
    return float((chances.argmax(axis=1) == truth).mean())


def auc(chances: np.ndarray, truth: np.ndarray) -> float | None:
    """The area under the ROC curve: of the second of two classes, or the mean of each class against the rest."""
    present = np.unique(truth)
    if len(present) < 2 or not np.isfinite(chances).all():
        return None
    if chances.shape[1] == 2:
        return _auc_of_one(chances[:, 1], truth == 1)
    return float(np.mean([_auc_of_one(chances[:, place], truth == place) for place in present]))


def _auc_of_one(scores: np.ndarray, positive: np.ndarray) -> float:
    """By ranks (Mann and Whitney), ties counted half; scikit-learn's takes a second to import."""
    _, places, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = np.cumsum(counts) - (counts - 1) / 2
    hits = int(positive.sum())
    return float((ranks[places][positive].sum() - hits * (hits + 1) / 2) / (hits * (len(scores) - hits)))


def mae(values: np.ndarray, truth: np.ndarray) -> float:
    """The mean absolute error, in the target's unit."""
    return float(np.abs(values - truth).mean())


def rmse(values: np.ndarray, truth: np.ndarray) -> float:
    """The root of the mean squared error, in the target's unit."""
    return float(np.sqrt(np.square(values - truth).mean()))


METRICS: dict[MetricName, Metric] = {
    "accuracy": Metric(
        "category",
        accuracy,
        "Accuracy",
        "The share of rows whose most probable class is the true one.",
        "higher",
        "percent",
    ),
    "auc": Metric(
        "category",
        auc,
        "AUC",
        "How well the probabilities rank the rows by class: 1 is perfect, 0.5 is chance.",
        "higher",
    ),
    "mae": Metric("number", mae, "MAE", "How far a prediction is off on average, in the target's own unit.", "lower"),
    "rmse": Metric(
        "number", rmse, "RMSE", "Like the mean error, but large errors weigh more; in the target's own unit.", "lower"
    ),
}

LOSS = {
    "title": "Loss",
    "description": "What training makes smaller; comparable only between runs with the same loss.",
    "better": "lower",
    "format": "number",
}
"""How the loss is shown, whichever it is."""


def chosen_metrics(names: Sequence[MetricName], targets: Mapping[str, Target]) -> dict[str, list[MetricName]]:
    """The metrics of each target. Raises Refusal for one that suits no target."""
    for name in names:
        if all(METRICS[name].kind != target.kind for target in targets.values()):
            kind = "categories" if METRICS[name].kind == "category" else "numbers"
            raise Refusal(
                Problem(
                    "metric_does_not_fit",
                    {"field": "metrics"},
                    f"The metric {name} is for {kind}, and no target is of that kind.",
                    "Remove it from the metrics; leave them empty for those that fit.",
                )
            )
    return {
        target_name: [name for name in names or _usual(target) if METRICS[name].kind == target.kind]
        for target_name, target in targets.items()
    }


def _usual(target: Target) -> Sequence[MetricName]:
    if target.classes is None:
        return ("mae", "rmse")
    return ("accuracy", "auc") if len(target.classes) == 2 else ("accuracy",)


class Scorer:
    """Measures the answers of a set, target by target, in the targets' own units."""

    def __init__(self, names: Sequence[MetricName], targets: Mapping[str, Target], preparation: Mapping[str, Any]):
        self.metrics = chosen_metrics(names, targets)
        self._targets = preparation["targets"]

    def names(self) -> list[str]:
        """The keys `score` gives, in order."""
        return [self._key(target, metric) for target, metrics in self.metrics.items() for metric in metrics]

    def measures(self) -> dict[str, dict[str, str]]:
        """How each key of `score`, and the loss, is shown."""
        shown = {"loss": LOSS}
        for target, metrics in self.metrics.items():
            for metric in metrics:
                document = METRICS[metric].document()
                if len(self.metrics) > 1:
                    document["title"] = f"{document['title']} of {target}"
                shown[self._key(target, metric)] = document
        return shown

    def score(self, answers: Mapping[str, np.ndarray], truth: Mapping[str, np.ndarray]) -> dict[str, float]:
        """`{metric: value}`; a metric that is undefined for these rows is left out."""
        scores = {}
        for target, metrics in self.metrics.items():
            given, true = self._comparable(target, answers[target], truth[target])
            for metric in metrics:
                value = METRICS[metric].measure(given, true)
                if value is not None and np.isfinite(value):
                    scores[self._key(target, metric)] = value
        return scores

    def _comparable(self, target: str, answers: np.ndarray, truth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        if truth.ndim == 1:
            wide = answers if answers.shape[1] > 1 else np.concatenate([1 - answers, answers], axis=1)
            return wide, truth
        scaled = self._targets[target]
        return restored(scaled, answers[:, 0]), restored(scaled, truth[:, 0].astype(np.float64))

    def _key(self, target: str, metric: str) -> str:
        return metric if len(self.metrics) == 1 else f"{target}_{metric}"
