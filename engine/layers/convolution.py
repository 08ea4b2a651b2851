"""Layers that slide learned filters over an image."""

from __future__ import annotations

from typing import ClassVar

from engine.call import RNGS, Call
from engine.layers.base import LARGEST, Layer, Spec, refusal, setting
from engine.layers.names import INITIALIZERS, Activation, BiasInitializer, Initializer, Padding
from engine.layers.windows import Size, require_window


class Conv2D(Layer):
    """Slides learned filters over an image to find local patterns. (H, W, C) → (H', W', filters)."""

    family = "Convolution"
    rank: ClassVar[int | None] = 3

    filters: int = setting(32, "{} filters", ge=1, le=LARGEST, description="How many patterns to learn.")
    kernel_size: tuple[Size, Size] = setting((3, 3), "{}", description="Height and width of each filter, in pixels.")
    strides: tuple[Size, Size] = setting((1, 1), description="How far the filter moves each time, in pixels.")
    padding: Padding = setting(
        "valid", description="same keeps the size by padding with zeros; valid only uses whole windows."
    )
    activation: Activation = setting("linear", "{}", description="The function applied to each value.")
    dilation_rate: tuple[Size, Size] = setting(
        (1, 1), advanced=True, description="The spacing between the pixels a filter looks at."
    )
    groups: int = setting(
        1, advanced=True, ge=1, le=LARGEST, description="Splits the channels into this many separate groups."
    )
    use_bias: bool = setting(True, advanced=True, description="Whether each filter adds a learned constant.")
    kernel_initializer: Initializer = setting(
        "glorot_uniform", advanced=True, description="What the filters are before training."
    )
    bias_initializer: BiasInitializer = setting(
        "zeros", advanced=True, description="What the biases are before training."
    )

    def lower(self, *inputs: Spec) -> Call:
        (x,) = inputs
        if x.shape[-1] % self.groups or self.filters % self.groups:
            raise refusal(
                "wrong_groups",
                f"Conv2D cannot split {x.shape[-1]} channels and {self.filters} filters into {self.groups} groups.",
                "Set groups to a number that divides both, such as 1.",
                {"label": "Set groups to 1", "set": {"config": {"groups": 1}}},
            )
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
