"""The loss of outputs: of each by itself, and of all together as training makes it small."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import numpy as np

from engine.training.loss_weights import weighted
from engine.training.losses import RowLoss


@dataclass(frozen=True)
class OutputLoss:
    """The loss of one output, and how much it and its classes count."""

    plain: RowLoss
    """As if every class counted the same."""
    weight: float = 1.0
    classes: np.ndarray | None = None
    """As `class_weights` gives it."""

    def rows(self, scores: jax.Array, answers: jax.Array, truth: jax.Array) -> jax.Array:
        """The loss (B,) with the weights of classes, without that of the output."""
        return weighted(self.plain, self.classes)(scores, answers, truth)

    def counted(self, losses: jax.Array) -> jax.Array:
        """Losses as much as this output counts."""
        return losses if self.weight == 1 else losses * self.weight


class Lost(NamedTuple):
    """Losses of rows (n,), or of steps (K,); arrays of the device or of NumPy."""

    whole: Any
    """That of all outputs."""
    own: dict[str, Any]
    """Of each of several outputs, without the weight of the output; empty where there is one."""
    plain: Any = None
    """Of rows that are measured, as if every row counted the same; None where they do."""

    def fetched(self, kept: Any = ...) -> Lost:
        """The same in NumPy, of those that are `kept`."""
        fetched: Lost = jax.tree.map(lambda losses: np.asarray(losses)[kept], self)
        return fetched

    def unweighted(self) -> np.ndarray:
        """Of each row (n,), how wrong it is."""
        unweighted: np.ndarray = self.whole if self.plain is None else self.plain
        return unweighted
