"""Losses per row, from what the model gives before its output activation."""

from __future__ import annotations

from collections.abc import Callable

import jax
import jax.numpy as jnp
import optax

from engine.graph.model import Answer
from engine.graph.specs import Target
from engine.problems import Problem, Refusal
from engine.training.settings import LossName

EPSILON = 1e-7
"""How close to 0 and 1 a probability may come, as in Keras."""

RowLoss = Callable[[jax.Array, jax.Array, jax.Array], jax.Array]
"""(scores before the activation, answers after it, truth) → (B,). Truth is (B,) classes or (B, 1) numbers."""


def mse(scores: jax.Array, answers: jax.Array, truth: jax.Array) -> jax.Array:
    """Mean squared error over the values of a row."""
    return jnp.square(answers - _alike(truth, answers)).mean(axis=-1)


def mae(scores: jax.Array, answers: jax.Array, truth: jax.Array) -> jax.Array:
    """Mean absolute error over the values of a row."""
    return jnp.abs(answers - _alike(truth, answers)).mean(axis=-1)


def binary_crossentropy_scores(scores: jax.Array, answers: jax.Array, truth: jax.Array) -> jax.Array:
    """Cross-entropy of a single score (B, 1) before a sigmoid; exact also far from 0."""
    losses: jax.Array = optax.sigmoid_binary_cross_entropy(scores[:, 0], truth.astype(scores.dtype))
    return losses


def binary_crossentropy(scores: jax.Array, answers: jax.Array, truth: jax.Array) -> jax.Array:
    """Cross-entropy of a single probability (B, 1)."""
    chance = jnp.clip(answers[:, 0], EPSILON, 1 - EPSILON)
    positive = truth.astype(chance.dtype)
    return -(positive * jnp.log(chance) + (1 - positive) * jnp.log1p(-chance))


def categorical_crossentropy_scores(scores: jax.Array, answers: jax.Array, truth: jax.Array) -> jax.Array:
    """Cross-entropy of scores (B, classes) before a softmax; exact also far from 0."""
    losses: jax.Array = optax.softmax_cross_entropy_with_integer_labels(scores, truth)
    return losses


def categorical_crossentropy(scores: jax.Array, answers: jax.Array, truth: jax.Array) -> jax.Array:
    """Cross-entropy of probabilities (B, classes), which are brought to sum 1 first, as Keras does."""
    shares = answers / jnp.maximum(answers.sum(axis=-1, keepdims=True), EPSILON)
    chances = jnp.take_along_axis(shares, truth[:, None], axis=-1)[:, 0]
    return -jnp.log(jnp.clip(chances, EPSILON, 1 - EPSILON))


LOSSES: dict[LossName, RowLoss] = {
    "mse": mse,
    "mae": mae,
    "binary_crossentropy": binary_crossentropy,
    "categorical_crossentropy": categorical_crossentropy,
}
"""Each loss by its name, on answers. `auto` stands for one of them."""

FROM_SCORES: dict[tuple[LossName, str], RowLoss] = {
    ("binary_crossentropy", "sigmoid"): binary_crossentropy_scores,
    ("categorical_crossentropy", "softmax"): categorical_crossentropy_scores,
}
"""The exact form of a loss for an output activation, on scores."""


def row_loss(name: LossName, answer: Answer, target: Target, width: int) -> RowLoss:
    """The loss of one output of `width` values. Raises Refusal where the loss does not suit the target."""
    chosen = automatic(target, width) if name == "auto" else name
    if chosen.endswith("crossentropy") and chosen != automatic(target, width):
        raise Refusal(
            Problem(
                "loss_does_not_fit",
                {"target": answer.target, "field": "loss"},
                f"The loss {chosen} does not suit {answer.target!r}, which is {target.words()} "
                f"answered by {width} {'value' if width == 1 else 'values'}.",
                f"Set the loss to auto, which is {automatic(target, width)} here.",
            )
        )
    return FROM_SCORES.get((chosen, answer.activation), LOSSES[chosen])


def automatic(target: Target, width: int) -> LossName:
    """The loss that suits a target."""
    if target.classes is None:
        return "mse"
    return "binary_crossentropy" if width == 1 else "categorical_crossentropy"


def _alike(truth: jax.Array, answers: jax.Array) -> jax.Array:
    """Numbers as they are; classes as 0 and 1, one column per class where there are several."""
    if truth.ndim == answers.ndim:
        return truth
    if answers.shape[-1] == 1:
        return truth[:, None].astype(answers.dtype)
    return jax.nn.one_hot(truth, answers.shape[-1], dtype=answers.dtype)
