"""Layers that keep a network from learning its training rows by heart, and the source of noise."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from engine.call import Call
from engine.layers.base import Arity, Layer, Spec, require_decimals, setting
from engine.layers.windows import DataFormat, data_format


class _Regularization(Layer):
    """What all layers share that change values at random while training, and leave them alone otherwise."""

    family = "Regularization"
    random: ClassVar[bool] = True
    mask_kept: ClassVar[bool] = True


class Dropout(_Regularization):
    """Sets a random share of the values to zero while training, so that no unit is relied on alone.

    The shape stays as it is.
    """

    rate: float = setting(0.5, "rate {}", ge=0, lt=1, description="The share of values set to zero.")

    def lower(self, *inputs: Spec) -> Call:
        require_decimals(inputs[0], "Dropout")
        return Call("Dropout", self.rate)


class _SpatialDropout(_Regularization):
    """What the forms of spatial dropout share."""

    rate: float = setting(0.5, "rate {}", ge=0, lt=1, description="The share of channels set to zero.")

    def lower(self, *inputs: Spec) -> Call:
        require_decimals(inputs[0], type(self).__name__)
        first = getattr(self, "data_format", "channels_last") == "channels_first"
        return Call("SpatialDropout", self.rate, **({"axis": 1} if first else {}))


class SpatialDropout1D(_SpatialDropout):
    """Sets a random share of the channels of a sequence to zero while training, each as a whole. (T, C) → (T, C).

    Useful after convolutions and embeddings, where neighbouring steps tell nearly the same.
    """

    rank: ClassVar[int | None] = 2


class SpatialDropout2D(_SpatialDropout):
    """Sets a random share of the channels of an image to zero while training, each as a whole. (H, W, C) → (H, W, C).

    Useful after convolutions, where neighbouring pixels tell nearly the same.
    """

    rank: ClassVar[int | None] = 3

    data_format: DataFormat = data_format()


class SpatialDropout3D(_SpatialDropout):
    """Sets a random share of the channels of a volume to zero while training, each as a whole.

    (D, H, W, C) → (D, H, W, C). Useful after convolutions, where neighbouring voxels tell nearly the same.
    """

    rank: ClassVar[int | None] = 4

    data_format: DataFormat = data_format()


class GaussianNoise(_Regularization):
    """Adds normal noise to every value while training, so that small differences are not learned by heart.

    The shape stays as it is.
    """

    stddev: float = setting(0.1, "deviation {}", ge=0, le=1e6, description="The standard deviation of the noise.")

    def lower(self, *inputs: Spec) -> Call:
        require_decimals(inputs[0], "GaussianNoise")
        return Call("GaussianNoise", self.stddev)


class GaussianDropout(_Regularization):
    """Multiplies every value by normal noise around 1 while training; like Dropout, without zeros.

    The shape stays as it is.
    """

    rate: float = setting(
        0.5, "rate {}", ge=0, lt=1, description="How strong it is: the noise has the variance rate / (1 − rate)."
    )

    def lower(self, *inputs: Spec) -> Call:
        require_decimals(inputs[0], "GaussianDropout")
        return Call("GaussianDropout", self.rate)


class AlphaDropout(_Regularization):
    """Dropout for layers with selu: keeps mean 0 and variance 1 of its inputs while training.

    The shape stays as it is.
    """

    rate: float = setting(0.5, "rate {}", ge=0, lt=1, description="The share of values replaced.")

    def lower(self, *inputs: Spec) -> Call:
        require_decimals(inputs[0], "AlphaDropout")
        return Call("AlphaDropout", self.rate)


class Noise(Layer):
    """Gives random numbers, new ones for every row, as a generator needs them. It takes no input. → (shape).

    In evaluation they come from a fixed seed, so that the same rows get the same answers again.
    """

    family = "Regularization"
    arity: ClassVar[Arity] = Arity(0, 0)
    random: ClassVar[bool] = True

    shape: tuple[Annotated[int, Field(ge=1, le=1_000_000)], ...] = setting(
        (100,), "{}", max_length=8, description="The shape of the noise, without the batch axis."
    )
    distribution: Literal["normal", "uniform"] = setting(
        "normal", "{}", description="normal has mean 0 and variance 1; uniform is even from −1 to 1."
    )
    seed: int = setting(
        0,
        advanced=True,
        ge=0,
        lt=2**31,
        description="What the noise of evaluation is drawn from.",
    )

    def lower(self, *inputs: Spec) -> Call:
        return Call("Noise", self.shape, distribution=self.distribution, seed=self.seed)
