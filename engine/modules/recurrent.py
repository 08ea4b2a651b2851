"""Recurrent modules: one compiled loop along the steps of a sequence, with the gates in the order of Keras."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from flax import nnx

from engine.modules.functions import layer_key, random_mask


def drop_factors(key: Any, rate: float, like: jax.Array) -> jax.Array:
    """0 for a random share `rate` of the places and 1 / (1 − rate) for the others, in the shape of `like`."""
    kept = random_mask(key, 1 - rate, like.shape)
    return kept.astype(like.dtype) / (1 - rate)


def weighted(x: jax.Array, kernel: Any, bias: Any) -> jax.Array:
    """(B, n) → (B, m): x @ kernel, plus the bias where there is one."""
    product: jax.Array = x @ kernel.get_value()
    return product if bias is None else product + bias.get_value()[None]


class Recurrent(nnx.Module):
    """The loop all recurrent modules share. Steps whose mask is False leave the states as they are.

    A subclass has `first_states(x)` and `advance(x_t, h, states)`, which gives the states after one step; the
    first state is what comes out. `h` is the first state after dropout. One pattern of dropout holds for all
    steps of a row (Gal and Ghahramani, https://arxiv.org/abs/1512.05287).
    """

    def __init__(
        self,
        *,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        zero_output_for_mask: bool = False,
    ) -> None:
        self.dropout = dropout
        self.recurrent_dropout = recurrent_dropout
        self.return_sequences = return_sequences
        self.return_state = return_state
        self.go_backwards = go_backwards
        self.zero_output_for_mask = zero_output_for_mask
        self.deterministic = False

    def prepared(self, x: jax.Array) -> jax.Array:
        """What is worked out for all steps at once, before the loop; nothing, unless a subclass says otherwise."""
        return x

    def first_states(self, x: jax.Array) -> tuple[jax.Array, ...]:
        raise NotImplementedError

    def advance(self, x: jax.Array, h: jax.Array, states: tuple[jax.Array, ...]) -> tuple[jax.Array, ...]:
        raise NotImplementedError

    def __call__(
        self, x: jax.Array, *states: jax.Array, mask: jax.Array | None = None, key: jax.Array | None = None
    ) -> Any:
        """(B, T, …) → the last state, or that after every step; with all last states behind it where asked for."""
        training = key is not None and not self.deterministic
        if training and self.dropout:
            x = x * drop_factors(layer_key(key, 0), self.dropout, x[:, :1])
        x = self.prepared(x)
        states = states or self.first_states(x)
        factors = None
        if training and self.recurrent_dropout:
            factors = drop_factors(layer_key(key, 1), self.recurrent_dropout, states[0])
        if self.go_backwards:
            x, mask = jnp.flip(x, 1), None if mask is None else jnp.flip(mask, 1)
        last, outputs = self.scan(x, states, mask, factors)
        if self.return_sequences:
            result = jnp.moveaxis(outputs, 0, 1)
        elif self.zero_output_for_mask and mask is not None:
            result = self.where(mask[:, -1], last[0], jnp.zeros_like(last[0]))
        else:
            result = last[0]
        return (result, *last) if self.return_state else result

    def scan(self, x: jax.Array, states: tuple[jax.Array, ...], mask: Any, factors: Any) -> Any:
        """The last states, and the output after every step (T, B, …) where they are all wanted."""

        def step(before: tuple[jax.Array, ...], seen: Any) -> tuple[tuple[jax.Array, ...], jax.Array | None]:
            x_t, kept = seen
            after = self.advance(x_t, before[0] if factors is None else before[0] * factors, before)
            if kept is not None:
                after = tuple(self.where(kept, new, old) for new, old in zip(after, before, strict=True))
            output = after[0]
            if kept is not None and self.zero_output_for_mask:
                output = self.where(kept, output, jnp.zeros_like(output))
            return after, output if self.return_sequences else None

        return jax.lax.scan(step, states, (jnp.moveaxis(x, 1, 0), None if mask is None else mask.T))

    def where(self, kept: jax.Array, one: jax.Array, other: jax.Array) -> jax.Array:
        """`one` for the rows that are kept (B,), `other` for the rest."""
        return jnp.where(jnp.expand_dims(kept, tuple(range(1, one.ndim))), one, other)


class SimpleRNN(Recurrent):
    """h = activation(x · kernel + h · recurrent_kernel + bias)."""

    def __init__(
        self,
        in_features: int,
        units: int,
        *,
        activation: Callable[[jax.Array], jax.Array],
        kernel_init: Any,
        recurrent_init: Any,
        bias_init: Any,
        rngs: nnx.Rngs,
        **loop: Any,
    ) -> None:
        super().__init__(**loop)
        self.activation = activation
        self.kernel = nnx.Param(kernel_init(rngs.params(), (in_features, units)))
        self.recurrent_kernel = nnx.Param(recurrent_init(rngs.params(), (units, units)))
        self.bias = None if bias_init is None else nnx.Param(bias_init(rngs.params(), (units,)))

    def first_states(self, x: jax.Array) -> tuple[jax.Array, ...]:
        return (jnp.zeros((x.shape[0], self.recurrent_kernel.shape[0]), x.dtype),)

    def advance(self, x: jax.Array, h: jax.Array, states: tuple[jax.Array, ...]) -> tuple[jax.Array, ...]:
        return (self.activation(weighted(x, self.kernel, self.bias) + weighted(h, self.recurrent_kernel, None)),)


def remembered(
    gates: jax.Array,
    memory: jax.Array,
    activation: Callable[[jax.Array], jax.Array],
    recurrent_activation: Callable[[jax.Array], jax.Array],
) -> tuple[jax.Array, jax.Array]:
    """What comes out of long short-term memory and its new memory; the gates stand side by side in the last axis."""
    add, keep, new, give = jnp.split(gates, 4, axis=-1)
    memory = recurrent_activation(keep) * memory + recurrent_activation(add) * activation(new)
    return recurrent_activation(give) * activation(memory), memory


class LSTM(Recurrent):
    """Long short-term memory; the gates stand side by side as input, forget, cell, output.

    Hochreiter and Schmidhuber, https://doi.org/10.1162/neco.1997.9.8.1735
    """

    def __init__(
        self,
        in_features: int,
        units: int,
        *,
        activation: Callable[[jax.Array], jax.Array],
        recurrent_activation: Callable[[jax.Array], jax.Array],
        kernel_init: Any,
        recurrent_init: Any,
        bias_init: Any,
        unit_forget_bias: bool,
        rngs: nnx.Rngs,
        **loop: Any,
    ) -> None:
        super().__init__(**loop)
        self.activation = activation
        self.recurrent_activation = recurrent_activation
        self.kernel = nnx.Param(kernel_init(rngs.params(), (in_features, 4 * units)))
        self.recurrent_kernel = nnx.Param(recurrent_init(rngs.params(), (units, 4 * units)))
        self.bias = None if bias_init is None else nnx.Param(bias_init(rngs.params(), (4 * units,)))
        if self.bias is not None and unit_forget_bias:
            self.bias.set_value(self.bias.get_value().at[units : 2 * units].set(1))

    def first_states(self, x: jax.Array) -> tuple[jax.Array, ...]:
        zeros = jnp.zeros((x.shape[0], self.recurrent_kernel.shape[0]), x.dtype)
        return zeros, zeros

    def advance(self, x: jax.Array, h: jax.Array, states: tuple[jax.Array, ...]) -> tuple[jax.Array, ...]:
        gates = weighted(x, self.kernel, self.bias) + weighted(h, self.recurrent_kernel, None)
        return remembered(gates, states[1], self.activation, self.recurrent_activation)


def neighbours(x: jax.Array, window: tuple[int, ...]) -> jax.Array:
    """(B, …, C) → (B, …, C · places in the window): what a window around each place sees, with zeros outside.

    Multiplied by a kernel this is a convolution, which compiled loops are slow at on a CPU.
    """
    seen = [jnp.pad(x, [(0, 0), *(((size - 1) // 2, size // 2) for size in window), (0, 0)])]
    for axis, size in enumerate(window, start=1):
        side = x.shape[axis]
        seen = [jax.lax.slice_in_dim(one, at, at + side, axis=axis) for one in seen for at in range(size)]
    return jnp.concatenate(seen, -1)


class ConvLSTM(Recurrent):
    """Long short-term memory on images: convolutions in the place of products. (B, T, …, C) → (B, …', filters).

    Shi et al., https://arxiv.org/abs/1506.04214
    """

    def __init__(
        self,
        in_features: int,
        filters: int,
        *,
        kernel_size: tuple[int, ...],
        strides: tuple[int, ...],
        padding: str,
        dilation: tuple[int, ...],
        activation: Callable[[jax.Array], jax.Array],
        recurrent_activation: Callable[[jax.Array], jax.Array],
        kernel_init: Any,
        recurrent_init: Any,
        bias_init: Any,
        unit_forget_bias: bool,
        rngs: nnx.Rngs,
        **loop: Any,
    ) -> None:
        super().__init__(**loop)
        self.strides = strides
        self.padding = padding
        self.dilation = dilation
        self.activation = activation
        self.recurrent_activation = recurrent_activation
        self.kernel = nnx.Param(kernel_init(rngs.params(), (*kernel_size, in_features, 4 * filters)))
        self.recurrent_kernel = nnx.Param(recurrent_init(rngs.params(), (*kernel_size, filters, 4 * filters)))
        self.bias = None if bias_init is None else nnx.Param(bias_init(rngs.params(), (4 * filters,)))
        if self.bias is not None and unit_forget_bias:
            self.bias.set_value(self.bias.get_value().at[filters : 2 * filters].set(1))

    def prepared(self, x: jax.Array) -> jax.Array:
        """What the steps add to the gates: (B, T, …, C) → (B, T, …', 4 · filters)."""
        names = "DHW"[-len(self.strides) :]
        gates = jax.lax.conv_general_dilated(
            x.reshape(-1, *x.shape[2:]),
            self.kernel.get_value(),
            self.strides,
            self.padding,
            rhs_dilation=self.dilation,
            dimension_numbers=(f"N{names}C", f"{names}IO", f"N{names}C"),
        )
        if self.bias is not None:
            gates = gates + self.bias.get_value().reshape((1,) * (gates.ndim - 1) + (-1,))
        return gates.reshape(*x.shape[:2], *gates.shape[1:])

    def first_states(self, x: jax.Array) -> tuple[jax.Array, ...]:
        zeros = jnp.zeros_like(x[:, 0, ..., : self.recurrent_kernel.shape[-2]])
        return zeros, zeros

    def advance(self, x: jax.Array, h: jax.Array, states: tuple[jax.Array, ...]) -> tuple[jax.Array, ...]:
        kernel = self.recurrent_kernel.get_value()
        gates = x + neighbours(h, kernel.shape[:-2]) @ kernel.reshape(-1, kernel.shape[-1])
        return remembered(gates, states[1], self.activation, self.recurrent_activation)


class GRU(Recurrent):
    """Gated recurrent units; the gates stand side by side as update, reset, candidate.

    With `reset_after` the reset gate acts on the recurrent product, otherwise on the state before it.
    Cho et al., https://arxiv.org/abs/1406.1078
    """

    def __init__(
        self,
        in_features: int,
        units: int,
        *,
        activation: Callable[[jax.Array], jax.Array],
        recurrent_activation: Callable[[jax.Array], jax.Array],
        kernel_init: Any,
        recurrent_init: Any,
        bias_init: Any,
        reset_after: bool,
        rngs: nnx.Rngs,
        **loop: Any,
    ) -> None:
        super().__init__(**loop)
        self.activation = activation
        self.recurrent_activation = recurrent_activation
        self.reset_after = reset_after
        self.kernel = nnx.Param(kernel_init(rngs.params(), (in_features, 3 * units)))
        self.recurrent_kernel = nnx.Param(recurrent_init(rngs.params(), (units, 3 * units)))
        shape = (2, 3 * units) if reset_after else (3 * units,)
        self.bias = None if bias_init is None else nnx.Param(bias_init(rngs.params(), shape))

    def first_states(self, x: jax.Array) -> tuple[jax.Array, ...]:
        return (jnp.zeros((x.shape[0], self.recurrent_kernel.shape[0]), x.dtype),)

    def advance(self, x: jax.Array, h: jax.Array, states: tuple[jax.Array, ...]) -> tuple[jax.Array, ...]:
        units = self.recurrent_kernel.shape[0]
        recurrent = self.recurrent_kernel.get_value()
        given = x @ self.kernel.get_value()
        if self.bias is not None:
            given = given + self.bias.get_value()[:1] if self.reset_after else given + self.bias.get_value()[None]
        if self.reset_after:
            inner = h @ recurrent
            if self.bias is not None:
                inner = inner + self.bias.get_value()[1:]
        else:
            inner = h @ recurrent[:, : 2 * units]
        gates = self.recurrent_activation(given[:, : 2 * units] + inner[:, : 2 * units])
        update, reset = gates[:, :units], gates[:, units:]
        product = reset * inner[:, 2 * units :] if self.reset_after else (reset * h) @ recurrent[:, 2 * units :]
        candidate = self.activation(given[:, 2 * units :] + product)
        return (update * states[0] + (1 - update) * candidate,)


class Bidirectional(nnx.Module):
    """Runs one module forwards and one backwards, and joins what they give."""

    def __init__(self, forward: Any, backward: Any, *, merge_mode: str | None) -> None:
        self.forward = forward
        self.backward = backward
        self.merge_mode = merge_mode

    def __call__(
        self, x: jax.Array, *states: jax.Array, mask: jax.Array | None = None, key: jax.Array | None = None
    ) -> Any:
        """The first half of `states` belongs to the forward module, the second to the backward one."""
        half = len(states) // 2
        one = self.forward(x, *states[:half], mask=mask, key=layer_key(key, 0))
        other = self.backward(x, *states[half:], mask=mask, key=layer_key(key, 1))
        rest: tuple[jax.Array, ...] = ()
        if self.forward.return_state:
            (one, *ahead), (other, *behind) = one, other
            rest = (*ahead, *behind)
        if self.forward.return_sequences:
            other = jnp.flip(other, 1)  # so that both speak of the same step
        if self.merge_mode is None:
            return one, other, *rest
        joined = self.joined(one, other)
        return (joined, *rest) if rest else joined

    def joined(self, one: jax.Array, other: jax.Array) -> jax.Array:
        """Both outputs as one, in the way of `merge_mode`."""
        if self.merge_mode == "concat":
            return jnp.concatenate([one, other], -1)
        if self.merge_mode == "mul":
            return one * other
        return one + other if self.merge_mode == "sum" else (one + other) / 2
