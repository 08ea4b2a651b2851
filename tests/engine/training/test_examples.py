"""Live examples: the same rows every epoch, the worst of all, in the words and units of the data."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.job import Job
from engine.training import sight
from engine.training.assembly import assemble
from engine.training.examples import SHOWN
from tests.engine import samples
from tests.engine.samples import events, job, network


def told(given: Job, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    monkeypatch.setattr(sight, "LEAST_SECONDS", 0.0)
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
    state = made.machine.start(0)
    monkeypatch.setattr("engine.training.evaluator.EVALUATION_BATCH", 5)
    made.trainer.evaluate(state, "validation")
    document = made.trainer.sight.examples.document()
    rows = made.trainer.feed.rows("validation")
    _, losses = made.machine.evaluate(state, {"row": rows.astype(np.int32)})
    order = np.argsort(-np.asarray(losses), kind="stable")[:SHOWN]
    expected = made.prepared.rows["validation"][order].tolist()
    assert [one["row"] for one in document["worst"]] == expected
    assert [one["loss"] for one in document["worst"]] == pytest.approx(np.asarray(losses)[order].tolist(), rel=1e-5)


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
