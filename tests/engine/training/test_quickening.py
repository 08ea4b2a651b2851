"""That layers quickened for a CPU, and their gradients, give what the plain ones give."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx

from engine.training.quickening import quicken

Rows = tuple[int, ...]


@pytest.mark.parametrize("shape", [(7, 5), (2, 3, 4, 5), (1, 5)])
@pytest.mark.parametrize("bias", [True, False])
def test_a_quickened_dense_layer_gives_the_same_values_and_gradients(shape: Rows, bias: bool) -> None:
    layer = nnx.Linear(5, 6, use_bias=bias, rngs=nnx.Rngs(1))
    assert "optimization_barrier" in _same_when_quickened(layer, shape)


@pytest.mark.parametrize("padding", ["SAME", "VALID"])
@pytest.mark.parametrize("shape", [(2, 8, 8, 3), (2, 7, 9, 3), (1, 3, 4, 2), (2, 3, 5, 6, 2)])
def test_a_quickened_convolution_gives_the_same_values_and_gradients(shape: Rows, padding: str) -> None:
    layer = nnx.Conv(shape[-1], 5, (3, 3), padding=padding, rngs=nnx.Rngs(1))
    assert "conv_general_dilated" not in _same_when_quickened(layer, shape)


@pytest.mark.parametrize("shape", [(3, 9, 4), (2, 6, 7, 4), (2, 3, 4, 5, 4)])
@pytest.mark.parametrize("stride", [1, 2])
def test_a_quickened_mixing_of_channels_gives_the_same_values_and_gradients(shape: Rows, stride: int) -> None:
    along = len(shape) - 2
    layer = nnx.Conv(4, 5, (1,) * along, (stride,) * along, rngs=nnx.Rngs(1))
    assert "conv_general_dilated" not in _same_when_quickened(layer, shape)


@pytest.mark.parametrize(
    ("shape", "config"),
    [
        ((2, 8, 8, 1), {"kernel_size": (3, 3)}),
        ((2, 8, 8, 4), {"kernel_size": (3, 3), "strides": (2, 2)}),
        ((2, 8, 8, 4), {"kernel_size": (3, 3), "kernel_dilation": (2, 2)}),
        ((2, 8, 8, 4), {"kernel_size": (3, 3), "feature_group_count": 2}),
        ((2, 8, 8, 4), {"kernel_size": (1, 1), "feature_group_count": 2}),
        ((2, 8, 8, 4), {"kernel_size": (5, 5)}),
        ((2, 8, 4), {"kernel_size": (3,), "padding": "CAUSAL"}),
    ],
)
def test_all_other_convolutions_are_left_to_the_compiler(shape: Rows, config: dict[str, Any]) -> None:
    layer = nnx.Conv(shape[-1], 6, rngs=nnx.Rngs(1), **config)
    assert "conv_general_dilated" in _same_when_quickened(layer, shape)


def test_a_quickened_convolution_leaves_few_digits_to_the_compiler() -> None:
    layer = nnx.Conv(4, 6, (3, 3), dtype=jnp.bfloat16, rngs=nnx.Rngs(1))
    quicken(layer)
    assert "conv_general_dilated" in str(jax.make_jaxpr(layer)(jnp.ones((2, 8, 8, 4), jnp.bfloat16)))


def test_a_quickened_convolution_leaves_large_pictures_to_the_compiler() -> None:
    layer = nnx.Conv(32, 32, (3, 3), rngs=nnx.Rngs(1))
    quicken(layer)
    large = jax.ShapeDtypeStruct((32, 256, 256, 32), jnp.float32)
    assert "conv_general_dilated" in str(jax.make_jaxpr(layer)(large))


def _same_when_quickened(layer: nnx.Module, shape: Rows) -> str:
    """The gradient as a program, after it was seen that quickening changes no value."""
    x = jnp.asarray(np.random.default_rng(0).normal(size=shape), jnp.float32)

    def gradients() -> list[np.ndarray]:
        definition, weights = nnx.split(layer)

        def loss(weights: Any, x: jax.Array) -> jax.Array:
            return jnp.sin(nnx.merge(definition, weights)(x)).sum()

        return [np.asarray(leaf) for leaf in jax.tree.leaves((layer(x), jax.grad(loss, (0, 1))(weights, x)))]

    plain = gradients()
    quicken(layer)
    quick = gradients()
    assert len(plain) == len(quick)
    for one, other in zip(plain, quick, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-5)
    return str(jax.make_jaxpr(jax.grad(lambda x: layer(x).sum()))(x))
