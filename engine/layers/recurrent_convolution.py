"""Layers that read films: recurrent layers with convolutions in the place of products."""

from __future__ import annotations

from typing import Any, ClassVar

from engine.layers.base import Arity, Layer, Spec, setting
from engine.layers.filters import (
    filter_count,
    filter_dilation,
    filter_padding,
    filter_size,
    filter_strides,
    kernel_start,
    require_strides_or_dilation,
)
from engine.layers.names import Initializer, Padding
from engine.layers.recurrent import Memory
from engine.layers.windows import One, Three, Two, require_window


class _Window(Layer):
    """The settings of a convolution; they stand first in the form."""

    filters: int = filter_count()
    kernel_size: tuple[int, ...]
    strides: tuple[int, ...]
    padding: Padding = filter_padding()
    dilation_rate: tuple[int, ...]


class _ConvLSTM(Memory, _Window):
    """What they share along one, two and three axes."""

    arity: ClassVar[Arity] = Arity(1, 3)

    kernel_initializer: Initializer = kernel_start("the filters of the input are")
    recurrent_initializer: Initializer = setting(
        "orthogonal", advanced=True, description="What the filters of the remembered values are before training."
    )

    def head(self, x: Spec) -> tuple[Any, ...]:
        title, image = type(self).__name__, Spec(x.shape[1:])
        require_strides_or_dilation(title, self.strides, self.dilation_rate)
        require_window(self.kernel_size, self.padding, image, self.dilation_rate)
        return "ConvLSTM", x.shape[-1], self.filters

    def window(self) -> dict[str, Any]:
        return {
            "kernel_size": self.kernel_size,
            "strides": self.strides,
            "padding": self.padding.upper(),
            "dilation": self.dilation_rate,
        }

    def state_shape(self, x: Spec) -> tuple[int, ...]:
        reach = [
            (size - 1) * space if self.padding == "valid" else 0
            for size, space in zip(self.kernel_size, self.dilation_rate, strict=True)
        ]
        sides = zip(x.shape[1:-1], reach, self.strides, strict=True)
        return (*(-(-(side - less) // step) for side, less, step in sides), self.filters)


class ConvLSTM1D(_ConvLSTM):
    """Reads a series of sequences with a memory for each place. (time, steps, C) → (steps', filters)."""

    rank: ClassVar[int | None] = 3
    takes: ClassVar[str | None] = "a series of sequences (time × steps × channels)"

    kernel_size: One = filter_size(1)
    strides: One = filter_strides(1)
    dilation_rate: One = filter_dilation(1)


class ConvLSTM2D(_ConvLSTM):
    """Reads a film picture by picture with a memory for each place. (time, H, W, C) → (H', W', filters).

    With return_sequences (time, H', W', filters): the picture it makes of every step.
    """

    rank: ClassVar[int | None] = 4
    takes: ClassVar[str | None] = "a film (time × height × width × channels)"

    kernel_size: Two = filter_size(2)
    strides: Two = filter_strides(2)
    dilation_rate: Two = filter_dilation(2)


class ConvLSTM3D(_ConvLSTM):
    """Reads a series of volumes with a memory for each place. (time, D, H, W, C) → (D', H', W', filters)."""

    rank: ClassVar[int | None] = 5
    takes: ClassVar[str | None] = "a series of volumes (time × depth × height × width × channels)"

    kernel_size: Three = filter_size(3)
    strides: Three = filter_strides(3)
    dilation_rate: Three = filter_dilation(3)
