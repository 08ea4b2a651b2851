"""Metrics against scikit-learn, in the units of the targets."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, mean_absolute_error, roc_auc_score, root_mean_squared_error

from engine.graph.specs import Target
from engine.problems import Refusal
from engine.training.metrics import METRICS, Scorer

RANDOM = np.random.default_rng(4)
TWO = Target("category", ("no", "yes"))
THREE = Target("category", ("a", "b", "c"))
NUMBER = Target("number")
CLASSES: dict[str, Any] = {"kind": "category"}
PRICE = {"kind": "number", "center": 100.0, "spread": 20.0}


def scored(target: Target, document: dict[str, Any], answers: Any, truth: Any, *names: Any) -> dict[str, float]:
    return Scorer(names, {"y": target}, {"targets": {"y": document}}).score({"y": answers}, {"y": truth})


def shares(rows: int, classes: int) -> np.ndarray:
    raw = RANDOM.uniform(size=(rows, classes))
    return (raw / raw.sum(1, keepdims=True)).astype(np.float32)


def test_two_classes_by_one_value_or_two() -> None:
    truth = RANDOM.integers(0, 2, 50).astype(np.int32)
    chance = RANDOM.uniform(size=(50, 1)).astype(np.float32)
    expected = {"accuracy": accuracy_score(truth, chance[:, 0] > 0.5), "auc": roc_auc_score(truth, chance[:, 0])}
    assert scored(TWO, CLASSES, chance, truth) == pytest.approx(expected)
    both = np.concatenate([1 - chance, chance], axis=1)
    assert scored(TWO, CLASSES, both, truth) == pytest.approx(expected)


def test_many_classes() -> None:
    truth, given = RANDOM.integers(0, 3, 60).astype(np.int32), shares(60, 3)
    assert scored(THREE, CLASSES, given, truth) == {"accuracy": accuracy_score(truth, given.argmax(1))}
    expected = roc_auc_score(truth, given, multi_class="ovr")
    assert scored(THREE, CLASSES, given, truth, "auc")["auc"] == pytest.approx(expected, abs=1e-6)


def test_numbers_come_back_in_their_own_unit() -> None:
    truth, given = RANDOM.normal(size=(2, 40, 1)).astype(np.float32)
    own = [values[:, 0] * 20.0 + 100.0 for values in (truth, given)]
    assert scored(NUMBER, PRICE, given, truth) == pytest.approx(
        {"mae": mean_absolute_error(*own), "rmse": root_mean_squared_error(*own)}, rel=1e-5
    )


def test_what_is_undefined_is_left_out() -> None:
    one_class = np.zeros(5, np.int32)
    assert scored(TWO, CLASSES, shares(5, 2), one_class).keys() == {"accuracy"}
    endless = np.full((5, 1), np.inf, np.float32)
    assert scored(NUMBER, PRICE, endless, np.zeros((5, 1), np.float32)) == {}


def test_several_targets_are_told_apart_by_name() -> None:
    targets = {"income": TWO, "age": NUMBER}
    scorer = Scorer([], targets, {"targets": {"income": CLASSES, "age": PRICE}})
    assert scorer.names() == ["income_accuracy", "income_auc", "age_mae", "age_rmse"]
    assert list(scorer.measures()) == ["loss", *scorer.names()]
    assert scorer.measures()["income_auc"]["title"] == "AUC of income"
    answers = {"income": shares(8, 2), "age": np.zeros((8, 1), np.float32)}
    truth = {"income": np.arange(8, dtype=np.int32) % 2, "age": np.ones((8, 1), np.float32)}
    assert list(scorer.score(answers, truth)) == scorer.names()
    assert scorer.score(answers, truth)["age_mae"] == pytest.approx(20)


@pytest.mark.parametrize("name", METRICS)
def test_a_metric_that_suits_no_target_is_refused(name: Any) -> None:
    target = NUMBER if METRICS[name].kind == "category" else TWO
    with pytest.raises(Refusal) as refused:
        scored(target, PRICE, None, None, name)
    assert refused.value.problem.code == "metric_does_not_fit"
    assert refused.value.problem.where == {"field": "metrics"}
    assert name in refused.value.problem.message
    assert refused.value.problem.hint.startswith("Remove it")


def test_a_metric_that_suits_one_of_two_targets_is_measured_there() -> None:
    scorer = Scorer(["mae"], {"y": TWO, "z": NUMBER}, {"targets": {"y": CLASSES, "z": PRICE}})
    assert scorer.names() == ["z_mae"]


def test_numbers_learned_as_logarithms_are_measured_in_their_own_unit() -> None:
    hours = {"kind": "number", "center": 1.0, "spread": 2.0, "plus": 1.0, "low": 0.0}
    truth, answers = np.array([[0.5], [1.0]], np.float32), np.array([[0.5], [0.0]], np.float32)
    expected = np.abs(np.expm1(2.0 * truth + 1.0) - np.expm1(2.0 * answers + 1.0)).mean()
    assert scored(NUMBER, hours, answers, truth, "mae") == pytest.approx({"mae": float(expected)}, rel=1e-6)
