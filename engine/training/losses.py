"""Losses per row as Keras 3 defines them, on scores before the output activation where that is exact."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

from engine.graph.model import Answer
from engine.graph.specs import Target
from engine.problems import Problem, Refusal
from engine.training import criteria

EPSILON = 1e-7
"""How close to 0 and 1 a probability may come, as in Keras."""

RowLoss = Callable[[jax.Array, jax.Array, jax.Array], jax.Array]
"""(scores before the activation, answers after it, truth) → (B,). Truth is (B,) classes or (B, values) numbers."""

Measure = Callable[[jax.Array, jax.Array], jax.Array]
"""(answers, truth in the same shape) → (B, values), to be averaged."""

POSITIVE = ("softplus", "exponential", "relu", "relu6", "sigmoid", "hard_sigmoid")
"""Output activations that give no negative answers."""


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


def row_loss(
    loss: criteria.Loss,
    answer: Answer,
    target: Target,
    scaled: Mapping[str, Any] | None = None,
    field: str = "loss",
) -> RowLoss:
    """The loss of one output. `scaled` is how a number was scaled: its center, spread, and what was added before a log.

    Raises Refusal where the loss does not suit the target; `field` is the setting.
    """
    chosen = automatic(target, answer.width) if isinstance(loss, criteria.Auto) else loss
    if not _suits(chosen.suits, target, answer.width):
        raise Refusal(_misfit(chosen, answer, target, field))
    if isinstance(chosen, criteria.Poisson) and answer.activation not in POSITIVE:
        raise Refusal(_negative(answer, field))
    if chosen.own_unit and scaled:
        _require_own_unit(chosen, answer, scaled, field)
    made = FROM_SCORES.get((type(chosen), answer.activation), LOSSES[type(chosen)])(chosen)
    return _in_own_unit(made, scaled) if chosen.own_unit and scaled else made


def automatic(target: Target, width: int) -> criteria.Loss:
    """The loss that suits a target."""
    if target.classes is None:
        return criteria.MeanSquaredError()
    return criteria.BinaryCrossentropy() if target.fitting(width) == "sigmoid" else criteria.CategoricalCrossentropy()


def fitting_losses(target: Target, width: int) -> list[str]:
    """The losses that suit a target answered by so many values."""
    return [str(loss.model_fields["type"].default) for loss in criteria.LOSSES if _suits(loss.suits, target, width)]


def title_of(loss: criteria.Loss) -> str:
    """What a loss is called where it is chosen."""
    return str(loss.model_config.get("title") or loss.type)


def of_scaled(loss: criteria.Loss, prepared: Mapping[str, Any]) -> bool:
    """Whether a loss is worked out on values of a target that are not in its own unit."""
    if loss.own_unit:
        return False
    return any(
        "plus" in one or one.get("spread", 1.0) != 1.0 or one.get("center", 0.0) != 0.0
        for one in prepared.get("columns", {"": prepared}).values()
    )


def weighted(loss: RowLoss, weight: float, classes: np.ndarray | None) -> RowLoss:
    """A loss multiplied by the weight of its output, and by that of each row's class (classes,).

    Of labels, (2, labels), each value counts by the weight that its label has where it is no and where it is yes.
    """

    def measured(scores: jax.Array, answers: jax.Array, truth: jax.Array) -> jax.Array:
        if classes is None:
            return loss(scores, answers, truth) * weight
        if classes.ndim == 1:
            losses = loss(scores, answers, truth) * weight
            return losses * jnp.asarray(classes, losses.dtype)[truth]
        assert isinstance(loss, Averaged)
        each = loss.each(scores, answers, truth) * weight
        no, yes = jnp.asarray(classes, each.dtype)
        return (each * jnp.where(truth > 0.5, yes[None], no[None])).mean(axis=-1)

    return loss if weight == 1 and classes is None else measured


def class_weights(setting: criteria.ClassWeights, target: Target, truth: np.ndarray) -> np.ndarray | None:
    """The weight of each class (classes,), or None where all count the same. `truth` is (n,) training classes.

    Balanced as scikit-learn has it: rows / (classes · rows of the class); classes without rows count 1.
    Of labels, whose `truth` is (n, labels), (2, labels): of no and of yes, balanced label by label; what is given is
    that of yes, as the `pos_weight` of PyTorch.
    """
    if target.classes is None or isinstance(setting, criteria.Equal):
        return None
    if isinstance(setting, criteria.Given):
        given = np.array([setting.weights.get(name, 1.0) for name in target.classes])
        return given if target.names else np.stack([np.ones(len(given)), given])
    if target.names:
        counts = np.bincount(truth, minlength=len(target.names))
    else:
        counts = np.stack([(truth <= 0.5).sum(axis=0), (truth > 0.5).sum(axis=0)])
    return np.where(counts > 0, len(truth) / (len(counts) * np.maximum(counts, 1)), 1.0)


def _suits(suits: criteria.Suits, target: Target, width: int) -> bool:
    return {
        "any": True,
        "several": width > 1,
        "number": target.classes is None,
        "one": target.fitting(width) == "sigmoid",
        "many": target.fitting(width) == "softmax",
    }[suits]


def _misfit(loss: criteria.Loss, answer: Answer, target: Target, field: str) -> Problem:
    usual = automatic(target, answer.width)
    return Problem(
        "loss_does_not_fit",
        {"target": answer.target, "field": field},
        f"The loss {loss.type} does not suit {answer.target!r}, which is {target.words()} "
        f"answered by {answer.width} {'value' if answer.width == 1 else 'values'}.",
        f"Set the loss to auto, which is {usual.type} here.",
    )


def _negative(answer: Answer, field: str) -> Problem:
    return Problem(
        "loss_does_not_fit",
        {"target": answer.target, "field": field},
        f"The loss poisson needs answers above 0, and the activation {answer.activation} of the Output for "
        f"{answer.target!r} also gives negative ones.",
        "Set the activation of that Output to softplus or exponential, and the scale of the target to none.",
    )


def _require_own_unit(loss: criteria.Loss, answer: Answer, scaled: Mapping[str, Any], field: str) -> None:
    """Raises Refusal where values in the own unit of a target cannot be had, or none near 0 for counts."""
    where = {"target": answer.target, "field": field}
    for name, one in scaled.get("columns", {answer.target: scaled}).items():
        if "difference" in one:
            raise Refusal(
                Problem(
                    "loss_does_not_fit",
                    where,
                    f"The loss {loss.type} is about values, and {name!r} is learned as its change from row to row.",
                    f"Take a loss about differences, such as mae, or set the difference of {name!r} on the Data page "
                    "to none.",
                )
            )
        least = float(_restored(one, jnp.zeros(())))
        if isinstance(loss, criteria.Poisson) and abs(least) > 1e-6 * abs(one.get("spread", 1.0)):
            raise Refusal(
                Problem(
                    "loss_does_not_fit",
                    where,
                    f"The loss poisson is for counts from 0 up, and as {name!r} is scaled for training, answers would "
                    f"begin at {least:.4g}.",
                    f"Set the scale of {name!r} on the Data page to none.",
                )
            )


def _in_own_unit(loss: RowLoss, scaled: Mapping[str, Any]) -> RowLoss:
    """A loss of values in the target's own unit; the way back of its scale and log is that of the preparation."""

    def own(values: jax.Array) -> jax.Array:
        if "columns" not in scaled:
            return _restored(scaled, values)
        each = [_restored(one, values[:, place]) for place, one in enumerate(scaled["columns"].values())]
        return jnp.stack(each, axis=1)

    return lambda scores, answers, truth: loss(scores, own(answers), own(truth))


def _restored(scaled: Mapping[str, Any], values: jax.Array) -> jax.Array:
    numbers = values * scaled.get("spread", 1.0) + scaled.get("center", 0.0)
    restored: jax.Array = jnp.exp(numbers) - scaled["plus"] if "plus" in scaled else numbers
    return restored


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
