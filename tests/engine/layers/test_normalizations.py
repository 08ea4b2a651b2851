"""What every normalization computes, against the definitions of Keras worked out in NumPy."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tests.engine.layers.building import Array, draw, module


def factors(norm: Any, *shape: int) -> tuple[Array, Array]:
    """Random factors and offsets, now those of the module."""
    scale, bias = draw(*shape), draw(*shape)
    norm.scale.set_value(jnp.asarray(scale))
    norm.bias.set_value(jnp.asarray(bias))
    return scale, bias


@pytest.mark.parametrize(("shape", "axis"), [((5,), -1), ((4, 3, 2), -1), ((4, 3, 2), 1), ((4, 3, 2), -2)])
def test_batch_normalization_uses_the_batch_and_keeps_moving_averages(shape: tuple[int, ...], axis: int) -> None:
    norm = module("BatchNormalization", shape, momentum=0.9, axis=axis)
    channels = (0, *shape)[axis]
    scale, bias = factors(norm, channels)
    moving_mean, moving_var = np.zeros(channels), np.ones(channels)
    norm.train()
    for _ in range(3):
        x = draw(6, *shape) * 3 + 2
        moved = np.moveaxis(x, axis, -1)
        mean, var = (getattr(moved, measure)(tuple(range(x.ndim - 1))) for measure in ("mean", "var"))
        expected = np.moveaxis((moved - mean) / np.sqrt(var + 1e-3) * scale + bias, -1, axis)
        np.testing.assert_allclose(norm(jnp.asarray(x)), expected, rtol=1e-3, atol=1e-4)
        moving_mean, moving_var = 0.9 * moving_mean + 0.1 * mean, 0.9 * moving_var + 0.1 * var
    np.testing.assert_allclose(norm.mean.get_value(), moving_mean, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(norm.var.get_value(), moving_var, rtol=1e-4, atol=1e-5)
    norm.eval()
    x = draw(2, *shape)
    moved = (np.moveaxis(x, axis, -1) - moving_mean) / np.sqrt(moving_var + 1e-3) * scale + bias
    expected = np.moveaxis(moved, -1, axis)
    np.testing.assert_allclose(norm(jnp.asarray(x)), expected, rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose(norm.mean.get_value(), moving_mean, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("offset", [0.0, 1000.0])
def test_layer_normalization_works_row_by_row(offset: float) -> None:
    x, norm = draw(3, 4, 5) + np.float32(offset), module("LayerNormalization", (4, 5))
    norm.scale.set_value(jnp.asarray(draw(5)))
    wide = x.astype(np.float64)
    expected = (wide - wide.mean(-1, keepdims=True)) / np.sqrt(wide.var(-1, keepdims=True) + 1e-3)
    np.testing.assert_allclose(
        norm(jnp.asarray(x)), expected * np.asarray(norm.scale.get_value()), rtol=1e-3, atol=2e-3
    )


def test_steps_left_out_by_a_mask_do_not_count_for_the_batch() -> None:
    x, norm = draw(4, 5, 3), module("BatchNormalization", (5, 3), momentum=0.0)
    mask = np.arange(5)[None] < np.array([5, 2, 0, 3])[:, None]
    norm.train()
    given = norm(jnp.asarray(x), mask=jnp.asarray(mask))
    mean, var = x[mask].mean(0), x[mask].var(0)
    np.testing.assert_allclose(given, (x - mean) / np.sqrt(var + 1e-3), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(norm.mean.get_value(), mean, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(norm.var.get_value(), var, rtol=1e-4)


def test_moving_statistics_begin_as_they_are_told() -> None:
    norm = module("BatchNormalization", (4,), moving_mean_initializer="ones", moving_variance_initializer="zeros")
    norm.eval()
    x = draw(2, 4)
    np.testing.assert_allclose(norm(jnp.asarray(x)), (x - 1) / np.sqrt(1e-3), rtol=1e-5)


@pytest.mark.parametrize(("axis", "axes"), [((1, 3), (1, 3)), ((-2,), (2,)), ((1, 2, 3), (1, 2, 3))])
def test_layer_normalization_works_along_several_axes(axis: tuple[int, ...], axes: tuple[int, ...]) -> None:
    x, norm = draw(2, 3, 4, 5), module("LayerNormalization", (3, 4, 5), axis=axis)
    sizes = [x.shape[place] for place in axes]
    scale, bias = factors(norm, *sizes)
    wide = [x.shape[place] if place in axes else 1 for place in range(4)]
    expected = (x - x.mean(axes, keepdims=True)) / np.sqrt(x.var(axes, keepdims=True) + 1e-3)
    expected = expected * scale.reshape(wide) + bias.reshape(wide)
    np.testing.assert_allclose(norm(jnp.asarray(x)), expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(("groups", "axis"), [(3, -1), (1, -1), (-1, -1), (2, 1), (4, -2)])
def test_group_normalization_works_group_by_group(groups: int, axis: int) -> None:
    x, norm = draw(2, 4, 8, 6), module("GroupNormalization", (4, 8, 6), groups=groups, axis=axis)
    channels = x.shape[axis]
    scale, bias = factors(norm, channels)
    moved = np.moveaxis(x, axis, -1)
    parts = np.split(moved, channels if groups == -1 else groups, -1)
    parts = [
        (part - part.mean((1, 2, 3), keepdims=True)) / np.sqrt(part.var((1, 2, 3), keepdims=True) + 1e-3)
        for part in parts
    ]
    expected = np.moveaxis(np.concatenate(parts, -1) * scale + bias, -1, axis)
    np.testing.assert_allclose(norm(jnp.asarray(x)), expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(("axis", "axes"), [(-1, (3,)), ([1, 3], (1, 3))])
def test_rms_normalization_divides_by_the_root_mean_square(axis: Any, axes: tuple[int, ...]) -> None:
    x, norm = draw(2, 3, 4, 5), module("RMSNormalization", (3, 4, 5), axis=axis)
    scale = draw(*[x.shape[place] for place in axes])
    norm.scale.set_value(jnp.asarray(scale))
    wide = [x.shape[place] if place in axes else 1 for place in range(4)]
    expected = x / np.sqrt((x**2).mean(axes, keepdims=True) + 1e-6) * scale.reshape(wide)
    np.testing.assert_allclose(norm(jnp.asarray(x)), expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(("axis", "axes"), [(-1, (2,)), ([1, 2], (1, 2))])
def test_unit_normalization_divides_by_the_length(axis: Any, axes: tuple[int, ...]) -> None:
    x, norm = draw(2, 3, 4), module("UnitNormalization", (3, 4), axis=axis)
    expected = x / np.sqrt((x**2).sum(axes, keepdims=True))
    np.testing.assert_allclose(norm(jnp.asarray(x)), expected, rtol=1e-5)


def test_a_row_of_zeros_has_no_direction_and_a_finite_gradient() -> None:
    norm = module("UnitNormalization", (3,))
    np.testing.assert_array_equal(norm(jnp.zeros((2, 3))), np.zeros((2, 3)))
    assert np.isfinite(jax.grad(lambda x: norm(x).sum())(jnp.zeros((2, 3)))).all()


@pytest.mark.parametrize(("center", "first"), [(1e4, 1e4), (0.0, 1e4), (-3e5, 0.0)])
def test_the_variance_of_a_batch_is_exact_far_from_0_and_behind_an_outlier(center: float, first: float) -> None:
    x = draw(4096, 3) + np.float32(center)
    x[0] = first
    norm = module("BatchNormalization", (3,), momentum=0.0)
    norm.train()
    norm(jnp.asarray(x))
    np.testing.assert_allclose(norm.var.get_value(), x.astype(np.float64).var(0), rtol=1e-3)
    np.testing.assert_allclose(norm.mean.get_value(), x.astype(np.float64).mean(0), rtol=1e-5, atol=1e-3)
