"""Losses against the definitions of Keras 3.15 and scikit-learn in NumPy, also where scores are extreme."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from pydantic import TypeAdapter, ValidationError
from sklearn.metrics import log_loss

from engine.graph.model import Answer
from engine.graph.specs import Target
from engine.problems import Refusal
from engine.training import criteria
from engine.training.loss_choice import automatic, row_loss
from engine.training.losses import FROM_SCORES, LOSSES, RowLoss
from tests.engine.training.keras_losses import (
    binary,
    binary_focal,
    categorical,
    categorical_focal,
    categorical_hinge,
    cosine,
    divergence,
    hinge,
    huber,
    log_cosh,
    mae,
    mape,
    mse,
    msle,
    pinball,
    poisson,
    sigmoid,
    softmax,
    softplus,
    squared_hinge,
)

READ: TypeAdapter[Any] = TypeAdapter(criteria.Loss)
RANDOM = np.random.default_rng(0)
NUMBER = Target("number")
TWO = Target("category", ("no", "yes"))
FOUR = Target("category", ("a", "b", "c", "d"))
EPSILON = 1e-7
Array = np.ndarray

ACTIVATIONS: dict[str, Callable[[jax.Array], jax.Array]] = {
    "linear": lambda x: x,
    "sigmoid": jax.nn.sigmoid,
    "softmax": jax.nn.softmax,
    "softplus": jax.nn.softplus,
}


def made(loss: Any, activation: str, target: Target, width: int, scaled: dict[str, Any] | None = None) -> RowLoss:
    answer = Answer("y", ("last", None), activation, False, width)
    return row_loss(READ.validate_python(loss), answer, target, scaled)


def measured(loss: Any, activation: str, target: Target, scores: Any, truth: Any, **scaled: Any) -> Array:
    """The loss of each row for an output with that activation."""
    scores = jnp.asarray(scores, jnp.float32)
    measure = made(loss, activation, target, scores.shape[1], scaled or None)
    return np.asarray(measure(scores, ACTIVATIONS[activation](scores), jnp.asarray(truth)))


NUMBERS = (RANDOM.normal(size=(9, 1)) * 2, (RANDOM.normal(size=(9, 1)) * 2).astype(np.float32))
SEVERAL = (RANDOM.normal(size=(9, 3)), RANDOM.normal(size=(9, 3)).astype(np.float32))
COUNTS = (RANDOM.normal(size=(9, 1)), RANDOM.integers(0, 5, (9, 1)).astype(np.float32))
BINARY = (RANDOM.normal(size=(9, 1)) * 2, np.array([0, 1, 1, 0, 1, 0, 0, 1, 1], np.int32))
MANY = (RANDOM.normal(size=(9, 4)) * 2, np.array([0, 1, 2, 3, 0, 1, 2, 3, 1], np.int32))
Given = tuple[Array, Array]


def one(given: Given, activated: Callable[[Array], Array] = sigmoid) -> tuple[Array, Array]:
    return given[1][:, None].astype(float), activated(given[0])


def many(given: Given, activated: Callable[[Array], Array] = softmax) -> tuple[Array, Array]:
    return np.eye(4)[given[1]], activated(given[0])


def plain(given: Given, activated: Callable[[Array], Array] = lambda x: x) -> tuple[Array, Array]:
    return given[1].astype(float), activated(given[0])


SMOOTHED = {"label_smoothing": 0.2}
VALUES: list[tuple[Any, str, Target, Given, Array]] = [
    ("auto", "linear", NUMBER, NUMBERS, mse(*plain(NUMBERS))),
    ("auto", "sigmoid", TWO, BINARY, binary(*one(BINARY))),
    ("auto", "softmax", FOUR, MANY, categorical(*many(MANY))),
    ("mse", "linear", NUMBER, NUMBERS, mse(*plain(NUMBERS))),
    ("mse", "linear", NUMBER, SEVERAL, mse(*plain(SEVERAL))),
    ("mse", "sigmoid", TWO, BINARY, mse(*one(BINARY))),
    ("mse", "softmax", FOUR, MANY, mse(*many(MANY))),
    ("mae", "linear", NUMBER, SEVERAL, mae(*plain(SEVERAL))),
    ("mae", "softmax", FOUR, MANY, mae(*many(MANY))),
    ("huber", "linear", NUMBER, NUMBERS, huber(*plain(NUMBERS))),
    ({"type": "huber", "delta": 0.3}, "linear", NUMBER, SEVERAL, huber(*plain(SEVERAL), 0.3)),
    ("log_cosh", "linear", NUMBER, NUMBERS, log_cosh(*plain(NUMBERS))),
    ("mape", "linear", NUMBER, NUMBERS, mape(*plain(NUMBERS))),
    ("msle", "linear", NUMBER, COUNTS, msle(*plain(COUNTS))),
    ("msle", "linear", NUMBER, NUMBERS, msle(*plain(NUMBERS))),
    ("poisson", "softplus", NUMBER, COUNTS, poisson(*plain(COUNTS, softplus))),
    ("quantile", "linear", NUMBER, NUMBERS, pinball(*plain(NUMBERS), 0.5)),
    ({"type": "quantile", "quantile": 0.9}, "linear", NUMBER, SEVERAL, pinball(*plain(SEVERAL), 0.9)),
    ("cosine_similarity", "linear", NUMBER, SEVERAL, cosine(*plain(SEVERAL))),
    ("cosine_similarity", "softmax", FOUR, MANY, cosine(*many(MANY))),
    ("binary_crossentropy", "sigmoid", TWO, BINARY, binary(*one(BINARY))),
    ({"type": "binary_crossentropy", **SMOOTHED}, "sigmoid", TWO, BINARY, binary(*one(BINARY), 0.2)),
    ("binary_focal_crossentropy", "sigmoid", TWO, BINARY, binary_focal(*one(BINARY))),
    (
        {"type": "binary_focal_crossentropy", "gamma": 0.5, "apply_class_balancing": True, "alpha": 0.7, **SMOOTHED},
        "sigmoid",
        TWO,
        BINARY,
        binary_focal(*one(BINARY), 0.5, 0.7, 0.2),
    ),
    ("categorical_crossentropy", "softmax", FOUR, MANY, categorical(*many(MANY))),
    ({"type": "categorical_crossentropy", **SMOOTHED}, "softmax", FOUR, MANY, categorical(*many(MANY), 0.2)),
    ("categorical_focal_crossentropy", "softmax", FOUR, MANY, categorical_focal(*many(MANY))),
    (
        {"type": "categorical_focal_crossentropy", "gamma": 0.5, "alpha": 0.7, **SMOOTHED},
        "softmax",
        FOUR,
        MANY,
        categorical_focal(*many(MANY), 0.5, 0.7, 0.2),
    ),
    ("kl_divergence", "softmax", FOUR, MANY, divergence(*many(MANY))),
    ("hinge", "linear", TWO, BINARY, hinge(*one(BINARY, lambda x: x))),
    ("hinge", "sigmoid", TWO, BINARY, hinge(*one(BINARY, lambda x: x))),
    ("squared_hinge", "linear", TWO, BINARY, squared_hinge(*one(BINARY, lambda x: x))),
    ("squared_hinge", "sigmoid", TWO, BINARY, squared_hinge(*one(BINARY, lambda x: x))),
    ("categorical_hinge", "linear", FOUR, MANY, categorical_hinge(*many(MANY, lambda x: x))),
    ("categorical_hinge", "softmax", FOUR, MANY, categorical_hinge(*many(MANY, lambda x: x))),
]


@pytest.mark.parametrize(("loss", "activation", "target", "given", "expected"), VALUES)
def test_a_loss_is_what_keras_says(loss: Any, activation: str, target: Target, given: Given, expected: Array) -> None:
    rows = measured(loss, activation, target, *given)
    assert rows.shape == (9,)
    np.testing.assert_allclose(rows, expected, rtol=1e-5, atol=1e-5)


def test_every_loss_has_a_value_here() -> None:
    names = {loss if isinstance(loss, str) else loss["type"] for loss, *_ in VALUES}
    assert names == {kind.model_fields["type"].default for kind in criteria.LOSSES}
    assert set(criteria.LOSSES) == {criteria.Auto, *LOSSES}
    assert {kind for kind, _ in FROM_SCORES} <= LOSSES.keys()


def test_cross_entropy_is_the_log_loss_of_scikit_learn() -> None:
    rows = measured("auto", "sigmoid", TWO, *BINARY)
    assert rows.mean() == pytest.approx(log_loss(BINARY[1], sigmoid(BINARY[0])[:, 0]), rel=1e-5)


@pytest.mark.parametrize("loss", [loss for loss, _, target, *_ in VALUES if target is not NUMBER], ids=str)
def test_probabilities_give_the_same_loss_as_scores(loss: Any) -> None:
    """A last layer with softmax or sigmoid of its own, and a linear output: the loss then sees probabilities."""
    name = loss if isinstance(loss, str) else loss["type"]
    if "hinge" in name:
        return  # a margin is one of scores
    for given, target, activation, activated in (
        (BINARY, TWO, "sigmoid", sigmoid),
        (MANY, FOUR, "softmax", softmax),
    ):
        try:
            exact = measured(loss, activation, target, *given)
        except Refusal:
            continue
        np.testing.assert_allclose(measured(loss, "linear", target, activated(given[0]), given[1]), exact, rtol=1e-4)


def test_probabilities_that_do_not_add_up_are_brought_to_one() -> None:
    given = measured("auto", "linear", FOUR, softmax(MANY[0]), MANY[1])
    np.testing.assert_allclose(measured("auto", "linear", FOUR, 3 * softmax(MANY[0]), MANY[1]), given, rtol=1e-4)


SUITING = [
    (kind.model_fields["type"].default, activation, target, width)
    for kind in criteria.LOSSES
    for activation, target, width in (("sigmoid", TWO, 1), ("softmax", FOUR, 4))
    if kind.suits in ("any", "one" if width == 1 else "many") or (kind.suits == "several" and width > 1)
]


@pytest.mark.parametrize("size", [50.0, 1e4, 1e18])
@pytest.mark.parametrize(("name", "activation", "target", "width"), SUITING)
def test_extreme_scores_stay_finite_with_their_slopes(
    name: str, activation: str, target: Target, width: int, size: float
) -> None:
    scores = np.full((2, width), -size, np.float32)
    scores[1, 0] = size
    truth = np.array([0, 0] if width > 1 else [1, 0], np.int32)
    loss: Any = {"type": name, "gamma": 0.5} if "focal" in name else name
    measure = made(loss, activation, target, width)

    def total(scores: jax.Array) -> jax.Array:
        return jnp.sum(measure(scores, ACTIVATIONS[activation](scores), jnp.asarray(truth)))

    value, slope = jax.value_and_grad(total)(jnp.asarray(scores))
    assert np.isfinite(value)
    assert np.isfinite(slope).all()


@pytest.mark.parametrize("chance", [0.0, 1.0])
@pytest.mark.parametrize(("name", "activation", "target", "width"), SUITING)
def test_certain_probabilities_stay_finite_with_their_slopes(
    name: str, activation: str, target: Target, width: int, chance: float
) -> None:
    answers = jnp.tile(jnp.array([[chance, 0.0, 0.0, 0.0][:width]]), (2, 1))
    measure = made(name, "linear", target, width)

    def total(answers: jax.Array) -> jax.Array:
        return jnp.sum(measure(answers, answers, jnp.array([0, 1], jnp.int32)))

    value, slope = jax.value_and_grad(total)(answers)
    assert np.isfinite(value)
    assert np.isfinite(slope).all()


PRICE = {"kind": "number", "center": 10.0, "spread": 4.0}
HOURS = {"kind": "number", "center": 1.0, "spread": 0.5, "plus": 1.0, "low": 0.0}


@pytest.mark.parametrize(("name", "reference"), [("mape", mape), ("msle", msle)])
def test_losses_about_ratios_are_of_the_unit_of_the_target(name: str, reference: Callable[..., Array]) -> None:
    given, true = np.abs(NUMBERS[0]), np.abs(NUMBERS[1])
    np.testing.assert_allclose(
        measured(name, "linear", NUMBER, given, true, **PRICE),
        reference(true.astype(float) * 4 + 10, given * 4 + 10),
        rtol=1e-4,
    )
    np.testing.assert_allclose(
        measured(name, "linear", NUMBER, given, true, **HOURS),
        reference(np.expm1(true.astype(float) * 0.5 + 1), np.expm1(given * 0.5 + 1)),
        rtol=1e-4,
    )


@pytest.mark.parametrize(
    ("name", "target", "width", "words"),
    [
        ("binary_crossentropy", FOUR, 4, "4 classes answered by 4 values"),
        ("binary_crossentropy", NUMBER, 1, "a number answered by 1 value"),
        ("categorical_crossentropy", TWO, 1, "2 classes answered by 1 value"),
        ("categorical_focal_crossentropy", NUMBER, 1, "a number answered by 1 value"),
        ("binary_focal_crossentropy", TWO, 2, "2 classes answered by 2 values"),
        ("hinge", NUMBER, 1, "a number answered by 1 value"),
        ("kl_divergence", TWO, 1, "2 classes answered by 1 value"),
        ("cosine_similarity", NUMBER, 1, "a number answered by 1 value"),
        ("mape", FOUR, 4, "4 classes answered by 4 values"),
        ("quantile", TWO, 1, "2 classes answered by 1 value"),
    ],
)
def test_a_loss_that_does_not_suit_the_target_is_refused(name: Any, target: Target, width: int, words: str) -> None:
    with pytest.raises(Refusal) as refused:
        made(name, "linear", target, width)
    problem = refused.value.problem
    assert problem.code == "loss_does_not_fit"
    assert problem.where == {"target": "y", "field": "loss"}
    assert words in problem.message
    assert problem.hint == f"Set the loss to auto, which is {automatic(target, width).type} here."


def test_counts_need_answers_above_nothing() -> None:
    with pytest.raises(Refusal) as refused:
        made("poisson", "linear", NUMBER, 1)
    assert refused.value.problem.code == "loss_does_not_fit"
    assert "softplus" in refused.value.problem.hint


@pytest.mark.parametrize("loss", ["mape", "msle", "poisson"])
def test_a_loss_about_values_is_refused_where_changes_are_learned(loss: str) -> None:
    with pytest.raises(Refusal) as refused:
        made(loss, "softplus", NUMBER, 1, {"center": 0.0, "spread": 1.0, "difference": "plain"})
    assert "'y' is learned as its change" in refused.value.problem.message
    assert "mae" in refused.value.problem.hint
    made("mae", "softplus", NUMBER, 1, {"center": 0.0, "spread": 1.0, "difference": "plain"})


def test_counts_need_a_scale_that_reaches_down_to_nothing() -> None:
    with pytest.raises(Refusal) as refused:
        made("poisson", "softplus", NUMBER, 1, PRICE)
    assert "answers would begin at 10." in refused.value.problem.message
    assert refused.value.problem.hint == "Set the scale of 'y' on the Data page to none."
    for scaled in ({"spread": 4.0, "center": 0.0}, {"spread": 1.0, "center": 0.0, "plus": 1.0}):
        assert made("poisson", "softplus", NUMBER, 1, scaled)


def test_a_loss_with_its_usual_arguments_is_its_name() -> None:
    for kind in criteria.LOSSES:
        name = kind.model_fields["type"].default
        assert kind().model_dump(mode="json") == name
        assert READ.validate_python(name) == kind()
        assert kind.__doc__
        described = kind.model_json_schema()["properties"]
        assert all(field == "type" or text["description"] for field, text in described.items())
    changed = READ.validate_python({"type": "huber", "delta": 2})
    assert READ.validate_python(changed.model_dump()) == changed


@pytest.mark.parametrize("name", criteria.ALSO)
def test_the_long_names_of_keras_are_understood(name: str) -> None:
    assert READ.validate_python(name).type == criteria.ALSO[name]


@pytest.mark.parametrize("wrong", ["sudden", {"type": "mse", "delta": 1}, {"type": "quantile", "quantile": 1}, 3, None])
def test_a_loss_that_does_not_exist_is_refused(wrong: Any) -> None:
    with pytest.raises(ValidationError):
        READ.validate_python(wrong)
