"""Layers that join several wires into one."""

from __future__ import annotations

from typing import ClassVar

from engine.call import Call
from engine.layers.base import Arity, Layer, Spec, refusal, setting


class Add(Layer):
    """Adds its inputs value by value; all must have the same shape. Used for skip connections."""

    family = "Merge"
    arity: ClassVar[Arity] = Arity(2, None)

    def lower(self, *inputs: Spec) -> Call:
        if len({x.shape for x in inputs}) > 1:
            raise refusal(
                "shapes_differ",
                f"Add needs inputs of one shape and gets {' and '.join(map(str, inputs))}.",
                "Give the branches the same number of units or filters, or use Concatenate.",
            )
        return Call("Add")


class Concatenate(Layer):
    """Lays its inputs side by side along one axis; all other axes must agree."""

    family = "Merge"
    arity: ClassVar[Arity] = Arity(2, None)
    keeps_values: ClassVar[bool] = True

    axis: int = setting(
        -1,
        "axis {}",
        ge=-8,
        le=8,
        description="The axis to lay side by side: −1 is the last, 0 the batch (not allowed).",
    )

    def lower(self, *inputs: Spec) -> Call:
        rank = len(inputs[0].shape) + 1
        axis = self.axis % rank if -rank <= self.axis < rank else 0
        if axis == 0:
            raise refusal(
                "wrong_axis",
                f"Concatenate cannot join along axis {self.axis} of values with {rank - 1} axes besides the batch.",
                "Set axis to −1.",
                {"label": "Set axis to −1", "set": {"config": {"axis": -1}}},
            )
        rests = {x.shape[: axis - 1] + x.shape[axis:] if len(x.shape) == rank - 1 else None for x in inputs}
        if len(rests) > 1:
            raise refusal(
                "shapes_differ",
                f"Concatenate needs inputs that differ only along axis {self.axis} and gets "
                f"{' and '.join(map(str, inputs))}.",
                "Bring the branches to the same size first, for example with Flatten or pooling.",
            )
        return Call("Concatenate", axis=self.axis)
