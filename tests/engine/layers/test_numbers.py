"""What each layer computes, against the definitions of Keras worked out in NumPy."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from tests.engine.layers.building import Array, draw, module, same_pads, seen, summed


def windows(x: Array, size: tuple[int, int], strides: tuple[int, int], same: bool, fill: float) -> Array:
    """(B, H', W', C, rows, columns): what each window sees, with the padding Keras gives."""
    pads = same_pads(x.shape[1:3], size, strides) if same else [(0, 0)] * 2
    return seen(x, size, strides, (1, 1), pads, fill)


WINDOWS = [((2, 2), None), ((3, 3), (2, 2)), ((3, 2), (1, 2)), ((2, 3), (3, 1)), ((1, 1), None)]


@pytest.mark.parametrize("same", [False, True])
@pytest.mark.parametrize(("size", "strides"), WINDOWS)
def test_max_pooling_keeps_the_largest(size: tuple[int, int], strides: tuple[int, int] | None, same: bool) -> None:
    x = draw(2, 7, 6, 3) - 5  # all below 0, so that a padding of zeros would show
    pool = module("MaxPooling2D", (7, 6, 3), pool_size=size, strides=strides, padding="same" if same else "valid")
    expected = windows(x, size, strides or size, same, -np.inf).max(axis=(4, 5))
    np.testing.assert_array_equal(pool(jnp.asarray(x)), expected)


@pytest.mark.parametrize("same", [False, True])
@pytest.mark.parametrize(("size", "strides"), WINDOWS)
def test_average_pooling_does_not_count_padding(
    size: tuple[int, int], strides: tuple[int, int] | None, same: bool
) -> None:
    x = draw(2, 7, 6, 3)
    pool = module("AveragePooling2D", (7, 6, 3), pool_size=size, strides=strides, padding="same" if same else "valid")
    expected = np.nanmean(windows(x, size, strides or size, same, np.nan), axis=(4, 5))
    np.testing.assert_allclose(pool(jnp.asarray(x)), expected, rtol=1e-5, atol=1e-6)


def test_global_average_pooling_is_the_mean_of_each_channel() -> None:
    x = draw(2, 4, 5, 3)
    np.testing.assert_allclose(module("GlobalAveragePooling2D", (4, 5, 3))(jnp.asarray(x)), x.mean((1, 2)), rtol=1e-5)
    kept = module("GlobalAveragePooling2D", (4, 5, 3), keepdims=True)(jnp.asarray(x))
    np.testing.assert_allclose(kept, x.mean((1, 2), keepdims=True), rtol=1e-5)


@pytest.mark.parametrize("same", [False, True])
@pytest.mark.parametrize(("size", "strides"), [((3, 3), (1, 1)), ((2, 3), (2, 1)), ((4, 4), (3, 2))])
def test_conv2d_slides_its_filters(size: tuple[int, int], strides: tuple[int, int], same: bool) -> None:
    x = draw(2, 7, 6, 3)
    padding = "same" if same else "valid"
    conv = module("Conv2D", (7, 6, 3), filters=4, kernel_size=size, strides=strides, padding=padding)
    conv.bias.set_value(jnp.asarray(draw(4)))
    expected = summed(windows(x, size, strides, same, 0.0), np.asarray(conv.kernel.get_value()))
    np.testing.assert_allclose(conv(jnp.asarray(x)), expected + np.asarray(conv.bias.get_value()), rtol=1e-4, atol=1e-5)


def test_conv2d_in_groups_sees_only_its_channels() -> None:
    x = draw(2, 4, 4, 4)
    conv = module("Conv2D", (4, 4, 4), filters=6, kernel_size=(2, 2), groups=2, use_bias=False)
    kernel = np.asarray(conv.kernel.get_value())
    assert kernel.shape == (2, 2, 2, 6)
    halves = [
        summed(windows(x[..., part * 2 :][..., :2], (2, 2), (1, 1), False, 0), kernel[..., at])
        for part, at in enumerate((slice(0, 3), slice(3, 6)))
    ]
    np.testing.assert_allclose(conv(jnp.asarray(x)), np.concatenate(halves, -1), rtol=1e-4, atol=1e-5)


def test_a_dilated_filter_skips_pixels() -> None:
    x = draw(1, 5, 5, 1)
    conv = module("Conv2D", (5, 5, 1), filters=1, kernel_size=(2, 2), dilation_rate=(3, 2), use_bias=False)
    apart = seen(x, (2, 2), (1, 1), (3, 2), [(0, 0)] * 2, 0)
    expected = summed(apart, np.asarray(conv.kernel.get_value()))
    np.testing.assert_allclose(conv(jnp.asarray(x)), expected, rtol=1e-4, atol=1e-5)


def test_dense_is_a_weighted_sum_plus_a_bias() -> None:
    x, dense = draw(3, 2, 4), module("Dense", (2, 4), units=5)
    dense.bias.set_value(jnp.asarray(draw(5)))
    expected = x @ np.asarray(dense.kernel.get_value()) + np.asarray(dense.bias.get_value())
    np.testing.assert_allclose(dense(jnp.asarray(x)), expected, rtol=1e-5, atol=1e-6)


def test_embedding_looks_up_rows() -> None:
    look = module("Embedding", (2,), dtype="int32", input_dim=6, output_dim=3)
    table = np.asarray(look.embedding.get_value())
    rows = np.array([[0, 5], [3, 3]], np.int32)
    np.testing.assert_array_equal(look(jnp.asarray(rows)), table[rows])
    assert np.abs(table).max() <= 0.05


def test_laying_out_keeps_every_value() -> None:
    x = draw(2, 3, 4)
    np.testing.assert_array_equal(module("Flatten", (3, 4))(jnp.asarray(x)), x.reshape(2, 12))
    laid = module("Reshape", (3, 4), target_shape=(2, -1))(jnp.asarray(x))
    np.testing.assert_array_equal(laid, x.reshape(2, 2, 6))
