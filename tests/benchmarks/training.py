"""Examples per second of the real train(job), with all its events, against a hand-written loop and scikit-learn."""

from __future__ import annotations

import itertools
import json
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

from engine.data.profile import profile
from engine.data.recipe import Recipe
from engine.graph.document import Edge, Graph, Node
from engine.job import Job, train
from engine.training.settings import Settings
from tests.benchmarks.report import Bench, Speed, interleaved

ROWS = 20_000
HELD_OUT = 0.005
"""The share of validation and of test rows; small, since the peers evaluate nothing."""

LOOP = "hand-written JAX loop"


@dataclass(frozen=True)
class Work:
    """One network on made-up rows; the target is a number."""

    name: str
    title: str
    widths: tuple[int, ...]
    batch: int
    epochs: int
    dropout: tuple[float, ...] = ()
    wanted: Mapping[str, float] = field(default_factory=dict)
    """The least ratio to each peer."""

    def measure(self, folder: Path) -> Iterator[Speed]:
        """Netloom beside each peer."""
        speeds = interleaved(self.sides(folder / self.name))
        ours = speeds.pop("netloom")
        for peer, theirs in speeds.items():
            yield Speed(self.title, ours, peer, theirs, self.wanted.get(peer))

    def sides(self, folder: Path) -> dict[str, Callable[[], float]]:
        """Each side trains once and gives its examples per second, set-up excluded."""
        folder.mkdir()
        rng = np.random.default_rng(0)
        x = rng.normal(size=(ROWS, self.widths[0])).astype(np.float32)
        y = (x @ rng.normal(size=(self.widths[0], 1)) / np.sqrt(self.widths[0])).astype(np.float32)
        job = self._job(folder, x, y)
        loop = HandWritten(self, x, y)
        sides: dict[str, Callable[[], float]] = {"netloom": lambda: ours(job), LOOP: loop.run}
        if not self.dropout:
            sides["scikit-learn"] = lambda: scikit_learn(self, x, y)
        return sides

    def _job(self, folder: Path, x: np.ndarray, y: np.ndarray) -> Job:
        names = [f"x{n}" for n in range(x.shape[1])]
        with (folder / "upload").open("w") as file:
            file.write(",".join([*names, "target"]) + "\n")
            np.savetxt(file, np.hstack([x, y]), delimiter=",", fmt="%.6g")
        (folder / "request.json").write_text(json.dumps({"filename": "made.csv"}))
        profile(folder, lambda *_: None)
        recipe = json.loads((folder / "profile.json").read_text())["recipe"]
        recipe["split"] |= {"train": 1 - 2 * HELD_OUT, "validation": HELD_OUT, "test": HELD_OUT}
        settings = Settings(epochs=self.epochs, batch_size=self.batch, early_stopping=None, metrics=["mae"])
        return Job(folder, folder, self._graph(), Recipe.model_validate(recipe), settings)

    def _graph(self) -> Graph:
        layers: list[tuple[str, dict[str, Any]]] = [("Input", {"name": "features"})]
        for place, units in enumerate(self.widths[1:-1]):
            layers.append(("Dense", {"units": units, "activation": "relu"}))
            layers += [("Dropout", {"rate": self.dropout[place]})] if self.dropout else []
        layers += [("Dense", {"units": self.widths[-1]}), ("Output", {"name": "target"})]
        nodes = [Node(id=f"node_{n}", type=kind, config=config) for n, (kind, config) in enumerate(layers)]
        edges = [Edge(source=a.id, target=b.id) for a, b in itertools.pairwise(nodes)]
        return Graph(nodes=nodes, edges=edges)


WORKS = (
    Work("table", "table MLP 100-64-32-1, batch 32", (100, 64, 32, 1), 32, 6, (), {LOOP: 0.95, "scikit-learn": 5}),
    Work("mlp", "MLP 784-256-128-1 with dropout, batch 256", (784, 256, 128, 1), 256, 6, (0.4, 0.3), {LOOP: 0.98}),
)

BENCHES = tuple(Bench(work.name, work.measure) for work in WORKS)


def ours(job: Job) -> float:
    """From the end of the first epoch, when all is compiled, to the end of the last."""
    moments = [time.perf_counter() for event in train(job) if event["type"] == "epoch"]
    rows = int(ROWS * (1 - 2 * HELD_OUT))
    return rows * (len(moments) - 1) / (moments[-1] - moments[0])


class HandWritten:
    """The best loop we can write by hand: flat leaves, donated buffers, a scan over many steps, resident rows."""

    STEPS = 32

    def __init__(self, work: Work, x: np.ndarray, y: np.ndarray) -> None:
        self.work, self.x, self.y = work, jnp.asarray(x), jnp.asarray(y)
        self.rule = optax.adam(1e-3, eps=1e-7)
        self.chunk = jax.jit(self._chunk, donate_argnums=(0, 1))

    def run(self) -> float:
        rng = np.random.default_rng(0)
        sizes = itertools.pairwise(self.work.widths)
        params = [(jnp.asarray(rng.normal(0, np.sqrt(2 / a), (a, b)), jnp.float32), jnp.zeros(b)) for a, b in sizes]
        state = self.rule.init(params)
        moments = []
        for epoch in range(self.work.epochs):
            order = np.random.default_rng(epoch).permutation(ROWS).astype(np.int32)
            steps = ROWS // self.work.batch // self.STEPS * self.STEPS
            for rows in order[: steps * self.work.batch].reshape(-1, self.STEPS, self.work.batch):
                params, state, losses = self.chunk(params, state, self.x, self.y, rows, jax.random.key(epoch))
            losses.block_until_ready()
            moments.append(time.perf_counter())
        return steps * self.work.batch * (self.work.epochs - 1) / (moments[-1] - moments[0])

    def _chunk(self, params: Any, state: Any, x: jax.Array, y: jax.Array, rows: jax.Array, key: jax.Array) -> Any:
        def step(carry: Any, xs: Any) -> Any:
            params, state = carry
            batch, number = xs
            loss, gradients = jax.value_and_grad(self._loss)(
                params, x[batch], y[batch], jax.random.fold_in(key, number)
            )
            updates, state = self.rule.update(gradients, state)
            return (optax.apply_updates(params, updates), state), loss

        (params, state), losses = jax.lax.scan(step, (params, state), (rows, jnp.arange(len(rows))))
        return params, state, losses

    def _loss(self, params: Any, x: jax.Array, y: jax.Array, key: jax.Array) -> jax.Array:
        for place, (kernel, bias) in enumerate(params):
            x = x @ kernel + bias
            if place < len(params) - 1:
                x = jax.nn.relu(x)
                if self.work.dropout:
                    rate = self.work.dropout[place]
                    kept = jax.random.bernoulli(jax.random.fold_in(key, place), 1 - rate, x.shape)
                    x = jnp.where(kept, x / (1 - rate), 0)
        return jnp.square(x - y).mean()


def scikit_learn(work: Work, x: np.ndarray, y: np.ndarray) -> float:
    """MLPRegressor with the same layers, batch and optimizer."""
    from sklearn.neural_network import MLPRegressor

    model = MLPRegressor(
        hidden_layer_sizes=work.widths[1:-1], batch_size=work.batch, max_iter=2, tol=0, n_iter_no_change=10
    )
    began = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(x, y[:, 0])
    return len(x) * model.n_iter_ / (time.perf_counter() - began)
