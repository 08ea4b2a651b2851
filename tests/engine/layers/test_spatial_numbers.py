"""What layers along one, two and three axes compute, against definitions worked out in NumPy."""

from __future__ import annotations

import itertools
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx

from engine.layers import LAYERS, layer_class
from engine.layers.windows import Spatial
from tests.engine.layers.building import Array, draw, module, same_pads, seen, summed

SIDES = (7, 6, 5)


def weight(variable: Any) -> Array:
    return np.asarray(variable.get_value())


def close(given: Any, expected: Array) -> None:
    assert given.shape == expected.shape
    np.testing.assert_allclose(given, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("rank", [1, 2, 3])
def test_a_convolution_slides_its_filters_along_every_axis(rank: int, padding: str) -> None:
    sides, size, strides = SIDES[:rank], (2, 3, 2)[:rank], (2, 1, 3)[:rank]
    x = draw(2, *sides, 3)
    conv = module(f"Conv{rank}D", (*sides, 3), filters=4, kernel_size=size, strides=strides, padding=padding)
    conv.bias.set_value(jnp.asarray(draw(4)))
    pads = same_pads(sides, size, strides) if padding == "same" else [(0, 0)] * rank
    windows = seen(x, size, strides, (1,) * rank, pads, 0)
    close(conv(jnp.asarray(x)), summed(windows, weight(conv.kernel)) + weight(conv.bias))


@pytest.mark.parametrize(("strides", "dilation"), [(1, 1), (2, 1), (1, 3)])
def test_a_causal_convolution_sees_no_later_step(strides: int, dilation: int) -> None:
    x = draw(2, 7, 3)
    conv = module("Conv1D", (7, 3), filters=4, padding="causal", strides=strides, dilation_rate=dilation)
    windows = seen(x, (3,), (strides,), (dilation,), [(2 * dilation, 0)], 0)
    close(conv(jnp.asarray(x)), summed(windows, weight(conv.kernel)))


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("rank", [1, 2])
def test_depthwise_and_separable_filters_look_at_one_channel_each(rank: int, padding: str) -> None:
    sides, size, ones = SIDES[:rank], (3, 2)[:rank], (1,) * rank
    x, config = draw(2, *sides, 3), {"kernel_size": size, "padding": padding, "depth_multiplier": 2}
    depthwise = module(f"DepthwiseConv{rank}D", (*sides, 3), **config)
    separable = module(f"SeparableConv{rank}D", (*sides, 3), filters=5, **config)
    pads = same_pads(sides, size, ones) if padding == "same" else [(0, 0)] * rank
    windows = seen(x, size, ones, ones, pads, 0)

    def alone(kernel: Array) -> Array:
        parts = [summed(windows.take([at], rank + 1), kernel[..., [at], :]) for at in range(3)]
        return np.concatenate(parts, -1)

    close(depthwise(jnp.asarray(x)), alone(weight(depthwise.kernel)))
    mixing = weight(separable.pointwise_kernel).reshape(6, 5)
    close(separable(jnp.asarray(x)), alone(weight(separable.depthwise_kernel)) @ mixing)


@pytest.mark.parametrize(("size", "strides", "added"), [(3, 1, None), (3, 2, None), (2, 3, None), (4, 3, 1), (2, 2, 0)])
@pytest.mark.parametrize("rank", [1, 2, 3])
def test_a_transposed_convolution_spreads_each_value(rank: int, size: int, strides: int, added: int | None) -> None:
    sides = (4, 3, 2)[:rank]
    x = draw(2, *sides, 3)
    config: dict[str, Any] = {"filters": 2, "kernel_size": size, "strides": strides, "output_padding": added}
    layer = module(f"Conv{rank}DTranspose", (*sides, 3), **config)
    more = max(strides - size, 0) if added is None else added
    expected = np.zeros((2, *((side - 1) * strides + size + more for side in sides), 2), np.float32)
    for place in itertools.product(*map(range, sides)):
        spread = np.tensordot(x[(slice(None), *place)], weight(layer.kernel), axes=(1, rank + 1))
        window = tuple(slice(at * strides, at * strides + size) for at in place)
        expected[(slice(None), *window)] += spread
    close(layer(jnp.asarray(x)), expected)


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize(("size", "strides"), [(2, None), (3, 2), (2, 1)])
@pytest.mark.parametrize("rank", [1, 2, 3])
def test_pooling_sums_up_windows_along_every_axis(rank: int, size: int, strides: int | None, padding: str) -> None:
    sides, window, steps = SIDES[:rank], (size,) * rank, (strides or size,) * rank
    x = draw(2, *sides, 3) - 5  # all below 0, so that a padding of zeros would show
    pads = same_pads(sides, window, steps) if padding == "same" else [(0, 0)] * rank
    last = tuple(range(rank + 2, 2 * rank + 2))
    config: dict[str, Any] = {"pool_size": size, "strides": strides, "padding": padding}
    largest, mean = (module(f"{kind}Pooling{rank}D", (*sides, 3), **config) for kind in ("Max", "Average"))
    close(largest(jnp.asarray(x)), seen(x, window, steps, (1,) * rank, pads, -np.inf).max(last))
    close(mean(jnp.asarray(x)), np.nanmean(seen(x, window, steps, (1,) * rank, pads, np.nan), last))


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_global_pooling_keeps_one_number_per_channel(rank: int) -> None:
    x, axes = draw(2, *SIDES[:rank], 3), tuple(range(1, rank + 1))
    for kind, expected in (("Max", x.max(axes)), ("Average", x.mean(axes))):
        close(module(f"Global{kind}Pooling{rank}D", x.shape[1:])(jnp.asarray(x)), expected)


def test_global_average_pooling_leaves_out_masked_steps() -> None:
    x, pool = draw(3, 4, 2), module("GlobalAveragePooling1D", (4, 2))
    mask = np.array([[True] * 4, [True, False, True, False], [False] * 4])
    given = pool(jnp.asarray(x), mask=jnp.asarray(mask))
    close(given, np.stack([x[0].mean(0), x[1, ::2].mean(0), np.zeros(2, np.float32)]))
    kept = module("GlobalAveragePooling1D", (4, 2), keepdims=True)(jnp.asarray(x), mask=jnp.asarray(mask))
    close(kept, np.asarray(given)[:, None])


def test_borders_are_cut_and_added_where_they_are_named() -> None:
    x = draw(2, 5, 6, 4, 3)
    given = jnp.asarray(x)
    cut = module("Cropping3D", x.shape[1:], cropping=[[1, 2], [0, 3], [2, 0]])
    np.testing.assert_array_equal(cut(given), x[:, 1:3, :3, 2:])
    added = module("ZeroPadding3D", x.shape[1:], padding=[[1, 0], [2, 3], [0, 1]])
    np.testing.assert_array_equal(added(given), np.pad(x, [(0, 0), (1, 0), (2, 3), (0, 1), (0, 0)]))
    np.testing.assert_array_equal(module("Cropping1D", (5, 6), cropping=[1, 2])(given[..., 0, 0]), x[:, 1:3, :, 0, 0])


def test_values_are_turned_and_repeated() -> None:
    x = draw(2, 3, 4)
    given = jnp.asarray(x)
    np.testing.assert_array_equal(module("Permute", (3, 4), dims=[2, 1])(given), x.transpose(0, 2, 1))
    np.testing.assert_array_equal(module("RepeatVector", (4,), n=3)(given[:, 0]), np.stack([x[:, 0]] * 3, 1))
    np.testing.assert_array_equal(module("UpSampling1D", (3, 4), size=3)(given), x.repeat(3, 1))
    wide = module("UpSampling2D", (3, 4, 1), size=[1, 2])(given[..., None])
    np.testing.assert_array_equal(wide, x.repeat(2, 2)[..., None])


def between(x: Array, count: int, axis: int) -> Array:
    """`count` values along an axis by straight lines between the middles of the pixels, without going beyond them."""
    length = x.shape[axis]
    places = np.clip((np.arange(count) + 0.5) * length / count - 0.5, 0, length - 1)
    low = np.floor(places).astype(int)
    share = (places - low).reshape([-1 if at == axis else 1 for at in range(x.ndim)])
    low_values, high_values = x.take(low, axis), x.take(np.minimum(low + 1, length - 1), axis)
    drawn: Array = low_values * (1 - share) + high_values * share
    return drawn


def test_images_are_drawn_anew_by_straight_lines() -> None:
    x = draw(2, 4, 6, 3)
    given = jnp.asarray(x)
    close(module("UpSampling2D", (4, 6, 3), interpolation="bilinear")(given), between(between(x, 8, 1), 12, 2))
    close(module("Resizing", (4, 6, 3), height=3, width=9)(given), between(between(x, 3, 1), 9, 2))
    cut = module("Resizing", (4, 6, 3), height=5, width=5, crop_to_aspect_ratio=True)
    close(cut(given), between(between(x[:, :, 1:5], 5, 1), 5, 2))
    framed = module("Resizing", (4, 6, 3), height=5, width=5, pad_to_aspect_ratio=True, fill_value=2.0)
    close(framed(given), between(between(np.pad(x, [(0, 0), (1, 1), (0, 0), (0, 0)], constant_values=2), 5, 1), 5, 2))


def test_the_middle_of_an_image_is_kept() -> None:
    x = draw(2, 5, 6, 3)
    given = jnp.asarray(x)
    close(module("CenterCrop", (5, 6, 3), height=2, width=4)(given), x[:, 1:3, 1:5])
    close(module("CenterCrop", (5, 6, 3), height=10, width=10)(given), between(between(x[:, :, :5], 10, 1), 10, 2))


def test_rescaling_gives_decimal_numbers() -> None:
    given = module("Rescaling", (3,), dtype="int32", scale=0.5, offset=-1.0)(jnp.asarray([[0, 1, 4]]))
    np.testing.assert_array_equal(given, np.float32([[-1, -0.5, 1]]))
    assert given.dtype == jnp.float32


MOVABLE = [layer.__name__ for layer in LAYERS if issubclass(layer, Spatial) and "data_format" in layer.model_fields]


@pytest.mark.parametrize("name", MOVABLE)
def test_channels_first_is_channels_last_seen_from_the_other_side(name: str) -> None:
    kind = layer_class(name)
    assert kind is not None
    sides = SIDES[: (kind.rank or 3) - 1]
    x = draw(2, *sides, 4)
    last = module(name, (*sides, 4))
    first = module(name, (4, *sides), data_format="channels_first")
    nnx.update(first.module, nnx.state(last))
    expected = np.asarray(last(jnp.asarray(x)))
    moved = np.moveaxis(expected, -1, 1) if expected.ndim > 2 else expected
    close(first(jnp.asarray(np.moveaxis(x, -1, 1))), moved)


@pytest.mark.parametrize("order", ["channels_last", "channels_first"])
def test_a_regularizer_finds_its_weight_wherever_the_channels_are(order: str) -> None:
    config = {"depthwise_regularizer": {"l2": 0.1}, "bias_regularizer": {"l1": 1.0}, "use_bias": False}
    layer = layer_class("SeparableConv2D")
    assert layer is not None
    made = layer.model_validate({**config, "data_format": order, "activity_regularizer": {}})
    weights = [one.weight for one in made.penalties()]
    assert weights == [{"channels_last": "", "channels_first": "module."}[order] + "depthwise_kernel", None]


@pytest.mark.parametrize(
    ("name", "given", "kept"),
    [
        ("Conv2D", {"kernel_size": 5}, {"kernel_size": (5, 5)}),
        ("Conv1D", {"strides": [2]}, {"strides": (2,)}),
        ("MaxPooling3D", {"pool_size": 3, "strides": 1}, {"pool_size": (3, 3, 3), "strides": (1, 1, 1)}),
        ("UpSampling2D", {"size": 3}, {"size": (3, 3)}),
        ("Cropping1D", {"cropping": 2}, {"cropping": (2, 2)}),
        ("Cropping2D", {"cropping": 2}, {"cropping": (2, 2, 2, 2)}),
        ("Cropping2D", {"cropping": [1, 2]}, {"cropping": (1, 1, 2, 2)}),
        ("Cropping2D", {"cropping": [[1, 2], [3, 4]]}, {"cropping": (1, 2, 3, 4)}),
        ("ZeroPadding3D", {"padding": [1, 2, 3]}, {"padding": (1, 1, 2, 2, 3, 3)}),
        ("ZeroPadding3D", {"padding": [1, [2, 0], 3]}, {"padding": (1, 1, 2, 0, 3, 3)}),
        ("ZeroPadding2D", {"padding": [1, 2, 3, 4]}, {"padding": (1, 2, 3, 4)}),
    ],
)
def test_sizes_are_read_as_keras_reads_them(name: str, given: dict[str, Any], kept: dict[str, Any]) -> None:
    layer = layer_class(name)
    assert layer is not None
    made = layer.model_validate(given)
    assert {field: getattr(made, field) for field in kept} == kept
