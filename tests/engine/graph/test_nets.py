"""Networks from the literature: drawn, checked, printed and trained a few steps."""

from __future__ import annotations

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

STEPS = 10


SMALL: dict[str, tuple[Document, int]] = {
    "resnet50": (nets.resnet50(side=32, width=4, classes=10), 101_762),
    "inception_v3": (nets.inception_v3(side=75, width=2, classes=10), 89_534),
    "unet": (nets.unet(), 120_681),
    "text_lstm": (nets.text_lstm(), 28_610),
    "siamese": (nets.siamese(), 7_730),
}
"""Each network made small, and how many weights it then has."""

DEEP = ("resnet50", "inception_v3")
"""Networks that take a minute to compile."""


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


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.slow] if name in DEEP else []) for name in SMALL]
)
def test_it_prints_what_it_builds_and_learns(name: str) -> None:
    drawing, weights = SMALL[name]
    report = checked(drawing)
    assert report.problems == []
    assert report.parameters()["total"] == weights
    made = plan(report, DataSpecs())
    inputs = batch(made)
    state = jax.jit(lambda: nnx.state(GraphModel(made, nnx.Rngs(0))))()
    own = nnx.eval_shape(lambda: GraphModel(made, nnx.Rngs(0)))
    other = nnx.eval_shape(lambda: printed(made)["Model"](nnx.Rngs(0)))
    np.testing.assert_array_equal(answer(own, state, inputs), answer(other, state, inputs))
    own.train()
    losses = learn(nnx.split(own)[0], state, inputs)
    assert np.isfinite(losses).all()
    assert losses.min() < 0.8 * losses[0]


def answer(model: Any, state: Any, inputs: Any) -> np.ndarray:
    """What a model with these weights answers."""
    model.eval()
    definition = nnx.split(model)[0]
    return np.asarray(jax.jit(lambda inputs: nnx.merge(definition, state, copy=True)(inputs)["label"])(inputs))


def learn(definition: Any, state: Any, inputs: Any) -> np.ndarray:
    """The losses of a few steps of Adam on one batch."""
    learned, rest = nnx.split_state(state, nnx.Param, ...)
    rule, key = optax.adam(3e-3), jax.random.key(1)

    def loss(learned: Any, rest: Any) -> Any:
        model = nnx.merge(definition, learned, rest, copy=True)
        scores = model.forward(inputs, key=key)["label"]
        kept = nnx.split(model, nnx.Param, ...)[2]
        truth = jnp.arange(len(scores)) % scores.shape[1]
        return optax.softmax_cross_entropy_with_integer_labels(scores, truth).mean(), kept

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
