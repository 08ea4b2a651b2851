"""What a finished run says of its model: right counts, honest baselines, forecasts beside what happened."""

from __future__ import annotations

import base64
import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.data.prepare import load
from engine.data.recipe import Recipe
from engine.evaluation import figures
from engine.evaluation.confusion import Confusion, LabelCounts
from engine.evaluation.report import NAME
from tests.engine import samples
from tests.engine.drawings import stack

Document = dict[str, Any]


def report(folder: Path) -> Document:
    [only] = json.loads((folder / NAME).read_text("utf-8"))["targets"]
    found: Document = only
    return found


def measured(folder: Path) -> Document:
    found: Document = json.loads((folder / "metrics.json").read_text("utf-8"))
    return found


def baseline(folder: Path, name: str = "usual") -> Document:
    [found] = [one for one in measured(folder)["baselines"] if one["name"] == name]
    return dict(found)


def test_the_confusion_table_counts_every_test_row_once(flowers_run: Path) -> None:
    found = report(flowers_run)
    classes = {one["name"]: one for one in found["classes"]}
    [figure] = [one["figure"] for one in found["figures"]]
    counts = np.array([int(text) for text in figure["data"][0]["text"]]).reshape(3, 3)
    assert [classes[name]["rows"] for name in ("iris", "rose", "tulip")] == counts.sum(axis=1).tolist()
    assert counts.trace() / counts.sum() == pytest.approx(measured(flowers_run)["test"]["accuracy"])
    assert classes["iris"]["recall"] == pytest.approx(counts[0, 0] / counts[0].sum())


def test_a_class_is_guessed_by_how_frequent_it_is_in_the_training_rows(flowers_run: Path, flowers: Path) -> None:
    prepared = load(flowers, Recipe.model_validate(samples.recipe(flowers)))
    train, test = (prepared.targets[part]["species"] for part in ("train", "test"))
    usual = baseline(flowers_run)
    assert usual["test"]["accuracy"] == pytest.approx(np.mean(test == np.bincount(train).argmax()))


def test_a_number_is_guessed_by_the_mean_of_the_training_rows(houses_run: Path, houses: Path) -> None:
    recipe = Recipe.model_validate(samples.recipe(houses))
    prices = np.array([float(line.split(",")[-1]) for line in samples.HOUSES.splitlines()[1:]])
    rows = load(houses, recipe).rows
    error = prices[rows["test"]] - prices[rows["train"]].mean()
    usual = baseline(houses_run)
    assert usual["test"]["rmse"] == pytest.approx(np.sqrt(np.mean(error**2)), rel=1e-4)
    assert usual["test"]["mae"] == pytest.approx(np.mean(np.abs(error)), rel=1e-4)
    assert usual["validation"]["mae"] != usual["test"]["mae"]


def test_predicted_and_true_numbers_stand_beside_each_other_in_their_own_unit(houses_run: Path) -> None:
    [shown] = report(houses_run)["figures"]
    _, points = shown["figure"]["data"]
    error = np.asarray(numbers(points["y"])) - numbers(points["x"])
    assert np.sqrt(np.mean(error**2)) == pytest.approx(measured(houses_run)["test"]["rmse"], rel=1e-3)


def numbers(given: Any) -> np.ndarray:
    """Values of a trace, as a list or as Plotly packs them."""
    if isinstance(given, dict):
        return np.frombuffer(base64.b64decode(given["bdata"]), given["dtype"])
    return np.asarray(given, float)


@pytest.fixture(scope="module", params=["none", "log"])
def forecast_run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run on a series that walks at random; its target learned as it is, and as a change."""
    return forecast(tmp_path_factory, request.param)


def forecast(tmp_path_factory: pytest.TempPathFactory, difference: str, missing: Collection[int] = ()) -> Path:
    """A run on a series that walks at random, of which some days are missing."""
    walk = 100 + np.random.default_rng(3).normal(size=120).cumsum()
    days = [f"2020-{1 + day // 28:02d}-{1 + day % 28:02d}" for day in range(len(walk))]
    known = ["" if day in missing else f"{value:.4f}" for day, value in enumerate(walk)]
    lines = [f"{day},{value}" for day, value in zip(days, known, strict=True)]
    folder = samples.table(tmp_path_factory.mktemp("walk"), "\n".join(["day,close", *lines]))
    columns = {
        "day": {"role": "time", "kind": "date"},
        "close": {"role": "target", "kind": "number", "difference": difference},
    }
    series = {"lookback": 4, "gaps": "rows"}
    recipe = Recipe.model_validate({"kind": "series", "columns": columns, "series": series})
    graph = stack(("Flatten", {}), ("Dense", {"units": 1}), name=next(iter(recipe.inputs)), target="close")
    out = tmp_path_factory.mktemp("run")
    given = samples.job(out, folder, graph)
    told = samples.events(type(given)(**{**vars(given), "recipe": recipe}))
    assert told[-1]["type"] == "finished"
    (out / "walk.json").write_text(json.dumps(np.round(walk, 4).tolist()))
    return out


def test_the_present_value_as_forecast_is_measured_like_the_model(forecast_run: Path) -> None:
    walk = np.array(json.loads((forecast_run / "walk.json").read_text()))
    told = measured(forecast_run)["test"]
    shown = report(forecast_run)["figures"][0]["figure"]["data"]
    count = len(shown[0]["x"])
    error = walk[-count:] - walk[-count - 1 : -1]
    present = baseline(forecast_run, "present")["test"]
    assert present["rmse"] == pytest.approx(np.sqrt(np.mean(error**2)), rel=1e-3)
    assert set(present) == set(told) - {"loss"}


def test_where_the_present_value_is_missing_the_last_known_one_is_the_forecast(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    gapped = forecast(tmp_path_factory, "none", missing=(112, 113))
    walk = np.array(json.loads((gapped / "walk.json").read_text()))
    present = baseline(gapped, "present")["test"]
    count = len(report(gapped)["figures"][0]["figure"]["data"][0]["x"])
    before = walk.copy()
    before[[112, 113]] = walk[111]
    known = [day for day in range(len(walk))[-count - 2 :] if day not in (112, 113)]
    error = np.array([walk[day] - before[day - 1] for day in known])
    assert present["rmse"] == pytest.approx(np.sqrt(np.mean(error**2)), rel=1e-3)


def test_forecasts_stand_beside_what_happened_at_that_time(forecast_run: Path) -> None:
    walk = np.array(json.loads((forecast_run / "walk.json").read_text()))
    forecasts, _ = report(forecast_run)["figures"]
    happened, forecast, present = forecasts["figure"]["data"]
    count = len(happened["x"])
    assert happened["x"][-1].startswith("2020-05-08")
    np.testing.assert_allclose(numbers(happened["y"]), walk[-count:], rtol=1e-4)
    np.testing.assert_allclose(numbers(present["y"]), walk[-count - 1 : -1], rtol=1e-4)
    error = numbers(forecast["y"]) - walk[-count:]
    assert np.sqrt(np.mean(error**2)) == pytest.approx(measured(forecast_run)["test"]["rmse"], rel=1e-2)


def test_a_fault_of_the_figures_costs_neither_the_model_nor_its_measures(
    tmp_path: Path, cells: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(figures, "confusion", lambda *_: 1 / 0)
    *told, last = samples.events(samples.job(tmp_path, cells, samples.network(cells, 1), epochs=1))
    assert last["type"] == "finished"
    assert [one["message"][:26] for one in told if one["type"] == "log"] == ["The figures of the model c"]
    assert last["baselines"][0]["test"]["accuracy"] > 0
    assert (tmp_path / "bundle.zip").exists()
    assert not (tmp_path / NAME).exists()
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_one_probability_stands_for_the_second_of_two_classes() -> None:
    counts = Confusion(["no", "yes"])
    counts.add(np.array([[0.2], [0.7], [0.9], [0.4]]), np.array([0, 0, 1, 1]))
    assert counts.counts.tolist() == [[1, 1], [1, 1]]
    assert counts.mistakes(5) == [("no", "yes", 1), ("yes", "no", 1)]


def test_shares_of_nothing_are_not_made_up() -> None:
    counts = Confusion(["a", "b", "c"])
    counts.add(np.array([[0.9, 0.1, 0.0]]), np.array([0]))
    assert [one["recall"] for one in counts.per_class()] == [1.0, None, None]
    assert [one["f1"] for one in counts.per_class()] == [1.0, None, None]
    assert counts.mistakes(5) == []


def test_each_of_several_labels_is_counted_by_itself() -> None:
    counts = LabelCounts(["red", "round"])
    counts.add(np.array([[0.9, 0.1], [0.6, 0.8]]), np.array([[1, 1], [0, 1]]))
    assert [(one["precision"], one["recall"]) for one in counts.per_class()] == [(0.5, 1.0), (1.0, 0.5)]


def test_a_model_that_went_astray_with_finite_numbers_is_said_to_be_worse_than_guessing(
    tmp_path: Path, houses: Path, houses_run: Path
) -> None:
    astray = {"type": "Adam", "learning_rate": 100.0}
    *_, ended = samples.events(samples.job(tmp_path, houses, samples.network(houses, 1), optimizer=astray, epochs=3))
    assert (ended["type"], ended["problem"]["code"]) == ("finished", "worse_than_guessing")
    guess = ended["baselines"][0]["test"]["mae"]
    assert ended["test"]["mae"] > 1.5 * guess
    assert f"{guess:,.4g}" in ended["problem"]["message"]
    assert "learning rate" in ended["problem"]["hint"]
    assert "problem" not in measured(houses_run)
