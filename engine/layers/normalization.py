"""Layers that bring values to a common scale."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from engine.call import RNGS, Call
from engine.layers.base import Axes, Axis, Layer, Spec, real_axes, refusal, require_axis, require_decimals, setting
from engine.layers.names import INITIALIZERS, BiasInitializer
from engine.layers.regularizer import Regularizer, regularizer


class _Normalization(Layer):
    """What all normalizations with an offset and a factor share."""

    family = "Normalization"
    mask_kept: ClassVar[bool] = True
    regularized: ClassVar[Mapping[str, str | None]] = {"gamma_regularizer": "scale", "beta_regularizer": "bias"}

    epsilon: float = setting(
        1e-3, advanced=True, gt=0, le=1, description="Added to the variance to avoid dividing by 0."
    )
    center: bool = setting(True, advanced=True, description="Whether to add a learned offset.")
    scale: bool = setting(True, advanced=True, description="Whether to multiply by a learned factor.")
    beta_initializer: BiasInitializer = setting(
        "zeros", advanced=True, description="What the offsets are before training."
    )
    gamma_initializer: BiasInitializer = setting(
        "ones", advanced=True, description="What the factors are before training."
    )
    beta_regularizer: Regularizer | None = regularizer("offsets")
    gamma_regularizer: Regularizer | None = regularizer("factors")

    def arguments(self, **others: tuple[str, str]) -> dict[str, Any]:
        """What every such module is built with; initializers, as (chosen, usual), only where they are not the usual."""
        chosen = {
            "bias_init": (self.beta_initializer, "zeros"),
            "scale_init": (self.gamma_initializer, "ones"),
            **others,
        }
        given: dict[str, Any] = {
            argument: INITIALIZERS[name] for argument, (name, usual) in chosen.items() if name != usual
        }
        streams = {"rngs": RNGS} if given else {}
        return {"epsilon": self.epsilon, "center": self.center, "scale": self.scale, **given, **streams}


def normalized_axes(axes: tuple[int, ...], x: Spec, title: str) -> tuple[int, ...]:
    """`axes` counted from 1. Raises Refusal where there are none such, or for whole numbers."""
    require_decimals(x, title)
    require_axis(x, title)
    return real_axes(axes, x, title)


def _placed(axes: tuple[int, ...], x: Spec) -> dict[str, Any]:
    """The argument `axis` where it is not the last one alone."""
    return {} if axes == (len(x.shape),) else {"axis": axes}


def _one_placed(axis: int, x: Spec) -> dict[str, Any]:
    return {} if axis == len(x.shape) else {"axis": axis}


class BatchNormalization(_Normalization):
    """Brings each channel to mean 0 and variance 1 over the batch, then scales it by learned factors.

    In evaluation it uses the moving mean and variance it has kept while training. The shape stays as it is.
    """

    axis: Axis = setting(-1, advanced=True, description="The axis of the channels; −1 is the last.")
    momentum: float = setting(
        0.99,
        "momentum {}",
        ge=0,
        lt=1,
        description="How slowly the moving mean and variance follow the batches.",
    )
    moving_mean_initializer: BiasInitializer = setting(
        "zeros", advanced=True, description="What the moving means are before training."
    )
    moving_variance_initializer: BiasInitializer = setting(
        "ones", advanced=True, description="What the moving variances are before training."
    )

    def masked_input(self, count: int) -> int | None:
        return 0

    def lower(self, *inputs: Spec) -> Call:
        (x,) = inputs
        (axis,) = normalized_axes((self.axis,), x, "BatchNormalization")
        arguments = self.arguments(
            mean_init=(self.moving_mean_initializer, "zeros"), var_init=(self.moving_variance_initializer, "ones")
        )
        features = x.shape[axis - 1]
        return Call("BatchNormalization", features, **_one_placed(axis, x), momentum=self.momentum, **arguments)


class LayerNormalization(_Normalization):
    """Brings the values of each row to mean 0 and variance 1 along some axes, then scales them by learned factors.

    It does the same in training and evaluation, and does not depend on the batch. The shape stays as it is.
    """

    axis: Axes = setting((-1,), "axis {}", description="The axes to work along; −1 is the last.")

    def lower(self, *inputs: Spec) -> Call:
        (x,) = inputs
        axes = normalized_axes(self.axis, x, "LayerNormalization")
        shape = tuple(x.shape[axis - 1] for axis in axes)
        return Call("LayerNormalization", shape, **_placed(axes, x), **self.arguments())


class GroupNormalization(_Normalization):
    """Brings each group of channels of a row to mean 0 and variance 1, then scales them by learned factors.

    Useful where batches are small. With as many groups as channels (groups −1) each channel stands alone.
    The shape stays as it is.
    """

    groups: int = setting(
        32, "{} groups", ge=-1, le=100_000, description="How many groups the channels are split into; −1 for each."
    )
    axis: Axis = setting(-1, advanced=True, description="The axis of the channels; −1 is the last.")

    def lower(self, *inputs: Spec) -> Call:
        (x,) = inputs
        (axis,) = normalized_axes((self.axis,), x, "GroupNormalization")
        channels = x.shape[axis - 1]
        groups = channels if self.groups == -1 else self.groups
        if not groups or channels % groups:
            fitting = max(count for count in range(1, min(channels, max(groups, 1)) + 1) if channels % count == 0)
            raise refusal(
                "wrong_groups",
                f"GroupNormalization cannot split {channels} channels into {groups} groups.",
                f"Set groups to a number that divides {channels}, such as {fitting}.",
                {"label": f"Set groups to {fitting}", "set": {"config": {"groups": fitting}}},
            )
        return Call("GroupNormalization", channels, groups=groups, **_one_placed(axis, x), **self.arguments())


class RMSNormalization(Layer):
    """Divides each row by the root of its mean square along some axes, then scales it by learned factors.

    Like LayerNormalization without taking the mean off; usual in newer transformers. The shape stays as it is.
    """

    family = "Normalization"
    mask_kept: ClassVar[bool] = True

    axis: Axes = setting((-1,), "axis {}", description="The axes to work along; −1 is the last.")
    epsilon: float = setting(
        1e-6, advanced=True, gt=0, le=1, description="Added to the mean square to avoid dividing by 0."
    )

    def lower(self, *inputs: Spec) -> Call:
        (x,) = inputs
        axes = normalized_axes(self.axis, x, "RMSNormalization")
        shape = tuple(x.shape[axis - 1] for axis in axes)
        return Call("RMSNormalization", shape, **_placed(axes, x), epsilon=self.epsilon)


class UnitNormalization(Layer):
    """Divides each row by its length along some axes, so that the sum of its squares is 1. Without weights.

    The shape stays as it is.
    """

    family = "Normalization"
    mask_kept: ClassVar[bool] = True

    axis: Axes = setting((-1,), "axis {}", description="The axes to work along; −1 is the last.")

    def lower(self, *inputs: Spec) -> Call:
        axes = normalized_axes(self.axis, inputs[0], "UnitNormalization")
        return Call("UnitNormalization", axis=axes)
