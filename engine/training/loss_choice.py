"""Which loss an output is trained by: what suits its target, what is taken where nothing is chosen, what is refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp

from engine.graph.model import Answer
from engine.graph.specs import Target
from engine.problems import Problem, Refusal
from engine.training import criteria
from engine.training.losses import FROM_SCORES, LOSSES, RowLoss

POSITIVE = ("softplus", "exponential", "relu", "relu6", "sigmoid", "hard_sigmoid")
"""Output activations that give no negative answers."""


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
