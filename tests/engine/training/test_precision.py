"""Training in bfloat16: weights, statistics and the loss keep all digits, and what is taken away answers in them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx
from pydantic import ValidationError
from safetensors.numpy import load_file

from engine.graph.model import GraphModel
from engine.graph.precision import Precision
from engine.training.assembly import Assembly, assemble
from engine.training.settings import Settings
from tests.engine.samples import curve, events, job, network

DEEP = (
    ("Dense", {"units": 16, "activation": "relu"}),
    ("BatchNormalization", {}),
    ("Dense", {"units": 8, "activation": "softmax"}),
)
HALF: dict[str, Any] = {"precision": "bfloat16", "epochs": 12, "optimizer": {"type": "Adam", "learning_rate": 0.02}}


def assembled(folder: Path, dataset: Path, **settings: Any) -> Assembly:
    given = job(folder, dataset, network(dataset, 3, *DEEP), **{**HALF, **settings})
    return assemble(given.dataset, given.graph, given.recipe, given.settings)


def test_the_loss_falls_nearly_as_with_all_digits(tmp_path: Path, flowers: Path) -> None:
    half = curve(events(job(tmp_path, flowers, network(flowers, 3, *DEEP), **HALF)))
    whole = curve(events(job(tmp_path, flowers, network(flowers, 3, *DEEP), **{**HALF, "precision": "float32"})))
    assert half != whole
    assert half[-1][0] < 0.7 * half[0][0]
    np.testing.assert_allclose(half, whole, rtol=0.05)


def test_the_model_that_is_taken_away_has_all_digits_and_the_measures_told(tmp_path: Path, flowers: Path) -> None:
    told = events(job(tmp_path, flowers, network(flowers, 3, *DEEP), **HALF))
    weights = load_file(tmp_path / "weights.safetensors")
    assert {str(one.dtype) for one in weights.values()} == {"float32"}
    kernel = weights["layer_0.kernel"]
    assert (kernel != np.asarray(jnp.asarray(kernel, jnp.bfloat16), np.float32)).mean() > 0.9
    made = assembled(tmp_path, flowers)
    state = made.learner.start(0)
    model = made.learner.model(state.weights, state.rest)
    for path, value in weights.items():
        node: Any = model
        for name in path.split("."):
            node = getattr(node, name)
        node.set_value(jnp.asarray(value))
    test = made.trainer.feed.rows("test")
    xs = {"row": jnp.asarray(test), "weight": jnp.ones(len(test))}
    inputs, truth = made.trainer.feed.batch(made.trainer.feed.resident, xs)
    answers = np.asarray(model(inputs)["species"])
    losses = -np.log(np.take_along_axis(answers, np.asarray(truth["species"])[:, None], axis=1))
    assert told[-1]["test"]["loss"] == pytest.approx(losses.mean(), rel=1e-4)


def test_products_are_of_half_the_digits_and_what_is_kept_of_all(tmp_path: Path, flowers: Path) -> None:
    made = assembled(tmp_path, flowers)
    learner, feed = made.learner, made.trainer.feed
    state = learner.start(0)
    xs = {"row": np.zeros((1, 4), np.int32), "weight": np.ones((1, 4), np.float32)}
    settings = (np.int32(0), jax.random.key(0), np.ones(1, np.float32))
    text = jax.jit(learner._chunk).lower(*state.tree(), feed.resident, xs, *settings).as_text()
    products = [line for line in text.splitlines() if "dot_general" in line]
    assert products
    assert all("bf16" in line for line in products)
    after, losses, _ = learner.compile(state, xs, settings).run(state, feed.resident, xs, settings)
    assert losses.whole.dtype == jnp.float32
    assert jnp.bfloat16 not in {leaf.dtype for leaf in jax.tree.leaves(after.tree())}


def test_statistics_of_batches_are_those_of_all_digits(flowers: Path, tmp_path: Path) -> None:
    """A mean of 1000 with a deviation of 1 is lost in bfloat16, and kept by normalizations."""
    layers = (("Rescaling", {"scale": 1.0, "offset": 1000.0}), ("BatchNormalization", {"momentum": 0.0}))
    given = job(tmp_path, flowers, network(flowers, 3, *layers))
    made = assemble(given.dataset, given.graph, given.recipe, given.settings)
    x = np.random.default_rng(0).normal(size=(64, made.preparation["inputs"]["features"]["shape"][0]))
    model: Any = GraphModel(made.plan, nnx.Rngs(0))
    model.train()
    model.forward({"features": jnp.asarray(x, jnp.float32)}, precision=Precision(jnp.bfloat16))
    kept = model.layer_1.mean.get_value()
    assert kept.dtype == jnp.float32
    rounded = np.asarray(jnp.asarray(1000 + jnp.asarray(x, jnp.bfloat16), jnp.bfloat16), np.float32)
    np.testing.assert_allclose(kept, rounded.mean(0), rtol=1e-6)


@pytest.mark.parametrize("frozen", [["layer_0"], []])
def test_frozen_weights_keep_all_their_digits(tmp_path: Path, flowers: Path, frozen: list[str]) -> None:
    first = assembled(tmp_path, flowers).learner.start(0)
    before = {leaf.shape: np.asarray(leaf) for leaf in (*first.weights, *first.rest)}
    events(job(tmp_path, flowers, network(flowers, 3, *DEEP), **{**HALF, "epochs": 2}, frozen=frozen))
    kernel = load_file(tmp_path / "weights.safetensors")["layer_0.kernel"]
    assert np.array_equal(kernel, before[kernel.shape]) == bool(frozen)


def test_weights_of_classes_count_the_same(tmp_path: Path, cells: Path) -> None:
    """With chances that stay even the loss is log 2, times what the class of a row counts."""
    still = {"type": "SGD", "learning_rate": 1e-30}
    zero = network(cells, 1, ("Dense", {"units": 2, "kernel_initializer": "zeros"}))
    settings = {"optimizer": still, "class_weights": {"type": "given", "weights": {"malignant": 3}}, "epochs": 1}
    losses = []
    for precision in ("float32", "bfloat16"):
        told = events(job(tmp_path, cells, zero, precision=precision, **settings))
        losses.append(next(one for one in told if one["type"] == "epoch")["train"]["loss"])
    assert losses[0] == pytest.approx(losses[1], rel=1e-5)
    assert losses[0] > 1.2


def test_an_unknown_precision_is_refused_and_the_usual_one_is_whole() -> None:
    assert json.loads(Settings().model_dump_json())["precision"] == "float32"
    with pytest.raises(ValidationError):
        Settings.model_validate({"precision": "float16"})
