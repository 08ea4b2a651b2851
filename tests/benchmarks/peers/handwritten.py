"""The best loop in JAX we can write by hand: flat leaves, donated buffers, a scan over many steps, resident rows."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

from tests.benchmarks.peers.by_hand import Network
from tests.benchmarks.trained import Run, Trained
from tests.benchmarks.works import Work, read

STEPS = 32
"""Steps in one call; one where a network convolves on a CPU, as convolutions inside a loop are slow there."""

GPU_STEPS = 256
"""On a GPU, which would have to wait for more frequent calls."""


def side(_: str, folder: Path) -> Run:
    return Loop(*read(folder)).run


class Loop:
    """Adam on the mean loss of a batch, and nothing else."""

    def __init__(self, work: Work, x: np.ndarray, y: np.ndarray) -> None:
        self.work, self.x, self.y = work, jnp.asarray(x), jnp.asarray(y)
        self.network = Network(work)
        self.steps = self._steps()
        self.rule = optax.adam(1e-3, eps=1e-7)
        self.chunk = jax.jit(self._chunk, donate_argnums=(0, 1, 2))

    def run(self, epochs: int) -> Trained:
        params, stats = self.network.draw(0)
        state = self.rule.init(params)
        count = sum(leaf.size for leaf in jax.tree.leaves(params))
        steps = self.work.rows // self.work.batch // self.steps * self.steps
        moments, order = [], self._order(0)
        for epoch in range(epochs):
            key = jax.random.key(epoch)
            for rows in order[: steps * self.work.batch].reshape(-1, self.steps, self.work.batch):
                params, stats, state, losses = self.chunk(params, stats, state, self.x, self.y, rows, key)
            order = self._order(epoch + 1)  # while the device is at work
            losses.block_until_ready()
            moments.append(time.perf_counter())
        examples = steps * self.work.batch * (epochs - 1)
        return Trained(examples, moments[0], moments[-1], count, jax.devices()[0].device_kind)

    def _order(self, epoch: int) -> np.ndarray:
        return np.random.default_rng(epoch).permutation(self.work.rows).astype(np.int32)

    def _steps(self) -> int:
        if jax.default_backend() != "cpu":
            return min(GPU_STEPS, self.work.rows // self.work.batch)
        return 1 if self.work.convolves else STEPS

    def _chunk(
        self, params: Any, stats: Any, state: Any, x: jax.Array, y: jax.Array, rows: jax.Array, key: jax.Array
    ) -> Any:
        def step(carry: Any, xs: Any) -> Any:
            params, stats, state = carry
            batch, number = xs
            learn = jax.value_and_grad(self._loss, has_aux=True)
            (loss, stats), gradients = learn(params, stats, x[batch], y[batch], jax.random.fold_in(key, number))
            updates, state = self.rule.update(gradients, state)
            return (optax.apply_updates(params, updates), stats, state), loss

        if self.steps == 1:
            return (*(out := step((params, stats, state), (rows[0], 0)))[0], out[1])
        carry, losses = jax.lax.scan(step, (params, stats, state), (rows, jnp.arange(len(rows))))
        return *carry, losses

    def _loss(self, params: Any, stats: Any, x: jax.Array, y: jax.Array, key: jax.Array) -> Any:
        scores, stats = self.network.scores(params, stats, x, key)
        if self.work.classes:
            return optax.softmax_cross_entropy_with_integer_labels(scores, y).mean(), stats
        return jnp.square(scores[:, 0] - y).mean(), stats
