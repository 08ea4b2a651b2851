"""Several labels in one output: their metrics as scikit-learn has them, their loss as the mean of each one's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
from sklearn import metrics as sk

from engine.graph.model import Answer
from engine.graph.specs import Target
from engine.problems import Refusal
from engine.training import criteria
from engine.training.label_metrics import LABEL_METRICS
from engine.training.loss_choice import row_loss
from engine.training.scoring import Scorer

Array = np.ndarray
THREE = Target("labels", ("red", "green", "blue"))
RANDOM = np.random.default_rng(3)
TRUTH = (RANDOM.random((80, 3)) < [0.1, 0.5, 0.8]).astype(np.float32)
CHANCES = np.clip(0.6 * TRUTH + RANDOM.random((80, 3)) * 0.6 - 0.1, 0.01, 0.99).astype(np.float32)
FOUND = CHANCES >= 0.5
MACRO: dict[str, Any] = {"average": "macro", "zero_division": 0}
WEIGHTED: dict[str, Any] = {"average": "weighted", "zero_division": 0}
MICRO: dict[str, Any] = {"average": "micro", "zero_division": 0}

REFERENCES: dict[str, Callable[[Array, Array], float]] = {
    "accuracy": lambda truth, found: 1 - sk.hamming_loss(truth, found),
    "exact_match": sk.accuracy_score,
    "precision": lambda truth, found: sk.precision_score(truth, found, **MACRO),
    "recall": lambda truth, found: sk.recall_score(truth, found, **MACRO),
    "f1": lambda truth, found: sk.f1_score(truth, found, **MACRO),
    "precision_weighted": lambda truth, found: sk.precision_score(truth, found, **WEIGHTED),
    "recall_weighted": lambda truth, found: sk.recall_score(truth, found, **WEIGHTED),
    "f1_weighted": lambda truth, found: sk.f1_score(truth, found, **WEIGHTED),
    "precision_micro": lambda truth, found: sk.precision_score(truth, found, **MICRO),
    "recall_micro": lambda truth, found: sk.recall_score(truth, found, **MICRO),
    "f1_micro": lambda truth, found: sk.f1_score(truth, found, **MICRO),
    "auc": lambda truth, found: sk.roc_auc_score(truth, CHANCES),
    "average_precision": lambda truth, found: sk.average_precision_score(truth, CHANCES),
    "brier_score": lambda truth, found: float(np.mean((CHANCES.astype(float) - truth) ** 2)),
    "log_loss": lambda truth, found: np.mean([sk.log_loss(truth[:, i], CHANCES[:, i]) for i in range(3)]),
}


def test_every_metric_of_labels_has_a_reference() -> None:
    assert REFERENCES.keys() == LABEL_METRICS.keys()


@pytest.mark.parametrize("name", REFERENCES)
def test_a_metric_of_labels_is_that_of_scikit_learn_however_rows_come(name: Any) -> None:
    scorer = Scorer([name], {"y": THREE}, {"targets": {"y": {"kind": "labels"}}})
    tally = scorer.tally()
    for rows in np.array_split(np.arange(80), 3):
        tally.add({"y": CHANCES[rows]}, {"y": TRUTH[rows]})
    assert tally.scores() == {name: pytest.approx(REFERENCES[name](TRUTH, FOUND), rel=1e-6)}


def test_a_label_that_is_always_no_leaves_what_ranks_to_the_others() -> None:
    truth = TRUTH * [0, 1, 1]
    scorer = Scorer(["auc"], {"y": THREE}, {"targets": {"y": {"kind": "labels"}}})
    expected = np.mean([sk.roc_auc_score(truth[:, i], CHANCES[:, i]) for i in (1, 2)])
    assert scorer.score({"y": CHANCES}, {"y": truth}) == {"auc": pytest.approx(expected)}
    assert scorer.score({"y": CHANCES}, {"y": truth * 0}) == {}


LOSSES = [
    criteria.Auto(), criteria.BinaryCrossentropy(label_smoothing=0.1), criteria.BinaryFocalCrossentropy(),
    criteria.Hinge(), criteria.SquaredHinge(),
]  # fmt: skip


@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: loss.type)
def test_the_loss_of_labels_is_the_mean_of_the_losses_of_each(loss: criteria.Loss) -> None:
    scores = np.log(CHANCES / (1 - CHANCES))
    together = row_loss(loss, Answer("y", ("x", None), "sigmoid", False, 3), THREE)
    alone = row_loss(loss, Answer("y", ("x", None), "sigmoid", False), Target("category", ("no", "yes")))
    each = [
        alone(jnp.asarray(scores[:, [i]]), jnp.asarray(CHANCES[:, [i]]), jnp.asarray(TRUTH[:, i], jnp.int32))
        for i in range(3)
    ]
    given = together(jnp.asarray(scores), jnp.asarray(CHANCES), jnp.asarray(TRUTH))
    assert np.allclose(given, np.mean(each, axis=0), rtol=1e-5)


def test_a_loss_for_one_class_of_several_does_not_suit_labels() -> None:
    with pytest.raises(Refusal) as refused:
        row_loss(criteria.CategoricalCrossentropy(), Answer("y", ("x", None), "sigmoid", False, 3), THREE)
    assert "3 labels" in refused.value.problem.message
    assert "binary_crossentropy" in refused.value.problem.hint


def test_several_numbers_are_measured_each_in_its_own_unit() -> None:
    scales = {"a": {"kind": "number", "center": 10.0, "spread": 2.0}, "b": {"kind": "number", "center": 0, "spread": 9}}
    document = {"kind": "numbers", "columns": scales}
    scorer = Scorer(["mae"], {"y": Target("numbers", values=2)}, {"targets": {"y": document}})
    assert scorer.score({"y": np.zeros((4, 2))}, {"y": np.ones((4, 2))}) == {"mae": pytest.approx((2 + 9) / 2)}
