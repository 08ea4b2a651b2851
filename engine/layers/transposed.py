"""Layers that slide learned filters the other way round: each value spreads over a window."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from engine.call import RNGS, Call
from engine.layers.base import USUAL_WEIGHTS, Spec, refusal, setting
from engine.layers.filters import (
    bias_start,
    filter_activation,
    filter_bias,
    filter_count,
    filter_dilation,
    filter_size,
    kernel_start,
    require_strides_or_dilation,
)
from engine.layers.names import INITIALIZERS, Activation, BiasInitializer, Initializer, Padding
from engine.layers.regularizer import Regularizer, regularizer
from engine.layers.windows import (
    DataFormat,
    NoneOrMore1,
    NoneOrMore2,
    NoneOrMore3,
    One,
    Spatial,
    Three,
    Two,
    data_format,
    per_axis,
    require_room,
    times,
)


def _strides(rank: int) -> Any:
    return per_axis(rank, 1, "How many times as large each axis becomes: how far apart the values are laid.", "× {}")


def _output_padding(rank: int) -> Any:
    text = "How many {units} to add at the end; empty for as many as the size calls for."
    return per_axis(rank, None, text, advanced=True)


class _ConvTranspose(Spatial):
    """What transposed convolutions along one, two and three axes share."""

    family = "Convolution"
    regularized: ClassVar[Mapping[str, str | None]] = USUAL_WEIGHTS

    filters: int = filter_count()
    kernel_size: tuple[int, ...]
    strides: tuple[int, ...]
    padding: Padding = setting(
        "valid", description="same makes the size so many times as large as strides; valid keeps every window whole."
    )
    activation: Activation = filter_activation()
    output_padding: tuple[int, ...] | None
    dilation_rate: tuple[int, ...]
    use_bias: bool = filter_bias()
    kernel_initializer: Initializer = kernel_start()
    bias_initializer: BiasInitializer = bias_start()
    kernel_regularizer: Regularizer | None = regularizer("weights")
    bias_regularizer: Regularizer | None = regularizer("biases")
    activity_regularizer: Regularizer | None = regularizer("outputs")
    data_format: DataFormat = data_format()

    def constructor(self, x: Spec) -> Call:
        title = type(self).__name__
        require_strides_or_dilation(title, self.strides, self.dilation_rate)
        self._require_output_padding()
        reach = [(size - 1) * space + 1 for size, space in zip(self.kernel_size, self.dilation_rate, strict=True)]
        sides = [side * step + size for side, step, size in zip(x.shape, self.strides, reach, strict=False)]
        require_room(title, [*sides, self.filters])
        return Call(
            "nnx.ConvTranspose",
            x.shape[-1],
            self.filters,
            kernel_size=self.kernel_size,
            strides=self.strides,
            padding=self._edges(reach),
            kernel_dilation=self.dilation_rate,
            use_bias=self.use_bias,
            transpose_kernel=True,
            kernel_init=INITIALIZERS[self.kernel_initializer],
            bias_init=INITIALIZERS[self.bias_initializer],
            rngs=RNGS,
        )

    def _require_output_padding(self) -> None:
        more = self.output_padding
        if more is not None and any(added >= step for added, step in zip(more, self.strides, strict=True)):
            raise refusal(
                "wrong_output_padding",
                f"{type(self).__name__} can add less than its strides at the end. "
                f"Received: output_padding={times(more)} with strides={times(self.strides)}.",
                "Leave output_padding empty, or set it below the strides.",
                {"label": "Leave output_padding empty", "set": {"config": {"output_padding": None}}},
            )

    def _edges(self, reach: Sequence[int]) -> tuple[tuple[int, int], ...]:
        """The zeros at both ends of each axis of the spread input, so that the size is what Keras gives."""
        more = self.output_padding or (None,) * len(reach)
        edges = []
        for size, step, added in zip(reach, self.strides, more, strict=True):
            if self.padding == "valid":
                end = max(step - size, 0) if added is None else added
                edges.append((size - 1, size - 1 + end))
                continue
            total = step + size - 2 if added is None else size + size % 2 - 2 + added
            start = min(total // 2 + total % 2, size - 1)
            edges.append((start, total - start))
        return tuple(edges)


class Conv1DTranspose(_ConvTranspose):
    """Makes a sequence longer with learned filters, as decoders do. (steps, C) → (steps', filters)."""

    rank: ClassVar[int | None] = 2

    kernel_size: One = filter_size(1)
    strides: One = _strides(1)
    output_padding: NoneOrMore1 | None = _output_padding(1)
    dilation_rate: One = filter_dilation(1)


class Conv2DTranspose(_ConvTranspose):
    """Makes an image larger with learned filters, as decoders and generators do. (H, W, C) → (H', W', filters)."""

    rank: ClassVar[int | None] = 3

    kernel_size: Two = filter_size(2)
    strides: Two = _strides(2)
    output_padding: NoneOrMore2 | None = _output_padding(2)
    dilation_rate: Two = filter_dilation(2)


class Conv3DTranspose(_ConvTranspose):
    """Makes a volume larger with learned filters. (D, H, W, C) → (D', H', W', filters)."""

    rank: ClassVar[int | None] = 4

    kernel_size: Three = filter_size(3)
    strides: Three = _strides(3)
    output_padding: NoneOrMore3 | None = _output_padding(3)
    dilation_rate: Three = filter_dilation(3)
