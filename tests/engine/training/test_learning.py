"""Runs learn: by every loss and optimizer, with batches added up, averaged weights, and rates on a schedule."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.training import pulse
from engine.training.criteria import LOSSES
from engine.training.optimizers import OPTIMIZERS
from engine.training.step import Learner
from tests.engine.samples import curve, events, job, network
from tests.engine.training.whole_runs import STILL

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
    ("houses", 1, "log_cosh"),
    ("houses", 1, "msle"),
    ("houses", 1, "poisson"),
    ("flowers", 3, "cosine_similarity"),
    ("flowers", 3, "kl_divergence"),
    ("cells", 1, "hinge"),
]
RATES = {"SGD": 0.05, "Adadelta": 1.0, "Adagrad": 0.1}


@pytest.mark.parametrize(("name", "units", "loss"), FITTING)
def test_every_loss_brings_itself_down(
    tmp_path: Path, request: pytest.FixtureRequest, name: str, units: int, loss: Any
) -> None:
    dataset: Path = request.getfixturevalue(name)
    settings = {"optimizer": {"type": "Adam", "learning_rate": 0.02}, "epochs": 6, "batch_size": 8}
    drawing = network(dataset, units)
    if loss == "poisson":
        drawing["nodes"][-1]["config"]["activation"] = "softplus"
    given = job(tmp_path, dataset, drawing, loss=loss, **settings)
    if loss == "poisson":
        given.recipe.columns["price"].scale = "none"
    losses = [train for train, _ in curve(events(given))]
    assert losses[-1] < losses[0]


def test_every_loss_is_tried() -> None:
    tried = {loss if isinstance(loss, str) else loss["type"] for _, _, loss in FITTING}
    assert tried == {kind.model_fields["type"].default for kind in LOSSES} - {"auto"}


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
    compile_chunk = Learner.compile

    def compiling(learner: Learner, state: Any, xs: Any, settings: Any) -> Any:
        compiled.append(len(xs["row"]))
        return compile_chunk(learner, state, xs, settings)

    monkeypatch.setattr(Learner, "compile", compiling)
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
