"""What attention layers compute, against their definitions worked out in NumPy."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx

from engine.graph.model import GraphModel, plan
from engine.graph.specs import DataSpecs
from tests.engine.drawings import checked, graph, node
from tests.engine.layers.building import Array, draw, module


def softmax(x: Array) -> Array:
    raised = np.exp(x - x.max(-1, keepdims=True))
    shares: Array = raised / raised.sum(-1, keepdims=True)
    return shares


def shares(scores: Array, mask: Array | None = None, causal: bool = False) -> Array:
    """The weights of (B, T, S) scores; `mask` (B, S)."""
    if mask is not None:
        scores = np.where(mask[:, None, :], scores, -np.inf)
    if causal:
        scores = np.where(np.tril(np.ones(scores.shape[1:], bool)), scores, -np.inf)
    return softmax(scores)


def close(given: Any, expected: Any) -> None:
    np.testing.assert_allclose(given, expected, rtol=1e-4, atol=1e-5)


def filled(made: Any) -> Any:
    """The module in evaluation, with all its weights drawn anew, so that no bias is 0."""
    state = jax.tree.map(lambda leaf: jnp.asarray(draw(*leaf.shape)), nnx.state(made))
    nnx.update(made, state)
    made.eval()
    return made


def multi_head(made: Any, query: Array, value: Array, key: Array, mask: Array | None, causal: bool) -> Array:
    """Head by head, as in the paper."""

    def projected(part: Any, x: Array, head: int) -> Array:
        bias = 0 if part.bias is None else np.asarray(part.bias.get_value())[head]
        return np.asarray(x @ np.asarray(part.kernel.get_value())[:, head] + bias)

    total = 0 if made.output.bias is None else np.asarray(made.output.bias.get_value())
    for head in range(made.query.kernel.shape[1]):
        q, k, v = (projected(*one, head) for one in ((made.query, query), (made.key, key), (made.value, value)))
        seen = shares(q @ k.swapaxes(1, 2) / np.sqrt(q.shape[-1]), mask, causal) @ v
        total = total + seen @ np.asarray(made.output.kernel.get_value())[head]
    return np.asarray(total)


MASK = np.array([[1, 1, 0, 0], [1, 1, 1, 1]], bool)


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("config", [{}, {"use_causal_mask": True}, {"use_bias": False, "value_dim": 3}])
def test_heads_look_at_the_steps_side_by_side(config: dict[str, Any], masked: bool) -> None:
    x = draw(2, 4, 6)
    made = filled(module("MultiHeadAttention", (4, 6), num_heads=2, key_dim=5, **config))
    assert made.query.kernel.shape == (6, 2, 5)
    assert made.output.kernel.shape == (2, config.get("value_dim", 5), 6)
    mask = MASK if masked else None
    expected = multi_head(made, x, x, x, mask, config.get("use_causal_mask", False))
    close(made(jnp.asarray(x), mask=None if mask is None else jnp.asarray(mask)), expected)


def test_a_query_looks_at_another_sequence() -> None:
    query, value, key = draw(2, 3, 6), draw(2, 4, 5), draw(2, 4, 7)
    made = filled(module("MultiHeadAttention", (3, 6), (4, 5), (4, 7), num_heads=3, key_dim=2, output_shape=8))
    given = made(*map(jnp.asarray, (query, value, key)), mask=jnp.asarray(MASK))
    close(given, multi_head(made, query, value, key, MASK, False))
    assert given.shape == (2, 3, 8)
    two = filled(module("MultiHeadAttention", (3, 6), (4, 5), num_heads=3, key_dim=2))
    close(two(jnp.asarray(query), jnp.asarray(value)), multi_head(two, query, value, value, None, False))


def test_heads_begin_as_those_of_keras() -> None:
    kernel = np.asarray(module("MultiHeadAttention", (3, 40), num_heads=8, key_dim=32).query.kernel.get_value())
    assert np.abs(kernel).max() <= np.sqrt(6 / (40 * 8 + 40 * 32))
    assert kernel.std() == pytest.approx(np.sqrt(2 / (40 * 8 + 40 * 32)), rel=0.02)


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("mode", ["dot", "concat"])
def test_attention_weighs_values_by_the_fit_of_their_keys(mode: str, causal: bool) -> None:
    query, value, key = draw(2, 4, 3), draw(2, 4, 5), draw(2, 4, 3)
    made = filled(module("Attention", (4, 3), (4, 5), (4, 3), use_scale=True, score_mode=mode, use_causal_mask=causal))
    scale = float(made.scale.get_value())
    scores = scale * query @ key.swapaxes(1, 2)
    if mode == "concat":
        both = np.tanh(scale * (query[:, :, None] + key[:, None]))
        scores = float(made.concat_score_weight.get_value()) * both.sum(-1)
    close(made(*map(jnp.asarray, (query, value, key)), mask=jnp.asarray(MASK)), shares(scores, MASK, causal) @ value)


def test_attention_without_a_scale_is_a_plain_product() -> None:
    x = draw(2, 4, 3)
    close(module("Attention", (4, 3))(jnp.asarray(x)), shares(x @ x.swapaxes(1, 2)) @ x)


@pytest.mark.parametrize("scaled", [False, True])
def test_additive_attention_scores_sums(scaled: bool) -> None:
    query, value = draw(2, 3, 5), draw(2, 4, 5)
    made = module("AdditiveAttention", (3, 5), (4, 5), use_scale=scaled)
    factors = np.asarray(made.scale.get_value()) if scaled else np.ones(5)
    assert np.abs(factors).max() <= np.sqrt(3 / 5) or not scaled
    scores = np.tanh(query[:, :, None] + value[:, None]) @ factors
    close(made(jnp.asarray(query), jnp.asarray(value), mask=jnp.asarray(MASK)), shares(scores, MASK) @ value)


def test_places_are_told_apart_by_learned_vectors() -> None:
    x, made = draw(2, 3, 4), module("PositionalEmbedding", (3, 4), sequence_length=6)
    close(made(jnp.asarray(x)), x + np.asarray(made.embedding.get_value())[:3])
    words = module("TokenAndPositionEmbedding", (3,), dtype="int32", vocabulary_size=9, embedding_dim=4)
    indices = np.array([[1, 8, 0], [2, 2, 2]], np.int32)
    table, places = (np.asarray(one.embedding.get_value()) for one in (words.token, words.position))
    close(words(jnp.asarray(indices)), table[indices] + places)
    np.testing.assert_array_equal(words.mask(jnp.asarray(indices)), indices != 0)


@pytest.mark.parametrize("features", [6, 5])
def test_places_are_told_apart_by_waves(features: int) -> None:
    x = draw(2, 7, features)
    expected = x.copy()
    for step in range(7):
        for place in range(features):
            angle = step / 100.0 ** (2 * (place // 2) / features)
            expected[:, step, place] += np.cos(angle) if place % 2 else np.sin(angle)
    close(module("SinePositionEncoding", (7, features), max_wavelength=100.0)(jnp.asarray(x)), expected)


@pytest.mark.parametrize("first", [False, True])
def test_a_transformer_block_is_attention_and_two_dense_layers(first: bool) -> None:
    x = draw(2, 4, 6)
    made = filled(module("TransformerBlock", (4, 6), num_heads=2, intermediate_dim=5, norm_first=first))

    def normal(norm: Any, x: Array) -> Array:
        wide = (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-5)
        return np.asarray(wide * np.asarray(norm.scale.get_value()) + np.asarray(norm.bias.get_value()))

    def dense(part: Any, x: Array) -> Array:
        return np.asarray(x @ np.asarray(part.kernel.get_value()) + np.asarray(part.bias.get_value()))

    def attended(x: Array) -> Array:
        return multi_head(made.attention, x, x, x, MASK, False)

    def thought(x: Array) -> Array:
        return dense(made.output, np.maximum(dense(made.intermediate, x), 0))

    if first:
        middle = x + attended(normal(made.attention_norm, x))
        expected = middle + thought(normal(made.feedforward_norm, middle))
    else:
        middle = normal(made.attention_norm, x + attended(x))
        expected = normal(made.feedforward_norm, middle + thought(middle))
    np.testing.assert_allclose(made(jnp.asarray(x), mask=jnp.asarray(MASK)), expected, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("kind", ["MultiHeadAttention", "Attention", "AdditiveAttention", "TransformerBlock"])
def test_dropout_acts_only_while_training(kind: str) -> None:
    x, made = jnp.asarray(draw(2, 4, 8)), module(kind, (4, 8), dropout=0.5)
    made.eval()
    still = made(x, key=jax.random.key(0))
    np.testing.assert_array_equal(still, made(x))
    made.train()
    assert (made(x, key=jax.random.key(0)) != still).any()
    assert (made(x, key=jax.random.key(0)) != made(x, key=jax.random.key(1))).any()


def test_padding_does_not_change_what_a_drawn_transformer_answers_for_real_steps() -> None:
    nodes = [
        node("input", "Input", name="x", shape=[5], dtype="int32"),
        node("words", "TokenAndPositionEmbedding", vocabulary_size=9, embedding_dim=4, mask_zero=True),
        node("block", "TransformerBlock", num_heads=2, intermediate_dim=6),
        node("attention", "MultiHeadAttention", num_heads=2, key_dim=3),
        node("memory", "GRU", units=3),
        node("output", "Output", name="y"),
    ]
    report = checked(graph(nodes, "input > words > block > attention > memory > output"))
    assert report.problems == []
    made = plan(report, DataSpecs())
    assert [step.mask for step in made.steps] == [None, "words_mask", "words_mask", "words_mask"]
    model: Any = GraphModel(made, nnx.Rngs(0))
    model.eval()
    padded = jnp.asarray([[3, 1, 4, 0, 0], [5, 2, 6, 0, 0]], jnp.int32)
    close(model({"x": padded})["y"], model({"x": padded[:, :3]})["y"])
