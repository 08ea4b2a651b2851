"""Modules and values for tests of what layers compute."""

from __future__ import annotations

from typing import Any

import numpy as np
from flax import nnx

from engine.layers import Spec, layer_class

Array = np.ndarray
RANDOM = np.random.default_rng(42)


def module(kind: str, *shapes: tuple[int, ...], dtype: str = "float32", **config: Any) -> Any:
    layer = layer_class(kind)
    assert layer is not None
    return layer.model_validate(config).lower(*(Spec(shape, dtype) for shape in shapes)).build(rngs=nnx.Rngs(0))


def draw(*shape: int) -> Array:
    return RANDOM.normal(size=shape).astype(np.float32)
