"""The layers nearly every network has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from engine.call import RNGS, Call, Name
from engine.layers.base import (
    LARGEST,
    USUAL_WEIGHTS,
    Layer,
    Penalty,
    Spec,
    refusal,
    require_axis,
    require_decimals,
    require_indices,
    setting,
)
from engine.layers.names import INITIALIZERS, Activation, BiasInitializer, MatrixInitializer
from engine.layers.regularizer import Regularizer, regularizer


class Dense(Layer):
    """Connects every input value with every unit: a weighted sum plus a bias. (…, n) → (…, units)."""

    family = "Core"
    mask_kept: ClassVar[bool] = True
    regularized: ClassVar[Mapping[str, str | None]] = USUAL_WEIGHTS

    units: int = setting(32, "{} units", ge=1, le=LARGEST, description="How many values come out.")
    activation: Activation = setting("linear", "{}", description="The function applied to each unit.")
    use_bias: bool = setting(True, advanced=True, description="Whether each unit adds a learned constant.")
    kernel_initializer: MatrixInitializer = setting(
        "glorot_uniform", advanced=True, description="What the weights are before training."
    )
    bias_initializer: BiasInitializer = setting(
        "zeros", advanced=True, description="What the biases are before training."
    )
    kernel_regularizer: Regularizer | None = regularizer("weights")
    bias_regularizer: Regularizer | None = regularizer("biases")
    activity_regularizer: Regularizer | None = regularizer("outputs")

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


class Embedding(Layer):
    """Looks up a learned vector for each whole number, such as a user or a word. (…) → (…, output_dim).

    With mask_zero, 0 stands for no entry, as at the end of short texts: layers that read sequences skip it.
    """

    family = "Core"
    regularized: ClassVar[Mapping[str, str | None]] = {"embeddings_regularizer": "embedding"}

    input_dim: int = setting(
        1000,
        "{} entries",
        ge=1,
        le=LARGEST,
        description="How many different numbers there can be: 0 to this minus 1.",
    )
    output_dim: int = setting(16, "{} values", ge=1, le=LARGEST, description="The length of each vector.")
    mask_zero: bool = setting(False, description="Whether 0 means nothing, so that later layers skip such steps.")
    embeddings_initializer: MatrixInitializer = setting(
        "random_uniform", advanced=True, description="What the vectors are before training."
    )
    embeddings_regularizer: Regularizer | None = regularizer("vectors")

    def makes_mask(self) -> bool:
        return self.mask_zero

    def lower(self, *inputs: Spec) -> Call:
        (x,) = inputs
        require_indices(x, "Embedding", self.input_dim, "input_dim", "Dense")
        if self.mask_zero and len(x.shape) != 1:
            raise refusal(
                "no_steps_to_mask",
                f"Embedding can tell which steps of a sequence to skip, but gets {x} numbers per row.",
                "Switch mask_zero off, or give it one number per step.",
                {"label": "Switch mask_zero off", "set": {"config": {"mask_zero": False}}},
            )
        return Call(
            "Embedding" if self.mask_zero else "nnx.Embed",
            self.input_dim,
            self.output_dim,
            embedding_init=INITIALIZERS[self.embeddings_initializer],
            rngs=RNGS,
        )


class ActivityRegularization(Layer):
    """Lets its input through, and adds what large values cost to the loss while training. The shape stays as it is."""

    family = "Core"
    mask_kept: ClassVar[bool] = True

    l1: float = setting(0.0, "l1 {}", ge=0, le=1e6, description="The price of the sum of absolute values.")
    l2: float = setting(0.0, "l2 {}", ge=0, le=1e6, description="The price of the sum of squares.")

    def penalties(self) -> tuple[Penalty, ...]:
        return (Penalty(None, self.l1, self.l2),)

    def lower(self, *inputs: Spec) -> Call:
        require_decimals(inputs[0], "ActivityRegularization")
        return Call("Activation", Name("linear"))
