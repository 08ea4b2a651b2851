"""Layers that make an image smaller by summing up each window."""

from __future__ import annotations

from typing import ClassVar

from engine.call import Call
from engine.layers.base import Layer, Spec, require_decimals, setting
from engine.layers.names import Padding
from engine.layers.windows import Size, require_window


class _Pooling2D(Layer):
    """What both kinds of pooling share."""

    family = "Pooling"
    rank: ClassVar[int | None] = 3

    pool_size: tuple[Size, Size] = setting((2, 2), "{}", description="Height and width of each window, in pixels.")
    strides: tuple[Size, Size] | None = setting(
        None, description="How far the window moves each time; empty for its own size."
    )
    padding: Padding = setting(
        "valid", description="same keeps windows that reach over the border; valid only uses whole windows."
    )

    def lower(self, *inputs: Spec) -> Call:
        require_decimals(inputs[0], type(self).__name__)
        require_window(self.pool_size, self.padding, inputs[0])
        return Call(
            type(self).__name__,
            self.pool_size,
            strides=self.strides or self.pool_size,
            padding=self.padding.upper(),
        )


class MaxPooling2D(_Pooling2D):
    """Keeps the largest value of each window. (H, W, C) → (H', W', C)."""


class AveragePooling2D(_Pooling2D):
    """Keeps the mean of each window. (H, W, C) → (H', W', C)."""


class GlobalAveragePooling2D(Layer):
    """Keeps one number per channel: its mean over the whole image. (H, W, C) → (C)."""

    family = "Pooling"
    rank: ClassVar[int | None] = 3

    keepdims: bool = setting(False, advanced=True, description="Keeps height and width as axes of size 1.")

    def lower(self, *inputs: Spec) -> Call:
        return Call("GlobalAveragePooling2D", keepdims=self.keepdims)
