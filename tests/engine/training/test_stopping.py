"""How runs end, and which weights they keep: early, at a target, by a person, or as the loss is no number any more."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.job import Job, train
from engine.training.control import Control
from engine.training.step import Learner
from tests.engine.samples import curve, events, job, network
from tests.engine.training.whole_runs import STILL, refused


def test_it_stops_early_when_nothing_improves(tmp_path: Path, cells: Path) -> None:
    rule = {"monitor": "validation_loss", "patience": 2}
    told = events(job(tmp_path, cells, network(cells, 1), epochs=50, optimizer=STILL, early_stopping=rule))
    assert len(curve(told)) == 3
    assert told[-1]["reason"] == "stopped_early"
    assert told[-1]["best_epoch"] == 1
    assert (
        len(curve(events(job(tmp_path, cells, network(cells, 1), epochs=5, optimizer=STILL, early_stopping=None)))) == 5
    )


def test_a_run_whose_patience_ends_with_its_last_epoch_was_trained_through(tmp_path: Path, cells: Path) -> None:
    rule = {"monitor": "validation_loss", "patience": 2}
    told = events(job(tmp_path, cells, network(cells, 1), epochs=3, optimizer=STILL, early_stopping=rule))
    assert len(curve(told)) == 3
    assert told[-1]["reason"] == "completed"


def test_it_waits_for_more_than_the_least_change(tmp_path: Path, cells: Path) -> None:
    rule = {"patience": 2, "min_delta": 100.0}
    told = events(job(tmp_path, cells, network(cells, 1), epochs=50, early_stopping=rule))
    assert len(curve(told)) == 3
    assert told[-1]["best_epoch"] == 3  # what improves less is still the best to keep
    told = events(job(tmp_path, cells, network(cells, 1), epochs=50, early_stopping=rule | {"start_from_epoch": 4}))
    assert len(curve(told)) == 7


def test_it_goes_by_any_metric(tmp_path: Path, cells: Path) -> None:
    rule = {"monitor": "validation_balanced_accuracy", "patience": 3}
    optimizer = {"type": "SGD", "learning_rate": 3.0}
    told = events(job(tmp_path, cells, network(cells, 1), epochs=30, optimizer=optimizer, early_stopping=rule))
    found = [one["validation"]["balanced_accuracy"] for one in told if one["type"] == "epoch"]
    assert told[-1]["best_epoch"] == found.index(max(found)) + 1
    assert len(found) == told[-1]["best_epoch"] + 3 < 30
    assert told[-1]["validation"]["balanced_accuracy"] == max(found)


def test_a_measure_that_is_not_there_is_not_watched(tmp_path: Path, cells: Path) -> None:
    for field, rule in (
        ("early_stopping", {"monitor": "validation_rmse"}),
        ("stop_when", {"monitor": "validation_beauty", "value": 1}),
        ("schedule", {"type": "plateau", "monitor": "validation_mae"}),
    ):
        problem = refused(job(tmp_path, cells, network(cells, 1), **{field: rule}))
        assert problem["code"] == "monitor_is_not_measured"
        assert problem["where"] == {"field": field}
        assert "validation_accuracy" in problem["hint"]


def test_it_stops_when_a_target_is_reached(tmp_path: Path, cells: Path) -> None:
    goal = {"monitor": "validation_accuracy", "value": 0.8}
    told = events(job(tmp_path, cells, network(cells, 1), epochs=200, stop_when=goal))
    reached = [one["validation"]["accuracy"] for one in told if one["type"] == "epoch"]
    assert told[-1]["reason"] == "target_reached"
    assert reached[-1] >= 0.8
    assert all(value < 0.8 for value in reached[:-1])
    assert "was good enough" in (tmp_path / "README.md").read_text("utf-8")


def test_the_model_that_reached_the_target_is_kept_whatever_else_is_watched(tmp_path: Path, cells: Path) -> None:
    goal = {"monitor": "validation_loss", "value": 1e6}
    rule = {"monitor": "validation_accuracy", "patience": 50}
    settings: dict[str, Any] = {"optimizer": {"type": "SGD", "learning_rate": 3.0}, "early_stopping": rule}
    longer = events(job(tmp_path, cells, network(cells, 1), epochs=8, **settings))
    accuracies = [one["validation"]["accuracy"] for one in longer if one["type"] == "epoch"]
    losses = [validation for _, validation in curve(longer)]
    record = next(
        place
        for place in range(1, len(losses))
        if losses[place] < min(losses[:place]) and accuracies[place] <= max(accuracies[:place])
    )
    goal["value"] = (losses[record] + min(losses[:record])) / 2
    told = events(job(tmp_path, cells, network(cells, 1), epochs=8, stop_when=goal, **settings))
    last = [one for one in told if one["type"] == "epoch"][-1]
    assert told[-1]["reason"] == "target_reached"
    assert told[-1]["best_epoch"] == last["best_epoch"] == last["epoch"] == record + 1
    assert told[-1]["validation"]["loss"] == losses[record] <= goal["value"]
    assert f"epoch {record + 1}, which reached the goal" in (tmp_path / "README.md").read_text("utf-8")


def test_the_last_weights_are_kept_where_that_is_wanted(tmp_path: Path, cells: Path) -> None:
    optimizer = {"type": "SGD", "learning_rate": 3.0}
    rule = {"restore_best": False}
    told = events(job(tmp_path, cells, network(cells, 1), epochs=8, optimizer=optimizer, early_stopping=rule))
    losses = [validation for _, validation in curve(told)]
    assert told[-1]["best_epoch"] == 8
    assert told[-1]["validation"]["loss"] == losses[-1]


def test_the_best_weights_are_kept(tmp_path: Path, cells: Path) -> None:
    """The run as long as the best epoch of a longer one ends with the very same model."""
    drawing = network(cells, 1, ("Dense", {"units": 30, "activation": "relu"}))
    settings: dict[str, Any] = {"optimizer": {"type": "SGD", "learning_rate": 3.0}, "batch_size": 8}
    told = events(job(tmp_path, cells, drawing, epochs=8, **settings))
    losses = [validation for _, validation in curve(told)]
    best = told[-1]["best_epoch"]
    assert best == losses.index(min(losses)) + 1 < 8
    assert told[-1]["validation"]["loss"] == min(losses)
    weights = (tmp_path / "weights.safetensors").read_bytes()
    again = events(job(tmp_path, cells, drawing, epochs=best, **settings))
    assert again[-1]["test"] == told[-1]["test"]
    assert (tmp_path / "weights.safetensors").read_bytes() == weights


def stopped_at(type: str, number: int, run: Job) -> list[dict[str, Any]]:
    """What a run tells that is stopped after so many events of a type."""
    told: list[dict[str, Any]] = []
    for one in train(run, Control(lambda: sum(one["type"] == type for one in told) >= number)):
        told.append(one)
    return told


@pytest.mark.parametrize(("type", "number"), [("phase", 3), ("progress", 1)], ids=["first step", "first progress"])
def test_stopping_within_the_first_epoch_still_gives_a_model(
    tmp_path: Path, cells: Path, type: str, number: int
) -> None:
    told = stopped_at(type, number, job(tmp_path, cells, network(cells, 1)))
    assert curve(told) == []
    assert told[-1]["reason"] == "stopped_by_user"
    assert told[-1]["best_epoch"] == 0
    assert set(told[-1]["test"]) == set(told[-1]["validation"]) == {"loss", "accuracy", "auc"}
    assert (tmp_path / "bundle.zip").exists()
    assert (tmp_path / "history.csv").read_text("utf-8") == "epoch\n"


def test_stopping_later_keeps_the_best_epoch_so_far(tmp_path: Path, cells: Path) -> None:
    told = stopped_at("epoch", 3, job(tmp_path, cells, network(cells, 1), epochs=500))
    losses = [validation for _, validation in curve(told)]
    assert told[-1]["reason"] == "stopped_by_user"
    assert 0 < told[-1]["best_epoch"] <= len(losses) == 3
    assert told[-1]["validation"]["loss"] == min(losses)


def test_a_diverging_run_is_refused_with_epoch_and_step(tmp_path: Path, houses: Path) -> None:
    problem = refused(
        job(tmp_path, houses, network(houses, 1), epochs=50, optimizer={"type": "SGD", "learning_rate": 100.0})
    )
    assert problem["code"] == "loss_is_not_a_number"
    epoch, step = problem["where"]["epoch"], problem["where"]["step"]
    assert epoch == -(-step // 4)
    assert f"in epoch {epoch}, at step {step}" in problem["message"]
    assert "learning rate" in problem["hint"]
    assert not (tmp_path / "bundle.zip").exists()


@pytest.mark.parametrize("value", [np.inf, np.nan])
def test_a_validation_loss_that_is_no_number_is_refused(
    tmp_path: Path, houses: Path, monkeypatch: pytest.MonkeyPatch, value: float
) -> None:
    evaluate = Learner.evaluate

    def evaluating(learner: Learner, state: Any, xs: Any) -> Any:
        answers, losses = evaluate(learner, state, xs)
        return answers, losses._replace(whole=losses.whole * value)

    monkeypatch.setattr(Learner, "evaluate", evaluating)
    problem = refused(job(tmp_path, houses, network(houses, 1)))
    assert (problem["code"], problem["where"]) == ("loss_is_not_a_number", {"epoch": 1, "step": 4})
