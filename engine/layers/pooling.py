"""Layers that make a sequence, an image or a volume smaller by summing up each window, or all of it."""

from __future__ import annotations

from typing import Any, ClassVar

from engine.call import Call
from engine.layers.base import Spec, require_decimals, setting
from engine.layers.names import Padding
from engine.layers.windows import DataFormat, One, Spatial, Three, Two, data_format, per_axis, require_window


def _size(rank: int) -> Any:
    return per_axis(rank, 2, "{extent} of each window, in {units}.", "{}")


def _strides(rank: int) -> Any:
    return per_axis(rank, None, "How far the window moves each time; empty for its own size.")


class _Pooling(Spatial):
    """What all pooling shares."""

    family = "Pooling"
    module: ClassVar[str]

    pool_size: tuple[int, ...]
    strides: tuple[int, ...] | None
    padding: Padding = setting(
        "valid", description="same keeps windows that reach over the border; valid only uses whole windows."
    )
    data_format: DataFormat = data_format()

    def constructor(self, x: Spec) -> Call:
        require_decimals(x, type(self).__name__)
        require_window(self.pool_size, self.padding, x)
        return Call(self.module, self.pool_size, strides=self.strides or self.pool_size, padding=self.padding.upper())


class MaxPooling1D(_Pooling):
    """Keeps the largest value of each window of a sequence. (steps, C) → (steps', C)."""

    module: ClassVar[str] = "MaxPooling"
    rank: ClassVar[int | None] = 2

    pool_size: One = _size(1)
    strides: One | None = _strides(1)


class MaxPooling2D(_Pooling):
    """Keeps the largest value of each window. (H, W, C) → (H', W', C)."""

    module: ClassVar[str] = "MaxPooling"
    rank: ClassVar[int | None] = 3

    pool_size: Two = _size(2)
    strides: Two | None = _strides(2)


class MaxPooling3D(_Pooling):
    """Keeps the largest value of each window of a volume. (D, H, W, C) → (D', H', W', C)."""

    module: ClassVar[str] = "MaxPooling"
    rank: ClassVar[int | None] = 4

    pool_size: Three = _size(3)
    strides: Three | None = _strides(3)


class AveragePooling1D(_Pooling):
    """Keeps the mean of each window of a sequence. (steps, C) → (steps', C)."""

    module: ClassVar[str] = "AveragePooling"
    rank: ClassVar[int | None] = 2

    pool_size: One = _size(1)
    strides: One | None = _strides(1)


class AveragePooling2D(_Pooling):
    """Keeps the mean of each window. (H, W, C) → (H', W', C)."""

    module: ClassVar[str] = "AveragePooling"
    rank: ClassVar[int | None] = 3

    pool_size: Two = _size(2)
    strides: Two | None = _strides(2)


class AveragePooling3D(_Pooling):
    """Keeps the mean of each window of a volume. (D, H, W, C) → (D', H', W', C)."""

    module: ClassVar[str] = "AveragePooling"
    rank: ClassVar[int | None] = 4

    pool_size: Three = _size(3)
    strides: Three | None = _strides(3)


class _GlobalPooling(Spatial):
    """What pooling over everything shares."""

    family = "Pooling"
    module: ClassVar[str]

    keepdims: bool = setting(False, advanced=True, description="Keeps the other axes, each of size 1.")
    data_format: DataFormat = data_format()

    def constructor(self, x: Spec) -> Call:
        require_decimals(x, type(self).__name__)
        return Call(self.module, keepdims=self.keepdims)


class GlobalMaxPooling1D(_GlobalPooling):
    """Keeps one number per channel: its largest value in the whole sequence. (steps, C) → (C)."""

    module: ClassVar[str] = "GlobalMaxPooling"
    rank: ClassVar[int | None] = 2


class GlobalMaxPooling2D(_GlobalPooling):
    """Keeps one number per channel: its largest value in the whole image. (H, W, C) → (C)."""

    module: ClassVar[str] = "GlobalMaxPooling"
    rank: ClassVar[int | None] = 3


class GlobalMaxPooling3D(_GlobalPooling):
    """Keeps one number per channel: its largest value in the whole volume. (D, H, W, C) → (C)."""

    module: ClassVar[str] = "GlobalMaxPooling"
    rank: ClassVar[int | None] = 4


class GlobalAveragePooling1D(_GlobalPooling):
    """Keeps one number per channel: its mean over the steps that are not masked. (steps, C) → (C)."""

    module: ClassVar[str] = "GlobalAveragePooling"
    rank: ClassVar[int | None] = 2

    def masked_input(self, count: int) -> int | None:
        return 0


class GlobalAveragePooling2D(_GlobalPooling):
    """Keeps one number per channel: its mean over the whole image. (H, W, C) → (C)."""

    module: ClassVar[str] = "GlobalAveragePooling"
    rank: ClassVar[int | None] = 3


class GlobalAveragePooling3D(_GlobalPooling):
    """Keeps one number per channel: its mean over the whole volume. (D, H, W, C) → (C)."""

    module: ClassVar[str] = "GlobalAveragePooling"
    rank: ClassVar[int | None] = 4
