"""The networks of the hand-written loop: weights as arrays in lists, and what they compute, in plain JAX."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from tests.benchmarks.works import Work

KEPT, EPSILON = 0.99, 1e-3
"""How much of a moving statistic stays at each step, and what is added to a variance."""


class Network:
    """Draws the weights of a work, whose shapes it follows by hand, and scores rows with them."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.dtype = jnp.dtype(work.precision)

    def draw(self, seed: int) -> tuple[list[Any], list[Any]]:
        """The learned weights of every layer, and the moving statistics beside them."""
        self._rng = np.random.default_rng(seed)
        shape, params, stats = self.work.shape, [], []
        for kind, number in self.work.layers:
            made, kept, shape = self._layer(kind, int(number), shape)
            params.append(made)
            stats.append(kept)
        return params, stats

    def scores(self, params: list[Any], stats: list[Any], x: jax.Array, key: jax.Array) -> tuple[jax.Array, list[Any]]:
        """What comes out for rows (B, …) in float32, and the statistics after them."""
        half, x = jax.tree.map(lambda leaf: leaf.astype(self.dtype), params), x.astype(self.dtype)
        kept = []
        for place, ((kind, number), weights, before) in enumerate(zip(self.work.layers, half, stats, strict=True)):
            if kind == "stem":
                x, after = normalized(x, weights, before, 1)
                x = jax.nn.relu(x)
            elif kind == "residual":
                x, after = residual(x, weights, before)
            else:
                last = place == len(half) - 1
                x, after = plain(kind, x, weights, last, (number, jax.random.fold_in(key, place))), before
            kept.append(after)
        return x.astype(jnp.float32), kept

    def _layer(self, kind: str, wide: int, shape: tuple[int, ...]) -> tuple[Any, Any, tuple[int, ...]]:
        """Weights, statistics and the shape of what comes out."""
        match kind:
            case "dense":
                return (self._drawn(shape[-1], wide), jnp.zeros(wide)), (), (*shape[:-1], wide)
            case "conv":
                drawn = self._drawn(3, 3, shape[-1], wide)
                return (drawn, jnp.zeros(wide)), (), (shape[0] - 2, shape[1] - 2, wide)
            case "lstm":
                return (self._drawn(shape[-1], 4 * wide), self._drawn(wide, 4 * wide), jnp.zeros(4 * wide)), (), (wide,)
            case "stem":
                return *self._normalized(3, shape[-1], wide), (*shape[:-1], wide)
            case "residual":
                parts = [self._normalized(3, shape[-1], wide), self._normalized(3, wide, wide)]
                if wide != shape[-1]:
                    parts.append(self._normalized(1, shape[-1], wide))
                    shape = (-(-shape[0] // 2), -(-shape[1] // 2), wide)
                return [made for made, _ in parts], [kept for _, kept in parts], shape
            case "flatten":
                return (), (), (int(np.prod(shape)),)
            case "pool":
                return (), (), (shape[0] // 2, shape[1] // 2, shape[2])
            case "mean":
                return (), (), shape[-1:]
        return (), (), shape

    def _normalized(self, size: int, given: int, wide: int) -> tuple[Any, Any]:
        made = self._drawn(size, size, given, wide), jnp.ones(wide), jnp.zeros(wide)
        return made, (jnp.zeros(wide), jnp.ones(wide))

    def _drawn(self, *shape: int) -> jax.Array:
        return jnp.asarray(self._rng.normal(0, np.sqrt(1 / np.prod(shape[:-1])), shape), jnp.float32)


def plain(kind: str, x: jax.Array, weights: Any, last: bool, noise: tuple[float, jax.Array]) -> jax.Array:
    """A layer without statistics."""
    match kind:
        case "dense":
            x = x @ weights[0] + weights[1]
            return x if last else jax.nn.relu(x)
        case "conv":
            return jax.nn.relu(convolved(x, weights[0], 1, "VALID") + weights[1])
        case "pool":
            b, h, w, c = x.shape
            x = x.reshape(b, h // 2, 2, w // 2, 2, c)
            x = jnp.maximum(x[:, :, 0], x[:, :, 1])
            return jnp.maximum(x[:, :, :, 0], x[:, :, :, 1])
        case "mean":
            return x.mean((1, 2))
        case "flatten":
            return x.reshape(len(x), -1)
        case "dropout":
            kept = jax.random.bernoulli(noise[1], 1 - noise[0], x.shape)
            return jnp.where(kept, x / (1 - noise[0]), 0)
    return lstm(x, *weights)


def residual(x: jax.Array, weights: list[Any], stats: list[Any]) -> tuple[jax.Array, list[Any]]:
    """Two convolutions and a way around them."""
    strides = len(weights) - 1  # there is a third where the size changes
    out, first = normalized(x, weights[0], stats[0], strides)
    out, second = normalized(jax.nn.relu(out), weights[1], stats[1], 1)
    kept = [first, second]
    if strides == 2:
        x, around = normalized(x, weights[2], stats[2], 2)
        kept.append(around)
    return jax.nn.relu(out + x), kept


def normalized(x: jax.Array, weights: Any, stats: Any, strides: int) -> tuple[jax.Array, Any]:
    """A convolution and its batch normalization, whose statistics are float32 and come out of one reading of it."""
    kernel, scale, offset = weights
    out = convolved(x, kernel, strides, "SAME").astype(jnp.float32)
    mean, square = out.mean((0, 1, 2)), jnp.square(out).mean((0, 1, 2))
    variance = jnp.maximum(square - jnp.square(mean), 0)
    factor = jax.lax.rsqrt(variance + EPSILON) * scale
    moved = jax.lax.stop_gradient((mean, variance))
    after = tuple(KEPT * old + (1 - KEPT) * new for old, new in zip(stats, moved, strict=True))
    return (out * factor + (offset - mean * factor)).astype(x.dtype), after


def convolved(x: jax.Array, kernel: jax.Array, strides: int, padding: str) -> jax.Array:
    axes = ("NHWC", "HWIO", "NHWC")
    return jax.lax.conv_general_dilated(x, kernel, (strides, strides), padding, dimension_numbers=axes)


def lstm(x: jax.Array, kernel: jax.Array, recurrent: jax.Array, bias: jax.Array) -> jax.Array:
    """(B, T, C) → (B, units): what the last step gives."""

    def step(carry: Any, x: jax.Array) -> Any:
        h, c = carry
        i, f, g, o = jnp.split(x @ kernel + h @ recurrent + bias, 4, axis=-1)
        c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
        return (jax.nn.sigmoid(o) * jnp.tanh(c), c), None

    start = jnp.zeros((len(x), len(recurrent)), x.dtype)
    (h, _), _ = jax.lax.scan(step, (start, start), x.swapaxes(0, 1))
    return h
