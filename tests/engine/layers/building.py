"""Modules, values and windows for tests of what layers compute."""

from __future__ import annotations

import math
from collections.abc import Sequence
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


def seen(
    x: Array, size: Sequence[int], strides: Sequence[int], dilation: Sequence[int], pads: Any, fill: float
) -> Array:
    """(B, …', C, …window): what each window sees of `x` (B, …, C) with `pads` of `fill` around it."""
    padded = np.pad(x, [(0, 0), *pads, (0, 0)], constant_values=fill)
    reach = [(window - 1) * space + 1 for window, space in zip(size, dilation, strict=True)]
    axes = tuple(range(1, x.ndim - 1))
    found = np.lib.stride_tricks.sliding_window_view(padded, reach, axes)
    steps = [slice(None, None, step) for step in strides]
    apart = [slice(None, None, space) for space in dilation]
    return found[(slice(None), *steps, slice(None), *apart)]


def same_pads(sides: Sequence[int], size: Sequence[int], strides: Sequence[int]) -> list[tuple[int, int]]:
    """The padding that keeps ceil(side / stride) windows, the odd one at the end."""
    missing = [
        max((math.ceil(side / step) - 1) * step + window - side, 0)
        for side, window, step in zip(sides, size, strides, strict=True)
    ]
    return [(count // 2, count - count // 2) for count in missing]


def summed(windows: Array, kernel: Array) -> Array:
    """(B, …', C, …window) · (…window, C, filters) → (B, …', filters)."""
    rank = kernel.ndim - 2
    last = tuple(range(windows.ndim - rank - 1, windows.ndim))
    result: Array = np.tensordot(windows, np.moveaxis(kernel, -2, 0), axes=(last, tuple(range(rank + 1))))
    return result
