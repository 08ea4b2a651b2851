"""What weights are before training, as Keras defines each initializer."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.layers.names import INITIALIZERS
from tests.engine.layers.building import module

SPREADS: dict[str, tuple[float, float]] = {
    "glorot_uniform": (math.sqrt(2 / 500), math.sqrt(6 / 500)),
    "glorot_normal": (math.sqrt(2 / 500), 2 * math.sqrt(2 / 500) / 0.8796),
    "he_uniform": (math.sqrt(2 / 200), math.sqrt(6 / 200)),
    "he_normal": (math.sqrt(2 / 200), 2 * math.sqrt(2 / 200) / 0.8796),
    "lecun_uniform": (math.sqrt(1 / 200), math.sqrt(3 / 200)),
    "lecun_normal": (math.sqrt(1 / 200), 2 * math.sqrt(1 / 200) / 0.8796),
    "variance_scaling": (math.sqrt(1 / 200), 2 * math.sqrt(1 / 200) / 0.8796),
    "random_uniform": (0.1 / math.sqrt(12), 0.05),
    "random_normal": (0.05, math.inf),
    "truncated_normal": (0.05 * 0.8796, 0.1),
    "zeros": (0, 0),
    "ones": (0, 1),
}
"""(standard deviation, largest size) of a kernel of 200 × 300, as Keras defines each initializer."""


@pytest.mark.parametrize("name", SPREADS)
def test_an_initializer_spreads_as_keras_says(name: str) -> None:
    kernel = np.asarray(module("Dense", (200,), units=300, kernel_initializer=name).kernel.get_value())
    spread, largest = SPREADS[name]
    assert kernel.std() == pytest.approx(spread, rel=0.02)
    assert np.abs(kernel).max() <= largest * 1.001
    assert abs(kernel.mean() - (name == "ones")) < 0.002


def test_an_orthogonal_kernel_is_orthogonal() -> None:
    assert {*SPREADS, "orthogonal", "identity"} == INITIALIZERS.keys()
    kernel = np.asarray(module("Dense", (20,), units=30, kernel_initializer="orthogonal").kernel.get_value())
    np.testing.assert_allclose(kernel @ kernel.T, np.eye(20), atol=1e-5)


def test_an_identity_kernel_keeps_what_it_gets() -> None:
    kernel = module("Dense", (3,), units=4, kernel_initializer="identity").kernel.get_value()
    np.testing.assert_array_equal(kernel, np.eye(3, 4))


def test_a_convolution_counts_its_window_into_the_fan() -> None:
    kernel = np.asarray(module("Conv2D", (9, 9, 10), filters=60, kernel_size=(3, 3)).kernel.get_value())
    assert np.abs(kernel).max() <= math.sqrt(6 / (9 * 10 + 9 * 60))
    assert kernel.std() == pytest.approx(math.sqrt(2 / (9 * 10 + 9 * 60)), rel=0.02)
