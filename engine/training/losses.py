"""Losses per row as Keras 3 defines them, on scores before the output activation where that is exact."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import optax

from engine.training import criteria

EPSILON = 1e-7
"""How close to 0 and 1 a probability may come, as in Keras."""

RowLoss = Callable[[jax.Array, jax.Array, jax.Array], jax.Array]
"""(scores before the activation, answers after it, truth) → (B,). Truth is (B,) classes or (B, values) numbers."""

Measure = Callable[[jax.Array, jax.Array], jax.Array]
"""(answers, truth in the same shape) → (B, values), to be averaged."""


@dataclass(frozen=True)
class Averaged:
    """A loss that is the mean over the values of a row; `each` gives that of every value, (B, values)."""

    each: RowLoss

    def __call__(self, scores: jax.Array, answers: jax.Array, truth: jax.Array) -> jax.Array:
        return self.each(scores, answers, truth).mean(axis=-1)


def _mean_of(measure: Measure) -> RowLoss:
    """The mean of a measure over the values of a row."""
    return Averaged(lambda scores, answers, truth: measure(answers, _alike(truth, answers)))


def squared_error(answers: jax.Array, truth: jax.Array) -> jax.Array:
    return jnp.square(answers - truth)


def absolute_error(answers: jax.Array, truth: jax.Array) -> jax.Array:
    return jnp.abs(answers - truth)


def huber(setting: criteria.Huber) -> RowLoss:
    def measure(answers: jax.Array, truth: jax.Array) -> jax.Array:
        error = jnp.abs(answers - truth)
        return jnp.where(
            error <= setting.delta, 0.5 * jnp.square(error), setting.delta * error - 0.5 * setting.delta**2
        )

    return _mean_of(measure)


def log_cosh(answers: jax.Array, truth: jax.Array) -> jax.Array:
    error = answers - truth
    return error + jax.nn.softplus(-2 * error) - math.log(2)


def percentage_error(answers: jax.Array, truth: jax.Array) -> jax.Array:
    return 100 * jnp.abs(truth - answers) / jnp.maximum(jnp.abs(truth), EPSILON)


def logarithmic_error(answers: jax.Array, truth: jax.Array) -> jax.Array:
    first, second = (jnp.log1p(jnp.maximum(values, EPSILON)) for values in (answers, truth))
    return jnp.square(first - second)


def pinball(setting: criteria.Quantile) -> RowLoss:
    """As scikit-learn's mean_pinball_loss."""

    def measure(answers: jax.Array, truth: jax.Array) -> jax.Array:
        return jnp.maximum(setting.quantile * (truth - answers), (setting.quantile - 1) * (truth - answers))

    return _mean_of(measure)


def poisson(answers: jax.Array, truth: jax.Array) -> jax.Array:
    return answers - truth * jnp.log(answers + EPSILON)


def cosine_similarity(scores: jax.Array, answers: jax.Array, truth: jax.Array) -> jax.Array:
    return -jnp.sum(_unit(answers) * _unit(_alike(truth, answers)), axis=-1)


def kl_divergence(scores: jax.Array, answers: jax.Array, truth: jax.Array) -> jax.Array:
    true, given = (jnp.clip(values, EPSILON, 1) for values in (_alike(truth, answers), answers))
    return jnp.sum(true * jnp.log(true / given), axis=-1)


def binary_crossentropy(setting: criteria.BinaryCrossentropy) -> RowLoss:
    """Of a probability (B, 1), or of one for each label (B, labels)."""

    def loss(scores: jax.Array, answers: jax.Array, truth: jax.Array) -> jax.Array:
        true = _smoothed_one(_alike(truth, answers), setting.label_smoothing, answers.dtype)
        return _binary(answers, true)

    return Averaged(loss)


def binary_crossentropy_scores(setting: criteria.BinaryCrossentropy) -> RowLoss:
    """Of a score (B, 1), or (B, labels), before a sigmoid; exact also far from 0."""

    def loss(scores: jax.Array, answers: jax.Array, truth: jax.Array) -> jax.Array:
        true = _smoothed_one(_alike(truth, scores), setting.label_smoothing, scores.dtype)
        losses: jax.Array = optax.sigmoid_binary_cross_entropy(scores, true)
        return losses

    return Averaged(loss)


def binary_focal(setting: criteria.BinaryFocalCrossentropy) -> RowLoss:
    def loss(scores: jax.Array, answers: jax.Array, truth: jax.Array) -> jax.Array:
        chance = jnp.clip(answers, EPSILON, 1 - EPSILON)
        true = _smoothed_one(_alike(truth, answers), setting.label_smoothing, answers.dtype)
        met = true * chance + (1 - true) * (1 - chance)
        losses = (1 - met) ** setting.gamma * _binary(chance, true)
        if setting.apply_class_balancing:
            losses = losses * (true * setting.alpha + (1 - true) * (1 - setting.alpha))
        return losses

    return Averaged(loss)


def categorical_crossentropy(setting: criteria.CategoricalCrossentropy) -> RowLoss:
    """Of probabilities (B, classes), which are brought to sum 1 first, as Keras does."""

    def loss(scores: jax.Array, answers: jax.Array, truth: jax.Array) -> jax.Array:
        return _smoothed(jnp.log(_shares(answers)), truth, setting.label_smoothing)

    return loss


def categorical_crossentropy_scores(setting: criteria.CategoricalCrossentropy) -> RowLoss:
    """Of scores (B, classes) before a softmax; exact also far from 0."""

    def loss(scores: jax.Array, answers: jax.Array, truth: jax.Array) -> jax.Array:
        if setting.label_smoothing:
            return _smoothed(jax.nn.log_softmax(scores), truth, setting.label_smoothing)
        losses: jax.Array = optax.softmax_cross_entropy_with_integer_labels(scores, truth)
        return losses

    return loss


def categorical_focal(setting: criteria.CategoricalFocalCrossentropy) -> RowLoss:
    def loss(scores: jax.Array, answers: jax.Array, truth: jax.Array) -> jax.Array:
        shares = _shares(answers)
        weighed = setting.alpha * (1 - shares) ** setting.gamma * jnp.log(shares)
        return _smoothed(weighed, truth, setting.label_smoothing)

    return loss


def hinge(answers: jax.Array, truth: jax.Array) -> jax.Array:
    return jnp.maximum(1 - (2 * truth - 1) * answers, 0)


def squared_hinge(answers: jax.Array, truth: jax.Array) -> jax.Array:
    return jnp.square(hinge(answers, truth))


def categorical_hinge(scores: jax.Array, answers: jax.Array, truth: jax.Array) -> jax.Array:
    true = _alike(truth, answers)
    return jnp.maximum(jnp.max((1 - true) * answers, axis=-1) - jnp.sum(true * answers, axis=-1) + 1, 0)


def _mean_of_scores(measure: Measure) -> RowLoss:
    """The mean of a measure of the scores instead of the answers."""
    return Averaged(lambda scores, answers, truth: measure(scores, _alike(truth, scores)))


LOSSES: dict[type, Callable[[Any], RowLoss]] = {
    criteria.MeanSquaredError: lambda _: _mean_of(squared_error),
    criteria.MeanAbsoluteError: lambda _: _mean_of(absolute_error),
    criteria.Huber: huber,
    criteria.LogCosh: lambda _: _mean_of(log_cosh),
    criteria.MeanAbsolutePercentageError: lambda _: _mean_of(percentage_error),
    criteria.MeanSquaredLogarithmicError: lambda _: _mean_of(logarithmic_error),
    criteria.Quantile: pinball,
    criteria.Poisson: lambda _: _mean_of(poisson),
    criteria.CosineSimilarity: lambda _: cosine_similarity,
    criteria.BinaryCrossentropy: binary_crossentropy,
    criteria.BinaryFocalCrossentropy: binary_focal,
    criteria.CategoricalCrossentropy: categorical_crossentropy,
    criteria.CategoricalFocalCrossentropy: categorical_focal,
    criteria.KLDivergence: lambda _: kl_divergence,
    criteria.Hinge: lambda _: _mean_of(hinge),
    criteria.SquaredHinge: lambda _: _mean_of(squared_hinge),
    criteria.CategoricalHinge: lambda _: categorical_hinge,
}
"""Each loss on answers. `auto` stands for one of them."""

FROM_SCORES: dict[tuple[type, str], Callable[[Any], RowLoss]] = {
    (criteria.BinaryCrossentropy, "sigmoid"): binary_crossentropy_scores,
    (criteria.CategoricalCrossentropy, "softmax"): categorical_crossentropy_scores,
    (criteria.Hinge, "sigmoid"): lambda _: _mean_of_scores(hinge),
    (criteria.SquaredHinge, "sigmoid"): lambda _: _mean_of_scores(squared_hinge),
    (criteria.CategoricalHinge, "softmax"): lambda _: (
        lambda scores, answers, truth: categorical_hinge(scores, scores, truth)
    ),
}
"""The form of a loss on scores, for an output activation."""


def _binary(chance: jax.Array, true: jax.Array) -> jax.Array:
    chance = jnp.clip(chance, EPSILON, 1 - EPSILON)
    return -(true * jnp.log(chance) + (1 - true) * jnp.log1p(-chance))


def _smoothed_one(truth: jax.Array, smoothing: float, dtype: Any) -> jax.Array:
    return truth.astype(dtype) * (1 - smoothing) + 0.5 * smoothing


def _smoothed(logs: jax.Array, truth: jax.Array, smoothing: float) -> jax.Array:
    """The negative logs (B, classes) of the true classes, with a share of certainty spread over all classes."""
    true = -jnp.take_along_axis(logs, truth[:, None], axis=-1)[:, 0]
    return (1 - smoothing) * true - smoothing * logs.mean(axis=-1) if smoothing else true


def _shares(answers: jax.Array) -> jax.Array:
    """Probabilities (B, classes) brought to sum 1, and kept away from 0 and 1."""
    shares = answers / jnp.maximum(answers.sum(axis=-1, keepdims=True), EPSILON)
    return jnp.clip(shares, EPSILON, 1 - EPSILON)


def _unit(values: jax.Array) -> jax.Array:
    """Rows of length 1; a row of zeros stays one."""
    square = jnp.sum(jnp.square(values), axis=-1, keepdims=True)
    return values * jax.lax.rsqrt(jnp.maximum(square, 1e-12))


def _alike(truth: jax.Array, answers: jax.Array) -> jax.Array:
    """Numbers as they are; classes as 0 and 1, one column per class where there are several."""
    if truth.ndim == answers.ndim:
        return truth
    if answers.shape[-1] == 1:
        return truth[:, None].astype(answers.dtype)
    return jax.nn.one_hot(truth, answers.shape[-1], dtype=answers.dtype)
