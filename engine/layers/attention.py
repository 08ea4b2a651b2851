"""Layers in which every step of a sequence looks at all the others, and that tell their places apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from engine.call import RNGS, Call, Name
from engine.layers import names
from engine.layers.base import LARGEST, USUAL_WEIGHTS, Arity, Layer, Penalty, Spec, refusal, require_decimals, setting
from engine.layers.names import ACTIVATIONS, INITIALIZERS, BiasInitializer, Initializer
from engine.layers.regularizer import Regularizer, regularizer

CAUSAL = "Forbids each step to look at later ones, as needed to predict what comes next."


class _Attention(Layer):
    """What attention layers share: inputs query, value and key, of which later ones may be left out."""

    family = "Attention"
    rank: ClassVar[int | None] = 2
    arity: ClassVar[Arity] = Arity(1, 3)
    mask_kept: ClassVar[bool] = True

    dropout: float = setting(0.0, ge=0, lt=1, description="The share of weights set to zero while training.")
    use_causal_mask: bool = setting(False, description=CAUSAL)

    def needs_key(self) -> bool:
        return self.dropout > 0

    def masked_input(self, count: int) -> int | None:
        return 0 if count == 1 else 1

    def roles(self, inputs: tuple[Spec, ...]) -> tuple[Spec, Spec, Spec]:
        """Query, value and key. Raises Refusal where value and key have not the same steps."""
        for x in inputs:
            require_decimals(x, type(self).__name__)
        query = inputs[0]
        value = inputs[1] if len(inputs) > 1 else query
        key = inputs[2] if len(inputs) > 2 else value
        if value.shape[0] != key.shape[0]:
            raise refusal(
                "shapes_differ",
                f"{type(self).__name__} needs a key for each value and gets {value.shape[0]} values and "
                f"{key.shape[0]} keys.",
                "Connect value and key to sequences with the same number of steps.",
            )
        return query, value, key


class _Scored(_Attention):
    """What attentions without projections share."""

    def require_one_length(self, query: Spec, key: Spec) -> None:
        """Raises Refusal where query and key cannot be compared."""
        if query.shape[-1] != key.shape[-1]:
            raise refusal(
                "shapes_differ",
                f"{type(self).__name__} compares queries with keys and gets {query.shape[-1]} and {key.shape[-1]} "
                "features.",
                "Bring both to the same number of features, for example with Dense, or use MultiHeadAttention.",
            )


class Attention(_Scored):
    """Gives each step of the query a mean of the values, weighted by how well their keys fit. (T, d) → (T, d).

    Inputs are query, value and key; with one wire a sequence looks at itself, with two the values are the keys.
    """

    use_scale: bool = setting(False, description="Whether scores are multiplied by a learned factor.")
    score_mode: Literal["dot", "concat"] = setting(
        "dot", "{}", description="How query and key are compared: their product, or tanh of their sum."
    )

    def lower(self, *inputs: Spec) -> Call:
        query, _, key = self.roles(inputs)
        self.require_one_length(query, key)
        return Call(
            "Attention",
            score_mode=self.score_mode,
            use_scale=self.use_scale,
            dropout=self.dropout,
            use_causal_mask=self.use_causal_mask,
        )


class AdditiveAttention(_Scored):
    """Gives each step of the query a mean of the values, weighted by a learned sum of tanh(query + key).

    (T, d) → (T, d). Inputs are query, value and key; with one wire a sequence looks at itself.
    """

    use_scale: bool = setting(True, description="Whether the sum over the features is weighted by learned factors.")

    def lower(self, *inputs: Spec) -> Call:
        query, _, key = self.roles(inputs)
        self.require_one_length(query, key)
        limit = (3 / query.shape[-1]) ** 0.5  # glorot_uniform, where one axis is both fan-in and fan-out
        return Call(
            "AdditiveAttention",
            query.shape[-1],
            scale_init=Call("random_uniform", -limit, limit) if self.use_scale else None,
            dropout=self.dropout,
            use_causal_mask=self.use_causal_mask,
            rngs=RNGS,
        )


class MultiHeadAttention(_Attention):
    """Lets every step look at all steps in several ways at once, each learned. (T, d) → (T, d).

    Inputs are query, value and key; with one wire a sequence looks at itself, with two the values are the keys.
    Steps that are masked are not looked at.
    """

    regularized: ClassVar[Mapping[str, str | None]] = USUAL_WEIGHTS

    num_heads: int = setting(4, "{} heads", ge=1, le=LARGEST, description="How many attentions stand side by side.")
    key_dim: int = setting(32, "{}", ge=1, le=LARGEST, description="How many values of each head are compared.")
    value_dim: int | None = setting(
        None, advanced=True, ge=1, le=LARGEST, description="How many values each head gives; empty: as key_dim."
    )
    output_shape: int | None = setting(
        None, advanced=True, ge=1, le=LARGEST, description="How many values come out; empty: as many as in the query."
    )
    use_bias: bool = setting(True, advanced=True, description="Whether each projection adds a learned constant.")
    kernel_initializer: Initializer = setting(
        "glorot_uniform", advanced=True, description="What the projections are before training."
    )
    bias_initializer: BiasInitializer = setting(
        "zeros", advanced=True, description="What the biases are before training."
    )
    kernel_regularizer: Regularizer | None = regularizer("projections")
    bias_regularizer: Regularizer | None = regularizer("biases")
    activity_regularizer: Regularizer | None = regularizer("outputs")

    def penalties(self) -> tuple[Penalty, ...]:
        return tuple(each for one in super().penalties() for each in one.within("query", "value", "key", "output"))

    def lower(self, *inputs: Spec) -> Call:
        query, value, key = self.roles(inputs)
        return Call(
            "MultiHeadAttention",
            (query.shape[-1], value.shape[-1], key.shape[-1]),
            self.num_heads,
            self.key_dim,
            self.value_dim or self.key_dim,
            self.output_shape or query.shape[-1],
            use_bias=self.use_bias,
            kernel_init=INITIALIZERS[self.kernel_initializer],
            bias_init=INITIALIZERS[self.bias_initializer],
            dropout=self.dropout,
            use_causal_mask=self.use_causal_mask,
            rngs=RNGS,
        )


class TransformerBlock(Layer):
    """Self-attention and two dense layers for each step, with skip connections and normalizations. (T, d) → (T, d).

    The building block of transformers: stack several behind an embedding with positions.
    """

    family = "Attention"
    rank: ClassVar[int | None] = 2
    mask_kept: ClassVar[bool] = True

    num_heads: int = setting(4, "{} heads", ge=1, le=LARGEST, description="How many attentions stand side by side.")
    key_dim: int | None = setting(
        None, ge=1, le=LARGEST, description="How many values of each head are compared; empty: the features shared out."
    )
    intermediate_dim: int = setting(
        128, "{} units", ge=1, le=LARGEST, description="The units of the first of the two dense layers."
    )
    activation: names.Activation = setting("relu", "{}", description="The function between the two dense layers.")
    dropout: float = setting(0.1, ge=0, lt=1, description="The share of values set to zero while training.")
    norm_first: bool = setting(
        True, description="Normalizes before attention and dense layers, which trains more steadily than after them."
    )
    use_causal_mask: bool = setting(False, description=CAUSAL)
    epsilon: float = setting(
        1e-5, advanced=True, gt=0, le=1, description="Added to the variance to avoid dividing by 0."
    )
    kernel_initializer: Initializer = setting(
        "glorot_uniform", advanced=True, description="What the weights are before training."
    )
    bias_initializer: BiasInitializer = setting(
        "zeros", advanced=True, description="What the biases are before training."
    )

    def activation_name(self) -> str:
        return "linear"

    def last_function(self) -> str:
        return "linear"

    def needs_key(self) -> bool:
        return self.dropout > 0

    def masked_input(self, count: int) -> int | None:
        return 0

    def lower(self, *inputs: Spec) -> Call:
        (x,) = inputs
        require_decimals(x, "TransformerBlock")
        features = x.shape[-1]
        weights = {
            "kernel_init": INITIALIZERS[self.kernel_initializer],
            "bias_init": INITIALIZERS[self.bias_initializer],
        }
        return Call(
            "TransformerBlock",
            self._attention(features, weights),
            features,
            self.intermediate_dim,
            activation=ACTIVATIONS[self.activation] or Name("linear"),
            dropout=self.dropout,
            norm_first=self.norm_first,
            epsilon=self.epsilon,
            **weights,
            rngs=RNGS,
        )

    def _attention(self, features: int, weights: dict[str, Any]) -> Call:
        if self.key_dim is None and features % self.num_heads:
            heads = max(n for n in range(1, min(self.num_heads, features) + 1) if features % n == 0)
            raise refusal(
                "wrong_heads",
                f"TransformerBlock cannot share out {features} features among {self.num_heads} heads.",
                f"Set num_heads to a number that divides {features}, or give key_dim.",
                {"label": f"Set num_heads to {heads}", "set": {"config": {"num_heads": heads}}},
            )
        size = self.key_dim or features // self.num_heads
        return Call(
            "MultiHeadAttention",
            (features,) * 3,
            self.num_heads,
            size,
            size,
            features,
            use_bias=True,
            **weights,
            dropout=self.dropout,
            use_causal_mask=self.use_causal_mask,
            rngs=RNGS,
        )
