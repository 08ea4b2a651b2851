"""Weights of outputs and classes in a loss."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from pydantic import TypeAdapter
from sklearn.utils.class_weight import compute_class_weight

from engine.data.prepare import load, specs
from engine.data.recipe import Recipe
from engine.graph.model import Answer
from engine.graph.specs import DataSpecs, Target
from engine.training import criteria
from engine.training.loss_choice import row_loss
from engine.training.loss_weights import balanced_weights, class_weights
from engine.training.losses import RowLoss
from engine.training.lost import OutputLoss
from tests.engine.samples import table
from tests.engine.training.keras_losses import sigmoid

WEIGHTS: TypeAdapter[Any] = TypeAdapter(criteria.ClassWeights)
NUMBER = Target("number")
FOUR = Target("category", ("a", "b", "c", "d"))
TAGS = Target("labels", ("a", "b", "c"))
TAGGED = np.array([[1, 0, 0], [1, 1, 0], [0, 1, 0], [1, 0, 0]], np.float32)
SCORES = np.random.default_rng(0).normal(size=(9, 4)).astype(np.float32) * 2
CLASSES = np.array([0, 1, 2, 3, 0, 1, 2, 3, 1], np.int32)


def usual(activation: str, target: Target, width: int) -> RowLoss:
    """What is taken where nothing is chosen: a cross-entropy."""
    return row_loss(criteria.Auto(), Answer("y", ("last", None), activation, False, width), target)


def test_labels_count_by_their_own_weights_where_they_are_yes() -> None:
    scores = np.array([[2.0, -1.0, 0.5], [0.0, 1.0, -2.0], [-1.0, 3.0, 0.0], [1.0, 0.0, 0.0]], np.float32)
    weights = class_weights(WEIGHTS.validate_python({"type": "given", "weights": {"b": 3}}), TAGS, TAGGED)
    loss = OutputLoss(usual("sigmoid", TAGS, 3), 2.0, weights)
    chances = sigmoid(scores.astype(float))
    each = -(TAGGED * np.log(chances) * np.array([1, 3, 1]) + (1 - TAGGED) * np.log(1 - chances))
    given = jnp.asarray(scores)
    found = loss.rows(given, jax.nn.sigmoid(given), jnp.asarray(TAGGED))
    np.testing.assert_allclose(found, each.mean(axis=1), rtol=1e-5)
    np.testing.assert_allclose(loss.counted(found), 2 * each.mean(axis=1), rtol=1e-5)


def test_balanced_labels_count_as_in_scikit_learn_label_by_label() -> None:
    found = class_weights(criteria.Balanced(), TAGS, TAGGED)
    for place in range(2):
        expected = compute_class_weight("balanced", classes=np.array([0, 1]), y=TAGGED[:, place])
        np.testing.assert_allclose(found[:, place], expected)
    np.testing.assert_allclose(found[:, 2], [0.5, 1.0])  # never yes


TARGET = {"kind": "category", "role": "target"}
TOLD: dict[str, tuple[dict[str, Any], dict[str, list[str]]]] = {
    "classes": ({"z": TARGET}, {}),
    "labels of one column": ({"y": {"kind": "tags", "role": "target", "separator": ";"}}, {}),
    "labels of several columns": ({"w": TARGET, "z": TARGET}, {"both": ["w", "z"]}),
}


@pytest.mark.parametrize("case", TOLD)
def test_what_balanced_weights_come_to_is_told_as_they_are_in_training(tmp_path: Path, case: str) -> None:
    targets, outputs = TOLD[case]
    cells = [f"{row},{'pq'[row % 3 == 0]},{('a;b', 'b', 'c;a')[row % 3]},{'ny'[row % 5 == 0]}" for row in range(400)]
    dataset = table(tmp_path, "\n".join(["x,w,y,z", *cells]))
    unused = {name: {"kind": "category", "role": "ignore"} for name in "wyz"}
    columns = {"x": {"kind": "number"}, **unused, **targets}
    prepared = load(dataset, Recipe.model_validate({"kind": "table", "columns": columns, "outputs": outputs}))
    ((name, target),) = DataSpecs.read(*specs(prepared.preparation)).targets.items()
    told = balanced_weights(prepared.preparation["targets"][name], prepared.preparation["rows"]["train"])
    used = class_weights(criteria.Balanced(), target, prepared.targets["train"][name])
    assert tuple(told) == target.classes
    np.testing.assert_allclose(np.transpose(list(told.values())), np.atleast_2d(np.asarray(used)))


def test_balanced_classes_weigh_as_in_scikit_learn() -> None:
    truth = np.array([0, 0, 0, 1, 2, 2, 0, 3], np.int32)
    found = class_weights(WEIGHTS.validate_python("balanced"), FOUR, truth)
    np.testing.assert_allclose(found, compute_class_weight("balanced", classes=np.arange(4), y=truth))
    absent = class_weights(WEIGHTS.validate_python("balanced"), FOUR, truth[:3])
    np.testing.assert_allclose(absent, [0.25, 1, 1, 1])


def test_weights_of_classes_and_outputs_multiply_the_loss() -> None:
    given = WEIGHTS.validate_python({"type": "given", "weights": {"b": 3, "d": 0}})
    classes = class_weights(given, FOUR, CLASSES)
    np.testing.assert_allclose(classes, [1, 3, 1, 0])
    assert class_weights(WEIGHTS.validate_python("equal"), FOUR, CLASSES) is None
    assert class_weights(WEIGHTS.validate_python("balanced"), NUMBER, SCORES[:, :1]) is None
    scores = jnp.asarray(SCORES)
    plain_loss = usual("softmax", FOUR, 4)
    rows = plain_loss(scores, jax.nn.softmax(scores), jnp.asarray(CLASSES))
    loss = OutputLoss(plain_loss, 2.0, classes)
    found = loss.rows(scores, jax.nn.softmax(scores), jnp.asarray(CLASSES))
    np.testing.assert_allclose(loss.counted(found), 2 * np.asarray(rows) * classes[CLASSES], rtol=1e-6)
    np.testing.assert_allclose(OutputLoss(plain_loss).rows(scores, jax.nn.softmax(scores), jnp.asarray(CLASSES)), rows)
