"""Convolutions as products, which XLA computes faster than its own convolution on a CPU, forwards and backwards.

Filters of 3 × 3 are taken by Winograd's minimal filtering (Lavin and Gray, 2015, https://arxiv.org/abs/1509.09308):
each 2 × 2 piece of what comes out is worked out of a 4 × 4 piece of what comes in, with 16 multiplications instead of
36. The pieces lie in planes: `planes[i][j]`, (B, n, m, C), is row i and column j of every piece.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from engine.training.products import product

Planes = list[list[jax.Array]]

MOST_BYTES = 512 * 10**6
"""What the planes of one layer may take; larger pictures are left to XLA."""

KERNEL = np.array([[1, 0, 0], [0.5, 0.5, 0.5], [0.5, -0.5, 0.5], [0, 0, 1]], np.float32)
"""From 3 weights along an axis to the 4 numbers that they multiply as; G in the paper."""


def convolve(x: jax.Array, kernel: jax.Array, strides: Any, padding: Any, **others: Any) -> jax.Array:
    """Takes what `jax.lax.conv_general_dilated` takes, channels last, and gives the same: (B, …, C) → (B, …', F)."""
    window = kernel.shape[:-2]
    if _usual(x, kernel, padding, others):
        if set(window) == {1}:
            return _pointwise(x[:, *(slice(None, None, stride) for stride in strides)], kernel)
        if window == (3, 3) and set(strides) == {1} and _fit(x, kernel):
            return _padded(x, kernel, 1 if padding == "SAME" else 0)
    return jax.lax.conv_general_dilated(x, kernel, strides, padding, **others)


def _usual(x: jax.Array, kernel: jax.Array, padding: Any, others: dict[str, Any]) -> bool:
    dilated = {*others["lhs_dilation"], *others["rhs_dilation"]} != {1}
    alike = x.dtype == kernel.dtype == jnp.float32
    return alike and not dilated and others["feature_group_count"] == 1 and padding in ("SAME", "VALID")


def _fit(x: jax.Array, kernel: jax.Array) -> bool:
    """Whether there is something to gain (one channel is quicker as it is), and the planes are not too large."""
    rows, height, width, channels = x.shape
    return channels > 1 and rows * height * width * (channels + kernel.shape[-1]) * 4 * x.itemsize <= MOST_BYTES


def _pointwise(x: jax.Array, kernel: jax.Array) -> jax.Array:
    channels, filters = kernel.shape[-2:]
    return product(x.reshape(-1, channels), kernel.reshape(channels, filters)).reshape(*x.shape[:-1], filters)


def _padded(x: jax.Array, kernel: jax.Array, border: int) -> jax.Array:
    """3 × 3 filters on a picture with a border of zeros, and as many more as make whole pieces."""
    height, width = (length + 2 * border - 2 for length in x.shape[1:3])
    sides = [(border, border + length % 2) for length in (height, width)]
    return _minimal(jnp.pad(x, [(0, 0), *sides, (0, 0)]), kernel)[:, :height, :width]


@jax.custom_vjp
def _minimal(x: jax.Array, kernel: jax.Array) -> jax.Array:
    """(B, 2n + 2, 2m + 2, C), (3, 3, C, F) → (B, 2n, 2m, F)."""
    values, weights = _values(x), _weights(kernel)
    return _joined(_both(_summed, _zipped(lambda value, i, j: value @ weights[i, j], values)))


def _forwards(x: jax.Array, kernel: jax.Array) -> tuple[jax.Array, tuple[jax.Array, jax.Array]]:
    return _minimal(x, kernel), (x, kernel)


def _backwards(kept: tuple[jax.Array, jax.Array], gradient: jax.Array) -> tuple[jax.Array, jax.Array]:
    x, kernel = kept
    values, weights = _values(x), _weights(kernel)
    asked = _both(_handed_out, _planes(gradient))
    by_weights = jnp.stack([jnp.stack([_over_places(values[i][j], asked[i][j]) for j in range(4)]) for i in range(4)])
    by_values = _both(_differences_back, _zipped(lambda one, i, j: one @ weights[i, j].T, asked))
    return _overlapping(by_values), jnp.einsum("ai,bj,abcf->ijcf", KERNEL, KERNEL, by_weights)


_minimal.defvjp(_forwards, _backwards)


def _weights(kernel: jax.Array) -> jax.Array:
    """(3, 3, C, F) → (4, 4, C, F)."""
    return jnp.einsum("ai,bj,ijcf->abcf", KERNEL, KERNEL, kernel)


def _values(x: jax.Array) -> Planes:
    """What the weights multiply, of pieces that overlap by two rows and columns: 4 × 4 planes."""
    quarters = _planes(x)
    n, m = x.shape[1] // 2 - 1, x.shape[2] // 2 - 1
    rows = range(4)
    pieces = [[quarters[i % 2][j % 2][:, i // 2 : i // 2 + n, j // 2 : j // 2 + m] for j in rows] for i in rows]
    return _both(_differences, pieces)


def _differences(four: list[jax.Array]) -> list[jax.Array]:
    """B transposed, in the paper."""
    return [four[0] - four[2], four[1] + four[2], four[2] - four[1], four[1] - four[3]]


def _differences_back(four: list[jax.Array]) -> list[jax.Array]:
    return [four[0], four[1] - four[2] + four[3], four[1] + four[2] - four[0], -four[3]]


def _summed(four: list[jax.Array]) -> list[jax.Array]:
    """A transposed, in the paper."""
    return [four[0] + four[1] + four[2], four[1] - four[2] - four[3]]


def _handed_out(two: list[jax.Array]) -> list[jax.Array]:
    return [two[0], two[0] + two[1], two[0] - two[1], -two[1]]


def _both(along: Callable[[list[jax.Array]], list[jax.Array]], planes: Planes) -> Planes:
    """The same along rows and along columns."""
    columns = [along(list(column)) for column in zip(*planes, strict=True)]
    return [along(list(row)) for row in zip(*columns, strict=True)]


def _zipped(change: Callable[[jax.Array, int, int], jax.Array], planes: Planes) -> Planes:
    return [[change(plane, i, j) for j, plane in enumerate(row)] for i, row in enumerate(planes)]


def _over_places(values: jax.Array, asked: jax.Array) -> jax.Array:
    """(B, n, m, C), (B, n, m, F) → (C, F)."""
    return values.reshape(-1, values.shape[-1]).T @ asked.reshape(-1, asked.shape[-1])


def _planes(x: jax.Array) -> Planes:
    """Every second row and column, from the first or the second on: (B, 2n, 2m, C) → 2 × 2 of (B, n, m, C)."""
    batch, height, width, channels = x.shape
    x = x.reshape(batch, height // 2, 2, width // 2, 2, channels)
    return [[x[:, :, i, :, j] for j in range(2)] for i in range(2)]


def _joined(planes: Planes) -> jax.Array:
    """The other way round."""
    batch, n, m, channels = planes[0][0].shape
    return jnp.stack([jnp.stack(row, 3) for row in planes], 2).reshape(batch, 2 * n, 2 * m, channels)


def _overlapping(pieces: Planes) -> jax.Array:
    """The sum of pieces that overlap by two rows and columns: 4 × 4 of (B, n, m, C) → (B, 2n + 2, 2m + 2, C)."""

    def moved(i: int, j: int) -> jax.Array:
        return jnp.pad(pieces[i][j], [(0, 0), (i // 2, 1 - i // 2), (j // 2, 1 - j // 2), (0, 0)])

    def met(i: int, j: int) -> jax.Array:
        return moved(i, j) + moved(i, j + 2) + moved(i + 2, j) + moved(i + 2, j + 2)

    return _joined([[met(i, j) for j in range(2)] for i in range(2)])
