"""Layers about the steps of a sequence: which to skip, and doing the same with each."""

from __future__ import annotations

from typing import Annotated, ClassVar

from engine.call import Call
from engine.layers.activations import Activation
from engine.layers.base import Layer, Penalty, Spec, require_axis, require_decimals, setting
from engine.layers.convolution import Conv1D, Conv2D
from engine.layers.core import Dense, Embedding
from engine.layers.nested import OneOf, lower_nested
from engine.layers.normalization import BatchNormalization, LayerNormalization
from engine.layers.pooling import (
    AveragePooling1D,
    AveragePooling2D,
    GlobalAveragePooling1D,
    GlobalAveragePooling2D,
    GlobalMaxPooling1D,
    GlobalMaxPooling2D,
    MaxPooling1D,
    MaxPooling2D,
)
from engine.layers.recurrent import GRU, LSTM, SimpleRNN
from engine.layers.regularization import Dropout
from engine.layers.separable import DepthwiseConv2D, SeparableConv2D
from engine.layers.shape import Flatten, Reshape


class Masking(Layer):
    """Marks steps whose values are all the same number as missing, so that the layers behind skip them.

    The shape stays (steps, n). Use it where short sequences were filled up to one length.
    """

    family = "Recurrent"
    rank: ClassVar[int | None] = 2

    mask_value: float = setting(
        0.0, "{}", ge=-1e30, le=1e30, description="The number that fills the steps that are to be skipped."
    )

    def makes_mask(self) -> bool:
        return True

    def lower(self, *inputs: Spec) -> Call:
        require_decimals(inputs[0], "Masking")
        return Call("Masking", self.mask_value)


INSIDE = OneOf(
    Dense,
    Activation,
    Embedding,
    Conv1D,
    Conv2D,
    DepthwiseConv2D,
    SeparableConv2D,
    MaxPooling1D,
    MaxPooling2D,
    AveragePooling1D,
    AveragePooling2D,
    GlobalMaxPooling1D,
    GlobalMaxPooling2D,
    GlobalAveragePooling1D,
    GlobalAveragePooling2D,
    Flatten,
    Reshape,
    Dropout,
    BatchNormalization,
    LayerNormalization,
    LSTM,
    GRU,
    SimpleRNN,
)


class TimeDistributed(Layer):
    """Applies one layer to every step of a sequence, with the same weights: (steps, …) → (steps, …).

    Use it to read each picture of a film with a convolution before a recurrent layer.
    """

    family = "Recurrent"
    mask_kept: ClassVar[bool] = True

    layer: Annotated[Layer, INSIDE] = setting(
        INSIDE.default("Dense"), "{}", description="The layer applied to every step, with its settings."
    )

    def activation_name(self) -> str:
        return self.layer.activation_name()

    def last_function(self) -> str:
        return self.layer.last_function()

    def needs_key(self) -> bool:
        return self.layer.needs_key()

    def penalties(self) -> tuple[Penalty, ...]:
        return tuple(each for one in self.layer.penalties() for each in one.within("layer"))

    def lower(self, *inputs: Spec) -> Call:
        (x,) = inputs
        require_axis(x, "TimeDistributed")
        return Call("TimeDistributed", lower_nested("TimeDistributed", self.layer, Spec(x.shape[1:], x.dtype, x.high)))
