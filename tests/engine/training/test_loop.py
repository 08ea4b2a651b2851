"""Whole runs on small data: the curves, the events, the best epoch, stopping and failing."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jax
import numpy as np
import pytest
from safetensors.numpy import load_file

from engine.data.batches import in_turn, shuffled
from engine.data.recipe import Recipe
from engine.graph.document import Graph
from engine.job import Job, train
from engine.problems import Refusal
from engine.training import chunks, devices, evaluator, feeding, pulse
from engine.training.optimizers import OPTIMIZERS, Adam
from engine.training.settings import Settings, settings_schema
from engine.training.step import Chunk, Machine
from tests.engine.drawings import graph, node, stack
from tests.engine.samples import curve, events, job, network, recipe

FILES = [
    "README.md",
    "bundle.zip",
    "checkpoints",
    "graph.json",
    "history.csv",
    "metrics.json",
    "model.py",
    "predict.py",
]
FILES += ["preparation.json", "requirements.txt", "weights.safetensors"]
STILL = {"type": "SGD", "learning_rate": 1e-30}
"""Moves no weight, so that every epoch is the same."""


def refused(given: Job) -> dict[str, Any]:
    with pytest.raises(Refusal) as refusal:
        events(given)
    return refusal.value.problem.document()


@pytest.mark.parametrize(("rows", "size"), [(10, 3), (9, 3), (1, 5), (7, 100), (64, 1)])
def test_every_row_counts_once_in_an_epoch(rows: int, size: int) -> None:
    numbers = np.arange(100, 100 + rows)
    for batches in (shuffled(numbers, size, 0, 1), in_turn(numbers, min(size, rows))):
        assert batches.rows.shape == batches.weight.shape
        assert sorted(batches.rows[batches.weight == 1]) == list(numbers)
        assert set(batches.rows.ravel()) <= set(numbers)
        assert (batches.weight.sum(axis=1) > 0).all()


def test_the_order_of_rows_is_that_of_seed_and_epoch() -> None:
    numbers = np.arange(50)
    orders = [tuple(shuffled(numbers, 7, seed, epoch).rows.ravel()) for seed in (0, 1) for epoch in (1, 2)]
    assert len(set(orders)) == 4
    assert tuple(shuffled(numbers, 7, 0, 1).rows.ravel()) == orders[0]


def test_a_run_tells_what_the_contract_says(tmp_path: Path, flowers: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulse, "EVENT_SECONDS", 0.0)
    told = events(job(tmp_path, flowers, network(flowers, 3)))
    kinds = [one["type"] for one in told]
    assert [one["phase"] for one in told if one["type"] == "phase"] == [
        "preparing", "compiling", "training", "evaluating", "saving",
    ]  # fmt: skip
    assert kinds[:2] == ["phase", "started"]
    assert kinds.count("epoch") == 3
    assert [kind for kind in kinds if kind in ("finished", "failed")] == ["finished"] == kinds[-1:]
    started, finished = told[1], told[-1]
    assert started["rows"] == {"train": 63, "validation": 14, "test": 13} or sum(started["rows"].values()) == 90
    assert started["steps_per_epoch"] == -(-started["rows"]["train"] // 16)
    assert started["epochs"] == 3
    assert started["parameters"] > 0
    assert started["device"].startswith("CPU · ")
    assert started["targets"] == {"species": {"kind": "category", "classes": ["iris", "rose", "tulip"]}}
    assert started["metrics"] == ["loss", "accuracy"]
    assert list(started["measures"]) == started["metrics"]
    progress = [one for one in told if one["type"] == "progress"]
    assert [one["step"] for one in progress] == sorted({one["step"] for one in progress})
    assert progress[-1]["step"] == progress[-1]["steps"] == 3 * started["steps_per_epoch"]
    assert set(progress[0]) == {
        "type", "epoch", "step", "steps", "loss", "loss_min", "loss_max", "learning_rate", "examples_per_second",
        "eta_seconds", "busy", "memory", "memory_total",
    }  # fmt: skip
    assert progress[0]["learning_rate"] == pytest.approx(0.001)
    assert progress[0]["examples_per_second"] > 0
    for place, one in enumerate(one for one in told if one["type"] == "epoch"):
        assert one["epoch"] == place + 1
        assert set(one["train"]) == set(one["validation"]) == {"loss", "accuracy"}
    assert set(finished) == {"type", "reason", "best_epoch", "test", "validation", "baselines", "seconds"}
    assert finished["reason"] == "completed"
    assert set(finished["test"]) == {"loss", "accuracy"}
    json.dumps(told, allow_nan=False)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*FILES, "evaluation.json"])
    measures = json.loads((tmp_path / "metrics.json").read_text("utf-8"))
    assert measures == {key: value for key, value in finished.items() if key != "type"}


def test_the_same_seed_gives_the_same_curve_bit_by_bit(tmp_path: Path, flowers: Path) -> None:
    drawing = network(flowers, 3, ("Dense", {"units": 6, "activation": "relu"}), ("Dropout", {"rate": 0.4}))
    first = curve(events(job(tmp_path, flowers, drawing)))
    assert first == curve(events(job(tmp_path, flowers, drawing)))
    assert first != curve(events(job(tmp_path, flowers, drawing, seed=1)))


@pytest.fixture
def optimized() -> Iterator[None]:
    """The compiler as it works in production."""
    jax.config.update("jax_disable_most_optimizations", False)
    yield
    jax.config.update("jax_disable_most_optimizations", True)


@pytest.mark.usefixtures("optimized")
def test_many_steps_in_one_call_are_the_same_steps(
    tmp_path: Path, flowers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawing = network(flowers, 3, ("Dense", {"units": 6}), ("BatchNormalization", {}), ("Dropout", {"rate": 0.3}))
    counts: list[int] = []
    compile_chunk = Machine.compile

    def compiling(machine: Machine, state: Any, xs: Any, settings: Any) -> Any:
        counts.append(len(xs["row"]))
        return compile_chunk(machine, state, xs, settings)

    monkeypatch.setattr(Machine, "compile", compiling)
    monkeypatch.setattr(chunks, "MOMENT", 60.0)
    curves = []
    for seconds, longest in ((0.0, 512), (100.0, 512), (100.0, 7)):
        monkeypatch.setattr(chunks, "CHUNK_SECONDS", seconds)
        monkeypatch.setattr(chunks, "LONGEST_CHUNK", longest)
        curves.append(curve(events(job(tmp_path, flowers, drawing, batch_size=4, epochs=5))))
    singly, whole, parts = counts[0], counts[1:3], counts[3:]
    assert singly == whole[0] == parts[0] == 1 < parts[1] <= 7 < whole[1]
    np.testing.assert_allclose(curves[1], curves[0], rtol=1e-6)
    np.testing.assert_allclose(curves[2], curves[0], rtol=1e-6)


@pytest.mark.usefixtures("optimized")
def test_training_begins_with_single_steps_while_many_are_compiled(
    tmp_path: Path, cells: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawing = network(cells, 1, ("Dense", {"units": 6}), ("Dropout", {"rate": 0.3}))
    given = job(tmp_path, cells, drawing, batch_size=4, epochs=8)
    ready, calls = threading.Event(), []
    compile_chunk, run_chunk = Machine.compile, Chunk.run

    def compiling(machine: Machine, state: Any, xs: Any, settings: Any) -> Any:
        if len(xs["row"]) > 1:
            ready.wait(60)
        return compile_chunk(machine, state, xs, settings)

    def running(chunk: Chunk, state: Any, resident: Any, xs: Any, settings: Any) -> Any:
        calls.append(len(xs["row"]))
        return run_chunk(chunk, state, resident, xs, settings)

    monkeypatch.setattr(Machine, "compile", compiling)
    monkeypatch.setattr(Chunk, "run", running)
    monkeypatch.setattr(chunks, "CHUNK_SECONDS", 100.0)
    told = []
    for one in train(given):
        told.append(one)
        if one["type"] == "epoch" and one["epoch"] == 3:
            assert set(calls) == {1}
            ready.set()
            chunk_threads = [thread for thread in threading.enumerate() if thread.name == "compiling"]
            for thread in chunk_threads:
                thread.join(60)
    assert calls[-1] > 1
    monkeypatch.setattr(chunks, "MOMENT", 60.0)
    assert curve(told) == curve(events(given))


def test_rows_streamed_from_disk_train_as_resident_ones(
    tmp_path: Path, flowers: Path, bars: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for dataset, drawing in (
        (flowers, network(flowers, 3)),
        (bars, network(bars, 1, ("Flatten", {}), ("Dense", {"units": 4, "activation": "relu"}))),
    ):
        monkeypatch.setattr(feeding, "SHARE", 0.25)
        resident = curve(events(job(tmp_path, dataset, drawing)))
        monkeypatch.setattr(feeding, "SHARE", 0)
        assert curve(events(job(tmp_path, dataset, drawing))) == resident


def test_a_feed_knows_what_it_keeps(flowers: Path) -> None:
    from engine.data.prepare import load

    prepared = load(flowers, Recipe.model_validate(recipe(flowers)))
    assert not feeding.Feed(prepared).streams()
    assert feeding.Feed(prepared, memory=0).streams()


def test_an_error_while_reading_ahead_reaches_the_reader() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        list(feeding.ahead(items()))
    assert list(feeding.ahead(range(20))) == list(range(20))


def test_it_stops_early_when_nothing_improves(tmp_path: Path, cells: Path) -> None:
    rule = {"monitor": "validation_loss", "patience": 2}
    told = events(job(tmp_path, cells, network(cells, 1), epochs=50, optimizer=STILL, early_stopping=rule))
    assert len(curve(told)) == 3
    assert told[-1]["reason"] == "stopped_early"
    assert told[-1]["best_epoch"] == 1
    assert (
        len(curve(events(job(tmp_path, cells, network(cells, 1), epochs=5, optimizer=STILL, early_stopping=None)))) == 5
    )


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


def after(calls: int) -> Callable[[], bool]:
    """Says stop from the given question on."""
    asked = iter(range(10**6))
    return lambda: next(asked) >= calls


@pytest.mark.parametrize("calls", [0, 1])
def test_stopping_within_the_first_epoch_still_gives_a_model(tmp_path: Path, cells: Path, calls: int) -> None:
    told = events(job(tmp_path, cells, network(cells, 1)), after(calls))
    assert curve(told) == []
    assert told[-1]["reason"] == "stopped_by_user"
    assert told[-1]["best_epoch"] == 0
    assert set(told[-1]["test"]) == set(told[-1]["validation"]) == {"loss", "accuracy", "auc"}
    assert (tmp_path / "bundle.zip").exists()
    assert (tmp_path / "history.csv").read_text("utf-8") == "epoch\n"


def test_stopping_later_keeps_the_best_epoch_so_far(tmp_path: Path, cells: Path) -> None:
    told = events(job(tmp_path, cells, network(cells, 1), epochs=500), after(12))
    losses = [validation for _, validation in curve(told)]
    assert told[-1]["reason"] == "stopped_by_user"
    assert 0 < told[-1]["best_epoch"] <= len(losses) < 500
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
    evaluate = Machine.evaluate

    def evaluating(machine: Machine, state: Any, xs: Any) -> Any:
        answers, losses = evaluate(machine, state, xs)
        return answers, losses * value

    monkeypatch.setattr(Machine, "evaluate", evaluating)
    problem = refused(job(tmp_path, houses, network(houses, 1)))
    assert (problem["code"], problem["where"]) == ("loss_is_not_a_number", {"epoch": 1, "step": 4})


FITTING = [
    ("flowers", 3, "mse"),
    ("flowers", 3, "mae"),
    ("flowers", 3, "categorical_crossentropy"),
    ("cells", 1, "mse"),
    ("cells", 1, "binary_crossentropy"),
    ("cells", 2, "categorical_crossentropy"),
    ("houses", 1, "mse"),
    ("houses", 1, "mae"),
    ("flowers", 3, "categorical_focal_crossentropy"),
    ("flowers", 3, "categorical_hinge"),
    ("cells", 1, {"type": "binary_focal_crossentropy", "label_smoothing": 0.1}),
    ("cells", 1, "squared_hinge"),
    ("houses", 1, "huber"),
    ("houses", 1, "mape"),
    ("houses", 1, {"type": "quantile", "quantile": 0.9}),
]


@pytest.mark.parametrize(("name", "units", "loss"), FITTING)
def test_every_loss_brings_itself_down(
    tmp_path: Path, request: pytest.FixtureRequest, name: str, units: int, loss: Any
) -> None:
    dataset: Path = request.getfixturevalue(name)
    settings = {"optimizer": {"type": "Adam", "learning_rate": 0.02}, "epochs": 6, "batch_size": 8}
    losses = [
        train for train, _ in curve(events(job(tmp_path, dataset, network(dataset, units), loss=loss, **settings)))
    ]
    assert losses[-1] < losses[0]


RATES = {"SGD": 0.05, "Adadelta": 1.0, "Adagrad": 0.1}


@pytest.mark.parametrize("kind", [kind.__name__ for kind in OPTIMIZERS])
def test_every_optimizer_brings_the_loss_down(tmp_path: Path, flowers: Path, kind: str) -> None:
    optimizer = {"type": kind, "learning_rate": RATES.get(kind, 0.01)}
    losses = [train for train, _ in curve(events(job(tmp_path, flowers, network(flowers, 3), optimizer=optimizer)))]
    assert losses[-1] < losses[0]


def test_batches_added_up_train_as_one_large_batch(tmp_path: Path, bars: Path) -> None:
    drawing = network(bars, 1, ("Flatten", {}), ("Dense", {"units": 4, "activation": "relu"}))
    optimizer = {"type": "SGD", "learning_rate": 0.1}
    told = events(job(tmp_path, bars, drawing, batch_size=1000, optimizer=optimizer))
    whole, rows = curve(told), told[1]["rows"]["train"]
    parts = {"batch_size": rows // 2, "optimizer": {**optimizer, "gradient_accumulation_steps": 2}}
    added = curve(events(job(tmp_path, bars, drawing, **parts)))
    assert rows % 2 == 0
    assert [validation for _, validation in added] == pytest.approx([validation for _, validation in whole], rel=1e-4)


def test_the_moving_average_of_the_weights_is_measured_and_kept(tmp_path: Path, cells: Path) -> None:
    drawing, average = network(cells, 1), {"type": "Adam", "use_ema": True, "ema_momentum": 1.0}
    told = events(job(tmp_path, cells, drawing, optimizer=average, epochs=3))
    validation = [loss for _, loss in curve(told)]
    assert validation[0] == validation[1] == validation[2]  # an average that never follows
    assert told[-1]["validation"]["loss"] == validation[0]
    trained = [loss for loss, _ in curve(told)]
    assert trained[-1] < trained[0]
    without = events(job(tmp_path, cells, drawing, epochs=3))
    assert trained == [loss for loss, _ in curve(without)]


def test_the_rate_follows_its_schedule_without_compiling_again(
    tmp_path: Path, cells: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulse, "EVENT_SECONDS", 0.0)
    compiled: list[int] = []
    compile_chunk = Machine.compile

    def compiling(machine: Machine, state: Any, xs: Any, settings: Any) -> Any:
        compiled.append(len(xs["row"]))
        return compile_chunk(machine, state, xs, settings)

    monkeypatch.setattr(Machine, "compile", compiling)
    schedule = {"type": "exponential", "decay_epochs": 1, "decay_rate": 0.5}
    given = job(tmp_path, cells, network(cells, 1), epochs=4, schedule=schedule)
    told = events(given)
    steps = told[1]["steps_per_epoch"]
    rates = {one["step"]: one["learning_rate"] for one in told if one["type"] == "progress"}
    assert rates == pytest.approx({step: 0.001 * 0.5 ** ((step - 1) / steps) for step in rates})
    assert len(rates) > 3
    assert len(compiled) == len(set(compiled)) <= 2


def test_a_rate_of_nothing_moves_nothing(tmp_path: Path, cells: Path) -> None:
    schedule = {"type": "piecewise", "boundaries": [2], "shares": [0]}
    told = events(job(tmp_path, cells, network(cells, 1), epochs=5, schedule=schedule))
    validation = [loss for _, loss in curve(told)]
    assert validation[0] > validation[1] == validation[2] == validation[4]


def test_the_rate_falls_on_a_plateau(tmp_path: Path, cells: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulse, "EVENT_SECONDS", 0.0)
    schedule = {"type": "plateau", "patience": 2, "drop": 0.1}
    told = events(job(tmp_path, cells, network(cells, 1), epochs=6, optimizer=STILL, schedule=schedule))
    rates = {one["epoch"]: one["learning_rate"] for one in told if one["type"] == "progress"}
    assert [rates[epoch] * 1e30 for epoch in range(1, 7)] == pytest.approx([1, 1, 1, 0.1, 0.1, 0.01])


def test_it_learns(tmp_path: Path, bars: Path) -> None:
    layers = [("Conv2D", {"filters": 6, "activation": "relu"}), ("Flatten", {})]
    optimizer = {"type": "Adam", "learning_rate": 0.02}
    told = events(job(tmp_path, bars, network(bars, 1, *layers), epochs=25, optimizer=optimizer))
    assert told[-1]["test"]["accuracy"] == 1.0
    assert told[-1]["test"]["auc"] == 1.0


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"loss": "categorical_crossentropy"}, "loss_does_not_fit"),
        ({"loss": "binary_crossentropy"}, "loss_does_not_fit"),
        ({"metrics": ["accuracy"]}, "metric_does_not_fit"),
    ],
)
def test_what_does_not_suit_the_target_is_refused(
    tmp_path: Path, houses: Path, settings: dict[str, Any], code: str
) -> None:
    problem = refused(job(tmp_path, houses, network(houses, 1), **settings))
    assert problem["code"] == code
    assert problem["hint"]


def test_a_drawing_with_a_problem_is_refused_with_it(tmp_path: Path, houses: Path) -> None:
    problem = refused(job(tmp_path, houses, network(houses, 2)))
    assert problem["code"] == "wrong_number_of_values"
    assert problem["where"] == {"node": "output"}


def test_a_batch_may_be_larger_than_the_data(tmp_path: Path, flowers: Path) -> None:
    told = events(job(tmp_path, flowers, network(flowers, 3), batch_size=100_000))
    assert told[1]["steps_per_epoch"] == 1
    assert len(curve(told)) == 3


def test_a_last_smaller_batch_counts_by_its_rows(tmp_path: Path, houses: Path) -> None:
    """With weights that stand still, the measures of an epoch do not depend on how its rows are cut."""
    told, whole = (
        [
            one["train"]
            for one in events(job(tmp_path, houses, network(houses, 1), optimizer=STILL, batch_size=size, epochs=1))
            if one["type"] == "epoch"
        ]
        for size in (10, 1000)
    )
    assert told[0] == pytest.approx(whole[0], rel=1e-4)
    assert set(told[0]) == {"loss", "mae", "rmse"}


def test_answers_too_many_to_keep_leave_what_adds_up(
    tmp_path: Path, flowers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluator, "KEPT_ANSWERS", 1)
    given = job(tmp_path, flowers, network(flowers, 3), metrics=["accuracy", "auc"])
    told = events(given)
    epochs = [one for one in told if one["type"] == "epoch"]
    assert set(epochs[0]["train"]) == {"loss", "accuracy"}
    assert set(epochs[0]["validation"]) == {"loss", "accuracy", "auc"}
    assert [one for one in told if one["type"] == "log"] == []
    monkeypatch.setattr(evaluator, "KEPT", 1)
    told = events(given)
    assert set(told[-1]["test"]) == {"loss", "accuracy"}
    (said,) = [one for one in told if one["type"] == "log"]
    assert said["message"].startswith("AUC cannot be measured")


def test_a_step_that_needs_too_much_memory_is_refused(
    tmp_path: Path, flowers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(devices, "free_memory", lambda: 2000)
    problem = refused(job(tmp_path, flowers, network(flowers, 3)))
    assert problem["code"] == "out_of_memory"
    assert problem["where"] == {"field": "batch_size"}
    assert problem["hint"].startswith("Halve the batch size")


def two_targets(folder: Path, cells: Path, **settings: Any) -> Job:
    """Cells with two targets, diagnosis and texture."""
    document = recipe(cells)
    document["columns"]["texture"] |= {"role": "target"}
    nodes = [node("input", "Input"), node("trunk", "Dense", units=6, activation="relu")]
    nodes += [node("tell", "Dense", units=1), node("guess", "Dense", units=1)]
    nodes += [node("a", "Output", name="diagnosis"), node("b", "Output", name="texture")]
    drawing = graph(nodes, "input > trunk > tell > a, trunk > guess > b")
    read = Settings.model_validate({"epochs": 2, "batch_size": 16, **settings})
    return Job(folder, cells, Graph.model_validate(drawing), Recipe.model_validate(document), read)


def test_two_targets_are_trained_together(tmp_path: Path, cells: Path) -> None:
    told = events(two_targets(tmp_path, cells))
    assert set(told[-1]["test"]) == {"loss", "diagnosis_accuracy", "diagnosis_auc", "texture_mae", "texture_rmse"}
    assert told[1]["targets"].keys() == {"diagnosis", "texture"}


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


def test_an_index_goes_through_an_embedding(tmp_path: Path, houses: Path) -> None:
    document = recipe(houses)
    document["columns"]["town"] |= {"encode": "index"}
    read = Recipe.model_validate(document)
    assert read.inputs == {"features": ["area", "rooms"], "town": ["town"]}
    nodes = [node("input", "Input"), node("town", "Input", name="town"), node("look", "Embedding", input_dim=4)]
    nodes += [node("flat", "Flatten"), node("join", "Concatenate"), node("one", "Dense", units=1)]
    drawing = graph(
        [*nodes, node("out", "Output", name="price")], "input > join, town > look > flat > join > one > out"
    )
    told = list(train(Job(tmp_path, houses, Graph.model_validate(drawing), read, Settings(epochs=2, batch_size=16))))
    assert told[-1]["reason"] == "completed"


def test_a_network_without_weights_is_measured(tmp_path: Path, houses: Path) -> None:
    document = recipe(houses)
    for name in ("rooms", "town"):
        document["columns"][name] |= {"role": "ignore"}
    given = Job(
        tmp_path,
        houses,
        Graph.model_validate(stack(target="price")),
        Recipe.model_validate(document),
        Settings(epochs=2),
    )
    told = list(train(given))
    assert told[1]["parameters"] == 0
    assert told[-1]["reason"] == "completed"


def test_the_default_settings_are_written_down() -> None:
    assert Settings().model_dump(mode="json") == {
        "format": 1,
        "epochs": 20,
        "batch_size": 128,
        "optimizer": Adam().model_dump(),
        "schedule": {"type": "constant", "warmup_epochs": 0.0},
        "loss": "auto",
        "outputs": {},
        "class_weights": {"type": "equal"},
        "metrics": [],
        "early_stopping": {
            "monitor": "validation_loss",
            "patience": 25,
            "min_delta": 0.0,
            "start_from_epoch": 0,
            "restore_best": True,
        },
        "stop_when": None,
        "frozen": [],
        "precision": "float32",
        "seed": 0,
    }
    for name, described in settings_schema()["properties"].items():
        assert name == "format" or described["description"], name
