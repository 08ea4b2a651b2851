"""Networks from the literature: drawn, checked, printed and trained a few steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from flax import nnx

from engine.graph.model import GraphModel, plan
from engine.graph.specs import DataSpecs
from tests.engine import nets
from tests.engine.drawings import Document, checked, printed

STEPS = 4


@dataclass(frozen=True)
class Net:
    """A drawing, how many weights it has, and how many of them are moving averages."""

    drawing: Document
    weights: int
    fixed: int = 0


SMALL = {
    "resnet50": Net(nets.resnet50(side=32, width=4, classes=10), 129_354, 3_320),
    "inception_v3": Net(nets.inception_v3(side=75, width=2, classes=10), 0),
    "unet": Net(nets.unet(), 0),
    "text_lstm": Net(nets.text_lstm(), 0),
    "siamese": Net(nets.siamese(), 0),
}


def batch(made: Any, rows: int = 4) -> dict[str, jax.Array]:
    random = np.random.default_rng(0)
    return {
        name: jnp.asarray(random.integers(0, 9, (rows, *spec.shape)) if spec.dtype == "int32" else
                          random.normal(size=(rows, *spec.shape)), spec.dtype)
        for _, name, spec in made.inputs
    }  # fmt: skip


def test_resnet50_has_the_weights_of_keras() -> None:
    report = checked(nets.resnet50())
    assert report.problems == []
    assert report.parameters() == {"trainable": 25_583_592, "non_trainable": 53_120, "total": 25_636_712}


def test_inception_v3_has_the_weights_of_keras() -> None:
    report = checked(nets.inception_v3())
    assert report.problems == []
    assert report.parameters()["total"] == 23_851_784


@pytest.mark.parametrize("name", SMALL)
def test_it_prints_what_it_builds_and_learns(name: str) -> None:
    report = checked(SMALL[name].drawing)
    assert report.problems == []
    made = plan(report, DataSpecs())
    inputs, key = batch(made), jax.random.key(1)
    state = jax.jit(lambda: nnx.state(GraphModel(made, nnx.Rngs(0))))()
    own, other = nnx.eval_shape(lambda: GraphModel(made, nnx.Rngs(0))), nnx.eval_shape(lambda: printed(made)["Model"](nnx.Rngs(0)))
    for model in (own, other):
        model.eval()
    answer = jax.jit(lambda definition, inputs: nnx.merge(definition, state, copy=True)(inputs)["label"], static_argnums=0)
    np.testing.assert_array_equal(answer(nnx.split(own)[0], inputs), answer(nnx.split(other)[0], inputs))
    own.train()
    losses = learn(nnx.split(own)[0], state, inputs, key)
    assert np.isfinite(losses).all()
    assert losses[-1] < losses[0]


def learn(definition: Any, state: Any, inputs: Any, key: jax.Array) -> np.ndarray:
    """The losses of a few steps of Adam on one batch."""
    learned, rest = nnx.split_state(state, nnx.Param, ...)
    rule = optax.adam(1e-3)

    def loss(learned: Any, rest: Any) -> Any:
        model = nnx.merge(definition, learned, rest, copy=True)
        scores = model.forward(inputs, key=key)["label"]
        kept = nnx.split(model, nnx.Param, ...)[2]
        return optax.softmax_cross_entropy_with_integer_labels(scores, jnp.arange(len(scores)) % scores.shape[1]).mean(), kept

    @jax.jit
    def step(learned: Any, rest: Any, memory: Any) -> Any:
        (cost, rest), slopes = jax.value_and_grad(loss, has_aux=True)(learned, rest)
        updates, memory = rule.update(slopes, memory)
        return optax.apply_updates(learned, updates), rest, memory, cost

    memory, costs = rule.init(learned), []
    for _ in range(STEPS):
        learned, rest, memory, cost = step(learned, rest, memory)
        costs.append(float(cost))
    return np.array(costs)
