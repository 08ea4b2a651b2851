"""Layers that lay the same values out anew."""

from __future__ import annotations

import math
from typing import Annotated, ClassVar

from pydantic import Field

from engine.call import Call
from engine.layers.base import LARGEST, Layer, Spec, refusal, require_axis, setting
from engine.layers.windows import DataFormat, Spatial, data_format, require_room, times


class Flatten(Spatial):
    """Lays all values of a row side by side. (H, W, C) → (H · W · C)."""

    family = "Shape"
    keeps_values: ClassVar[bool] = True

    data_format: DataFormat = data_format()

    def constructor(self, x: Spec) -> Call:
        return Call("Flatten")


class Reshape(Layer):
    """Gives the same values another shape. (…) → (target_shape). One axis may be −1: it takes what is left."""

    family = "Shape"
    keeps_values: ClassVar[bool] = True

    target_shape: tuple[Annotated[int, Field(ge=-1, le=LARGEST)], ...] = setting(
        (-1,), "to {}", max_length=8, description="The new shape, without the batch axis."
    )

    def lower(self, *inputs: Spec) -> Call:
        return Call("Reshape", _resolved(self.target_shape, inputs[0]))


class Permute(Layer):
    """Puts the axes into another order, such as features before steps. (a, b) → (b, a) with dims 2, 1."""

    family = "Shape"
    keeps_values: ClassVar[bool] = True

    dims: tuple[Annotated[int, Field(ge=1, le=8)], ...] = setting(
        (2, 1), "{}", max_length=8, description="Which axis comes first, second and so on, counted from 1."
    )

    def lower(self, *inputs: Spec) -> Call:
        (x,) = inputs
        require_axis(x, "Permute")
        axes = list(range(1, len(x.shape) + 1))
        if sorted(self.dims) != axes:
            turned = axes[::-1]
            raise refusal(
                "wrong_axes",
                f"Permute needs the number of each axis of {x} once, from 1. Received: dims={list(self.dims)}.",
                f"Give the numbers 1 to {len(axes)} in the order you want, such as {times(turned)}.",
                {"label": f"Set dims to {times(turned)}", "set": {"config": {"dims": turned}}},
            )
        return Call("Permute", self.dims)


class RepeatVector(Layer):
    """Repeats the values of a row at each of n steps, as a sequence decoder needs. (features) → (n, features)."""

    family = "Shape"
    rank: ClassVar[int | None] = 1
    keeps_values: ClassVar[bool] = True

    n: int = setting(2, "{} times", ge=1, le=LARGEST, description="How many steps to make.")

    def lower(self, *inputs: Spec) -> Call:
        require_room("RepeatVector", (self.n, *inputs[0].shape))
        return Call("RepeatVector", self.n)


def _resolved(target: tuple[int, ...], x: Spec) -> tuple[int, ...]:
    """`target` with its −1 worked out. Raises Refusal where the values cannot be laid out that way."""
    size = math.prod(x.shape)
    if target.count(-1) > 1 or 0 in target:
        raise refusal(
            "wrong_shape",
            f"Reshape can work out only one axis and none may be 0. Received: target_shape={list(target)}.",
            "Leave one axis at −1 and give the others.",
        )
    known = math.prod(tuple(n for n in target if n != -1))
    if size % known or (-1 not in target and size != known):
        raise refusal(
            "wrong_shape",
            f"Reshape gets {size} values ({x}), which cannot be laid out as {list(target)}.",
            f"Choose axes whose product is {size}, or set one of them to −1.",
        )
    return tuple(size // known if n == -1 else n for n in target)
