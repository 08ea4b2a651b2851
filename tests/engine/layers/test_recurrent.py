"""What recurrent layers compute, against the definitions of Keras worked out step by step in NumPy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx

from engine.graph.model import GraphModel, plan
from engine.graph.specs import DataSpecs
from tests.engine.drawings import checked, graph, node, printed
from tests.engine.layers.building import Array, draw, module

Step = Callable[[dict[str, Array], Array, tuple[Array, ...]], tuple[Array, ...]]

STATES = {"SimpleRNN": 1, "LSTM": 2, "GRU": 1}


def sigmoid(x: Array) -> Array:
    opened: Array = 1 / (1 + np.exp(-x))
    return opened


def simple(w: dict[str, Array], x: Array, states: tuple[Array, ...]) -> tuple[Array, ...]:
    return (np.tanh(x @ w["kernel"] + states[0] @ w["recurrent_kernel"] + w["bias"]),)


def lstm(w: dict[str, Array], x: Array, states: tuple[Array, ...]) -> tuple[Array, ...]:
    h, c = states
    i, f, new, o = np.split(x @ w["kernel"] + h @ w["recurrent_kernel"] + w["bias"], 4, axis=-1)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(new)
    return sigmoid(o) * np.tanh(c), c


def gru_after(w: dict[str, Array], x: Array, states: tuple[Array, ...]) -> tuple[Array, ...]:
    (h,) = states
    z, r, new = np.split(x @ w["kernel"] + w["bias"][0], 3, axis=-1)
    inner_z, inner_r, inner = np.split(h @ w["recurrent_kernel"] + w["bias"][1], 3, axis=-1)
    z, r = sigmoid(z + inner_z), sigmoid(r + inner_r)
    return (z * h + (1 - z) * np.tanh(new + r * inner),)


def gru_before(w: dict[str, Array], x: Array, states: tuple[Array, ...]) -> tuple[Array, ...]:
    (h,) = states
    z, r, new = np.split(x @ w["kernel"] + w["bias"], 3, axis=-1)
    inner_z, inner_r, inner = np.split(w["recurrent_kernel"], 3, axis=-1)
    z, r = sigmoid(z + h @ inner_z), sigmoid(r + h @ inner_r)
    return (z * h + (1 - z) * np.tanh(new + (r * h) @ inner),)


KINDS: list[tuple[str, dict[str, Any], Step]] = [
    ("SimpleRNN", {}, simple),
    ("LSTM", {}, lstm),
    ("GRU", {}, gru_after),
    ("GRU", {"reset_after": False}, gru_before),
]

kinds = pytest.mark.parametrize(("kind", "config", "step"), KINDS, ids=["simple", "lstm", "gru_after", "gru_before"])


def recurrent(kind: str, shape: tuple[int, int] = (4, 3), states: int = 0, **config: Any) -> Any:
    """The module in evaluation, with a bias that is not all zeros."""
    made = module(kind, shape, *[(5,)] * states, units=5, **config)
    made.bias.set_value(jnp.asarray(draw(*made.bias.shape)))
    made.eval()
    return made


def weights(made: Any) -> dict[str, Array]:
    return {name: np.asarray(getattr(made, name).get_value()) for name in ("kernel", "recurrent_kernel", "bias")}


def stepwise(made: Any, step: Step, x: Array, states: tuple[Array, ...], mask: Array | None = None) -> Any:
    """(outputs after every step, last states); masked steps change nothing."""
    outputs = []
    for place in range(x.shape[1]):
        after = step(weights(made), x[:, place], states)
        kept = np.ones((len(x), 1), bool) if mask is None else mask[:, place, None]
        states = tuple(np.where(kept, new, old) for new, old in zip(after, states, strict=True))
        outputs.append(states[0])
    return np.stack(outputs, axis=1), states


def zeros(kind: str, rows: int = 2) -> tuple[Array, ...]:
    return (np.zeros((rows, 5), np.float32),) * STATES[kind]


def close(given: Any, expected: Any) -> None:
    np.testing.assert_allclose(given, expected, rtol=1e-4, atol=1e-5)


@kinds
def test_each_step_is_what_keras_says(kind: str, config: dict[str, Any], step: Step) -> None:
    x, made = draw(2, 4, 3), recurrent(kind, return_sequences=True, return_state=True, **config)
    outputs, states = stepwise(made, step, x, zeros(kind))
    for given, expected in zip(made(jnp.asarray(x)), (outputs, *states), strict=True):
        close(given, expected)


@kinds
def test_it_starts_from_the_states_it_is_given(kind: str, config: dict[str, Any], step: Step) -> None:
    x, made = draw(2, 4, 3), recurrent(kind, states=STATES[kind], **config)
    first = tuple(draw(2, 5) for _ in range(STATES[kind]))
    close(made(jnp.asarray(x), *map(jnp.asarray, first)), stepwise(made, step, x, first)[0][:, -1])


@kinds
def test_backwards_is_forwards_on_the_turned_sequence(kind: str, config: dict[str, Any], step: Step) -> None:
    x, mask = draw(2, 4, 3), np.array([[1, 1, 0, 1], [0, 1, 1, 0]], bool)
    made = recurrent(kind, go_backwards=True, return_sequences=True, **config)
    outputs, _ = stepwise(made, step, x[:, ::-1], zeros(kind), mask[:, ::-1])
    close(made(jnp.asarray(x), mask=jnp.asarray(mask)), outputs)


@kinds
def test_masked_steps_change_nothing(kind: str, config: dict[str, Any], step: Step) -> None:
    x, mask = draw(2, 4, 3), np.array([[1, 1, 0, 0], [0, 1, 0, 1]], bool)
    made = recurrent(kind, return_sequences=True, return_state=True, **config)
    outputs, states = stepwise(made, step, x, zeros(kind), mask)
    for given, expected in zip(made(jnp.asarray(x), mask=jnp.asarray(mask)), (outputs, *states), strict=True):
        close(given, expected)
    last = recurrent(kind, **config)
    nnx.update(last, nnx.state(made))
    close(last(jnp.asarray(x), mask=jnp.asarray(mask)), outputs[:, -1])
    short = last(jnp.asarray(x[:1, :2]))
    close(last(jnp.asarray(x[:1]), mask=jnp.asarray(mask[:1])), short)


def test_masked_steps_give_zeros_where_that_is_asked_for() -> None:
    x, mask = draw(2, 4, 3), np.array([[1, 1, 0, 0], [0, 1, 1, 1]], bool)
    made = recurrent("LSTM", return_sequences=True, zero_output_for_mask=True)
    outputs, _ = stepwise(made, lstm, x, zeros("LSTM"), mask)
    close(made(jnp.asarray(x), mask=jnp.asarray(mask)), outputs * mask[..., None])
    made.return_sequences = False
    close(made(jnp.asarray(x), mask=jnp.asarray(mask)), outputs[:, -1] * mask[:, -1:])


def test_the_forget_gate_begins_open() -> None:
    bias = np.asarray(module("LSTM", (4, 3), units=5).bias.get_value())
    np.testing.assert_array_equal(bias, [0] * 5 + [1] * 5 + [0] * 10)
    closed = module("LSTM", (4, 3), units=5, unit_forget_bias=False)
    assert not np.asarray(closed.bias.get_value()).any()
    recurrent_kernel = np.asarray(closed.recurrent_kernel.get_value())
    close(recurrent_kernel @ recurrent_kernel.T, np.eye(5))


def test_dropout_hides_the_same_values_at_every_step() -> None:
    made = module("SimpleRNN", (3, 400), units=1, dropout=0.4, activation="linear", return_sequences=True)
    made.kernel.set_value(jnp.ones((400, 1)))
    made.recurrent_kernel.set_value(jnp.zeros((1, 1)))
    made.train()
    sums = np.asarray(made(jnp.ones((8, 3, 400)), key=jax.random.key(0)))[..., 0]
    np.testing.assert_allclose(sums, np.repeat(sums[:, :1], 3, axis=1))
    assert len(np.unique(sums[:, 0])) > 4
    assert abs(sums.mean() - 400) < 20
    made.eval()
    np.testing.assert_allclose(made(jnp.ones((8, 3, 400)), key=jax.random.key(0)), 400)


@kinds
def test_recurrent_dropout_hides_what_is_remembered(kind: str, config: dict[str, Any], step: Step) -> None:
    x, made = jnp.asarray(draw(2, 6, 3)), recurrent(kind, recurrent_dropout=0.5, **config)
    still = made(x)
    made.train()
    one, same, other = (made(x, key=jax.random.key(seed)) for seed in (0, 0, 1))
    np.testing.assert_array_equal(one, same)
    assert (one != other).any()
    assert (one != still).any()


def convolved(x: Array, kernel: Array, strides: tuple[int, int], same: bool) -> Array:
    """(B, H, W, C) under filters (h, w, C, F), place by place."""
    (high, wide), pads = kernel.shape[:2], [(0, 0)] * 4
    counts = [
        -(-side // step) if same else (side - size) // step + 1
        for side, size, step in zip(x.shape[1:3], kernel.shape, strides, strict=False)
    ]
    if same:
        for axis, (count, step) in enumerate(zip(counts, strides, strict=True)):
            missing = max((count - 1) * step + kernel.shape[axis] - x.shape[axis + 1], 0)
            pads[axis + 1] = (missing // 2, missing - missing // 2)
    x = np.pad(x, pads)
    places = [
        [np.tensordot(x[:, i * strides[0] :, j * strides[1] :][:, :high, :wide], kernel, 3) for j in range(counts[1])]
        for i in range(counts[0])
    ]
    return np.moveaxis(np.asarray(places), 2, 0)


@pytest.mark.parametrize(("strides", "same"), [((1, 1), False), ((2, 1), True)])
def test_a_film_is_read_by_convolutions_with_memory(strides: tuple[int, int], same: bool) -> None:
    x, mask = draw(2, 3, 5, 4, 2), np.array([[1, 1, 0], [0, 1, 1]], bool)
    config: dict[str, Any] = {
        "padding": "same" if same else "valid",
        "strides": strides,
        "return_sequences": True,
    }
    made = module("ConvLSTM2D", (3, 5, 4, 2), filters=3, kernel_size=(2, 3), **config)
    made.bias.set_value(jnp.asarray(draw(12)))
    made.eval()
    kernel, recurrent_kernel, bias = weights(made).values()
    h = c = np.zeros((2, *convolved(x[:, 0], kernel, strides, same).shape[1:3], 3))
    for place in range(3):
        gates = convolved(x[:, place], kernel, strides, same) + convolved(h, recurrent_kernel, (1, 1), True) + bias
        i, f, new, o = np.split(gates, 4, axis=-1)
        kept, memory = mask[:, place, None, None, None], sigmoid(f) * c + sigmoid(i) * np.tanh(new)
        c = np.where(kept, memory, c)
        h = np.where(kept, sigmoid(o) * np.tanh(memory), h)
        close(made(jnp.asarray(x), mask=jnp.asarray(mask))[:, place], h)


MERGES: dict[str, Callable[[Array, Array], Array]] = {
    "concat": lambda a, b: np.concatenate([a, b], -1),
    "sum": lambda a, b: a + b,
    "mul": lambda a, b: a * b,
    "ave": lambda a, b: (a + b) / 2,
}


@pytest.mark.parametrize("mode", MERGES)
@pytest.mark.parametrize("sequences", [False, True])
def test_both_directions_are_joined_step_by_step(mode: str, sequences: bool) -> None:
    x, mask = draw(2, 4, 3), np.array([[1, 1, 0, 0], [1, 1, 1, 1]], bool)
    layer = {"type": "GRU", "units": 5, "return_sequences": sequences}
    both = module("Bidirectional", (4, 3), layer=layer, merge_mode=mode)
    both.eval()
    ahead, _ = stepwise(both.forward, gru_after, x, zeros("GRU"), mask)
    behind, _ = stepwise(both.backward, gru_after, x[:, ::-1], zeros("GRU"), mask[:, ::-1])
    shown = mask[..., None]
    one, other = (ahead * shown, behind[:, ::-1] * shown) if sequences else (ahead[:, -1], behind[:, -1])
    close(both(jnp.asarray(x), mask=jnp.asarray(mask)), MERGES[mode](one, other))


def test_both_directions_can_be_given_apart_with_their_states() -> None:
    x = jnp.asarray(draw(2, 4, 3))
    both = module("Bidirectional", (4, 3), layer={"type": "LSTM", "units": 5, "return_state": True}, merge_mode=None)
    both.eval()
    one, other, *states = both(x)
    close(one, both.forward(x)[0])
    close(other, both.backward(x)[0])
    for given, expected in zip(states, [*both.forward(x)[1:], *both.backward(x)[1:]], strict=True):
        close(given, expected)
    again = both(x, *states)
    close(again[0], both.forward(x, *states[:2])[0])
    close(again[1], both.backward(x, *states[2:])[0])


def test_padding_does_not_change_what_a_drawn_network_answers() -> None:
    """A mask travels from Masking through two recurrent layers and TimeDistributed."""
    nodes = [
        node("input", "Input", name="x", shape=[5, 2]),
        node("masking", "Masking", mask_value=-1.0),
        node("first", "Bidirectional", layer={"type": "LSTM", "units": 3, "return_sequences": True}),
        node("each", "TimeDistributed", layer={"type": "Dense", "units": 4, "activation": "tanh"}),
        node("second", "GRU", units=3),
        node("output", "Output", name="y"),
    ]
    report = checked(graph(nodes, "input > masking > first > each > second > output"))
    assert report.problems == []
    made = plan(report, DataSpecs())
    assert [step.mask for step in made.steps] == [None, "masking_mask", None, "masking_mask"]
    model: Any = GraphModel(made, nnx.Rngs(0))
    model.eval()
    x = draw(2, 5, 2)
    x[:, 3:] = -1
    close(model({"x": jnp.asarray(x)})["y"], model({"x": jnp.asarray(x[:, :3])})["y"])


def test_a_layer_acts_on_every_step_alone() -> None:
    films = draw(2, 3, 6, 5, 1)
    timed = module("TimeDistributed", (3, 6, 5, 1), layer={"type": "Conv2D", "filters": 2, "kernel_size": [3, 3]})
    steps = [np.asarray(timed.layer(jnp.asarray(films[:, place]))) for place in range(3)]
    close(timed(jnp.asarray(films)), np.stack(steps, axis=1))


def test_masking_marks_steps_that_hold_one_number_only() -> None:
    x = draw(2, 3, 2)
    x[0, 1] = x[1, 2] = 7
    x[1, 0, 0] = 7
    masking = module("Masking", (3, 2), mask_value=7.0)
    mask = np.array([[True, False, True], [True, True, False]])
    np.testing.assert_array_equal(masking.mask(jnp.asarray(x)), mask)
    np.testing.assert_array_equal(masking(jnp.asarray(x)), x * mask[..., None])


def test_the_price_of_weights_is_asked_inside_nested_layers() -> None:
    price = {"l1": 0.0, "l2": 0.5}
    nested = {"type": "LSTM", "units": 3, "return_sequences": True, "recurrent_regularizer": price}
    nodes = [
        node("input", "Input", name="x", shape=[4, 2]),
        node("both", "Bidirectional", layer=nested),
        node("each", "TimeDistributed", layer={"type": "Dense", "units": 4, "kernel_regularizer": price}),
        node("heads", "MultiHeadAttention", num_heads=2, key_dim=3, kernel_regularizer=price),
        node("output", "Output", name="y"),
    ]
    made = plan(checked(graph(nodes, "input > both > each > heads > output")), DataSpecs())
    x = {"x": jnp.asarray(draw(2, 4, 2))}
    models: list[Any] = [GraphModel(made, nnx.Rngs(0)), printed(made)["Model"](nnx.Rngs(0))]
    for model in models:
        losses: list[jax.Array] = []
        model.forward(x, losses=losses)
        heads = [model.heads.query, model.heads.value, model.heads.key, model.heads.output]
        kernels = [model.both.forward.recurrent_kernel, model.both.backward.recurrent_kernel, model.each.layer.kernel]
        kernels += [part.kernel for part in heads]
        close(losses, [0.5 * np.square(kernel.get_value()).sum() for kernel in kernels])
