"""Live examples: the same rows every epoch, the worst of all, in the words and units of the data."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from engine.data.prepare import load
from engine.data.raw import RawRows
from engine.data.recipe import Recipe
from engine.data.table import TABLE
from engine.graph.document import Graph
from engine.job import Job, train
from engine.training import sight
from engine.training.assembly import assemble
from engine.training.control import Control
from engine.training.examples import SHOWN
from engine.training.settings import Settings
from tests.engine import samples
from tests.engine.drawings import stack
from tests.engine.samples import events, job, network


def told(given: Job, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    monkeypatch.setattr(sight, "LEAST_SECONDS", 0.0)
    monkeypatch.setattr(sight, "LOOKS", 10**9)
    monkeypatch.setattr(sight, "SHARE", 1e9)
    return [one for one in events(given) if one["type"] == "sample"]


def test_the_same_rows_are_shown_every_epoch_with_raw_values_truth_and_answer(
    tmp_path: Path, flowers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    uploaded = list(csv.DictReader(io.StringIO(samples.FLOWERS)))
    found = told(job(tmp_path, flowers, network(flowers, 3)), monkeypatch)
    assert [one["epoch"] for one in found] == [1, 2, 3]
    assert len({tuple(one["row"] for one in each["examples"]) for each in found}) == 1
    assert len(found[0]["examples"]) == SHOWN
    for one in found[-1]["examples"]:
        raw, (output,) = uploaded[one["row"]], one["outputs"]
        assert {name: "" if value is None else str(value) for name, value in one["inputs"].items()} == {
            name: f"{float(raw[name]):g}" if name != "colour" and raw[name] else raw[name] for name in one["inputs"]
        }
        assert set(one["inputs"]) == {"length", "width", "colour"}
        assert (output["target"], output["truth"]) == ("species", raw["species"])
        assert output["right"] == (output["prediction"] == raw["species"])
        assert 1 / 3 <= output["confidence"] <= 1
        if output["right"]:
            assert one["loss"] == pytest.approx(-np.log(output["confidence"]), rel=1e-3)


def test_the_worst_are_those_with_the_largest_loss_of_all_validation_rows(
    tmp_path: Path, flowers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = job(tmp_path, flowers, network(flowers, 3))
    made = assemble(given.dataset, given.graph, given.recipe, given.settings)
    state = made.learner.start(0)
    monkeypatch.setattr("engine.training.evaluator.EVALUATION_BATCH", 5)
    made.trainer.evaluate(state, "validation")
    document = made.trainer.sight.examples.document()
    rows = made.trainer.feed.rows("validation")
    _, losses = made.learner.evaluate(state, {"row": rows.astype(np.int32)})
    order = np.argsort(-np.asarray(losses.whole), kind="stable")[:SHOWN]
    expected = made.prepared.rows["validation"][order].tolist()
    assert [one["row"] for one in document["worst"]] == expected
    assert [one["loss"] for one in document["worst"]] == pytest.approx(
        np.asarray(losses.whole)[order].tolist(), rel=1e-5
    )


def test_numbers_come_in_their_own_unit(tmp_path: Path, houses: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    uploaded = list(csv.DictReader(io.StringIO(samples.HOUSES)))
    found = told(job(tmp_path, houses, network(houses, 1), epochs=40), monkeypatch)
    for one in [*found[-1]["examples"], *found[-1]["worst"]]:
        (output,) = one["outputs"]
        assert output["truth"] == pytest.approx(float(uploaded[one["row"]]["price"]), rel=1e-4)
        assert 1e4 < output["prediction"] < 2e6
        assert "confidence" not in output


def test_pictures_are_told_by_their_number(tmp_path: Path, bars: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = job(tmp_path, bars, network(bars, 1, ("Flatten", {})))
    made = assemble(given.dataset, given.graph, given.recipe, given.settings)
    found = told(given, monkeypatch)
    shown = [*found[-1]["examples"], *found[-1]["worst"]]
    assert {one["picture"] for one in shown} <= set(made.prepared.rows["validation"].tolist())
    assert all("inputs" not in one for one in shown)


def test_a_row_that_counts_more_is_not_for_that_the_one_most_wrong(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The weights are the larger the smaller the error is."""
    lines = [f"{row % 7},{100 - row},{row}" for row in range(100)]
    dataset = samples.table(tmp_path_factory.mktemp("weighed"), "\n".join(["x,w,y", *lines]))
    columns = {name: {"kind": "number", "scale": "none"} for name in ("x", "w", "y")}
    columns["w"]["role"], columns["y"]["role"] = "weight", "target"
    recipe = Recipe.model_validate({"kind": "table", "columns": columns})
    line = Graph.model_validate(
        stack(("Dense", {"units": 1, "kernel_initializer": "zeros"}), name="features", target="y")
    )
    made = assemble(dataset, line, recipe, Settings())
    made.trainer.evaluate(made.learner.start(0), "validation")  # every answer is 0, so every error is y
    worst = made.trainer.sight.examples.document()["worst"]
    expected = sorted(made.prepared.rows["validation"].tolist(), reverse=True)[:SHOWN]
    assert [one["row"] for one in worst] == expected
    assert [one["loss"] for one in worst] == pytest.approx([row**2 for row in expected])


def test_a_class_that_counts_more_is_not_for_that_the_one_most_wrong(tmp_path: Path, flowers: Path) -> None:
    """Weights of classes are for learning; the rows most wrong are those of an equally weighted loss."""

    def worst(**settings: Any) -> list[tuple[int, float]]:
        given = job(tmp_path, flowers, network(flowers, 3), **settings)
        made = assemble(given.dataset, given.graph, given.recipe, given.settings)
        made.trainer.evaluate(made.learner.start(0), "validation")
        return [(one["row"], one["loss"]) for one in made.trainer.sight.examples.document()["worst"]]

    classes = load(flowers, Recipe.model_validate(samples.recipe(flowers))).preparation["targets"]["species"]["classes"]
    heavy = {"type": "given", "weights": {classes[0]: 1000, classes[1]: 0}}
    for (row, loss), (other, same) in zip(worst(), worst(class_weights=heavy), strict=True):
        assert (row, loss) == (other, pytest.approx(same, rel=1e-5))


def test_looking_at_a_few_rows_loads_no_whole_columns(flowers: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows come by slices, which polars reads alone, and those shown again are not read again."""
    recipe = Recipe.model_validate(samples.recipe(flowers))
    raw = RawRows(flowers, recipe, np.arange(60))
    first = raw.rows([5, 2])
    whole = pl.read_ipc(flowers / TABLE)
    assert [one["inputs"]["colour"] for one in first] == [whole["colour"][5], whole["colour"][2]]
    read: list[int] = []
    sliced = pl.LazyFrame.slice

    def counting(frame: pl.LazyFrame, offset: int, length: int | None = None) -> pl.LazyFrame:
        read.append(offset)
        assert length == 1
        return sliced(frame, offset, length)

    monkeypatch.setattr(pl.LazyFrame, "slice", counting)
    assert raw.rows([2, 9, 5])[::2] == first[::-1]
    assert read == [9]


def test_a_stopped_run_shows_the_examples_of_its_last_epoch(
    tmp_path: Path, flowers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sight, "SHARE", 0.0)  # there is no time for examples but the first
    heard: list[dict[str, Any]] = []
    control = Control(lambda: sum(one["type"] == "epoch" for one in heard) == 3)
    for one in train(job(tmp_path, flowers, network(flowers, 3), epochs=50), control):
        heard.append(one)
    assert heard[-1]["reason"] == "stopped_by_user"
    assert [one["epoch"] for one in heard if one["type"] == "epoch"] == [1, 2, 3]
    assert [one["epoch"] for one in heard if one["type"] == "sample"] == [1, 3]
