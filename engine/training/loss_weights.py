"""How much rows count in a loss, by the weights of their classes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from engine.graph.specs import Target
from engine.training import criteria
from engine.training.losses import Averaged, RowLoss


def weighted(loss: RowLoss, classes: np.ndarray | None) -> RowLoss:
    """A loss multiplied by the weight of each row's class (classes,).

    Of labels, (2, labels), each value counts by the weight that its label has where it is no and where it is yes.
    """

    if classes is None:
        return loss

    def measured(scores: jax.Array, answers: jax.Array, truth: jax.Array) -> jax.Array:
        if classes.ndim == 1:
            losses = loss(scores, answers, truth)
            return losses * jnp.asarray(classes, losses.dtype)[truth]
        assert isinstance(loss, Averaged)
        each = loss.each(scores, answers, truth)
        no, yes = jnp.asarray(classes, each.dtype)
        return (each * jnp.where(truth > 0.5, yes[None], no[None])).mean(axis=-1)

    return measured


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
        return _balanced(np.bincount(truth, minlength=len(target.names)))
    return _balanced(np.stack([(truth <= 0.5).sum(axis=0), (truth > 0.5).sum(axis=0)]))


def balanced_weights(prepared: Mapping[str, Any], rows: int) -> dict[str, list[float]]:
    """What balanced weights come to by class, of a target as it is prepared for so many training rows.

    `[weight]` of each class, `[weight of no, weight of yes]` of each label; empty for numbers.
    """
    if prepared["kind"] not in ("category", "labels"):
        return {}
    if "columns" in prepared:
        counts = np.transpose([column["counts"] for column in prepared["columns"].values()])
    else:
        counts = np.array(prepared["counts"])
        counts = counts if prepared["kind"] == "category" else np.stack([rows - counts, counts])
    return dict(zip(prepared["classes"], np.atleast_2d(_balanced(counts)).T.tolist(), strict=True))


def _balanced(counts: np.ndarray) -> np.ndarray:
    """By how many training rows are of each class (classes,), or are no and yes of each label (2, labels)."""
    return np.where(counts > 0, counts.sum(axis=0) / (len(counts) * np.maximum(counts, 1)), 1.0)
