"""Metrics against scikit-learn and the definitions of Keras, in the units of the targets, however rows come."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_args

import numpy as np
import pytest
from sklearn import metrics as sk

from engine.graph.specs import Target
from engine.training.label_metrics import LABEL_METRICS
from engine.training.metrics import METRICS
from engine.training.names import MetricName, TopMetric, top_of
from engine.training.scoring import Scorer
from tests.engine.training.scorers import (
    CLASSES,
    EIGHT,
    NUMBER,
    PLAIN,
    PRICE,
    RANDOM,
    TWELVE,
    TWO,
    Array,
    scored,
    scorer,
    shares,
)


def rough(rows: int, classes: int) -> Array:
    """Probabilities of which many are equal."""
    raw = RANDOM.integers(0, 4, (rows, classes)) + 0.5
    return raw / raw.sum(1, keepdims=True)


def divergence(truth: Array, given: Array) -> float:
    """Keras' kl_divergence, the mean of rows."""
    true, given = (np.clip(values, 1e-7, 1) for values in (np.eye(given.shape[1])[truth], given))
    return float((true * np.log(true / given)).sum(1).mean())


def cosine(truth: Array, given: Array) -> float:
    """Keras' CosineSimilarity metric."""
    true = np.eye(given.shape[1])[truth] if truth.ndim == 1 else truth
    return float(((true * given).sum(1) / np.linalg.norm(true, axis=1) / np.linalg.norm(given, axis=1)).mean())


def of_two(measure: Callable[..., float], **how: Any) -> Callable[[Array, Array], float]:
    return lambda truth, given: float(measure(truth, given[:, 1], **how))


def of_classes(measure: Callable[..., float], **how: Any) -> Callable[[Array, Array], float]:
    return lambda truth, given: float(measure(truth, given.argmax(1), **how))


MACRO: dict[str, Any] = {"average": "macro", "zero_division": 0}
WEIGHTED: dict[str, Any] = {"average": "weighted", "zero_division": 0}
NONE: dict[str, Any] = {"zero_division": 0}


def top(count: int) -> Callable[[Array, Array], float]:
    return lambda truth, given: float(sk.top_k_accuracy_score(truth, given, k=count, labels=np.arange(given.shape[1])))


BOTH: dict[MetricName, Callable[[Array, Array], float]] = {
    "accuracy": of_classes(sk.accuracy_score),
    "balanced_accuracy": of_classes(sk.balanced_accuracy_score),
    "precision_weighted": of_classes(sk.precision_score, **WEIGHTED),
    "recall_weighted": of_classes(sk.recall_score, **WEIGHTED),
    "f1_weighted": of_classes(sk.f1_score, **WEIGHTED),
    "matthews_corrcoef": of_classes(sk.matthews_corrcoef),
    "cohen_kappa": of_classes(sk.cohen_kappa_score),
    "log_loss": lambda truth, given: float(sk.log_loss(truth, given, labels=np.arange(given.shape[1]))),
    "cosine_similarity": cosine,
    "kl_divergence": divergence,
}
BINARY: dict[MetricName, Callable[[Array, Array], float]] = BOTH | {
    "precision": of_classes(sk.precision_score, **NONE),
    "recall": of_classes(sk.recall_score, **NONE),
    "f1": of_classes(sk.f1_score, **NONE),
    "precision_macro": of_classes(sk.precision_score, **MACRO),
    "recall_macro": of_classes(sk.recall_score, **MACRO),
    "f1_macro": of_classes(sk.f1_score, **MACRO),
    "auc": of_two(sk.roc_auc_score),
    "brier_score": of_two(sk.brier_score_loss),
    "average_precision": of_two(sk.average_precision_score),
}
MANY: dict[MetricName, Callable[[Array, Array], float]] = BOTH | {
    "precision": of_classes(sk.precision_score, **MACRO),
    "recall": of_classes(sk.recall_score, **MACRO),
    "f1": of_classes(sk.f1_score, **MACRO),
    "auc": lambda truth, given: float(sk.roc_auc_score(truth, given, multi_class="ovr")),
    "brier_score": lambda truth, given: float(sk.brier_score_loss(truth, given, labels=np.arange(given.shape[1]))),
    "average_precision": lambda truth, given: float(sk.average_precision_score(truth, given)),
    **{name: top(top_of(name)) for name in get_args(TopMetric)},
}
NUMBERS: dict[MetricName, Callable[[Array, Array], float]] = {
    "mae": sk.mean_absolute_error,
    "rmse": sk.root_mean_squared_error,
    "r2": sk.r2_score,
    "mape": sk.mean_absolute_percentage_error,
    "median_ae": sk.median_absolute_error,
    "max_error": lambda truth, given: float(sk.max_error(truth.reshape(-1), given.reshape(-1))),
    "cosine_similarity": cosine,
}
CATEGORY_CASES = [
    *((name, TWO, reference, given) for name, reference in BINARY.items() for given in (shares(200, 2), rough(200, 2))),
    *(
        (name, TWELVE, reference, given)
        for name, reference in MANY.items()
        for given in (shares(300, 12), rough(300, 12))
    ),
]


def in_parts(one: Scorer, answers: Array, truth: Array) -> dict[str, float]:
    """The scores where rows come in uneven parts."""
    tally = one.tally()
    for rows in np.split(np.arange(len(truth)), [1, 2, 50, 51, 130]):
        tally.add({"y": answers[rows]}, {"y": truth[rows]})
    return tally.scores()


@pytest.mark.parametrize(("name", "target", "reference", "given"), CATEGORY_CASES)
def test_a_metric_of_categories_is_that_of_scikit_learn(
    name: MetricName, target: Target, reference: Callable[[Array, Array], float], given: Array
) -> None:
    truth = RANDOM.integers(0, given.shape[1], len(given)).astype(np.int32)
    expected = {name: pytest.approx(reference(truth, given), rel=1e-9, abs=1e-9)}
    assert scored(target, CLASSES, given, truth, name) == expected
    assert in_parts(scorer(target, CLASSES, name), given, truth) == expected


@pytest.mark.parametrize("values", [1, 3])
@pytest.mark.parametrize(("name", "reference"), NUMBERS.items())
def test_a_metric_of_numbers_is_that_of_scikit_learn(
    name: MetricName, reference: Callable[[Array, Array], float], values: int
) -> None:
    truth, given = RANDOM.normal(1e5, 3, size=(2, 200, values))
    if values > 1 and name in ("rmse", "median_ae"):  # of all values together, as in Keras
        expected = pytest.approx(reference(truth.reshape(-1, 1), given.reshape(-1, 1)), rel=1e-9, abs=1e-9)
    else:
        expected = pytest.approx(reference(truth, given), rel=1e-9, abs=1e-9)
    assert scored(NUMBER, PLAIN, given, truth, name) == {name: expected}
    assert in_parts(scorer(NUMBER, PLAIN, name), given, truth) == {name: expected}


def test_every_metric_has_a_reference() -> None:
    assert BINARY.keys() | MANY.keys() | NUMBERS.keys() == METRICS.keys()
    assert METRICS.keys() | LABEL_METRICS.keys() == set(get_args(MetricName))
    for metric in (*METRICS.values(), *LABEL_METRICS.values()):
        assert metric.title
        assert metric.description.endswith(".")


def test_an_average_over_rows_that_are_few_is_that_of_scikit_learn() -> None:
    truth, given = np.array([0, 0, 3], np.int32), shares(3, 8)
    for name in ("precision", "recall", "f1"):
        expected = getattr(sk, f"{name}_score")(truth, given.argmax(1), **WEIGHTED)
        assert scored(EIGHT, CLASSES, given, truth, f"{name}_weighted") == {f"{name}_weighted": pytest.approx(expected)}


def test_two_classes_by_one_value_or_two() -> None:
    truth = RANDOM.integers(0, 2, 50).astype(np.int32)
    chance = RANDOM.uniform(size=(50, 1)).astype(np.float32)
    expected = {"accuracy": sk.accuracy_score(truth, chance[:, 0] > 0.5), "auc": sk.roc_auc_score(truth, chance[:, 0])}
    assert scored(TWO, CLASSES, chance, truth) == pytest.approx(expected)
    both = np.concatenate([1 - chance, chance], axis=1)
    assert scored(TWO, CLASSES, both, truth) == pytest.approx(expected)


def test_classes_that_are_missing_are_left_out_of_means() -> None:
    truth = RANDOM.choice([0, 1, 2, 5], 80).astype(np.int32)
    given = shares(80, 8)
    found = scored(EIGHT, CLASSES, given, truth, "precision", "recall", "f1", "balanced_accuracy", "auc")
    best = given.argmax(1)
    assert found["precision"] == pytest.approx(sk.precision_score(truth, best, **MACRO))
    assert found["recall"] == pytest.approx(sk.recall_score(truth, best, **MACRO))
    assert found["f1"] == pytest.approx(sk.f1_score(truth, best, **MACRO))
    recalls = [(best[truth == place] == place).mean() for place in (0, 1, 2, 5)]
    assert found["balanced_accuracy"] == pytest.approx(np.mean(recalls))
    areas = [sk.roc_auc_score(truth == place, given[:, place]) for place in (0, 1, 2, 5)]
    assert found["auc"] == pytest.approx(np.mean(areas))


def test_numbers_come_back_in_their_own_unit() -> None:
    truth, given = RANDOM.normal(size=(2, 40, 1)).astype(np.float32)
    own = [values[:, 0] * 20.0 + 100.0 for values in (truth, given)]
    assert scored(NUMBER, PRICE, given, truth) == pytest.approx(
        {"mae": sk.mean_absolute_error(*own), "rmse": sk.root_mean_squared_error(*own)}, rel=1e-5
    )


def test_numbers_learned_as_logarithms_are_measured_in_their_own_unit() -> None:
    hours = {"kind": "number", "center": 1.0, "spread": 2.0, "plus": 1.0, "low": 0.0}
    truth, answers = np.array([[0.5], [1.0]], np.float32), np.array([[0.5], [0.0]], np.float32)
    expected = np.abs(np.expm1(2.0 * truth + 1.0) - np.expm1(2.0 * answers + 1.0)).mean()
    assert scored(NUMBER, hours, answers, truth, "mae") == pytest.approx({"mae": float(expected)}, rel=1e-6)


def test_what_is_undefined_is_left_out() -> None:
    one_class = np.zeros(5, np.int32)
    assert scored(TWO, CLASSES, shares(5, 2), one_class).keys() == {"accuracy"}
    assert scored(TWO, CLASSES, shares(5, 2), one_class, "average_precision") == {}
    agreed: Any = np.array([[0.9, 0.1]] * 5)
    assert scored(TWO, CLASSES, agreed, one_class, "cohen_kappa", "matthews_corrcoef") == {"matthews_corrcoef": 0.0}
    endless = np.full((5, 1), np.inf, np.float32)
    assert scored(NUMBER, PRICE, endless, np.zeros((5, 1), np.float32)) == {}
    assert scored(NUMBER, PRICE, np.ones((5, 1)), np.zeros((5, 1), np.float32), "r2") == {}
    nothing = np.zeros((0, 1), np.float32)
    assert scored(NUMBER, PRICE, nothing, nothing, "mae", "rmse", "median_ae", "max_error") == {}


def test_what_needs_all_rows_gives_up_when_they_are_too_many() -> None:
    given, truth = shares(100, 8).astype(np.float32), RANDOM.integers(0, 8, 100).astype(np.int32)
    names: list[Any] = ["accuracy", "auc", "average_precision", "log_loss"]
    tally = Scorer(names, {"y": EIGHT}, {"targets": {"y": CLASSES}}).tally(limit=3000)
    tally.add({"y": given[:50]}, {"y": truth[:50]})
    assert tally.left_out() == []
    tally.add({"y": given[50:]}, {"y": truth[50:]})
    assert tally.left_out() == ["auc", "average_precision"]
    assert tally.scores().keys() == {"accuracy", "log_loss"}


def test_a_thousand_classes_are_measured_in_little_memory() -> None:
    import tracemalloc

    target = Target("category", tuple(map(str, range(1000))))
    names: list[Any] = ["accuracy", "top_5_accuracy", "log_loss", "f1"]
    tally = Scorer(names, {"y": target}, {"targets": {"y": CLASSES}}).tally()
    given, truth = shares(500, 1000).astype(np.float32), RANDOM.integers(0, 1000, 500).astype(np.int32)
    tally.add({"y": given}, {"y": truth})
    tracemalloc.start()
    for _ in range(20):
        tally.add({"y": given}, {"y": truth})
    left, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert left < 1e5


def test_nothing_but_the_loss_is_measured_where_that_is_wanted() -> None:
    one = Scorer(None, {"y": TWO, "z": NUMBER}, {"targets": {"y": CLASSES, "z": PRICE}}, ["validation_z_r2"])
    assert one.names() == ["z_r2"]
    assert Scorer(None, {"y": TWO}, {"targets": {"y": CLASSES}}).names() == []


def test_several_targets_are_told_apart_by_name() -> None:
    targets = {"income": TWO, "age": NUMBER}
    one = Scorer([], targets, {"targets": {"income": CLASSES, "age": PRICE}})
    assert one.names() == ["income_accuracy", "income_auc", "age_mae", "age_rmse"]
    assert list(one.measures()) == ["loss", "income_loss", "age_loss", *one.names()]
    assert one.measures()["age_loss"]["title"] == "Loss of age"
    assert one.measures()["income_auc"]["title"] == "AUC of income"
    answers = {"income": shares(8, 2), "age": np.zeros((8, 1), np.float32)}
    truth = {"income": np.arange(8, dtype=np.int32) % 2, "age": np.ones((8, 1), np.float32)}
    assert list(one.score(answers, truth)) == one.names()
    assert one.score(answers, truth)["age_mae"] == pytest.approx(20)
