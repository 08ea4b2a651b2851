"""Layers that read a sequence step by step and remember what they have seen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from engine.call import RNGS, Call, Name
from engine.layers import names
from engine.layers.base import LARGEST, Arity, Layer, Penalty, Spec, refusal, require_decimals, setting
from engine.layers.names import ACTIVATIONS, INITIALIZERS, BiasInitializer, MatrixInitializer
from engine.layers.nested import OneOf
from engine.layers.regularizer import Regularizer, regularizer


class _Stepwise(Layer):
    """What all layers share that read a sequence step by step."""

    family = "Recurrent"
    free_ports = (1, 2)
    regularized: ClassVar[Mapping[str, str | None]] = {
        "kernel_regularizer": "kernel",
        "recurrent_regularizer": "recurrent_kernel",
        "bias_regularizer": "bias",
        "activity_regularizer": None,
    }
    states: ClassVar[int] = 1
    """How many states it carries from step to step."""

    activation: names.Activation = setting("tanh", description="The function applied to what a step gives.")
    return_sequences: bool = setting(
        False, description="Gives what comes out of every step, not only of the last: needed before another such layer."
    )
    return_state: bool = setting(
        False, advanced=True, description="Gives the last states as further outputs, to start another layer with."
    )
    go_backwards: bool = setting(False, advanced=True, description="Reads the sequence from its end.")
    dropout: float = setting(
        0.0, ge=0, lt=1, description="The share of input values set to zero while training, the same at every step."
    )
    recurrent_dropout: float = setting(
        0.0, advanced=True, ge=0, lt=1, description="The share of the remembered values set to zero while training."
    )
    use_bias: bool = setting(True, advanced=True, description="Whether each unit adds a learned constant.")
    kernel_initializer: MatrixInitializer = setting(
        "glorot_uniform", advanced=True, description="What the weights of the input are before training."
    )
    recurrent_initializer: MatrixInitializer = setting(
        "orthogonal", advanced=True, description="What the weights of the remembered values are before training."
    )
    bias_initializer: BiasInitializer = setting(
        "zeros", advanced=True, description="What the biases are before training."
    )
    kernel_regularizer: Regularizer | None = regularizer("weights of the input")
    recurrent_regularizer: Regularizer | None = regularizer("weights of the remembered values")
    bias_regularizer: Regularizer | None = regularizer("biases")
    activity_regularizer: Regularizer | None = regularizer("outputs")
    zero_output_for_mask: bool = setting(
        False, advanced=True, description="Gives zeros at masked steps, instead of what came out before."
    )

    def activation_name(self) -> str:
        return "linear"

    def last_function(self) -> str:
        return "linear"

    def needs_key(self) -> bool:
        return self.dropout > 0 or self.recurrent_dropout > 0

    def masked_input(self, count: int) -> int | None:
        return 0

    def keeps_mask(self) -> bool:
        return self.return_sequences

    def every_step(self) -> dict[str, Any] | None:
        return None if self.return_sequences else {"return_sequences": True}

    def lower(self, *inputs: Spec) -> Call:
        require_decimals(inputs[0], type(self).__name__)
        self.require_states(inputs)
        constructor, *sizes = self.head(inputs[0])
        return Call(
            constructor,
            *sizes,
            **self.window(),
            activation=ACTIVATIONS[self.activation] or Name("linear"),
            **self.gates(),
            kernel_init=INITIALIZERS[self.kernel_initializer],
            recurrent_init=INITIALIZERS[self.recurrent_initializer],
            bias_init=INITIALIZERS[self.bias_initializer] if self.use_bias else None,
            **self.loop(),
            rngs=RNGS,
        )

    def head(self, x: Spec) -> tuple[Any, ...]:
        """The constructor and its first arguments."""
        raise TypeError(f"{type(self).__name__} has no constructor of its own")

    def state_shape(self, x: Spec) -> tuple[int, ...]:
        """The shape of a state. Raises Refusal where the input has none."""
        raise TypeError(f"{type(self).__name__} has no states of its own")

    def window(self) -> dict[str, Any]:
        """The arguments about its convolution, where it has one."""
        return {}

    def gates(self) -> dict[str, Any]:
        """The arguments only this kind of layer has."""
        return {}

    def loop(self) -> dict[str, Any]:
        """The settings of the loop that are not as usual."""
        fields = ("return_sequences", "return_state", "go_backwards", "zero_output_for_mask")
        chosen = {name: getattr(self, name) for name in ("dropout", "recurrent_dropout", *fields)}
        return {name: value for name, value in chosen.items() if value}

    def require_states(self, inputs: tuple[Spec, ...]) -> None:
        """Raises Refusal where the wires behind the first do not bring one first state each."""
        title, shape, given = type(self).__name__, self.state_shape(inputs[0]), inputs[1:]
        if given and len(given) != self.states:
            raise refusal(
                "missing_connection",
                f"{title} needs {self.states} first states and has {len(given)}.",
                "Connect all states that the layer before it gives, or none.",
            )
        for spec in given:
            if spec.shape != shape:
                raise refusal(
                    "shapes_differ",
                    f"{title} remembers {Spec(shape)} values and gets a first state of shape {spec}.",
                    "Give both layers the same settings, or bring the state to that shape before.",
                )


class _Units(Layer):
    """How many values a recurrent layer gives; stands first in its form."""

    units: int = setting(32, "{} units", ge=1, le=LARGEST, description="How many values come out of each step.")


class _Recurrent(_Stepwise, _Units):
    """What recurrent layers without convolutions share."""

    rank: ClassVar[int | None] = 2

    def head(self, x: Spec) -> tuple[Any, ...]:
        return type(self).__name__, x.shape[-1], self.units

    def state_shape(self, x: Spec) -> tuple[int, ...]:
        return (self.units,)


class SimpleRNN(_Recurrent):
    """Reads a sequence step by step; each step sees the input and what the last step gave.

    (steps, n) → (units), or (steps, units) with return_sequences. Forgets quickly: for more than some ten steps
    use LSTM or GRU. A second input is the first state.
    """

    arity: ClassVar[Arity] = Arity(1, 2)

    def last_function(self) -> str:
        return self.activation


class _Gated(_Stepwise):
    """What recurrent layers with gates share."""

    recurrent_activation: names.Activation = setting(
        "sigmoid", advanced=True, description="The function that opens and closes the gates."
    )


class Memory(_Gated):
    """What layers with long short-term memory share."""

    states: ClassVar[int] = 2

    unit_forget_bias: bool = setting(
        True, advanced=True, description="Starts with open memory: the bias of the forget gate begins at 1."
    )

    def gates(self) -> dict[str, Any]:
        return {
            "recurrent_activation": ACTIVATIONS[self.recurrent_activation] or Name("linear"),
            "unit_forget_bias": self.unit_forget_bias,
        }


class LSTM(Memory, _Recurrent):
    """Reads a sequence step by step with a memory that it learns to write, keep and erase.

    (steps, n) → (units), or (steps, units) with return_sequences. The usual choice for series and texts. A second
    and third input are the first states; return_state gives the last two.
    """

    arity: ClassVar[Arity] = Arity(1, 3)


class GRU(_Gated, _Recurrent):
    """Reads a sequence step by step with a memory, like LSTM with fewer weights and one state.

    (steps, n) → (units), or (steps, units) with return_sequences. A second input is the first state.
    """

    arity: ClassVar[Arity] = Arity(1, 2)

    reset_after: bool = setting(
        True, advanced=True, description="Whether memory is reset after the recurrent product; off in older networks."
    )

    def gates(self) -> dict[str, Any]:
        return {
            "recurrent_activation": ACTIVATIONS[self.recurrent_activation] or Name("linear"),
            "reset_after": self.reset_after,
        }


RECURRENT = OneOf(LSTM, GRU, SimpleRNN)


class Bidirectional(Layer):
    """Reads a sequence forwards and backwards with two copies of a recurrent layer, and joins what they give.

    (steps, n) → (2 · units) with concat, or (steps, 2 · units) where the layer returns sequences. Use it where
    the whole sequence is known, as in a text. With return_state the states of both copies follow.
    """

    family = "Recurrent"
    rank: ClassVar[int | None] = 2
    arity: ClassVar[Arity] = Arity(1, 5)
    free_ports = (1, 2, 3, 4)

    layer: Annotated[_Recurrent, RECURRENT] = setting(
        RECURRENT.default("LSTM"), "{}", description="The layer that reads the sequence, with its settings."
    )
    merge_mode: Literal["concat", "sum", "mul", "ave"] | None = setting(
        "concat",
        "{}",
        description="How both are joined: side by side, added, multiplied or averaged; empty for two outputs.",
    )

    def last_function(self) -> str:
        return self.layer.last_function() if self.merge_mode is None else "linear"

    def activation_name(self) -> str:
        return "linear"

    def needs_key(self) -> bool:
        return self.layer.needs_key()

    def masked_input(self, count: int) -> int | None:
        return 0

    def keeps_mask(self) -> bool:
        return self.layer.return_sequences

    def every_step(self) -> dict[str, Any] | None:
        changed = self.layer.every_step()
        return changed and {"layer": {**self.layer.model_dump(mode="json"), **changed}}

    def penalties(self) -> tuple[Penalty, ...]:
        return tuple(each for one in self.layer.penalties() for each in one.within("forward", "backward"))

    def lower(self, *inputs: Spec) -> Call:
        x, *states = inputs
        half = len(states) // 2
        layer = self.layer.model_copy(update={"zero_output_for_mask": self.layer.return_sequences})
        other = layer.model_copy(update={"go_backwards": not layer.go_backwards})
        if len(states) % 2:
            raise refusal(
                "missing_connection",
                f"Bidirectional has {len(states)} first states, which cannot be shared out between two directions.",
                "Connect the states of both directions, or none.",
            )
        return Call(
            "Bidirectional", layer.lower(x, *states[:half]), other.lower(x, *states[half:]), merge_mode=self.merge_mode
        )
