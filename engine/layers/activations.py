"""Layers that put every value through a function."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import Field

from engine.call import RNGS, Call, Name
from engine.layers import names
from engine.layers.base import Axes, Layer, Spec, real_axes, require_axis, require_decimals, setting
from engine.layers.names import ACTIVATIONS, INITIALIZERS, BiasInitializer
from engine.layers.regularizer import Regularizer, regularizer


class Activation(Layer):
    """Applies a function to every value, without weights. The shape stays as it is.

    heaviside is 0 below 0 and 1 from 0 on. Its own gradient is 0 everywhere, so training uses that of the identity
    between −1 and 1 instead (straight-through). hard_sigmoid_v2 is the hard_sigmoid of Keras 1 and 2.
    """

    family = "Core"
    mask_kept: ClassVar[bool] = True

    activation: names.Activation = setting("relu", "{}", description="The function to apply.")

    def activation_name(self) -> str:
        return "linear"

    def lower(self, *inputs: Spec) -> Call:
        require_decimals(inputs[0], "Activation")
        require_axis(inputs[0], "Activation")
        function = ACTIVATIONS[self.activation]
        return Call("Activation", function or Name("linear"))


class ReLU(Layer):
    """Keeps values from the threshold on, and multiplies what is below it by a slope (0 cuts it off).

    The shape stays as it is.
    """

    family = "Core"
    mask_kept: ClassVar[bool] = True

    max_value: float | None = setting(None, ge=0, description="The largest value that comes out; empty for any.")
    negative_slope: float = setting(0.0, ge=0, description="What values below the threshold are multiplied by.")
    threshold: float = setting(0.0, ge=0, description="From where on values are kept.")

    def lower(self, *inputs: Spec) -> Call:
        require_decimals(inputs[0], "ReLU")
        return Call("ReLU", max_value=self.max_value, negative_slope=self.negative_slope, threshold=self.threshold)


class Softmax(Layer):
    """Turns values into shares between 0 and 1 that add up to 1 along an axis. The shape stays as it is."""

    family = "Core"
    mask_kept: ClassVar[bool] = True

    axis: Axes = setting((-1,), "axis {}", description="Along which axes the shares add up to 1; −1 is the last.")

    def activation_name(self) -> str:
        return "linear"

    def last_function(self) -> str:
        return "softmax"

    def lower(self, *inputs: Spec) -> Call:
        require_decimals(inputs[0], "Softmax")
        require_axis(inputs[0], "Softmax")
        return Call("Softmax", axis=real_axes(self.axis, inputs[0], "Softmax"))


class LeakyReLU(Layer):
    """Keeps values above 0, and multiplies those below by a small slope, so that no unit stops learning.

    The shape stays as it is.
    """

    family = "Core"
    mask_kept: ClassVar[bool] = True

    negative_slope: float = setting(0.3, "slope {}", ge=0, description="What values below 0 are multiplied by.")

    def lower(self, *inputs: Spec) -> Call:
        require_decimals(inputs[0], "LeakyReLU")
        return Call("LeakyReLU", self.negative_slope)


class ELU(Layer):
    """Keeps values x above 0, and turns those below into alpha · (exp(x) − 1), which is never below −alpha.

    The shape stays as it is.
    """

    family = "Core"
    mask_kept: ClassVar[bool] = True

    alpha: float = setting(1.0, "alpha {}", ge=0, description="How far down values below 0 can reach.")

    def lower(self, *inputs: Spec) -> Call:
        require_decimals(inputs[0], "ELU")
        return Call("ELU", self.alpha)


class PReLU(Layer):
    """Keeps values above 0, and multiplies those below by a slope it learns for each place.

    Share the axes of height and width, 1 and 2, to learn one slope per channel of an image. The shape stays as it is.
    """

    family = "Core"
    mask_kept: ClassVar[bool] = True
    regularized: ClassVar[Mapping[str, str | None]] = {"alpha_regularizer": "alpha"}

    shared_axes: tuple[Annotated[int, Field(ge=-8, le=8)], ...] | None = setting(
        None, max_length=8, description="Axes along which one slope is shared; the first is 1."
    )
    alpha_initializer: BiasInitializer = setting(
        "zeros", advanced=True, description="What the slopes are before training."
    )
    alpha_regularizer: Regularizer | None = regularizer("slopes")

    def lower(self, *inputs: Spec) -> Call:
        (x,) = inputs
        require_decimals(x, "PReLU")
        shared = real_axes(self.shared_axes or (), x, "PReLU", "shared_axes", None)
        shape = tuple(1 if axis in shared else size for axis, size in enumerate(x.shape, 1))
        return Call("PReLU", shape, alpha_init=INITIALIZERS[self.alpha_initializer], rngs=RNGS)
