"""What runs learn for: several targets, losses and weights of outputs, classes that count more, layers that stay."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file

from engine.job import train
from tests.engine.samples import events, job, network
from tests.engine.training.whole_runs import STILL, refused, two_targets


def test_two_targets_are_trained_together(tmp_path: Path, cells: Path) -> None:
    told = events(two_targets(tmp_path, cells))
    losses = ["loss", "texture_loss", "diagnosis_loss"]
    assert list(told[-1]["test"]) == [*losses, "texture_mae", "texture_rmse", "diagnosis_accuracy", "diagnosis_auc"]
    assert told[1]["targets"].keys() == {"diagnosis", "texture"}
    assert told[1]["metrics"][:3] == losses


@pytest.mark.parametrize("part", ["train", "validation"])
def test_the_loss_of_each_output_is_told_before_its_weight_and_they_add_up(
    tmp_path: Path, cells: Path, part: str
) -> None:
    outputs = {"diagnosis": {"weight": 2}, "texture": {"weight": 0.5}}
    classes = {"type": "given", "weights": {"benign": 3}}
    given = two_targets(tmp_path, cells, epochs=3, outputs=outputs, class_weights=classes)
    for epoch in (one[part] for one in events(given) if one["type"] == "epoch"):
        together = 2 * epoch["diagnosis_loss"] + 0.5 * epoch["texture_loss"]
        assert epoch["loss"] == pytest.approx(together, rel=1e-5)
        assert epoch["texture_rmse"] > 0


def test_the_loss_of_one_output_alone_is_told_by_its_title(tmp_path: Path, cells: Path) -> None:
    told = next(one for one in train(two_targets(tmp_path, cells)) if one["type"] == "started")["measures"]
    assert [told[key]["title"] for key in ("loss", "diagnosis_loss", "texture_loss")] == [
        "Loss",
        "Loss of diagnosis",
        "Loss of texture",
    ]
    assert [told[key].get("scope") for key in ("diagnosis_loss", "texture_loss")] == [None, "of the scaled target"]
    assert "this output alone" in told["texture_loss"]["description"]
    single = next(one for one in train(job(tmp_path, cells, network(cells, 1))) if one["type"] == "started")
    assert single["metrics"] == ["loss", "accuracy", "auc"]


def test_the_loss_of_one_output_can_end_a_run_and_choose_its_best_epoch(tmp_path: Path, cells: Path) -> None:
    watched = {"early_stopping": {"monitor": "validation_texture_loss"}}
    told = events(two_targets(tmp_path, cells, epochs=6, **watched))
    losses = [one["validation"]["texture_loss"] for one in told if one["type"] == "epoch"]
    assert told[1]["watched"] == "texture_loss"
    assert told[-1]["best_epoch"] == 1 + int(np.argmin(losses))
    goal = {"stop_when": {"monitor": "validation_texture_loss", "value": losses[1] + 1e-9}}
    assert events(two_targets(tmp_path, cells, epochs=6, **goal))[-1]["reason"] == "target_reached"


@pytest.mark.parametrize("positive", ["benign", "malignant"])
def test_measures_of_two_classes_are_about_the_one_that_counts_as_positive(
    tmp_path: Path, cells: Path, positive: str
) -> None:
    given = job(tmp_path, cells, network(cells, 1), metrics=["recall", "precision"], epochs=6)
    given.recipe.columns["diagnosis"].positive = positive
    told = events(given)
    (shown,) = json.loads((tmp_path / "evaluation.json").read_text())["targets"]
    known = next(one for one in shown["classes"] if one["name"] == positive)
    assert told[1]["measures"]["recall"]["title"] == f"Recall ({positive})"
    assert told[-1]["test"]["recall"] == pytest.approx(known["recall"], abs=1e-9)
    assert told[-1]["test"]["precision"] == pytest.approx(known["precision"], abs=1e-9)


def test_a_run_with_no_metrics_measures_the_loss_alone(tmp_path: Path, cells: Path) -> None:
    told = events(job(tmp_path, cells, network(cells, 1), metrics=None))
    assert set(told[-1]["test"]) == {"loss"}


@pytest.mark.parametrize(
    ("scale", "loss", "scope"),
    [
        ("standard", "auto", "of the scaled target"),
        ("none", "auto", None),
        ("standard", "mape", None),  # it is worked out in the own unit
    ],
)
def test_a_loss_that_is_not_in_the_unit_of_the_target_says_so(
    tmp_path: Path, cells: Path, scale: str, loss: str, scope: str | None
) -> None:
    given = two_targets(tmp_path, cells, outputs={"texture": {"loss": loss}})
    given.recipe.columns["texture"].scale = scale  # type: ignore[assignment]
    measures = next(one for one in train(given) if one["type"] == "started")["measures"]
    assert measures["loss"].get("scope") == scope
    assert "the target's own unit" in measures["texture_mae"]["description"]


@pytest.mark.parametrize("regularizer", [None, {"l2": 0.1}])
def test_a_training_loss_with_penalties_says_so(tmp_path: Path, cells: Path, regularizer: Any) -> None:
    hidden = ("Dense", {"units": 3, "kernel_regularizer": regularizer})
    told = next(one for one in train(job(tmp_path, cells, network(cells, 1, hidden))) if one["type"] == "started")
    assert ("penalties" in told["measures"]["loss"]["description"]) == (regularizer is not None)


def test_each_output_has_its_loss_and_weight(tmp_path: Path, cells: Path) -> None:
    def first(**settings: Any) -> float:
        given = two_targets(tmp_path, cells, epochs=1, optimizer=STILL, **settings)
        return next(one for one in events(given) if one["type"] == "epoch")["validation"]["loss"]

    def only(weights: tuple[float, float], loss: str = "auto") -> float:
        outputs = {"diagnosis": {"weight": weights[0]}, "texture": {"weight": weights[1], "loss": loss}}
        return first(outputs=outputs)

    assert only((2, 0.5)) == pytest.approx(2 * only((1, 0)) + 0.5 * only((0, 1)), rel=1e-5)
    assert first() == pytest.approx(only((1, 0)) + only((0, 1)), rel=1e-5)
    assert only((0, 1), "mae") != only((0, 1))
    heavy = {"texture": {"weight": 2}, "diagnosis": {"weight": 0}}
    assert first(loss="mae", outputs=heavy) == pytest.approx(2 * only((0, 1), "mae"), rel=1e-5)  # the loss of all
    assert first(outputs={"texture": {"loss": "mae"}}) == pytest.approx(only((1, 1), "mae"), rel=1e-5)


@pytest.mark.parametrize(
    ("settings", "code", "words"),
    [
        ({"outputs": {"age": {"weight": 2}}}, "unknown_name", "use one of diagnosis, texture"),
        ({"class_weights": {"type": "given", "weights": {"odd": 2}}}, "unknown_name", "use one of benign, malignant"),
        ({"outputs": {"diagnosis": {"weight": 0}, "texture": {"weight": 0}}}, "nothing_to_learn", "above 0"),
    ],
)
def test_settings_of_what_is_not_there_are_refused(
    tmp_path: Path, cells: Path, settings: dict[str, Any], code: str, words: str
) -> None:
    problem = refused(two_targets(tmp_path, cells, **settings))
    assert problem["code"] == code
    assert words in problem["hint"]


def test_rows_count_by_the_weight_of_their_class(tmp_path: Path, cells: Path) -> None:
    def first(weights: Any) -> float:
        given = job(tmp_path, cells, network(cells, 1), epochs=1, optimizer=STILL, class_weights=weights)
        return next(one for one in events(given) if one["type"] == "epoch")["train"]["loss"]

    def given(**weights: float) -> Any:
        return {"type": "given", "weights": weights}

    assert first(given(benign=2, malignant=2)) == pytest.approx(2 * first("equal"), rel=1e-5)
    parts = first(given(benign=0)) + first(given(malignant=0))
    assert parts == pytest.approx(first("equal"), rel=1e-5)


def test_an_output_may_weigh_its_classes_otherwise_than_all(tmp_path: Path, cells: Path) -> None:
    def first(**settings: Any) -> float:
        given = two_targets(tmp_path, cells, epochs=1, optimizer=STILL, **settings)
        return next(one for one in events(given) if one["type"] == "epoch")["train"]["loss"]

    heavy = {"type": "given", "weights": {"benign": 3}}
    own = {"diagnosis": {"class_weights": heavy}, "texture": {"weight": 0}}
    alone = {"diagnosis": {}, "texture": {"weight": 0}}
    assert first(outputs=own) == pytest.approx(first(outputs=alone, class_weights=heavy), rel=1e-5)
    assert first(outputs=own) != pytest.approx(first(outputs=alone), rel=1e-2)


def test_frozen_layers_stay_as_they_are(tmp_path: Path, cells: Path) -> None:
    layers = [("Dense", {"units": 5, "activation": "relu"}), ("BatchNormalization", {}), ("Dense", {"units": 4})]
    drawing = network(cells, 1, *layers)
    names = [one["id"] for one in drawing["nodes"]][1:4]

    def weights(epochs: int, **settings: Any) -> dict[str, np.ndarray]:
        events(job(tmp_path, cells, drawing, epochs=epochs, early_stopping={"restore_best": False}, **settings))
        return load_file(tmp_path / "weights.safetensors")

    still = weights(1, optimizer=STILL, frozen=names)
    moved = weights(2, frozen=names[:2], optimizer={"type": "AdamW", "weight_decay": 1.0})
    for name, values in still.items():
        same = np.array_equal(values, moved[name])
        assert same == (name.split(".")[0] in names[:2]), name
    told = events(job(tmp_path, cells, drawing, frozen=names))
    free = events(job(tmp_path, cells, drawing))
    assert 0 < told[1]["parameters"] < free[1]["parameters"]


def test_a_frozen_layer_that_is_not_there_is_refused(tmp_path: Path, cells: Path) -> None:
    problem = refused(job(tmp_path, cells, network(cells, 1), frozen=["dense_99"]))
    assert problem["code"] == "unknown_name"
    assert problem["where"] == {"field": "frozen"}
