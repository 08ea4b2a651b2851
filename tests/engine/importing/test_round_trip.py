"""From a Keras document to printed source: the same weights and shapes as the built model, for the large networks."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx

from engine.graph.check import check
from engine.graph.model import GraphModel, Plan, plan
from engine.graph.specs import DataSpecs
from engine.importing.keras import import_keras
from tests.engine.drawings import printed
from tests.engine.importing.running import running
from tests.engine.importing.test_keras_forms import entry, layer, model
from tests.engine.recorded import FOLDER, needs_records

Shapes = dict[str, tuple[int, ...]]


def weights_and_answers(make: Any, made: Plan) -> tuple[Shapes, Shapes]:
    """The shapes of all weights and of what comes out for two rows; allocates nothing."""
    definition, state = nnx.split(nnx.eval_shape(make))
    weights = {".".join(map(str, path)): variable.get_value().shape for path, variable in nnx.to_flat_state(state)}
    inputs = {source: jax.ShapeDtypeStruct((2, *spec.shape), jnp.dtype(spec.dtype)) for _, source, spec in made.inputs}
    model = nnx.merge(definition, state)
    model.eval()
    definition, state = nnx.split(model)
    answers = jax.eval_shape(lambda state, inputs: nnx.merge(definition, state)(inputs), state, inputs)
    return weights, {name: value.shape for name, value in answers.items()}


@needs_records
@pytest.mark.parametrize(
    ("name", "answers"),
    [
        ("keras2/fabrik_resnet50.json", {"fc1000": (2, 1000)}),
        ("keras1/kerasjs_resnet50.json", {"fc1000": (2, 1000)}),
        ("keras2/dl4j_dual_conv.json", {"policy_head_dense": (2, 362), "value_head_output": (2, 1)}),
        ("keras2/dl4j_bidirectional_lstm_tf_keras_2_config.json", {"dense_1": (2, 1)}),
    ],
)
def test_the_printed_model_is_the_one_that_was_imported(name: str, answers: Shapes) -> None:
    report = check(import_keras((FOLDER / name).read_text()).graph)
    made = plan(report, DataSpecs())
    own = weights_and_answers(lambda: GraphModel(made, nnx.Rngs(0)), made)
    copy = weights_and_answers(lambda: printed(made)["Model"](nnx.Rngs(0)), made)
    assert own == copy
    assert own[1] == answers


def test_two_towers_of_one_model_run_with_one_set_of_weights() -> None:
    tower = model(
        [entry("seen", 4), layer("Dense", "hidden", "seen", units=3, activation="relu")], ["seen"], ["hidden"]
    )
    tower |= {"name": "tower", "inbound_nodes": [[["left", 0, 0, {}]], [["right", 0, 0, {}]]]}
    layers = [
        entry("left", 4),
        entry("right", 4),
        tower,
        layer("Subtract", "difference", ["tower", 0, 0, {}], ["tower", 1, 0, {}]),
        layer("Dense", "score", "difference", units=1, activation="sigmoid"),
    ]
    found = running(model(layers, ["left", "right"], ["score", "difference"]))
    chance = np.random.default_rng(3)
    weights = [chance.normal(size=shape).astype(np.float32) for shape in ((4, 3), (3,), (3, 1), (1,))]
    found.fill(weights)
    left, right = chance.normal(size=(2, 5, 4)).astype(np.float32)
    kernel, bias, last, offset = weights
    difference = np.maximum(left @ kernel + bias, 0) - np.maximum(right @ kernel + bias, 0)
    for score, between in found.answers(left, right):
        np.testing.assert_allclose(between, difference, rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(score, 1 / (1 + np.exp(-(difference @ last + offset))), rtol=1e-4, atol=1e-5)
