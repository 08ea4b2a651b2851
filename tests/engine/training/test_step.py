"""The compiled steps."""

from __future__ import annotations

import jax
import numpy as np
import pytest

from engine.training.step import random_key


@pytest.mark.parametrize("seed", [0, 7, 2**31 - 1])
def test_keys_are_those_of_jax(seed: int) -> None:
    given, expected = random_key(seed), jax.random.key(seed)
    assert given.dtype == expected.dtype
    np.testing.assert_array_equal(jax.random.key_data(given), jax.random.key_data(expected))
