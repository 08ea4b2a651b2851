"""A look at what layers without weights give, and at the share of zeros: which are told, which keep quiet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.training import sight
from engine.training.assembly import assemble
from engine.training.probe import LayerFigures, Probe
from tests.engine.samples import events, job, network

HIDDEN = ("Dense", {"units": 6})


def looked(folder: Path, dataset: Path, units: int, *hidden: tuple[str, dict[str, Any]]) -> dict[str, LayerFigures]:
    """The figures of every node of a chain before its first step."""
    given = job(folder, dataset, network(dataset, units, *hidden))
    made = assemble(given.dataset, given.graph, given.recipe, given.settings)
    return Probe(made.learner, 16, 0).look(made.learner.start(0), 0.1)


def test_an_activation_shows_what_it_gives_and_how_much_of_it_is_zero(tmp_path: Path, houses: Path) -> None:
    given = job(tmp_path, houses, network(houses, 1, HIDDEN, ("ReLU", {})))
    made = assemble(given.dataset, given.graph, given.recipe, given.settings)
    state = made.learner.start(0)
    model = made.learner.model(state.weights, state.rest)
    probe = Probe(made.learner, 16, 0)
    linear, rectified, last = probe.look(state, 0.1).values()

    dense = getattr(model, next(iter(made.learner.sizes)))
    x = next(iter(made.trainer.feed.inputs.values())).take(probe._xs["row"]).astype(np.float64)
    given_out = np.maximum(x @ np.asarray(dense.kernel.get_value()) + np.asarray(dense.bias.get_value()), 0)
    assert rectified.weight is None
    assert rectified.size is None
    assert (rectified.mean, rectified.std) == pytest.approx((given_out.mean(), given_out.std()), rel=1e-4)
    assert rectified.zeros == pytest.approx(np.mean(given_out == 0))
    assert (rectified.dead, rectified.units) == (np.mean((given_out == 0).all(axis=0)), 6)
    assert (linear.zeros, linear.dead, last.zeros) == (None, None, None)


@pytest.mark.parametrize(
    ("layer", "config"),
    [
        ("LayerNormalization", {"center": False, "scale": False}),
        ("BatchNormalization", {}),
        ("Activation", {"activation": "tanh"}),
        ("Softmax", {}),
    ],
)
def test_a_layer_that_changes_values_is_told_of(
    tmp_path: Path, houses: Path, layer: str, config: dict[str, Any]
) -> None:
    found = list(looked(tmp_path, houses, 1, HIDDEN, (layer, config)).values())[1]
    assert found.mean is not None
    assert found.std is not None
    assert found.units == 6


@pytest.mark.parametrize(
    ("layer", "config"),
    [
        ("Dropout", {"rate": 0.5}),
        ("GaussianNoise", {"stddev": 1.0}),
        ("Reshape", {"target_shape": [3, 2]}),
        ("Flatten", {}),
        ("Activation", {"activation": "linear"}),
    ],
)
def test_a_layer_that_passes_on_what_it_was_given_keeps_quiet(
    tmp_path: Path, houses: Path, layer: str, config: dict[str, Any]
) -> None:
    after = ("Flatten", {})
    found = list(looked(tmp_path, houses, 1, HIDDEN, (layer, config), after).values())[1]
    assert found == LayerFigures()


def test_a_picture_laid_out_flat_is_not_blamed_for_places_that_stay_dark(tmp_path: Path, bars: Path) -> None:
    found = looked(
        tmp_path,
        bars,
        2,
        ("Conv2D", {"filters": 4, "kernel_size": [3, 3], "activation": "relu"}),
        ("MaxPooling2D", {"pool_size": [2, 2]}),
        ("Flatten", {}),
    )
    convolved, pooled, flat, _ = found.values()
    assert convolved.zeros is not None
    assert pooled.zeros is not None
    assert pooled.zeros < convolved.zeros
    assert pooled.mean is not None
    assert pooled.dead is None
    assert flat == LayerFigures()


def test_an_event_tells_of_layers_without_weights_and_only_what_they_have(
    tmp_path: Path, flowers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sight, "SHORTEST_SECONDS", 0.0)
    monkeypatch.setattr(sight, "WAITED", 1e9)
    told = events(job(tmp_path, flowers, network(flowers, 3, HIDDEN, ("ReLU", {}), ("Dropout", {}))))
    layers = next(one for one in told if one["type"] == "layers")["layers"]
    assert [sorted(one) for one in layers] == [
        ["gradient", "mean", "name", "size", "std", "units", "update", "weight"],
        ["dead", "mean", "name", "std", "units", "zeros"],
        ["gradient", "mean", "name", "size", "std", "units", "update", "weight"],
    ]


def test_of_too_many_layers_those_that_learn_are_told_first(
    tmp_path: Path, flowers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sight, "SHORTEST_SECONDS", 0.0)
    monkeypatch.setattr(sight, "WAITED", 1e9)
    monkeypatch.setattr(sight, "MOST_LAYERS", 3)
    pair = (HIDDEN, ("ReLU", {}))
    told = events(job(tmp_path, flowers, network(flowers, 3, *pair, HIDDEN, ("ReLU", {}))))
    layers = next(one for one in told if one["type"] == "layers")["layers"]
    assert ["weight" in one for one in layers] == [True, True, True]
    monkeypatch.setattr(sight, "MOST_LAYERS", 4)
    told = events(job(tmp_path, flowers, network(flowers, 3, *pair, HIDDEN, ("ReLU", {}))))
    layers = next(one for one in told if one["type"] == "layers")["layers"]
    assert ["weight" in one for one in layers] == [True, False, True, True]
