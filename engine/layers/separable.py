"""Layers whose filters look at one channel each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from engine.call import RNGS, Call
from engine.layers.base import Spec
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
    multiplier,
    require_strides_or_dilation,
)
from engine.layers.names import INITIALIZERS, Activation, BiasInitializer, Initializer, Padding
from engine.layers.regularizer import Regularizer, regularizer
from engine.layers.windows import DataFormat, One, Spatial, Two, data_format, require_room, require_window


class _SeparableConv(Spatial):
    """What separable convolutions along one and two axes share."""

    family = "Convolution"
    regularized: ClassVar[Mapping[str, str | None]] = {
        "depthwise_regularizer": "depthwise_kernel",
        "pointwise_regularizer": "pointwise_kernel",
        "bias_regularizer": "bias",
        "activity_regularizer": None,
    }

    filters: int = filter_count()
    kernel_size: tuple[int, ...]
    strides: tuple[int, ...]
    padding: Padding = filter_padding()
    activation: Activation = filter_activation()
    dilation_rate: tuple[int, ...]
    depth_multiplier: int = multiplier()
    use_bias: bool = filter_bias()
    depthwise_initializer: Initializer = kernel_start("the filters of the channels are")
    pointwise_initializer: Initializer = kernel_start("the weights that mix the channels are")
    bias_initializer: BiasInitializer = bias_start()
    depthwise_regularizer: Regularizer | None = regularizer("weights of the filters")
    pointwise_regularizer: Regularizer | None = regularizer("weights that mix the channels")
    bias_regularizer: Regularizer | None = regularizer("biases")
    activity_regularizer: Regularizer | None = regularizer("outputs")
    data_format: DataFormat = data_format()

    def constructor(self, x: Spec) -> Call:
        title = type(self).__name__
        require_strides_or_dilation(title, self.strides, self.dilation_rate)
        require_window(self.kernel_size, self.padding, x, self.dilation_rate)
        require_room(title, [*x.shape, self.depth_multiplier])
        return Call(
            "SeparableConv",
            x.shape[-1],
            self.filters,
            kernel_size=self.kernel_size,
            strides=self.strides,
            padding=self.padding.upper(),
            dilation=self.dilation_rate,
            depth_multiplier=self.depth_multiplier,
            use_bias=self.use_bias,
            depthwise_init=INITIALIZERS[self.depthwise_initializer],
            pointwise_init=INITIALIZERS[self.pointwise_initializer],
            bias_init=INITIALIZERS[self.bias_initializer],
            rngs=RNGS,
        )


class SeparableConv1D(_SeparableConv):
    """Finds patterns in each channel of a sequence, then mixes the channels. (steps, C) → (steps', filters).

    It needs far fewer weights than Conv1D.
    """

    rank: ClassVar[int | None] = 2

    kernel_size: One = filter_size(1)
    strides: One = filter_strides(1)
    dilation_rate: One = filter_dilation(1)


class SeparableConv2D(_SeparableConv):
    """Finds patterns in each channel of an image, then mixes the channels. (H, W, C) → (H', W', filters).

    It needs far fewer weights than Conv2D.
    """

    rank: ClassVar[int | None] = 3

    kernel_size: Two = filter_size(2)
    strides: Two = filter_strides(2)
    dilation_rate: Two = filter_dilation(2)


class _DepthwiseConv(Spatial):
    """What depthwise convolutions along one and two axes share."""

    family = "Convolution"
    regularized: ClassVar[Mapping[str, str | None]] = {
        "depthwise_regularizer": "kernel",
        "bias_regularizer": "bias",
        "activity_regularizer": None,
    }

    kernel_size: tuple[int, ...]
    strides: tuple[int, ...]
    padding: Padding = filter_padding()
    depth_multiplier: int = multiplier()
    activation: Activation = filter_activation()
    dilation_rate: tuple[int, ...]
    use_bias: bool = filter_bias()
    depthwise_initializer: Initializer = kernel_start()
    bias_initializer: BiasInitializer = bias_start()
    depthwise_regularizer: Regularizer | None = regularizer("weights")
    bias_regularizer: Regularizer | None = regularizer("biases")
    activity_regularizer: Regularizer | None = regularizer("outputs")
    data_format: DataFormat = data_format()

    def constructor(self, x: Spec) -> Call:
        title = type(self).__name__
        require_strides_or_dilation(title, self.strides, self.dilation_rate)
        require_window(self.kernel_size, self.padding, x, self.dilation_rate)
        require_room(title, [*x.shape, self.depth_multiplier])
        return Call(
            "DepthwiseConv",
            x.shape[-1],
            kernel_size=self.kernel_size,
            strides=self.strides,
            padding=self.padding.upper(),
            dilation=self.dilation_rate,
            depth_multiplier=self.depth_multiplier,
            use_bias=self.use_bias,
            kernel_init=INITIALIZERS[self.depthwise_initializer],
            bias_init=INITIALIZERS[self.bias_initializer],
            rngs=RNGS,
        )


class DepthwiseConv1D(_DepthwiseConv):
    """Slides filters along each channel of a sequence alone. (steps, C) → (steps', C · depth_multiplier)."""

    rank: ClassVar[int | None] = 2

    kernel_size: One = filter_size(1)
    strides: One = filter_strides(1)
    dilation_rate: One = filter_dilation(1)


class DepthwiseConv2D(_DepthwiseConv):
    """Slides filters over each channel of an image alone. (H, W, C) → (H', W', C · depth_multiplier)."""

    rank: ClassVar[int | None] = 3

    kernel_size: Two = filter_size(2)
    strides: Two = filter_strides(2)
    dilation_rate: Two = filter_dilation(2)
