"""Metrics against scikit-learn and the definitions of Keras, in the units of the targets, however rows come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, get_args

import numpy as np
import pytest
from sklearn import metrics as sk

from engine.data.fitting import out_of_balance
from engine.graph.specs import Target
from engine.problems import Refusal
from engine.training.label_metrics import LABEL_METRICS
from engine.training.metrics import METRICS
from engine.training.names import RARE, TITLES, MetricName, TopMetric, kinds, top_of
from engine.training.scoring import Scorer, fitting_metrics, usual_metrics, watchable
from engine.training.settings import EarlyStopping, settings_schema

Array = np.ndarray
RANDOM = np.random.default_rng(4)
TWO = Target("category", ("no", "yes"))
THREE = Target("category", ("a", "b", "c"))
EIGHT = Target("category", tuple("abcdefgh"))
TWELVE = Target("category", tuple("abcdefghijkl"))
NUMBER = Target("number")
CLASSES: dict[str, Any] = {"kind": "category"}
PRICE = {"kind": "number", "center": 100.0, "spread": 20.0}
PLAIN = {"kind": "number", "center": 0.0, "spread": 1.0}


def scorer(target: Target, document: dict[str, Any], *names: Any) -> Scorer:
    return Scorer(names, {"y": target}, {"targets": {"y": document}})


def scored(target: Target, document: dict[str, Any], answers: Any, truth: Any, *names: Any) -> dict[str, float]:
    return scorer(target, document, *names).score({"y": answers}, {"y": truth})


def shares(rows: int, classes: int) -> Array:
    raw = RANDOM.uniform(size=(rows, classes)) ** 2
    return raw / raw.sum(1, keepdims=True)


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


def tops(target: Target) -> list[int]:
    return [top_of(name) for name in fitting_metrics(target) if top_of(name)]


def test_among_the_k_most_probable_is_asked_only_where_there_are_more_classes() -> None:
    assert [tops(target) for target in (TWO, THREE, EIGHT, TWELVE)] == [
        [],
        [2],
        [2, 3, 4, 5, 6, 7],
        [2, 3, 4, 5, 6, 7, 8, 9, 10],
    ]
    with pytest.raises(Refusal) as refused:
        scored(THREE, CLASSES, None, None, "top_3_accuracy")
    assert refused.value.problem.message == (
        "The metric top_3_accuracy is for more than 3 classes, and no target has so many."
    )
    offered = [one["name"] for one in watchable({"y": THREE})]
    assert "validation_top_2_accuracy" in offered
    assert "validation_top_3_accuracy" not in offered


def test_of_two_classes_it_is_said_which_one_a_measure_is_about() -> None:
    names: list[Any] = ["accuracy", "precision", "f1", "f1_macro", "average_precision"]
    told = Scorer(names, {"y": TWO}, {"targets": {"y": CLASSES}}).measures()
    assert [told[name]["title"] for name in names] == [
        "Accuracy",
        "Precision (yes)",
        "F1 (yes)",
        "Macro F1",
        "Average precision (yes)",
    ]
    assert told["precision"]["description"] == "How many of the rows given yes are of it."
    assert fitting_metrics(TWO)["recall"] == "Recall (yes)"
    assert fitting_metrics(THREE)["recall"] == "Recall"
    titles = {one["name"]: one["title"] for one in watchable({"y": TWO})}
    assert titles["validation_precision"] == "Validation precision (yes)"
    long = Target("category", ("no", "an answer that takes more than thirty letters"))
    assert fitting_metrics(long)["recall"] == "Recall (an answer that takes more tha…)"


def test_the_mean_of_both_of_two_classes_is_asked_for_and_that_of_many_is_the_plain_one() -> None:
    assert "f1_macro" in fitting_metrics(TWO)
    assert "f1_macro" not in fitting_metrics(THREE)
    with pytest.raises(Refusal) as refused:
        scored(THREE, CLASSES, None, None, "f1_macro")
    assert refused.value.problem.message.startswith(
        "The metric f1_macro is for two classes (f1 is the mean of all where there are more)"
    )


def test_what_is_usual_is_never_folded_away() -> None:
    every = [replace(target, imbalanced=True) for target in (TWO, THREE, NUMBER, Target("labels", ("a", "b")))]
    assert not {name for target in every for name in usual_metrics(target)} & set(RARE)


def test_every_metric_has_a_title_in_the_form() -> None:
    assert set(TITLES) == set(get_args(MetricName))
    watched = settings_schema()["$defs"]["EarlyStopping"]["properties"]["monitor"]
    assert watched["x-words"]["validation_balanced_accuracy"] == "Validation balanced accuracy"
    assert watched["x-words"]["validation_auc"] == "Validation AUC"
    assert set(watched["x-words"]) == {"validation_loss", *(f"validation_{name}" for name in TITLES)}


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


def usual(target: Target, counts: list[int]) -> list[str]:
    imbalanced = out_of_balance(np.repeat(np.arange(len(counts)), counts), len(counts))
    return Scorer([], {"y": replace(target, imbalanced=imbalanced)}, {"targets": {"y": CLASSES}}).names()


def test_classes_out_of_balance_never_show_accuracy_alone() -> None:
    assert usual(TWO, [60, 40]) == ["accuracy", "auc"]
    assert usual(TWO, [95, 5]) == ["accuracy", "auc", "balanced_accuracy", "average_precision"]
    assert usual(THREE, [40, 30, 30]) == ["accuracy"]
    assert usual(THREE, [90, 5, 5]) == ["accuracy", "balanced_accuracy", "average_precision"]
    many = Target("category", tuple(map(str, range(100))))
    assert usual(many, [1000] + [1] * 99) == ["accuracy", "balanced_accuracy"]


@pytest.mark.parametrize("name", get_args(MetricName))
def test_a_metric_that_suits_no_target_is_refused(name: Any) -> None:
    if {"category", "number"} <= set(kinds(name)):
        return
    target = TWO if "number" in kinds(name) else NUMBER
    with pytest.raises(Refusal) as refused:
        scored(target, PRICE, None, None, name)
    assert refused.value.problem.code == "metric_does_not_fit"
    assert refused.value.problem.where == {"field": "metrics"}
    assert name in refused.value.problem.message
    assert refused.value.problem.hint.startswith("Remove it")


def test_a_metric_that_suits_one_of_two_targets_is_measured_there() -> None:
    one = Scorer(["mae"], {"y": TWO, "z": NUMBER}, {"targets": {"y": CLASSES, "z": PRICE}})
    assert one.names() == ["z_mae"]


def watching(*monitors: str) -> Scorer:
    """Two targets, of which what is watched is measured."""
    targets = {"income": TWO, "class": THREE, "age": NUMBER}
    documents = {"targets": {"income": CLASSES, "class": CLASSES, "age": PRICE}}
    return Scorer([], targets, documents, monitors=monitors)


def test_what_is_watched_is_measured_and_known_for_better_or_worse() -> None:
    one = Scorer(["mae"], {"y": NUMBER}, {"targets": {"y": PRICE}}, monitors=["validation_r2"])
    assert one.names() == ["mae", "r2"]
    found = [one.watched(monitor, "x") for monitor in ("validation_r2", "validation_loss", "validation_mae")]
    assert [(watched.key, watched.better) for watched in found] == [
        ("r2", "higher"),
        ("loss", "lower"),
        ("mae", "lower"),
    ]


def test_with_several_targets_a_monitor_names_the_one_it_is_of() -> None:
    one = watching("validation_income_balanced_accuracy")
    assert one.watched("validation_income_accuracy", "x").key == "income_accuracy"
    assert one.watched("validation_income_balanced_accuracy", "x").key == "income_balanced_accuracy"
    assert one.watched("validation_rmse", "x").key == "age_rmse"
    loss = one.watched("validation_age_loss", "x")
    assert (loss.key, loss.better) == ("age_loss", "lower")
    for monitor, words in (
        ("validation_accuracy", "several targets have that measure"),
        ("validation_income_rmse", "no target of this run has that measure"),
        ("validation_beauty", "no target of this run has that measure"),
    ):
        with pytest.raises(Refusal) as refused:
            one.watched(monitor, "early_stopping")
        assert refused.value.problem.where == {"field": "early_stopping"}
        assert words in refused.value.problem.message
        assert "validation_income_accuracy" in refused.value.problem.hint


def test_a_target_may_be_called_anything() -> None:
    rule = EarlyStopping(monitor="validation_House price (£)_rmse")
    documents = {"targets": {"House price (£)": PRICE, "income": CLASSES}}
    one = Scorer([], {"House price (£)": NUMBER, "income": TWO}, documents, monitors=[rule.monitor])
    assert one.watched(rule.monitor, "early_stopping").key == "House price (£)_rmse"


@pytest.mark.parametrize("count", [1, 2, 4])
def test_everything_that_is_said_to_be_watchable_is_watched(count: int) -> None:
    every = {"income_balanced": TWO, "age": NUMBER, "height": NUMBER, "tags": Target("labels", ("a", "b"))}
    targets = dict(list(every.items())[:count])
    documents = {"targets": {name: PRICE if one.classes is None else CLASSES for name, one in targets.items()}}
    offered = watchable(targets)
    for one in offered:
        keys = set()
        for name in (one["name"], *one["also"]):
            scorer = Scorer(["log_loss"] if "income_balanced" in targets else [], targets, documents, monitors=[name])
            keys.add(scorer.watched(name, "early_stopping").key)
        assert len(keys) == 1, one
    assert len({one["title"] for one in offered}) == len(offered)
    if count == 4:
        named = {one["name"]: one for one in offered}
        assert named["validation_height_r2"] == {
            "name": "validation_height_r2",
            "title": "Validation R² of height",
            "also": [],
        }
        assert named["validation_tags_exact_match"]["also"] == ["validation_exact_match"]
