"""What augmentations do to images while training, and that they leave answers alone."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import ndimage

from tests.engine.layers.building import Array, module

KEY = jax.random.key(3)
RANDOM = np.random.default_rng(5)


def images(count: int = 4, height: int = 6, width: int = 7) -> Array:
    return RANDOM.uniform(0, 1, (count, height, width, 2)).astype(np.float32)


def trained(kind: str, x: Array, key: jax.Array = KEY, **config: Any) -> Array:
    """What a layer makes of images while training."""
    layer = module(kind, x.shape[1:], **config)
    layer.train()
    return np.asarray(jax.jit(lambda x, key: layer(x, key=key))(jnp.asarray(x), key))


ALL: list[tuple[str, dict[str, Any]]] = [
    ("RandomFlip", {}),
    ("RandomRotation", {}),
    ("RandomZoom", {}),
    ("RandomTranslation", {}),
    ("RandomCrop", {"height": 4, "width": 4}),
    ("RandomContrast", {}),
    ("RandomBrightness", {}),
]


@pytest.mark.parametrize(("kind", "config"), ALL)
def test_each_image_is_changed_in_its_own_way_by_a_key(kind: str, config: dict[str, Any]) -> None:
    x = np.repeat(images(1), 20, axis=0)
    once = trained(kind, x, **config)
    assert len(np.unique(once.reshape(20, -1), axis=0)) > (3 if kind == "RandomFlip" else 5)
    np.testing.assert_array_equal(once, trained(kind, x, **config))
    assert (once != trained(kind, x, jax.random.key(8), **config)).any()


@pytest.mark.parametrize(("kind", "config"), ALL)
def test_it_leaves_evaluation_alone(kind: str, config: dict[str, Any]) -> None:
    x = images()
    layer = module(kind, x.shape[1:], **config)
    expected = jax.image.resize(x[:, :, :6], (4, 4, 4, 2), "bilinear", antialias=False) if kind == "RandomCrop" else x
    np.testing.assert_allclose(layer(jnp.asarray(x), key=None), expected, rtol=1e-6)
    layer.eval()
    np.testing.assert_allclose(layer(jnp.asarray(x), key=KEY), expected, rtol=1e-6)


@pytest.mark.parametrize(
    ("mode", "axes"), [("horizontal", (2,)), ("vertical", (1,)), ("horizontal_and_vertical", (1, 2))]
)
def test_every_other_image_is_mirrored_in_each_direction(mode: str, axes: tuple[int, ...]) -> None:
    x = np.repeat(images(1), 4000, axis=0)
    given = trained("RandomFlip", x, mode=mode)
    forms = [x[0]]
    for axis in axes:
        forms += [np.flip(one, axis - 1) for one in forms]
    found = [np.all(given == form, axis=(1, 2, 3)).mean() for form in forms]
    assert sum(found) == 1
    np.testing.assert_allclose(found, 1 / len(forms), atol=0.03)


def test_a_quarter_turn_is_a_quarter_turn() -> None:
    x = images(3, 6, 6)
    for factor, turns in ((0.25, 1), (-0.25, -1), (0.5, 2)):
        given = trained("RandomRotation", x, factor=[factor, factor])
        np.testing.assert_allclose(given, np.rot90(x, turns, axes=(1, 2)), atol=1e-4)


MODES = {"reflect": "reflect", "constant": "grid-constant", "wrap": "grid-wrap", "nearest": "nearest"}


@pytest.mark.parametrize("fill_mode", MODES)
@pytest.mark.parametrize(("interpolation", "order"), [("bilinear", 1), ("nearest", 0)])
def test_what_lies_beyond_the_border_is_filled(fill_mode: str, interpolation: str, order: int) -> None:
    x, filling = images(), {"fill_mode": fill_mode, "interpolation": interpolation, "fill_value": 0.3}
    down, across = np.meshgrid(np.arange(6.0), np.arange(7.0), indexing="ij")

    def expected(down: Array, across: Array) -> Array:
        places, settings = np.stack([down, across]), {"order": order, "mode": MODES[fill_mode], "cval": 0.3}
        flat = [ndimage.map_coordinates(x[i, :, :, c], places, **settings) for i in range(4) for c in range(2)]
        return np.moveaxis(np.reshape(flat, (4, 2, 6, 7)), 1, -1)

    turn = 2 * np.pi * 0.08
    sine, cosine, y, z = np.sin(turn), np.cos(turn), down - 2.5, across - 3
    given = trained("RandomRotation", x, factor=[0.08, 0.08], **filling)
    np.testing.assert_allclose(
        given, expected(sine * z + cosine * y + 2.5, cosine * z - sine * y + 3), rtol=1e-4, atol=1e-5
    )
    given = trained("RandomZoom", x, height_factor=[0.4, 0.4], width_factor=[-0.3, -0.3], **filling)
    np.testing.assert_allclose(given, expected(y * 1.4 + 2.5, z * 0.7 + 3), rtol=1e-4, atol=1e-5)
    given = trained("RandomTranslation", x, height_factor=[0.6, 0.6], width_factor=[-0.2, -0.2], **filling)
    np.testing.assert_allclose(given, expected(down - 3.6, across + 1.4), rtol=1e-4, atol=1e-5)


def test_without_a_width_factor_a_zoom_keeps_proportions() -> None:
    ramp = np.broadcast_to(np.arange(9.0)[:, None] + np.arange(9.0) * 100, (200, 9, 9)).astype(np.float32)[..., None]
    given = trained("RandomZoom", ramp, height_factor=[-0.5, 0])[..., 0]
    down, across = given[:, 5, 4] - given[:, 4, 4], (given[:, 4, 5] - given[:, 4, 4]) / 100
    np.testing.assert_allclose(down, across, rtol=1e-2, atol=1e-3)
    assert 0.5 <= down.min() < 0.52
    assert 0.98 < down.max() <= 1
    assert down.mean() == pytest.approx(0.75, abs=0.03)


def test_shifts_are_even_in_their_range() -> None:
    ramp = np.broadcast_to(np.arange(101.0)[:, None] + np.zeros(5), (4000, 101, 5)).astype(np.float32)[..., None]
    given = 50 - trained("RandomTranslation", ramp, height_factor=[-0.1, 0.3], width_factor=0)[:, 50, 2, 0]
    assert -10.11 <= given.min() < -9.9
    assert 30.1 < given.max() <= 30.31
    assert given.mean() == pytest.approx(10.1, abs=0.6)


def test_a_crop_is_a_part_of_its_image_at_any_place() -> None:
    place = np.arange(6)[:, None] * 10.0 + np.arange(7)
    x = np.broadcast_to(place, (2000, 6, 7)).astype(np.float32)[..., None]
    given = trained("RandomCrop", x, height=4, width=5)[..., 0]
    assert given.shape == (2000, 4, 5)
    corners, counts = np.unique(given[:, 0, 0], return_counts=True)
    assert set(corners) == {10.0 * top + left for top in range(3) for left in range(3)}
    assert counts.min() > 150
    np.testing.assert_array_equal(given - given[:, :1, :1], np.broadcast_to(place[:4, :5], (2000, 4, 5)))


def test_an_image_too_small_for_a_crop_is_resized() -> None:
    x = images(2, 6, 8)
    expected = jax.image.resize(x[:, :, 1:7], (2, 9, 9, 2), "bilinear", antialias=False)
    np.testing.assert_allclose(trained("RandomCrop", x, height=9, width=9), expected, rtol=1e-6)


def test_contrast_moves_values_about_the_mean_of_their_channel() -> None:
    x = images(2000)
    given = trained("RandomContrast", x, factor=[0.5, 0.1], value_range=[-10, 10])
    mean = x.mean((1, 2), keepdims=True)
    np.testing.assert_allclose(given.mean((1, 2), keepdims=True), mean, rtol=1e-4)
    factor = ((given - mean) * (x - mean)).sum((1, 2, 3)) / ((x - mean) ** 2).sum((1, 2, 3))
    np.testing.assert_allclose(given, (x - mean) * factor[:, None, None, None] + mean, atol=1e-4)
    assert 0.5 <= factor.min() < 0.51
    assert 1.09 < factor.max() <= 1.1001
    assert factor.mean() == pytest.approx(0.8, abs=0.02)


def test_brightness_adds_one_number_to_each_image() -> None:
    x = images(2000)
    added = trained("RandomBrightness", x, factor=[-0.2, 0.4], value_range=[-10, 10]) - x
    np.testing.assert_allclose(added.min((1, 2, 3)), added.max((1, 2, 3)), atol=1e-5)
    assert -4 <= added.min() < -3.9
    assert 7.9 < added.max() <= 8.001
    assert added.mean() == pytest.approx(2, abs=0.3)


@pytest.mark.parametrize("kind", ["RandomContrast", "RandomBrightness"])
def test_values_stay_in_their_range(kind: str) -> None:
    given = trained(kind, images(50), factor=1.0)
    assert given.min() == 0
    assert given.max() == 1
