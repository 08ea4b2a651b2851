"""What every activation computes, against its definition."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from engine.layers import Output
from engine.layers.core import Dense
from engine.layers.names import ACTIVATIONS
from tests.engine.layers.building import Array, draw, module


def erf(x: Array) -> Array:
    return np.vectorize(math.erf)(x)


def softmax(x: Array) -> Array:
    raised = np.exp(x - x.max(-1, keepdims=True))
    shares: Array = raised / raised.sum(-1, keepdims=True)
    return shares


FUNCTIONS: dict[str, Callable[[Array], Array]] = {
    "heaviside": lambda x: (x >= 0) * 1.0,
    "linear": lambda x: x,
    "relu": lambda x: np.maximum(x, 0),
    "relu6": lambda x: np.clip(x, 0, 6),
    "leaky_relu": lambda x: np.where(x > 0, x, 0.2 * x),
    "elu": lambda x: np.where(x > 0, x, np.expm1(x)),
    "selu": lambda x: 1.0507009873554805 * np.where(x > 0, x, 1.6732632423543772 * np.expm1(x)),
    "gelu": lambda x: 0.5 * x * (1 + erf(x / math.sqrt(2))),
    "silu": lambda x: x / (1 + np.exp(-x)),
    "mish": lambda x: x * np.tanh(np.log1p(np.exp(x))),
    "softplus": lambda x: np.log1p(np.exp(x)),
    "softsign": lambda x: x / (1 + np.abs(x)),
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "hard_sigmoid": lambda x: np.clip(x / 6 + 0.5, 0, 1),
    "hard_sigmoid_v2": lambda x: np.clip(0.2 * x + 0.5, 0, 1),
    "hard_silu": lambda x: x * np.clip(x / 6 + 0.5, 0, 1),
    "tanh": np.tanh,
    "exponential": np.exp,
    "softmax": softmax,
    "log_softmax": lambda x: np.log(softmax(x)),
}


def test_every_activation_has_a_definition_here() -> None:
    assert FUNCTIONS.keys() == ACTIVATIONS.keys()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_an_activation_is_what_keras_calls_by_that_name(name: str) -> None:
    x = np.linspace(-8, 8, 60).reshape(4, 15)
    given = module("Activation", (15,), activation=name)(jnp.asarray(x, jnp.float32))
    np.testing.assert_allclose(given, FUNCTIONS[name](x), rtol=1e-5, atol=1e-6)


def test_another_word_for_an_activation_is_read_and_not_written() -> None:
    for word, name in (("swish", "silu"), ("hard_swish", "hard_silu")):
        assert Dense(activation=word).model_dump()["activation"] == name
        assert Output(activation=word).model_dump()["activation"] == name


def test_a_step_trains_with_the_gradient_of_the_identity() -> None:
    step = module("Activation", (4,), activation="heaviside")
    x = jnp.asarray([-2.0, -0.5, 0.0, 0.5, 2.0])
    np.testing.assert_array_equal(step(x), [0, 0, 1, 1, 1])
    slopes = jax.grad(lambda x: step(x).sum())(x)
    np.testing.assert_array_equal(slopes[jnp.asarray([0, 1, 3, 4])], [0, 1, 1, 0])


def test_a_relu_can_be_bent() -> None:
    x = np.linspace(-4, 8, 25).astype(np.float32)
    given = module("ReLU", (25,), max_value=3, negative_slope=0.5, threshold=1)(jnp.asarray(x))
    np.testing.assert_allclose(given, np.where(x >= 3, 3, np.where(x >= 1, x, 0.5 * (x - 1))), rtol=1e-6)
    np.testing.assert_allclose(module("ReLU", (25,))(jnp.asarray(x)), np.maximum(x, 0), rtol=1e-6)


def test_what_is_below_zero_is_scaled_or_bent() -> None:
    x = draw(3, 5)
    given = jnp.asarray(x)
    np.testing.assert_allclose(module("LeakyReLU", (5,))(given), np.where(x > 0, x, 0.3 * x), rtol=1e-6)
    np.testing.assert_allclose(
        module("ELU", (5,), alpha=2.0)(given), np.where(x > 0, x, 2 * np.expm1(x)), rtol=1e-5, atol=1e-6
    )


@pytest.mark.parametrize(("shared", "shape"), [(None, (4, 3, 2)), ([1, 2], (1, 1, 2)), ([-1], (4, 3, 1))])
def test_prelu_learns_a_slope_for_each_place_it_does_not_share(
    shared: list[int] | None, shape: tuple[int, ...]
) -> None:
    prelu, slopes, x = module("PReLU", (4, 3, 2), shared_axes=shared), draw(*shape), draw(5, 4, 3, 2)
    assert prelu.alpha.get_value().shape == shape
    prelu.alpha.set_value(jnp.asarray(slopes))
    np.testing.assert_allclose(prelu(jnp.asarray(x)), np.where(x > 0, x, slopes * x), rtol=1e-6)


@pytest.mark.parametrize(("axis", "axes"), [(-1, (3,)), (1, (1,)), ([1, -1], (1, 3))])
def test_softmax_shares_along_its_axes(axis: Any, axes: tuple[int, ...]) -> None:
    x = draw(2, 3, 4, 5)
    raised = np.exp(x)
    expected = raised / raised.sum(axes, keepdims=True)
    np.testing.assert_allclose(module("Softmax", (3, 4, 5), axis=axis)(jnp.asarray(x)), expected, rtol=1e-5)
