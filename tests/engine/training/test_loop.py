"""Whole runs on small data: the events, the order of rows, calls of many steps, rows from disk, and what is refused."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jax
import numpy as np
import pytest

from engine.data.batches import in_turn, shuffled
from engine.data.recipe import Recipe
from engine.graph.document import Graph
from engine.job import Job, train
from engine.training import chunks, devices, evaluator, feeding, pulse
from engine.training.optimizers import Adam
from engine.training.settings import Settings, settings_schema
from engine.training.step import Chunk, Learner
from tests.engine.drawings import graph, node, stack
from tests.engine.samples import curve, events, job, network, recipe
from tests.engine.training.whole_runs import STILL, refused

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
    compile_chunk = Learner.compile

    def compiling(learner: Learner, state: Any, xs: Any, settings: Any) -> Any:
        counts.append(len(xs["row"]))
        return compile_chunk(learner, state, xs, settings)

    monkeypatch.setattr(Learner, "compile", compiling)
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
    compile_chunk, run_chunk = Learner.compile, Chunk.run

    def compiling(learner: Learner, state: Any, xs: Any, settings: Any) -> Any:
        if len(xs["row"]) > 1:
            ready.wait(60)
        return compile_chunk(learner, state, xs, settings)

    def running(chunk: Chunk, state: Any, resident: Any, xs: Any, settings: Any) -> Any:
        calls.append(len(xs["row"]))
        return run_chunk(chunk, state, resident, xs, settings)

    monkeypatch.setattr(Learner, "compile", compiling)
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
            "patience": 10,
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
