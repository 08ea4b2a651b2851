"""Layers that slide learned filters over a sequence, an image or a volume."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from engine.call import RNGS, Call
from engine.layers.base import LARGEST, USUAL_WEIGHTS, Spec, refusal, setting
from engine.layers.filters import (
    bias_start,
    filter_activation,
    filter_bias,
    filter_count,
    filter_dilation,
    filter_padding,
    filter_size,
    filter_strides,
    kernel_start,
    require_strides_or_dilation,
)
from engine.layers.names import INITIALIZERS, Activation, BiasInitializer, Initializer, Padding
from engine.layers.regularizer import Regularizer, regularizer
from engine.layers.windows import DataFormat, One, Spatial, Three, Two, data_format, require_window


class _Conv(Spatial):
    """What convolutions along one, two and three axes share."""

    family = "Convolution"
    regularized: ClassVar[Mapping[str, str | None]] = USUAL_WEIGHTS

    filters: int = filter_count()
    kernel_size: tuple[int, ...]
    strides: tuple[int, ...]
    padding: Literal["valid", "same", "causal"] = filter_padding()
    activation: Activation = filter_activation()
    dilation_rate: tuple[int, ...]
    groups: int = setting(
        1, advanced=True, ge=1, le=LARGEST, description="Splits the channels into this many separate groups."
    )
    use_bias: bool = filter_bias()
    kernel_initializer: Initializer = kernel_start()
    bias_initializer: BiasInitializer = bias_start()
    kernel_regularizer: Regularizer | None = regularizer("weights")
    bias_regularizer: Regularizer | None = regularizer("biases")
    activity_regularizer: Regularizer | None = regularizer("outputs")
    data_format: DataFormat = data_format()

    def constructor(self, x: Spec) -> Call:
        title = type(self).__name__
        if x.shape[-1] % self.groups or self.filters % self.groups:
            raise refusal(
                "wrong_groups",
                f"{title} cannot split {x.shape[-1]} channels and {self.filters} filters into {self.groups} groups.",
                "Set groups to a number that divides both, such as 1.",
                {"label": "Set groups to 1", "set": {"config": {"groups": 1}}},
            )
        require_strides_or_dilation(title, self.strides, self.dilation_rate)
        require_window(self.kernel_size, self.padding, x, self.dilation_rate)
        return Call(
            "nnx.Conv",
            x.shape[-1],
            self.filters,
            kernel_size=self.kernel_size,
            strides=self.strides,
            padding=self.padding.upper(),
            kernel_dilation=self.dilation_rate,
            feature_group_count=self.groups,
            use_bias=self.use_bias,
            kernel_init=INITIALIZERS[self.kernel_initializer],
            bias_init=INITIALIZERS[self.bias_initializer],
            rngs=RNGS,
        )


class Conv1D(_Conv):
    """Slides learned filters along a sequence to find local patterns. (steps, C) → (steps', filters).

    Padding causal lets no step see a later one, as a forecast needs it.
    """

    rank: ClassVar[int | None] = 2

    kernel_size: One = filter_size(1)
    strides: One = filter_strides(1)
    padding: Literal["valid", "same", "causal"] = setting(
        "valid",
        description="same keeps the length by padding with zeros, causal does so before the start only; "
        "valid only uses whole windows.",
    )
    dilation_rate: One = filter_dilation(1)


class Conv2D(_Conv):
    """Slides learned filters over an image to find local patterns. (H, W, C) → (H', W', filters)."""

    rank: ClassVar[int | None] = 3

    kernel_size: Two = filter_size(2)
    strides: Two = filter_strides(2)
    padding: Padding = filter_padding()
    dilation_rate: Two = filter_dilation(2)


class Conv3D(_Conv):
    """Slides learned filters through a volume, such as a scan or a film. (D, H, W, C) → (D', H', W', filters)."""

    rank: ClassVar[int | None] = 4

    kernel_size: Three = filter_size(3)
    strides: Three = filter_strides(3)
    padding: Padding = filter_padding()
    dilation_rate: Three = filter_dilation(3)
