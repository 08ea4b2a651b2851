"""Layers that join several wires into one."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field

from engine.call import Call
from engine.layers.base import (
    Arity,
    Axis,
    Layer,
    Spec,
    real_axes,
    refusal,
    require_axis,
    require_decimals,
    setting,
)


class _Merge(Layer):
    """What all layers share that join their inputs value by value."""

    family = "Merge"
    arity: ClassVar[Arity] = Arity(2, None)
    mask_kept: ClassVar[bool] = True

    def lower(self, *inputs: Spec) -> Call:
        require_one_shape(type(self).__name__, inputs)
        return Call(type(self).__name__)


def require_one_shape(title: str, inputs: tuple[Spec, ...]) -> None:
    """Raises Refusal where sizes, counted from the last axis, differ and none of them is 1."""
    rank = max(len(x.shape) for x in inputs)
    shapes = [(1,) * (rank - len(x.shape)) + x.shape for x in inputs]
    if any(len(set(sizes) - {1}) > 1 for sizes in zip(*shapes, strict=True)):
        raise refusal(
            "shapes_differ",
            f"{title} needs inputs of one shape (an axis may be missing or 1) and gets "
            f"{' and '.join(map(str, inputs))}.",
            "Give the branches the same number of units or filters, or use Concatenate.",
        )


class Add(_Merge):
    """Adds its inputs value by value. Used for skip connections.

    All must have the same shape; an axis that is missing or 1 is repeated.
    """


class Subtract(_Merge):
    """Takes the second input off the first, value by value.

    Both must have the same shape; an axis that is missing or 1 is repeated.
    """

    arity: ClassVar[Arity] = Arity(2, 2)


class Multiply(_Merge):
    """Multiplies its inputs value by value. Used for gates, such as (H, W, C) with one factor per channel (C).

    All must have the same shape; an axis that is missing or 1 is repeated.
    """


class Average(_Merge):
    """Takes the mean of its inputs value by value, as in an ensemble.

    All must have the same shape; an axis that is missing or 1 is repeated.
    """


class Maximum(_Merge):
    """Keeps the largest of its inputs, value by value.

    All must have the same shape; an axis that is missing or 1 is repeated.
    """


class Minimum(_Merge):
    """Keeps the smallest of its inputs, value by value.

    All must have the same shape; an axis that is missing or 1 is repeated.
    """


class Concatenate(Layer):
    """Lays its inputs side by side along one axis; all other axes must agree. (…, n) and (…, m) → (…, n + m)."""

    family = "Merge"
    arity: ClassVar[Arity] = Arity(2, None)
    keeps_values: ClassVar[bool] = True

    axis: Axis = setting(
        -1, "axis {}", description="The axis to lay side by side: −1 is the last, 0 the batch (not allowed)."
    )

    def keeps_mask(self) -> bool:
        return self.axis == -1 or self.axis > 1

    def lower(self, *inputs: Spec) -> Call:
        rank = len(inputs[0].shape) + 1
        (axis,) = real_axes((self.axis,), inputs[0], "Concatenate")
        rests = {x.shape[: axis - 1] + x.shape[axis:] if len(x.shape) == rank - 1 else None for x in inputs}
        if len(rests) > 1:
            raise refusal(
                "shapes_differ",
                f"Concatenate needs inputs that differ only along axis {self.axis} and gets "
                f"{' and '.join(map(str, inputs))}.",
                "Bring the branches to the same size first, for example with Flatten or pooling.",
            )
        return Call("Concatenate", axis=self.axis)


def _both(value: Any) -> Any:
    return (value, value) if isinstance(value, int) else value


class Dot(Layer):
    """Multiplies two inputs along an axis of each and adds up, as for the likeness of two vectors.

    (n) and (n) → (1); (T, n) and (S, n) along their last axes → (T, S).
    """

    family = "Merge"
    arity: ClassVar[Arity] = Arity(2, 2)

    axes: Annotated[
        tuple[Annotated[int, Field(ge=-8, le=8)], Annotated[int, Field(ge=-8, le=8)]], BeforeValidator(_both)
    ] = setting((-1, -1), description="The axis of each input to add up along; −1 is the last, 1 the first.")
    normalize: bool = setting(
        False, description="Whether to divide by the lengths first, so that the cosine of the angle comes out."
    )

    def lower(self, *inputs: Spec) -> Call:
        axes, sizes = [], []
        for axis, x in zip(self.axes, inputs, strict=True):
            require_decimals(x, "Dot")
            require_axis(x, "Dot")
            (found,) = real_axes((axis,), x, "Dot", "axes", (-1, -1))
            axes.append(found)
            sizes.append(x.shape[found - 1])
        if len(set(sizes)) > 1:
            raise refusal(
                "shapes_differ",
                f"Dot adds up along axes of one size and gets {sizes[0]} and {sizes[1]} "
                f"(of {inputs[0]} and {inputs[1]}).",
                "Choose other axes, or give both branches the same size there.",
            )
        return Call("Dot", tuple(axes), normalize=self.normalize)
