"""What regularizers cost: the same in the drawn model and the printed one, and part of the loss of a run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx
from safetensors.numpy import load_file

from engine.graph.model import GraphModel, plan
from tests.engine.drawings import checked, graph, node, printed, stack, table
from tests.engine.samples import events, job, network

X = np.random.default_rng(0).normal(size=(5, 4)).astype(np.float32)


def costs(drawing: dict[str, Any]) -> tuple[Any, list[float]]:
    """The built model, and what it adds to the loss for X; the printed one must add the same."""
    report = checked(drawing, table())
    assert report.problems == []
    made = plan(report, table())
    own, other = GraphModel(made, nnx.Rngs(0)), printed(made)["Model"](nnx.Rngs(1))
    nnx.update(other, nnx.state(own))
    added: list[list[jax.Array]] = [[], []]
    for model, losses in zip((own, other), added, strict=True):
        model.forward({"features": jnp.asarray(X)}, key=jax.random.key(0), losses=losses)
    np.testing.assert_array_equal(*(np.asarray(losses) for losses in added))
    return own, [float(one) for one in added[0]]


def priced(values: Any, l1: float, l2: float) -> float:
    given = np.asarray(values, np.float64)
    return float(l1 * np.abs(given).sum() + l2 * (given**2).sum())


def test_weights_biases_and_outputs_have_their_price() -> None:
    dense = {
        "units": 3,
        "activation": "relu",
        "bias_initializer": "ones",
        "kernel_regularizer": {"l1": 0.1, "l2": 0.2},
        "bias_regularizer": {"l1": 0.3, "l2": 0},
        "activity_regularizer": {"l1": 0, "l2": 0.5},
    }
    model, added = costs(stack(("Dense", dense)))
    kernel, bias = (np.asarray(one.get_value()) for one in (model.layer_0.kernel, model.layer_0.bias))
    given = np.maximum(X @ kernel + bias, 0)
    expected = [priced(kernel, 0.1, 0.2), priced(bias, 0.3, 0), priced(given, 0, 0.5) / 5]
    np.testing.assert_allclose(added, expected, rtol=1e-5)


def test_factors_slopes_and_what_passes_have_their_price() -> None:
    layers = [
        ("PReLU", {"alpha_initializer": "random_normal", "alpha_regularizer": {"l1": 0.1, "l2": 0}}),
        ("BatchNormalization", {"gamma_regularizer": {}, "beta_regularizer": {}, "center": False}),
        ("ActivityRegularization", {"l1": 0.5, "l2": 0.25}),
        ("Dense", {"units": 3, "use_bias": False, "bias_regularizer": {}}),
    ]
    model, added = costs(stack(*layers))
    slopes = np.asarray(model.layer_0.alpha.get_value())
    bent = np.where(X > 0, X, slopes * X)
    passed = (bent - bent.mean(0)) / np.sqrt(bent.var(0) + 1e-3)
    expected = [priced(slopes, 0.1, 0), priced(np.ones(4), 0, 0.01), priced(passed, 0.5, 0.25) / 5]
    np.testing.assert_allclose(added, expected, rtol=1e-4)


def test_shared_weights_cost_once_and_what_comes_out_costs_each_time() -> None:
    config = {"units": 4, "kernel_regularizer": {"l2": 0.1}, "activity_regularizer": {"l1": 1}}
    nodes = [node("input", "Input"), node("first", "Dense", **config), node("again", "Dense", "first", **config)]
    drawing = graph([*nodes, node("last", "Dense", units=3), node("output", "Output")], "input > first > again > last")
    drawing["edges"] += graph([], "last > output")["edges"]
    _, added = costs(drawing)
    assert len(added) == 3


def test_a_run_pays_for_its_weights(tmp_path: Path, flowers: Path) -> None:
    still = {"type": "SGD", "learning_rate": 1e-30}
    losses = []
    for regularizer in (None, {"l1": 0.1, "l2": 0.2}):
        hidden = ("Dense", {"units": 6, "kernel_initializer": "ones", "kernel_regularizer": regularizer})
        told = events(job(tmp_path, flowers, network(flowers, 3, hidden), optimizer=still, epochs=1))
        (epoch,) = [one for one in told if one["type"] == "epoch"]
        losses.append((epoch["train"]["loss"], epoch["validation"]["loss"]))
    size = load_file(tmp_path / "weights.safetensors")["layer_0.kernel"].size
    (free, measured), (paid, same) = losses
    assert paid - free == pytest.approx(0.3 * size, rel=1e-4)
    assert measured == same


def test_a_price_makes_weights_small(tmp_path: Path, flowers: Path) -> None:
    sizes = []
    for regularizer in (None, {"l1": 0, "l2": 1.0}):
        folder = tmp_path / str(regularizer is None)
        folder.mkdir()
        hidden = ("Dense", {"units": 6, "kernel_regularizer": regularizer})
        events(
            job(
                folder,
                flowers,
                network(flowers, 3, hidden),
                epochs=10,
                optimizer={"type": "Adam", "learning_rate": 0.05},
            )
        )
        sizes.append(np.abs(load_file(folder / "weights.safetensors")["layer_0.kernel"]).mean())
    assert sizes[1] < sizes[0] / 2
