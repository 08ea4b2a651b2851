"""Losses against scikit-learn and NumPy, also where scores are extreme."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from sklearn.metrics import log_loss, mean_absolute_error, mean_squared_error

from engine.graph.model import Answer
from engine.graph.specs import Target
from engine.problems import Refusal
from engine.training import losses
from engine.training.losses import FROM_SCORES, LOSSES, row_loss

RANDOM = np.random.default_rng(0)
NUMBER = Target("number")
TWO = Target("category", ("no", "yes"))
FOUR = Target("category", ("a", "b", "c", "d"))

ACTIVATIONS: dict[str, Callable[[jax.Array], jax.Array]] = {
    "linear": lambda x: x,
    "sigmoid": jax.nn.sigmoid,
    "softmax": jax.nn.softmax,
}


def measured(name: Any, activation: str, target: Target, scores: Any, truth: Any) -> np.ndarray:
    """The loss of each row for an output with that activation."""
    scores = jnp.asarray(scores, jnp.float32)
    answer = Answer("y", "last", activation, False)
    answers = ACTIVATIONS[activation](scores)
    return np.asarray(row_loss(name, answer, target, scores.shape[1])(scores, answers, jnp.asarray(truth)))


NUMBERS = (RANDOM.normal(size=(9, 1)), RANDOM.normal(size=(9, 1)).astype(np.float32))
BINARY = (RANDOM.normal(size=(9, 1)) * 2, np.array([0, 1, 1, 0, 1, 0, 0, 1, 1], np.int32))
MANY = (RANDOM.normal(size=(9, 4)) * 2, np.array([0, 1, 2, 3, 0, 1, 2, 3, 1], np.int32))


def chances(scores: np.ndarray) -> np.ndarray:
    raised = np.exp(scores)
    shares: np.ndarray = raised / raised.sum(1, keepdims=True)
    return shares


def sigmoid(scores: np.ndarray) -> np.ndarray:
    answers: np.ndarray = 1 / (1 + np.exp(-scores))
    return answers


VALUES = [
    ("mse", "linear", NUMBER, NUMBERS, mean_squared_error(NUMBERS[1], NUMBERS[0])),
    ("mae", "linear", NUMBER, NUMBERS, mean_absolute_error(NUMBERS[1], NUMBERS[0])),
    ("mse", "sigmoid", TWO, BINARY, mean_squared_error(BINARY[1], sigmoid(BINARY[0])[:, 0])),
    ("mae", "sigmoid", TWO, BINARY, mean_absolute_error(BINARY[1], sigmoid(BINARY[0])[:, 0])),
    ("mse", "softmax", FOUR, MANY, mean_squared_error(np.eye(4)[MANY[1]], chances(MANY[0]))),
    ("mae", "softmax", FOUR, MANY, mean_absolute_error(np.eye(4)[MANY[1]], chances(MANY[0]))),
    ("binary_crossentropy", "sigmoid", TWO, BINARY, log_loss(BINARY[1], sigmoid(BINARY[0])[:, 0])),
    ("categorical_crossentropy", "softmax", FOUR, MANY, log_loss(MANY[1], chances(MANY[0]))),
    ("auto", "linear", NUMBER, NUMBERS, mean_squared_error(NUMBERS[1], NUMBERS[0])),
    ("auto", "sigmoid", TWO, BINARY, log_loss(BINARY[1], sigmoid(BINARY[0])[:, 0])),
    ("auto", "softmax", FOUR, MANY, log_loss(MANY[1], chances(MANY[0]))),
]


@pytest.mark.parametrize(("name", "activation", "target", "given", "expected"), VALUES)
def test_a_loss_is_what_scikit_learn_says(
    name: str, activation: str, target: Target, given: tuple[np.ndarray, np.ndarray], expected: float
) -> None:
    rows = measured(name, activation, target, *given)
    assert rows.shape == (9,)
    assert rows.mean() == pytest.approx(expected, rel=1e-5)


def test_every_loss_has_a_value_here() -> None:
    assert {row[0] for row in VALUES} == {"auto", *LOSSES}


def test_probabilities_give_the_same_loss_as_scores() -> None:
    """A last layer with softmax or sigmoid of its own, and a linear output: the loss then sees probabilities."""
    scores, truth = BINARY
    given = measured("auto", "linear", TWO, sigmoid(scores), truth)
    np.testing.assert_allclose(given, measured("auto", "sigmoid", TWO, scores, truth), rtol=1e-4)
    scores, truth = MANY
    given = measured("auto", "linear", FOUR, chances(scores), truth)
    np.testing.assert_allclose(given, measured("auto", "softmax", FOUR, scores, truth), rtol=1e-4)
    scaled = measured("auto", "linear", FOUR, 3 * chances(scores), truth)
    np.testing.assert_allclose(scaled, given, rtol=1e-4)


@pytest.mark.parametrize("size", [50.0, 1e4, 1e30])
@pytest.mark.parametrize(("activation", "target", "width"), [("sigmoid", TWO, 1), ("softmax", FOUR, 4)])
def test_extreme_scores_stay_finite_with_their_slopes(activation: str, target: Target, width: int, size: float) -> None:
    scores = np.full((2, width), -size, np.float32)
    scores[1, 0] = size
    truth = np.array([0, 0] if width > 1 else [1, 0], np.int32)
    for name in LOSSES:
        if name.endswith("crossentropy") and name != losses.automatic(target, width):
            continue
        assert np.isfinite(measured(name, activation, target, scores, truth)).all()
        loss = row_loss(name, Answer("y", "last", activation, False), target, width)

        def total(scores: jax.Array, loss: Any = loss) -> jax.Array:
            return jnp.sum(loss(scores, ACTIVATIONS[activation](scores), jnp.asarray(truth)))

        assert np.isfinite(jax.grad(total)(jnp.asarray(scores))).all()


@pytest.mark.parametrize("chance", [0.0, 1.0])
def test_certain_probabilities_stay_finite_with_their_slopes(chance: float) -> None:
    one = jnp.full((2, 1), chance)
    many = jnp.tile(jnp.array([[chance, 0.0, 0.0, 0.0]]), (2, 1))
    for name, target, answers in (("binary_crossentropy", TWO, one), ("categorical_crossentropy", FOUR, many)):
        loss = row_loss(name, Answer("y", "last", "linear", True), target, answers.shape[1])  # type: ignore[arg-type]

        def total(answers: jax.Array, loss: Any = loss) -> jax.Array:
            return jnp.sum(loss(answers, answers, jnp.array([0, 1], jnp.int32)))

        value, slope = jax.value_and_grad(total)(answers)
        assert np.isfinite(value)
        assert np.isfinite(slope).all()


@pytest.mark.parametrize(
    ("name", "target", "width", "words"),
    [
        ("binary_crossentropy", FOUR, 4, "4 classes answered by 4 values"),
        ("binary_crossentropy", NUMBER, 1, "a number answered by 1 value"),
        ("categorical_crossentropy", TWO, 1, "2 classes answered by 1 value"),
        ("categorical_crossentropy", NUMBER, 1, "a number answered by 1 value"),
        ("binary_crossentropy", TWO, 2, "2 classes answered by 2 values"),
    ],
)
def test_a_loss_that_does_not_suit_the_target_is_refused(name: Any, target: Target, width: int, words: str) -> None:
    with pytest.raises(Refusal) as refused:
        row_loss(name, Answer("y", "last", "linear", False), target, width)
    problem = refused.value.problem
    assert problem.code == "loss_does_not_fit"
    assert problem.where == {"target": "y", "field": "loss"}
    assert words in problem.message
    assert problem.hint == f"Set the loss to auto, which is {losses.automatic(target, width)} here."


def test_the_exact_forms_are_for_losses_that_exist() -> None:
    assert {name for name, _ in FROM_SCORES} <= LOSSES.keys()
