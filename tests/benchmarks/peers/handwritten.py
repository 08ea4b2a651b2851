"""The best loop in JAX we can write by hand: flat leaves, donated buffers, a scan over many steps, resident rows."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

from tests.benchmarks.works import Work, read

STEPS = 32
"""Steps in one call; one where a network convolves on a CPU, as convolutions inside a loop are slow there."""


def side(_: str, folder: Path) -> Callable[[], float]:
    return Loop(*read(folder)).run


class Loop:
    """Adam on the mean loss of a batch, and nothing else."""

    def __init__(self, work: Work, x: np.ndarray, y: np.ndarray) -> None:
        self.work, self.x, self.y = work, jnp.asarray(x), jnp.asarray(y)
        convolves = any(kind == "conv" for kind, _ in work.layers)
        self.steps = 1 if convolves and jax.default_backend() == "cpu" else STEPS
        self.rule = optax.adam(1e-3, eps=1e-7)
        self.chunk = jax.jit(self._chunk, donate_argnums=(0, 1))

    def run(self) -> float:
        params = self._params(np.random.default_rng(0))
        state = self.rule.init(params)
        moments = []
        for epoch in range(self.work.epochs):
            order = np.random.default_rng(epoch).permutation(self.work.rows).astype(np.int32)
            steps = self.work.rows // self.work.batch // self.steps * self.steps
            for rows in order[: steps * self.work.batch].reshape(-1, self.steps, self.work.batch):
                params, state, losses = self.chunk(params, state, self.x, self.y, rows, jax.random.key(epoch))
            losses.block_until_ready()
            moments.append(time.perf_counter())
        return steps * self.work.batch * (self.work.epochs - 1) / (moments[-1] - moments[0])

    def _params(self, rng: np.random.Generator) -> list[Any]:
        """Weights of every layer, the shapes of which are followed by hand."""

        def drawn(*shape: int) -> jax.Array:
            return jnp.asarray(rng.normal(0, np.sqrt(1 / np.prod(shape[:-1])), shape), jnp.float32)

        shape, params = self.work.shape, []
        for kind, number in self.work.layers:
            wide = int(number)
            if kind == "dense":
                params.append((drawn(shape[-1], wide), jnp.zeros(wide)))
                shape = (*shape[:-1], wide)
            elif kind == "conv":
                params.append((drawn(3, 3, shape[-1], wide), jnp.zeros(wide)))
                shape = (shape[0] - 2, shape[1] - 2, wide)
            elif kind == "lstm":
                params.append((drawn(shape[-1], 4 * wide), drawn(wide, 4 * wide), jnp.zeros(4 * wide)))
                shape = (wide,)
            else:
                params.append(())
                shape = (int(np.prod(shape)),) if kind == "flatten" else shape
                shape = (shape[0] // 2, shape[1] // 2, shape[2]) if kind == "pool" else shape
        return params

    def _chunk(self, params: Any, state: Any, x: jax.Array, y: jax.Array, rows: jax.Array, key: jax.Array) -> Any:
        def step(carry: Any, xs: Any) -> Any:
            params, state = carry
            batch, number = xs
            loss, gradients = jax.value_and_grad(self._loss)(
                params, x[batch], y[batch], jax.random.fold_in(key, number)
            )
            updates, state = self.rule.update(gradients, state)
            return (optax.apply_updates(params, updates), state), loss

        if self.steps == 1:
            return (*(out := step((params, state), (rows[0], 0)))[0], out[1])
        (params, state), losses = jax.lax.scan(step, (params, state), (rows, jnp.arange(len(rows))))
        return params, state, losses

    def _loss(self, params: Any, x: jax.Array, y: jax.Array, key: jax.Array) -> jax.Array:
        for place, ((kind, number), weights) in enumerate(zip(self.work.layers, params, strict=True)):
            last = place == len(self.work.layers) - 1
            x = _layer(kind, x, weights, last, (number, jax.random.fold_in(key, place)))
        if self.work.classes:
            return optax.softmax_cross_entropy_with_integer_labels(x, y).mean()
        return jnp.square(x[:, 0] - y).mean()


def _layer(kind: str, x: jax.Array, weights: Any, last: bool, noise: tuple[float, jax.Array]) -> jax.Array:
    match kind:
        case "dense":
            x = x @ weights[0] + weights[1]
            return x if last else jax.nn.relu(x)
        case "conv":
            out = jax.lax.conv_general_dilated(
                x, weights[0], (1, 1), "VALID", dimension_numbers=("NHWC", "HWIO", "NHWC")
            )
            return jax.nn.relu(out + weights[1])
        case "pool":
            b, h, w, c = x.shape
            x = x.reshape(b, h // 2, 2, w // 2, 2, c)
            x = jnp.maximum(x[:, :, 0], x[:, :, 1])
            return jnp.maximum(x[:, :, :, 0], x[:, :, :, 1])
        case "flatten":
            return x.reshape(len(x), -1)
        case "dropout":
            kept = jax.random.bernoulli(noise[1], 1 - noise[0], x.shape)
            return jnp.where(kept, x / (1 - noise[0]), 0)
    return _lstm(x, *weights)


def _lstm(x: jax.Array, kernel: jax.Array, recurrent: jax.Array, bias: jax.Array) -> jax.Array:
    def step(carry: Any, x: jax.Array) -> Any:
        h, c = carry
        i, f, g, o = jnp.split(x @ kernel + h @ recurrent + bias, 4, axis=-1)
        c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
        return (jax.nn.sigmoid(o) * jnp.tanh(c), c), None

    start = jnp.zeros((len(x), len(recurrent)))
    (h, _), _ = jax.lax.scan(step, (start, start), x.swapaxes(0, 1))
    return h
