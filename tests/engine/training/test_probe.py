"""A look at the layers: its numbers against NumPy, its words, and that training does not notice it."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.graph.document import Graph
from engine.job import train
from engine.training import probe as looking
from engine.training import sight
from engine.training.assembly import Assembly, assemble
from engine.training.control import Control
from engine.training.examples import Examples
from engine.training.probe import LayerFigures, Probe
from engine.training.remarks import remarks
from tests.engine.drawings import node
from tests.engine.samples import curve, events, job, network

SGD = {"type": "SGD", "learning_rate": 0.05}


def assembled(folder: Path, dataset: Path, drawing: dict[str, Any], **settings: Any) -> Assembly:
    given = job(folder, dataset, drawing, **settings)
    return assemble(given.dataset, given.graph, given.recipe, given.settings)


def test_a_look_gives_what_numpy_works_out(tmp_path: Path, houses: Path) -> None:
    made = assembled(tmp_path, houses, network(houses, 1), optimizer=SGD, loss="mse")
    state = made.learner.start(0)
    model = made.learner.model(state.weights, state.rest)
    first, second = (getattr(model, name) for name in made.learner.sizes)
    first.bias.set_value(first.bias.get_value().at[2].set(-1e3))  # one unit that can fire for no row
    state.weights[0] = first.bias.get_value()
    probe = Probe(made.learner, 16, 0)
    found = list(probe.look(state, 0.05).values())

    rows = probe._xs["row"]
    x = made.trainer.feed.inputs[next(iter(made.trainer.feed.inputs))].take(rows).astype(np.float64)
    y = made.trainer.feed.truth["price"][rows].astype(np.float64)
    w1, b1, w2, b2 = (
        np.asarray(one.get_value(), np.float64) for one in (first.kernel, first.bias, second.kernel, second.bias)
    )
    hidden = np.maximum(x @ w1 + b1, 0)
    slope = 2 * (hidden @ w2 + b2 - y) / len(y)
    back = (slope @ w2.T) * (hidden > 0)
    own = [np.concatenate([w.ravel(), b]) for w, b in ((w1, b1), (w2, b2))]
    gradients = [
        np.concatenate([(x.T @ back).ravel(), back.sum(0)]),
        np.concatenate([(hidden.T @ slope).ravel(), slope.sum(0)]),
    ]
    for figures, weights, gradient in zip(found, own, gradients, strict=True):
        assert figures.size == weights.size
        assert figures.weight == pytest.approx(np.linalg.norm(weights), rel=1e-5)
        assert figures.gradient == pytest.approx(np.linalg.norm(gradient), rel=1e-3)
        assert figures.update == pytest.approx(0.05 * np.linalg.norm(gradient) / np.linalg.norm(weights), rel=1e-3)
    assert (found[0].mean, found[0].std) == pytest.approx((hidden.mean(), hidden.std()), rel=1e-4)
    assert (found[0].dead, found[0].units) == (np.mean((hidden == 0).all(axis=0)), 8)
    assert found[0].dead >= 1 / 8
    assert found[1].dead is None


def test_the_update_of_accumulated_gradients_is_the_one_that_will_come(tmp_path: Path, houses: Path) -> None:
    waits = {**SGD, "gradient_accumulation_steps": 4}
    looks = []
    for optimizer in (SGD, waits):
        made = assembled(tmp_path, houses, network(houses, 1), optimizer=optimizer)
        looks.append(Probe(made.learner, 16, 0).look(made.learner.start(0), 0.05))
    assert looks[0] == looks[1]


def test_dead_units_are_told_where_they_die_and_not_after(tmp_path: Path, houses: Path) -> None:
    layers = [
        ("Dense", {"units": 4}),
        ("ReLU", {"threshold": 1e9}),
        ("Reshape", {"target_shape": [2, 2]}),
        ("Flatten", {}),
    ]
    made = assembled(tmp_path, houses, network(houses, 1, *layers))
    found = Probe(made.learner, 16, 0).look(made.learner.start(0), 0.1)
    assert [one.dead for one in found.values()] == [None, 1.0, None, None, None]
    spoken = remarks(found, 48)
    assert [(one["layer"], one["sign"]) for one in spoken if one["code"] == "dead_units"] == [
        (list(found)[1], "100% dead")
    ]
    assert {one["layer"] for one in spoken if one["code"] == "no_gradient"} == {next(iter(found))}


def test_a_layer_within_a_block_is_called_as_on_the_canvas(tmp_path: Path, flowers: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(sight, "SHORTEST_SECONDS", 0.0)
    monkeypatch.setattr(sight, "WAITED", 1e9)
    inside = {
        "title": "Two",
        "description": "",
        "nodes": [
            node("input_1", "Input"),
            node("dense", "Dense", units=5, activation="relu"),
            node("output_1", "Output"),
        ],
        "edges": [
            {"source": "input_1", "target": "dense", "port": 0},
            {"source": "dense", "target": "output_1", "port": 0},
        ],
    }
    drawing = network(flowers, 3)
    hidden = next(one for one in drawing["nodes"] if one["type"] == "Dense")
    hidden |= {"type": "Block", "config": {"block": "two"}}
    drawing["blocks"] = {"two": inside}
    Graph.model_validate(drawing)
    told = events(job(tmp_path, flowers, drawing))
    layers = next(one for one in told if one["type"] == "layers")
    assert layers["layers"][0]["name"] == f"{hidden['id']}/dense"


def test_looking_changes_no_bit_of_the_training(tmp_path: Path, flowers: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawing = network(
        flowers,
        3,
        ("Dense", {"units": 6, "activation": "relu"}),
        ("BatchNormalization", {}),
        ("Dropout", {"rate": 0.4}),
    )
    plain = events(job(tmp_path, flowers, drawing, epochs=6))
    for name, value in (
        ("SETTLED_SECONDS", 0.0),
        ("LEAST_SECONDS", 0.0),
        ("SHARE", 1e9),
        ("LOOKS", 1e9),
        ("SHORTEST_SECONDS", 0.0),
    ):
        monkeypatch.setattr(sight, name, value)
    monkeypatch.setattr(
        Probe, "prepare", lambda probe, state: setattr(probe, "_compiled", probe._compile(state.tree()))
    )
    watched = events(job(tmp_path, flowers, drawing, epochs=6))
    looks = [one for one in watched if one["type"] == "layers"]
    assert [one["epoch"] for one in looks] == [1, 2, 3, 4, 5, 6]
    assert looks[0] != looks[-1]
    assert curve(watched) == curve(plain)
    json.dumps(watched, allow_nan=False)


def test_a_look_costs_little_and_becomes_rarer(tmp_path: Path, flowers: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made, now, took = assembled(tmp_path, flowers, network(flowers, 3)), [0.0], 0.3
    seen = made.trainer.sight
    seen._clock = lambda: now[0]
    monkeypatch.setattr(Probe, "prepare", lambda probe, state: None)
    monkeypatch.setattr(Probe, "ready", lambda probe, patience=0.0: True)

    def look(probe: Probe, state: Any, rate: float) -> dict[str, LayerFigures]:
        now[0] += took
        return {}

    monkeypatch.setattr(Probe, "look", look)
    seen.start()
    moments = []
    state = made.learner.start(0)
    for epoch in range(1, 4001):
        now[0] += 0.5
        told = list(seen.after_epoch(epoch, state, 0.1, 0.01))
        moments += [now[0] for one in told if one["type"] == "layers"]
    assert (len(moments) - 1) * took <= 0.02 * now[0]  # the first look is not counted
    assert 60 < len(moments) < 300
    assert moments[0] < 30


def test_examples_that_are_slow_to_read_become_rarer(
    tmp_path: Path, flowers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, now = assembled(tmp_path, flowers, network(flowers, 3)), [0.0]
    seen = made.trainer.sight
    seen._clock = lambda: now[0]
    monkeypatch.setattr(Probe, "prepare", lambda probe, state: None)

    def slow() -> dict[str, Any]:
        now[0] += 2.0
        return {"examples": [], "worst": []}

    monkeypatch.setattr(seen.examples, "document", slow)
    seen.start()
    state, samples = made.learner.start(0), []
    for epoch in range(1, 2001):
        now[0] += 0.5
        samples += [one["epoch"] for one in seen.after_epoch(epoch, state, 0.1, 0.01)]
    assert samples[0] == 1
    assert 5 <= len(samples) <= 2 + 0.02 * now[0] / 2.0


def test_a_first_look_that_takes_long_does_not_put_off_the_next(
    tmp_path: Path, flowers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It loads what all others need, and takes many times as long on a busy machine."""
    made, now, costs = assembled(tmp_path, flowers, network(flowers, 3)), [0.0], iter([2.0])
    seen = made.trainer.sight
    seen._clock = lambda: now[0]
    monkeypatch.setattr(Probe, "prepare", lambda probe, state: None)

    def loading() -> dict[str, Any]:
        now[0] += next(costs, 0.01)
        return {"examples": [], "worst": []}

    monkeypatch.setattr(seen.examples, "document", loading)
    seen.start()
    state, samples = made.learner.start(0), []
    for epoch in range(1, 21):
        now[0] += 0.5
        samples += [one["epoch"] for one in seen.after_epoch(epoch, state, 0.1, 0.01)]
    assert samples[:3] == [1, 3, 5]


def test_ctrl_c_is_heard_also_while_a_library_that_takes_it_for_itself_reads_examples(
    tmp_path: Path, flowers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[int] = []
    before = signal.signal(signal.SIGINT, lambda *_: heard.append(1))
    try:

        def interrupted(examples: Examples) -> dict[str, Any]:
            raise KeyboardInterrupt

        monkeypatch.setattr(Examples, "document", interrupted)
        made = job(tmp_path, flowers, network(flowers, 3), epochs=100_000, early_stopping=None)
        told = list(train(made, Control(lambda: bool(heard))))
    finally:
        signal.signal(signal.SIGINT, before)
    assert (told[-1]["type"], told[-1]["reason"]) == ("finished", "stopped_by_user")


def test_a_look_that_fails_costs_no_model_and_is_not_tried_again(
    tmp_path: Path, flowers: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Memory may run out in the look at the layers, and the file of the examples may be gone."""
    for name, value in (
        ("SETTLED_SECONDS", 0.0),
        ("LEAST_SECONDS", 0.0),
        ("LOOKS", 10**9),
        ("SHORTEST_SECONDS", 0.0),
        ("SHARE", 1e9),
    ):
        monkeypatch.setattr(sight, name, value)
    monkeypatch.setattr(Probe, "prepare", lambda probe, state: None)
    monkeypatch.setattr(Probe, "ready", lambda probe, patience=0.0: True)
    tries = []

    def failing(*_: Any) -> Any:
        tries.append(1)
        raise RuntimeError("RESOURCE_EXHAUSTED: Out of memory allocating 4 bytes")

    monkeypatch.setattr(Probe, "look", failing)
    monkeypatch.setattr("engine.data.raw.RawRows.rows", failing)
    told = events(job(tmp_path, flowers, network(flowers, 3), epochs=3))
    assert [one["message"] for one in told if one["type"] == "log"] == [sight.EXAMPLES_LOST, sight.LAYERS_LOST]
    assert (told[-1]["type"], told[-1]["reason"], len(tries)) == ("finished", "completed", 2)
    assert (tmp_path / "bundle.zip").exists()
    assert "RESOURCE_EXHAUSTED" in capsys.readouterr().err


def test_a_short_training_does_not_wait_long_for_a_last_look(
    tmp_path: Path, flowers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, now, waited = assembled(tmp_path, flowers, network(flowers, 3)), [0.0], []
    seen = made.trainer.sight
    seen._clock = lambda: now[0]
    monkeypatch.setattr(Probe, "prepare", lambda probe, state: None)
    monkeypatch.setattr(Probe, "ready", lambda probe, patience=0.0: waited.append(patience))
    made.trainer.evaluate(made.learner.start(0), "validation")
    for seconds in (2.0, 1000.0):
        seen.start()
        now[0] += seconds
        list(seen.at_end(1, made.learner.start(0), 0.1))
        assert list(seen.last_word()) == []
    assert waited == [pytest.approx(1.0), sight.PATIENCE]


@pytest.mark.parametrize(
    ("figures", "code"),
    [
        (LayerFigures(dead=0.92, units=50), "dead_units"),
        (LayerFigures(1.0, 1e-9, 1e-9, 100), "vanishing_gradient"),
        (LayerFigures(1.0, 0.0, 0.0, 100), "no_gradient"),
        (LayerFigures(1.0, 5e4, 0.01, 100), "exploding_gradient"),
        (LayerFigures(1.0, 1.0, 0.3, 100), "large_updates"),
    ],
)
def test_what_is_off_is_said_in_words_with_a_remedy(figures: LayerFigures, code: str) -> None:
    found = remarks({"dense_1": figures, "dense_2": LayerFigures(1.0, 1.0, 1e-3, 100)}, 64)
    assert [(one["layer"], one["code"]) for one in found] == [("dense_1", code)]
    assert "dense_1" in found[0]["message"]
    assert found[0]["hint"]
    assert len(found[0]["sign"]) < 22


def test_a_healthy_network_is_not_spoken_of() -> None:
    healthy = LayerFigures(3.0, 0.02, 1e-3, 500, 0.1, 0.9, 0.05, 64)
    assert remarks({"a": healthy, "b": healthy}, 64) == []
    assert remarks({"a": LayerFigures(dead=0.9, units=8)}, 8) == []


def test_fewer_rows_are_looked_at_where_memory_is_scarce(
    tmp_path: Path, houses: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawing = network(houses, 1, ("Dense", {"units": 2_000, "activation": "relu"}), ("Dense", {"units": 8}))
    made = assembled(tmp_path, houses, drawing, optimizer=SGD)
    state, several, few = made.learner.start(0), Probe(made.learner, 32, 0), Probe(made.learner, 8, 0)
    programs = [one._compile(state.tree()) for one in (several, few)]
    needs = [looking.SPARE * one.memory_analysis().temp_size_in_bytes for one in programs]
    assert needs[0] > needs[1]
    monkeypatch.setattr(looking, "free_memory", lambda: sum(needs) / 2)
    scarce = Probe(made.learner, 32, 0)
    assert scarce.look(state, 0.05) == few.look(state, 0.05)
    assert (several.rows, scarce.rows) == (32, 8)
    monkeypatch.setattr(looking, "free_memory", lambda: -1)
    with pytest.raises(MemoryError, match="too little memory"):
        Probe(made.learner, 32, 0).look(state, 0.05)
