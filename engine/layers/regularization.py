"""Layers that keep a network from learning its training rows by heart."""

from __future__ import annotations

from typing import ClassVar

from engine.call import Call
from engine.layers.base import Layer, Spec, require_decimals, setting


class Dropout(Layer):
    """Sets a random share of the values to zero while training, so that no unit is relied on alone."""

    family = "Regularization"
    random: ClassVar[bool] = True

    rate: float = setting(0.5, "rate {}", ge=0, lt=1, description="The share of values set to zero.")

    def lower(self, *inputs: Spec) -> Call:
        require_decimals(inputs[0], "Dropout")
        return Call("Dropout", self.rate)
