"""What layers do at random while training, and that they leave an answer alone."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx

from engine.graph.model import GraphModel, plan
from engine.graph.specs import DataSpecs
from engine.modules import random_mask
from tests.engine.drawings import checked, graph, node, printed
from tests.engine.layers.building import draw, module


def test_dropout_scales_up_what_it_keeps() -> None:
    drop, x = module("Dropout", (1000,), rate=0.3), jnp.ones((20, 1000))
    drop.train()
    kept = np.asarray(drop(x, key=jax.random.key(0)))
    assert set(np.unique(kept)) == {np.float32(0), np.float32(1 / 0.7)}
    assert abs((kept == 0).mean() - 0.3) < 0.02
    np.testing.assert_array_equal(kept, drop(x, key=jax.random.key(0)))
    assert (kept != np.asarray(drop(x, key=jax.random.key(1)))).any()
    drop.eval()
    np.testing.assert_array_equal(drop(x, key=jax.random.key(0)), x)


def test_what_is_dropped_depends_neither_on_the_place_nor_on_the_key_before() -> None:
    keys = jax.random.split(jax.random.key(7), 64)
    assert random_mask(keys[0], 1.0, (4,)).all()
    masks = np.stack([np.asarray(random_mask(key, 0.7, (64, 64))) for key in keys]).astype(float) - 0.7
    spread = np.sqrt(0.7 * 0.3)
    assert abs(masks.mean()) < 4 * spread / np.sqrt(masks.size)
    for axis in range(3):  # by key, by row and by column
        means = masks.mean(axis=tuple(other for other in range(3) if other != axis)) / spread * 64
        assert abs(means).max() < 4.5
        assert np.square(means).mean() == pytest.approx(1, abs=0.6)
        for step in (1, 2, 16):
            after = np.roll(masks, step, axis)
            assert abs((masks * after).mean()) < 4.5 * spread**2 / np.sqrt(masks.size)


NOISY: list[tuple[str, dict[str, Any], tuple[int, ...]]] = [
    ("Dropout", {}, (6,)),
    ("SpatialDropout1D", {}, (5, 6)),
    ("SpatialDropout2D", {}, (4, 5, 6)),
    ("SpatialDropout3D", {}, (3, 4, 5, 6)),
    ("GaussianNoise", {"stddev": 2.0}, (6,)),
    ("GaussianDropout", {}, (6,)),
    ("AlphaDropout", {}, (6,)),
]


@pytest.mark.parametrize(("kind", "config", "shape"), NOISY)
def test_noise_is_of_a_key_and_only_while_training(kind: str, config: dict[str, Any], shape: tuple[int, ...]) -> None:
    noisy, x = module(kind, shape, **config), jnp.asarray(draw(8, *shape))
    noisy.train()
    once = noisy(x, key=jax.random.key(0))
    assert once.shape == x.shape
    np.testing.assert_array_equal(once, noisy(x, key=jax.random.key(0)))
    assert (np.asarray(once) != np.asarray(noisy(x, key=jax.random.key(1)))).any()
    np.testing.assert_array_equal(noisy(x, key=None), x)
    noisy.eval()
    np.testing.assert_array_equal(noisy(x, key=jax.random.key(0)), x)


@pytest.mark.parametrize(("kind", "shape"), [(kind, shape) for kind, _, shape in NOISY if "Spatial" in kind])
def test_spatial_dropout_drops_whole_channels(kind: str, shape: tuple[int, ...]) -> None:
    drop, x = module(kind, (*shape[:-1], 50), rate=0.3), jnp.ones((40, *shape[:-1], 50))
    drop.train()
    kept = np.asarray(drop(x, key=jax.random.key(0)))
    along = tuple(range(1, kept.ndim - 1))
    np.testing.assert_array_equal(kept.min(along), kept.max(along))
    assert set(np.unique(kept)) == {np.float32(0), np.float32(1 / 0.7)}
    assert abs((kept == 0).mean() - 0.3) < 0.03


def test_channels_before_the_other_axes_are_dropped_as_a_whole_too() -> None:
    drop, x = module("SpatialDropout2D", (50, 4, 5), data_format="channels_first"), jnp.ones((20, 50, 4, 5))
    drop.train()
    kept = np.asarray(drop(x, key=jax.random.key(0)))
    np.testing.assert_array_equal(kept.min((2, 3)), kept.max((2, 3)))
    assert abs((kept == 0).mean() - 0.5) < 0.05


def test_gaussian_noise_has_its_deviation() -> None:
    noisy, x = module("GaussianNoise", (1000,), stddev=0.5), jnp.full((50, 1000), 3.0)
    noisy.train()
    added = np.asarray(noisy(x, key=jax.random.key(0))) - 3
    assert abs(added.mean()) < 0.01
    assert added.std() == pytest.approx(0.5, rel=0.01)


def test_gaussian_dropout_multiplies_around_one() -> None:
    noisy, x = module("GaussianDropout", (1000,), rate=0.2), jnp.full((50, 1000), 3.0)
    noisy.train()
    factor = np.asarray(noisy(x, key=jax.random.key(0))) / 3
    assert factor.mean() == pytest.approx(1, abs=0.01)
    assert factor.std() == pytest.approx(0.5, rel=0.01)


def test_alpha_dropout_keeps_mean_and_variance() -> None:
    drop, x = module("AlphaDropout", (1000,), rate=0.3), draw(100, 1000)
    drop.train()
    given = np.asarray(drop(jnp.asarray(x), key=jax.random.key(0)))
    assert abs(given.mean()) < 0.02
    assert given.std() == pytest.approx(1, rel=0.02)
    least = -1.6732632423543772 * 1.0507009873554805
    factor = (0.7 * (1 + 0.3 * least**2)) ** -0.5
    dropped = np.isclose(given, factor * least * 0.7, atol=1e-5)
    assert abs(dropped.mean() - 0.3) < 0.01
    np.testing.assert_allclose(given[~dropped], factor * (x[~dropped] - 0.3 * least), rtol=1e-3, atol=1e-4)


def test_noise_is_drawn_anew_while_training_and_the_same_in_evaluation() -> None:
    source = module("Noise", shape=(500,))
    source.train()
    once = np.asarray(source(40, key=jax.random.key(0)))
    assert once.shape == (40, 500)
    assert once.mean() == pytest.approx(0, abs=0.02)
    assert once.std() == pytest.approx(1, rel=0.02)
    assert (once != np.asarray(source(40, key=jax.random.key(1)))).all()
    source.eval()
    np.testing.assert_array_equal(source(40, key=None), source(40, key=jax.random.key(0)))
    assert (np.asarray(source(4, key=None)) != np.asarray(module("Noise", shape=(500,), seed=1)(4, key=None))).all()


def test_uniform_noise_is_even_between_minus_one_and_one() -> None:
    drawn = np.asarray(module("Noise", shape=(500,), distribution="uniform")(40, key=jax.random.key(0)))
    assert -1 <= drawn.min() < -0.99
    assert 0.99 < drawn.max() <= 1
    assert drawn.std() == pytest.approx(2 / np.sqrt(12), rel=0.02)


def test_a_generator_needs_no_input_but_makes_a_row_for_each_of_the_batch() -> None:
    nodes = [node("noise", "Noise", shape=[3]), node("dense", "Dense", units=2), node("output", "Output", name="y")]
    report = checked(graph(nodes, "noise > dense > output"))
    assert report.problems == []
    made = plan(report, DataSpecs())
    rows = {"features": jnp.zeros((5, 4))}
    for model in (GraphModel(made, nnx.Rngs(0)), printed(made)["Model"](nnx.Rngs(0))):
        assert model.forward(rows, key=jax.random.key(0))["y"].shape == (5, 2)
        model.eval()
        np.testing.assert_array_equal(model(rows)["y"], model(rows)["y"])
