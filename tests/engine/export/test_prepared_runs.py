"""Runs on prepared series, texts and dates: trained, taken away, and answering raw rows as the server does."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.data.prepare import fit, specs
from engine.data.recipe import Recipe
from engine.graph.document import Graph
from engine.graph.specs import DataSpecs
from engine.job import Job, train
from engine.predicting import predict_rows
from engine.starter import starter_graph
from engine.training.feeding import Feed
from engine.training.settings import Settings
from tests.engine.drawings import stack
from tests.engine.export.test_bundle import predicted, unpacked
from tests.engine.samples import Document, table


def _run(folder: Path, dataset: Path, recipe: Document, graph: Document, **settings_given: Any) -> list[Document]:
    settings = Settings.model_validate({"epochs": 2, "batch_size": 16, **settings_given})
    read = Recipe.model_validate(recipe)
    return list(train(Job(folder, dataset, Graph.model_validate(graph), read, settings, "A test")))


def _same_answers(run: Path, dataset: Path, folder: Path, target: str) -> list[float | None]:
    """The answers of the download for the training file, once they are found to be the server's."""
    away = predicted(unpacked(run, folder), str(dataset / "upload"))
    with (dataset / "upload").open(newline="") as file:
        expected = predict_rows(run, list(csv.DictReader(file)))
    assert len(away) == len(expected)
    for one, other in zip(away, expected, strict=True):
        if other is None:
            assert one[f"{target}_predicted"] == ""
        else:
            assert float(one[f"{target}_predicted"]) == pytest.approx(other[target], rel=1e-5)
    return [None if one is None else one[target] for one in expected]


SALES = "day,shop,sales\n" + "".join(
    f"{1 + day:02}.03.2021,{shop},{50 + 9 * place + day * day % 7}\n"
    for day in range(30)
    for place, shop in enumerate("ab")
)


def _sales(row: int) -> int:
    """What was sold in a row of the file."""
    return int(SALES.splitlines()[row + 1].split(",")[2])


SERIES: dict[str, Any] = {
    "kind": "series",
    "columns": {
        "day": {"role": "time", "kind": "date"},
        "shop": {"role": "group", "kind": "category"},
        "sales": {"role": "target", "kind": "number", "difference": "log"},
    },
    "series": {"lookback": 4},
}


@pytest.mark.parametrize("memory", [None, 0], ids=["resident", "streamed"])
def test_windows_are_trained_on_and_answered_by_the_download(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, memory: int | None
) -> None:
    made = Feed.__init__
    monkeypatch.setattr(Feed, "__init__", lambda self, prepared, **more: made(self, prepared, memory, **more))
    dataset, run = tmp_path / "dataset", tmp_path / "run"
    dataset.mkdir()
    run.mkdir()
    table(dataset, SALES)
    graph = stack(("Flatten", {}), ("Dense", {"units": 1}), name="window", target="sales")
    told = _run(run, dataset, SERIES, graph)
    assert told[-1]["type"] == "finished", told[-1]
    assert next(one for one in told if one["type"] == "started")["rows"] == {"train": 34, "validation": 8, "test": 8}
    for one in [one for one in told if one["type"] == "sample"][-1]["worst"]:  # as people watch it train
        assert one["outputs"][0]["truth"] == pytest.approx(_sales(one["row"] + 2), rel=1e-4)
        assert (one["inputs"]["shop"], one["inputs"]["sales"]) == ("ab"[one["row"] % 2], _sales(one["row"]))
    answers = _same_answers(run, dataset, tmp_path / "away", "sales")
    assert answers[:8] == [None] * 8
    assert all(isinstance(answer, float) and 20 < answer < 200 for answer in answers[8:])
    off = [abs(answer - _sales(row + 2)) for row, answer in enumerate(answers[:-2]) if answer is not None]
    assert told[-1]["test"]["mae"] == pytest.approx(np.mean(off[-8:]), rel=1e-4)  # in pieces, not as a logarithm


def test_both_ways_to_bring_windows_to_the_device_give_the_same(tmp_path: Path) -> None:
    from engine.data.prepare import load

    table(tmp_path, SALES)
    prepared = load(tmp_path, Recipe.model_validate(SERIES))
    held, streamed = Feed(prepared), Feed(prepared, 0)
    rows = np.array([3, 0, 49], np.int32)
    once = held.batch(held.resident, {"row": rows})[0]["window"]
    again = streamed.batch(streamed.resident, {"row": rows, "input:window": streamed.inputs["window"].take(rows)})
    assert np.array_equal(np.asarray(once), np.asarray(again[0]["window"]))
    assert once.shape == (3, 4, 1)
    assert held.resident["input:window"].shape == (60, 1)


NOTES = ("call now, win", "see you", "free prize", "")


def test_texts_and_dates_travel_with_the_download(tmp_path: Path) -> None:
    lines = [f'"{NOTES[row % 4]} {row % 7}",{row % 12 + 1}/{row % 28 + 1}/2020,{row % 9}' for row in range(80)]
    dataset, run = tmp_path / "dataset", tmp_path / "run"
    dataset.mkdir()
    run.mkdir()
    table(dataset, "\n".join(["note,when,score", *lines]))
    columns = {
        "note": {"kind": "text", "encode": "words", "case": "lower"},
        "when": {"kind": "date"},
        "score": {"role": "target", "kind": "number", "scale": "log1p"},
    }
    graph = stack(("Dense", {"units": 1}), target="score")
    told = _run(run, dataset, {"kind": "table", "columns": columns}, graph)
    assert told[-1]["type"] == "finished", told[-1]
    assert min(answer for answer in _same_answers(run, dataset, tmp_path / "away", "score") if answer) > -1


def test_tags_and_targets_answered_together_travel_with_the_download(tmp_path: Path) -> None:
    tags = ("red;blue", "blue", "", "red;green")
    lines = [
        f'{row % 4},"{tags[row % 4]}",{"yn"[row % 2]},{"ab"[row % 4 // 2]},{row % 5},{row % 3}' for row in range(90)
    ]
    dataset, run = tmp_path / "dataset", tmp_path / "run"
    dataset.mkdir()
    run.mkdir()
    table(dataset, "\n".join(["x,colours,even,half,fifth,third", *lines]))
    target: dict[str, Any] = {"role": "target"}
    columns = {
        "x": {"kind": "category"},
        "colours": {"kind": "tags", **target},
        **{name: {"kind": "category", **target} for name in ("even", "half")},
        **{name: {"kind": "number", **target} for name in ("fifth", "third")},
    }
    outputs = {"halves": ["even", "half"], "parts": ["fifth", "third"]}
    recipe = {"kind": "table", "columns": columns, "outputs": outputs}
    data = DataSpecs.read(*specs(fit(dataset, Recipe.model_validate(recipe))))
    graph = starter_graph(data).model_dump(mode="json")
    metrics = ["accuracy", "exact_match", "f1", "mae"]
    told = _run(run, dataset, recipe, graph, epochs=150, metrics=metrics)
    assert told[-1]["type"] == "finished", told[-1]
    assert told[-1]["test"]["halves_accuracy"] == 1
    assert told[-1]["test"]["colours_exact_match"] == told[-1]["test"]["colours_f1"] == 1
    assert told[-1]["test"]["parts_mae"] < 3
    for one in [one for one in told if one["type"] == "sample"][-1]["examples"]:  # as people watch it train
        truth = {output["target"]: output["truth"] for output in one["outputs"]}
        row = one["row"]
        assert sorted(truth.pop("colours").split(";")) == sorted(tags[row % 4].split(";"))
        assert truth == {"even": "yn"[row % 2], "half": "ab"[row % 4 // 2], "fifth": row % 5, "third": row % 3}
        assert all(output["right"] for output in one["outputs"] if output["target"] in ("colours", "even", "half"))
    away = predicted(unpacked(run, tmp_path / "away"), str(dataset / "upload"))
    expected = predict_rows(run, [{"x": str(row % 4)} for row in range(90)])
    for row, (one, other) in enumerate(zip(away, expected, strict=True)):
        assert other is not None
        assert one["colours_predicted"] == other["colours"]
        assert sorted(other["colours"].split(";")) == sorted(tags[row % 4].split(";"))
        assert (one["even_predicted"], one["half_predicted"]) == ("yn"[row % 2], "ab"[row % 4 // 2])
        assert float(one["fifth_predicted"]) == pytest.approx(other["fifth"], rel=1e-5)


def test_what_is_known_ahead_travels_with_the_download(tmp_path: Path) -> None:
    lines = [
        f"{1 + day // 4:02}.03.2021 {day % 4 * 6:02}:00,{day % 4},{10 * (day % 4) + day % 3}" for day in range(120)
    ]
    dataset, run = tmp_path / "dataset", tmp_path / "run"
    dataset.mkdir()
    run.mkdir()
    table(dataset, "\n".join(["time,shift,load", *lines]))
    columns = {
        "time": {"role": "time", "kind": "date"},
        "shift": {"kind": "category", "ahead": True},
        "morning": {"kind": "number", "formula": "hour(time) < 12", "ahead": True},
        "load": {"role": "target", "kind": "number"},
    }
    recipe = {"kind": "series", "columns": columns, "series": {"lookback": 2, "horizon": 3}}
    data = DataSpecs.read(*specs(fit(dataset, Recipe.model_validate(recipe))))
    assert data.inputs["ahead"].shape == (5,)
    told = _run(run, dataset, recipe, starter_graph(data).model_dump(mode="json"))
    assert told[-1]["type"] == "finished", told[-1]
    answers = _same_answers(run, dataset, tmp_path / "away", "load")
    assert answers[:1] == [None]
    assert answers[-3:] == [None] * 3  # the rows to be predicted are not there
    assert all(isinstance(answer, float) for answer in answers[1:-3])
