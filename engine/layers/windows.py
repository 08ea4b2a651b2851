"""What all layers share that work along the axes of a sequence, an image or a volume."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from engine.call import Call
from engine.layers.base import Layer, Penalty, Spec, refusal, setting

Size = Annotated[int, Field(ge=1, le=10_000)]
Count = Annotated[int, Field(ge=0, le=10_000)]
DataFormat = Literal["channels_last", "channels_first"]

MOST_VALUES = 2**31 - 1
"""How many values one row may have; beyond it the places of values cannot be counted any more."""

EXTENTS = {1: "Length", 2: "Height and width", 3: "Depth, height and width"}
UNITS = {1: "steps", 2: "pixels", 3: "voxels"}
THINGS = {1: "sequence", 2: "image", 3: "volume"}
"""What one, two and three axes are called."""


def spread(count: int) -> BeforeValidator:
    """Reads a number alone as the same number along all `count` axes, as Keras does."""

    def along_all(value: Any) -> Any:
        return (value,) * count if is_number(value) else value

    return BeforeValidator(along_all)


def is_number(value: Any) -> bool:
    """Whether a setting was given as a number alone."""
    return isinstance(value, int | float) and not isinstance(value, bool)


One = Annotated[tuple[Size], spread(1)]
Two = Annotated[tuple[Size, Size], spread(2)]
Three = Annotated[tuple[Size, Size, Size], spread(3)]

NoneOrMore1 = Annotated[tuple[Count], spread(1)]
NoneOrMore2 = Annotated[tuple[Count, Count], spread(2)]
NoneOrMore3 = Annotated[tuple[Count, Count, Count], spread(3)]


def per_axis(rank: int, default: int | None, text: str, summary: str | None = None, *, advanced: bool = False) -> Any:
    """A field with one number per axis; `text` may speak of {extent}, {units} and a {thing}."""
    start = None if default is None else (default,) * rank
    words = text.format(extent=EXTENTS[rank], units=UNITS[rank], thing=THINGS[rank])
    return setting(start, summary, advanced=advanced, description=words)


def data_format() -> Any:
    """The field that tells where the channels are."""
    text = "Where the channels are: after the other axes, or before them as in some older networks."
    return setting("channels_last", advanced=True, description=text)


class Spatial(Layer):
    """A layer whose input has an axis of channels: the last one, or the first if its `data_format` says so."""

    def lower(self, *inputs: Spec) -> Call:
        (x,) = inputs
        if not self.channels_first() or len(x.shape) < 2:
            return self.constructor(x)
        return Call("ChannelsFirst", self.constructor(replace(x, shape=(*x.shape[1:], x.shape[0]))))

    def constructor(self, x: Spec) -> Call:
        """The Flax constructor for an input whose channels are last. Raises Refusal where it does not fit."""
        raise TypeError(f"{type(self).__name__} has no constructor of its own")

    def channels_first(self) -> bool:
        """Whether the channels come before the other axes."""
        return getattr(self, "data_format", "channels_last") == "channels_first"

    def penalties(self) -> tuple[Penalty, ...]:
        found = super().penalties()
        return tuple(each for one in found for each in one.within("module")) if self.channels_first() else found


def times(sizes: Sequence[int]) -> str:
    """Sizes in words: 5×2, or 5 alone."""
    return "×".join(map(str, sizes))


def require_window(window: Sequence[int], padding: str, x: Spec, dilation: Sequence[int] | None = None) -> None:
    """Raises Refusal where a window without padding is larger than what it slides over.

    `x` has its channels last.
    """
    sides = x.shape[:-1]
    reach = [(size - 1) * space + 1 for size, space in zip(window, dilation or (1,) * len(window), strict=True)]
    if padding == "valid" and any(size > side for size, side in zip(reach, sides, strict=True)):
        raise refusal(
            "window_too_large",
            f"The window of {times(reach)} is larger than the {THINGS[len(sides)]} of {times(sides)}.",
            "Set padding to same, make the window smaller, or remove a pooling layer before it.",
            {"label": "Set padding to same", "set": {"config": {"padding": "same"}}},
        )


def require_room(title: str, shape: Sequence[int]) -> None:
    """Raises Refusal where a layer would give out more values per row than can be counted."""
    total = 1
    for size in shape:
        total *= size
    if total > MOST_VALUES:
        raise refusal(
            "result_too_large",
            f"{title} would make {times(shape)} = {total:,} values of each row; at most {MOST_VALUES:,} are possible.",
            "Choose smaller numbers in its settings.",
        )
