"""The layers nearly every network has."""

from __future__ import annotations

import math
from typing import Annotated, ClassVar

from pydantic import Field

from engine.call import RNGS, Call, Name
from engine.layers import names
from engine.layers.base import LARGEST, Layer, Spec, refusal, require_axis, require_decimals, setting
from engine.layers.names import ACTIVATIONS, INITIALIZERS, BiasInitializer, Initializer


class Dense(Layer):
    """Connects every input value with every unit: a weighted sum plus a bias. (…, n) → (…, units)."""

    family = "Core"

    units: int = setting(32, "{} units", ge=1, le=LARGEST, description="How many values come out.")
    activation: names.Activation = setting("linear", "{}", description="The function applied to each unit.")
    use_bias: bool = setting(True, advanced=True, description="Whether each unit adds a learned constant.")
    kernel_initializer: Initializer = setting(
        "glorot_uniform", advanced=True, description="What the weights are before training."
    )
    bias_initializer: BiasInitializer = setting(
        "zeros", advanced=True, description="What the biases are before training."
    )

    def lower(self, *inputs: Spec) -> Call:
        (x,) = inputs
        require_axis(x, "Dense")
        return Call(
            "nnx.Linear",
            x.shape[-1],
            self.units,
            use_bias=self.use_bias,
            kernel_init=INITIALIZERS[self.kernel_initializer],
            bias_init=INITIALIZERS[self.bias_initializer],
            rngs=RNGS,
        )


class Activation(Layer):
    """Applies a function to every value, without weights. The shape stays as it is."""

    family = "Core"

    activation: names.Activation = setting("relu", "{}", description="The function to apply.")

    def activation_name(self) -> str:
        return "linear"

    def lower(self, *inputs: Spec) -> Call:
        require_decimals(inputs[0], "Activation")
        require_axis(inputs[0], "Activation")
        function = ACTIVATIONS[self.activation]
        return Call("Activation", function or Name("linear"))


class Embedding(Layer):
    """Looks up a learned vector for each whole number, such as a user or a word. (…) → (…, output_dim)."""

    family = "Core"

    input_dim: int = setting(
        1000,
        "{} entries",
        ge=1,
        le=LARGEST,
        description="How many different numbers there can be: 0 to this minus 1.",
    )
    output_dim: int = setting(16, "{} values", ge=1, le=LARGEST, description="The length of each vector.")
    embeddings_initializer: Initializer = setting(
        "random_uniform", advanced=True, description="What the vectors are before training."
    )

    def lower(self, *inputs: Spec) -> Call:
        (x,) = inputs
        if not x.dtype.startswith("int"):
            raise refusal(
                "wrong_type",
                f"Embedding looks up whole numbers and gets decimal numbers (shape {x}).",
                "Connect it to an input whose column is encoded as an index, or use Dense instead.",
            )
        if x.high is not None and x.high > self.input_dim:
            raise refusal(
                "index_out_of_range",
                f"Embedding has room for {self.input_dim} entries, but the data hold {x.high}.",
                f"Set input_dim to {x.high} or more.",
                {"label": f"Set input_dim to {x.high}", "set": {"config": {"input_dim": x.high}}},
            )
        return Call(
            "nnx.Embed",
            self.input_dim,
            self.output_dim,
            embedding_init=INITIALIZERS[self.embeddings_initializer],
            rngs=RNGS,
        )


class Flatten(Layer):
    """Lays all values of a row side by side. (H, W, C) → (H · W · C)."""

    family = "Core"
    keeps_values: ClassVar[bool] = True

    def lower(self, *inputs: Spec) -> Call:
        return Call("Flatten")


class Reshape(Layer):
    """Gives the same values another shape. One axis may be −1: it takes what is left."""

    family = "Core"
    keeps_values: ClassVar[bool] = True

    target_shape: tuple[Annotated[int, Field(ge=-1, le=LARGEST)], ...] = setting(
        (-1,), "to {}", max_length=8, description="The new shape, without the batch axis."
    )

    def lower(self, *inputs: Spec) -> Call:
        return Call("Reshape", _resolved(self.target_shape, inputs[0]))


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
