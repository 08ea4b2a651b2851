"""Weights of rows in the loss, against the definition of Keras in NumPy: the sum of weight · loss over the rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file

from engine.data.prepare import load
from engine.data.recipe import Recipe
from engine.graph.document import Graph
from engine.job import Job
from engine.predicting import predict_rows
from engine.training import feeding
from engine.training.settings import Settings
from tests.engine.drawings import stack
from tests.engine.samples import events, table

RANDOM = np.random.default_rng(8)
ROWS = 60
COLUMNS = {
    "x": {"kind": "number", "scale": "none"},
    "w": {"kind": "number", "role": "weight"},
    "y": {"kind": "number", "role": "target", "scale": "none"},
}
RECIPE = Recipe.model_validate({"kind": "table", "columns": COLUMNS})
LINE = stack(("Dense", {"units": 1, "kernel_initializer": "zeros"}), name="features", target="y")


@pytest.fixture(scope="module")
def weighed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """60 rows in which y follows x in one half and not in the other, which counts less."""
    x, w = RANDOM.normal(size=ROWS).round(3), RANDOM.uniform(0, 4, ROWS).round(2)
    y = np.where(w > 2, 3 * x + 1, RANDOM.normal(size=ROWS)).round(3)
    lines = [",".join(map(str, row)) for row in zip(x, w, y, strict=True)]
    return table(tmp_path_factory.mktemp("weighed"), "\n".join(["x,w,y", *lines]))


def run(folder: Path, dataset: Path, recipe: Recipe = RECIPE, **settings: Any) -> list[dict[str, Any]]:
    """What a run of a straight line tells."""
    given = {"epochs": 1, "batch_size": ROWS, "optimizer": {"type": "SGD", "learning_rate": 0.1}, **settings}
    return events(Job(folder, dataset, Graph.model_validate(LINE), recipe, Settings.model_validate(given)))


def parts(dataset: Path) -> dict[str, tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """x, w and y of each part, float64."""
    prepared = load(dataset, RECIPE)
    found = {}
    for part in feeding.PARTS:
        x: Any = prepared.inputs[part]["features"]
        given = (x.values[:, 0], prepared.weights[part], prepared.targets[part]["y"][:, 0])
        found[part] = tuple(values.astype(np.float64) for values in given)
    return found  # type: ignore[return-value]


def keras_loss(slope: float, bias: float, x: np.ndarray, w: np.ndarray, y: np.ndarray) -> float:
    """`sum_over_batch_size` of keras/src/losses/loss.py: the weighted sum over how many rows there are."""
    return float((w * np.square(slope * x + bias - y)).sum() / len(x))


def test_one_step_follows_the_slope_of_the_weighted_loss(tmp_path: Path, weighed: Path) -> None:
    told = run(tmp_path, weighed)
    x, w, y = parts(weighed)["train"]
    slope = 0.1 * 2 * (w * y * x).mean()
    bias = 0.1 * 2 * (w * y).mean()
    found = load_file(tmp_path / "weights.safetensors")
    np.testing.assert_allclose(found["layer_0.kernel"], [[slope]], rtol=1e-5)
    np.testing.assert_allclose(found["layer_0.bias"], [bias], rtol=1e-5)
    epoch = next(one for one in told if one["type"] == "epoch")
    assert epoch["train"]["loss"] == pytest.approx(keras_loss(0, 0, x, w, y), rel=1e-5)


def test_every_part_is_measured_by_its_weights_and_its_metrics_without(tmp_path: Path, weighed: Path) -> None:
    finished = run(tmp_path, weighed, batch_size=16, epochs=3)[-1]
    found = load_file(tmp_path / "weights.safetensors")
    slope, bias = found["layer_0.kernel"].item(), found["layer_0.bias"].item()
    for part in ("validation", "test"):
        x, w, y = parts(weighed)[part]
        assert finished[part]["loss"] == pytest.approx(keras_loss(slope, bias, x, w, y), rel=1e-5)
        assert finished[part]["mae"] == pytest.approx(np.abs(slope * x + bias - y).mean(), rel=1e-5)


def test_rows_that_count_more_are_learned_better(tmp_path: Path, weighed: Path) -> None:
    columns = {**COLUMNS, "w": {"kind": "number", "role": "ignore"}}
    settings = {"epochs": 60, "batch_size": 8, "early_stopping": None}
    slopes = []
    for given in (RECIPE, Recipe.model_validate({"kind": "table", "columns": columns})):
        run(tmp_path, weighed, given, **settings)
        slopes.append(load_file(tmp_path / "weights.safetensors")["layer_0.kernel"].item())
    assert slopes[0] > slopes[1] + 0.2


def test_predictions_need_no_weights(tmp_path: Path, weighed: Path) -> None:
    run(tmp_path, weighed)
    assert predict_rows(tmp_path, [{"x": 1.0}]) == predict_rows(tmp_path, [{"x": 1.0, "w": 5}])


def test_weights_of_rows_and_of_classes_multiply_in_training_and_those_of_rows_alone_are_measured_with(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """With weights that do not move, the loss is that of even chances: log 2, times what a row counts."""
    lines = [f"{row},{row % 3 + 0.5},{('no', 'yes')[row % 2]}" for row in range(ROWS)]
    dataset = table(tmp_path_factory.mktemp("classes"), "\n".join(["x,w,y", *lines]))
    columns = {**COLUMNS, "y": {"kind": "category", "role": "target"}}
    recipe = Recipe.model_validate({"kind": "table", "columns": columns})
    classes = {"type": "given", "weights": {"yes": 4}}
    still = {"type": "SGD", "learning_rate": 1e-30}
    told = run(tmp_path, dataset, recipe, optimizer=still, class_weights=classes)
    (epoch,) = [one for one in told if one["type"] == "epoch"]
    rows = load(dataset, recipe).rows
    counted = {part: rows[part] % 3 + 0.5 for part in rows}
    counted["train"] = counted["train"] * np.where(rows["train"] % 2, 4, 1)
    found = {"train": epoch["train"], "validation": epoch["validation"], "test": told[-1]["test"]}
    for part, measures in found.items():
        assert measures["loss"] == pytest.approx(np.log(2) * counted[part].mean(), rel=1e-5), part
