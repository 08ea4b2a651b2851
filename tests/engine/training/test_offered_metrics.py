"""Which metrics are offered, how they are called, and what can be watched."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args

import numpy as np
import pytest

from engine.data.fitting import out_of_balance
from engine.graph.specs import Target
from engine.problems import Refusal
from engine.training.names import RARE, TITLES, MetricName, kinds, top_of
from engine.training.scoring import Scorer, fitting_metrics, usual_metrics, watchable
from engine.training.settings import EarlyStopping, settings_schema
from tests.engine.training.scorers import CLASSES, EIGHT, NUMBER, PRICE, THREE, TWELVE, TWO, scored


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


def usual(target: Target, counts: list[int]) -> list[str]:
    imbalanced = out_of_balance(np.repeat(np.arange(len(counts)), counts), len(counts))
    return Scorer([], {"y": replace(target, imbalanced=imbalanced)}, {"targets": {"y": CLASSES}}).names()


def test_classes_out_of_balance_show_accuracy_last_and_never_alone() -> None:
    assert usual(TWO, [60, 40]) == ["accuracy", "auc"]
    assert usual(TWO, [95, 5]) == ["average_precision", "balanced_accuracy", "auc", "accuracy"]
    assert usual(THREE, [40, 30, 30]) == ["accuracy"]
    assert usual(THREE, [90, 5, 5]) == ["average_precision", "balanced_accuracy", "accuracy"]
    many = Target("category", tuple(map(str, range(100))))
    assert usual(many, [1000] + [1] * 99) == ["balanced_accuracy", "accuracy"]


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


def test_the_loss_of_an_output_never_has_the_name_of_a_log_loss() -> None:
    targets = {"churn": TWO, "churn_log": TWO}
    one = Scorer(["log_loss"], targets, {"targets": dict.fromkeys(targets, CLASSES)})
    assert list(one.measures()) == ["loss", "churn_loss", "churn_log_own_loss", "churn_log_loss", "churn_log_log_loss"]
    offered = [watched["name"] for watched in watchable(targets)]
    assert len(set(offered)) == len(offered)
    assert one.watched("validation_churn_log_own_loss", "x").better == "lower"


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
