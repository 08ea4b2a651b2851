"""Layers that cut off the borders of a sequence, an image or a volume, or add some."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator

from engine.call import Call
from engine.layers.base import Spec, refusal, setting
from engine.layers.windows import (
    THINGS,
    Count,
    DataFormat,
    Spatial,
    data_format,
    is_number,
    require_room,
    times,
)

ENDS = {
    1: "at the start and at the end",
    2: "at the top, bottom, left and right",
    3: "at the front, back, top, bottom, left and right",
}


def _ends(rank: int) -> BeforeValidator:
    """Reads what Keras reads: a number, one per axis, or a pair per axis. Kept as a row: start, end, start, end, …"""

    def in_a_row(value: Any) -> Any:
        if is_number(value):
            return (value,) * (2 * rank)
        if not isinstance(value, list | tuple):
            return value
        twice = rank > 1 and len(value) == rank
        return tuple(end for part in value for end in _ends_of(part, twice))

    return BeforeValidator(in_a_row)


def _ends_of(part: Any, twice: bool) -> tuple[Any, ...]:
    """What one part of the setting stands for: a pair, or a number for both ends or one."""
    if isinstance(part, list | tuple):
        return tuple(part)
    return (part, part) if twice else (part,)


Ends1 = Annotated[tuple[Count, Count], _ends(1)]
Ends2 = Annotated[tuple[Count, Count, Count, Count], _ends(2)]
Ends3 = Annotated[tuple[Count, Count, Count, Count, Count, Count], _ends(3)]


def _field(rank: int, default: int, verb: str) -> Any:
    return setting((default,) * (2 * rank), "{}", description=f"How much to {verb} {ENDS[rank]}.")


def _pairs(row: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
    return tuple(zip(row[::2], row[1::2], strict=True))


class _Cropping(Spatial):
    """What cropping along one, two and three axes shares."""

    family = "Shape"
    keeps_values: ClassVar[bool] = True

    cropping: tuple[int, ...]

    def constructor(self, x: Spec) -> Call:
        pairs, sides = _pairs(self.cropping), x.shape[:-1]
        if any(sum(pair) >= side for pair, side in zip(pairs, sides, strict=True)):
            raise refusal(
                "crop_too_large",
                f"{type(self).__name__} would cut {times([sum(pair) for pair in pairs])} off "
                f"the {THINGS[len(sides)]} of {times(sides)}, which leaves nothing.",
                f"Cut off less than {times(sides)} in all.",
            )
        return Call("Cropping", pairs)


class Cropping1D(_Cropping):
    """Cuts steps off the start and the end of a sequence. (steps, C) → (steps', C)."""

    rank: ClassVar[int | None] = 2

    cropping: Ends1 = _field(1, 1, "cut off")


class Cropping2D(_Cropping):
    """Cuts off the borders of an image. (H, W, C) → (H', W', C)."""

    rank: ClassVar[int | None] = 3

    cropping: Ends2 = _field(2, 0, "cut off")
    data_format: DataFormat = data_format()


class Cropping3D(_Cropping):
    """Cuts off the borders of a volume. (D, H, W, C) → (D', H', W', C)."""

    rank: ClassVar[int | None] = 4

    cropping: Ends3 = _field(3, 1, "cut off")
    data_format: DataFormat = data_format()


class _ZeroPadding(Spatial):
    """What padding along one, two and three axes shares."""

    family = "Shape"
    keeps_values: ClassVar[bool] = True

    padding: tuple[int, ...]
    data_format: DataFormat = data_format()

    def constructor(self, x: Spec) -> Call:
        pairs = _pairs(self.padding)
        sides = [side + sum(pair) for side, pair in zip(x.shape, pairs, strict=False)]
        require_room(type(self).__name__, [*sides, x.shape[-1]])
        return Call("ZeroPadding", pairs)


class ZeroPadding1D(_ZeroPadding):
    """Adds steps of zeros at the start and the end of a sequence. (steps, C) → (steps', C)."""

    rank: ClassVar[int | None] = 2

    padding: Ends1 = _field(1, 1, "add")


class ZeroPadding2D(_ZeroPadding):
    """Adds a border of zeros to an image. (H, W, C) → (H', W', C)."""

    rank: ClassVar[int | None] = 3

    padding: Ends2 = _field(2, 1, "add")


class ZeroPadding3D(_ZeroPadding):
    """Adds a border of zeros to a volume. (D, H, W, C) → (D', H', W', C)."""

    rank: ClassVar[int | None] = 4

    padding: Ends3 = _field(3, 1, "add")
