"""Attention: every step of one sequence looks at all steps of another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from flax import nnx

from engine.modules.functions import layer_key
from engine.modules.regularization import Dropout


def visible(mask: jax.Array | None, causal: bool, queries: int, keys: int) -> jax.Array | None:
    """Which key each query may look at, (B or 1, queries, keys); None where it is all of them.

    `mask` (B, keys) tells which keys are real; `causal` forbids looking at later steps.
    """
    seen = None if mask is None else mask[:, None, :]
    if not causal:
        return seen
    earlier = (jnp.arange(queries)[:, None] >= jnp.arange(keys)[None, :])[None]
    return earlier if seen is None else seen & earlier


def attention_weights(scores: jax.Array, seen: jax.Array | None) -> jax.Array:
    """Shares that add up to 1 along the last axis, next to nothing for what is not seen."""
    if seen is not None:
        scores = jnp.where(seen, scores, -1e9)
    exact = scores.astype(jnp.promote_types(scores.dtype, jnp.float32))
    return nnx.softmax(exact).astype(scores.dtype)


class MultiHeadAttention(nnx.Module):
    """Several attentions side by side, each on projections of its own, joined by a last projection.

    The kernels are laid out as in Keras: (features, heads, size) and (heads, size, features).
    Vaswani et al., https://arxiv.org/abs/1706.03762
    """

    def __init__(
        self,
        features: tuple[int, int, int],
        num_heads: int,
        key_dim: int,
        value_dim: int,
        out_features: int,
        *,
        use_bias: bool,
        kernel_init: Any,
        bias_init: Any,
        dropout: float,
        use_causal_mask: bool,
        rngs: nnx.Rngs,
    ) -> None:
        """`features` are those of query, value and key."""
        self.use_causal_mask = use_causal_mask
        self.dropout = Dropout(dropout)

        def projected(size: int, to: int) -> nnx.Einsum:
            bias = (num_heads, to) if use_bias else None
            kernel = (size, num_heads, to)
            return nnx.Einsum("btd,dhk->bthk", kernel, bias, kernel_init=kernel_init, bias_init=bias_init, rngs=rngs)

        self.query = projected(features[0], key_dim)
        self.value = projected(features[1], value_dim)
        self.key = projected(features[2], key_dim)
        self.output = nnx.Einsum(
            "bthv,hvd->btd",
            (num_heads, value_dim, out_features),
            (out_features,) if use_bias else None,
            kernel_init=kernel_init,
            bias_init=bias_init,
            rngs=rngs,
        )

    def __call__(
        self,
        query: jax.Array,
        value: jax.Array | None = None,
        key_input: jax.Array | None = None,
        *,
        mask: jax.Array | None = None,
        key: jax.Array | None = None,
    ) -> jax.Array:
        """(B, T, d), (B, S, …), (B, S, …) → (B, T, out_features). Without value the query looks at itself."""
        value = query if value is None else value
        looked = self.query(query)
        known = self.key(value if key_input is None else key_input)
        scores = jnp.einsum("bthk,bshk->bhts", looked * looked.shape[-1] ** -0.5, known)
        seen = visible(mask, self.use_causal_mask, query.shape[1], value.shape[1])
        shares = self.dropout(attention_weights(scores, None if seen is None else seen[:, None]), key=key)
        result: jax.Array = self.output(jnp.einsum("bhts,bshv->bthv", shares, self.value(value)))
        return result


class ScoredAttention(nnx.Module):
    """Each query gives a mean of the values, weighted by how well their keys fit it.

    A subclass has `scores(query, keys)`: (B, T, d) and (B, S, d) → (B, T, S).
    """

    def __init__(self, *, dropout: float, use_causal_mask: bool) -> None:
        self.use_causal_mask = use_causal_mask
        self.dropout = Dropout(dropout)

    def scores(self, query: jax.Array, keys: jax.Array) -> jax.Array:
        raise NotImplementedError

    def __call__(
        self,
        query: jax.Array,
        value: jax.Array | None = None,
        key_input: jax.Array | None = None,
        *,
        mask: jax.Array | None = None,
        key: jax.Array | None = None,
    ) -> jax.Array:
        """(B, T, d), (B, S, m), (B, S, d) → (B, T, m). Without value the query looks at itself."""
        value = query if value is None else value
        scores = self.scores(query, value if key_input is None else key_input)
        seen = visible(mask, self.use_causal_mask, query.shape[1], value.shape[1])
        return jnp.einsum("bts,bsm->btm", self.dropout(attention_weights(scores, seen), key=key), value)


class Attention(ScoredAttention):
    """Scores are products of query and key, or sums of tanh(query + key) with `score_mode` concat.

    Luong et al., https://arxiv.org/abs/1508.04025
    """

    def __init__(self, *, score_mode: str, use_scale: bool, dropout: float, use_causal_mask: bool) -> None:
        super().__init__(dropout=dropout, use_causal_mask=use_causal_mask)
        self.scale = nnx.Param(jnp.ones(())) if use_scale else None
        self.concat_score_weight = nnx.Param(jnp.ones(())) if score_mode == "concat" else None

    def scores(self, query: jax.Array, keys: jax.Array) -> jax.Array:
        scale = jnp.ones(()) if self.scale is None else self.scale.get_value()
        if self.concat_score_weight is None:
            return jnp.einsum("btd,bsd->bts", query, keys) * scale
        both = jnp.tanh(scale * (query[:, :, None] + keys[:, None]))
        return self.concat_score_weight.get_value() * both.sum(-1)


class AdditiveAttention(ScoredAttention):
    """Scores are weighted sums of tanh(query + key).

    Bahdanau et al., https://arxiv.org/abs/1409.0473
    """

    def __init__(self, features: int, *, scale_init: Any, rngs: nnx.Rngs, **settings: Any) -> None:
        super().__init__(**settings)
        self.scale = None if scale_init is None else nnx.Param(scale_init(rngs.params(), (features,)))

    def scores(self, query: jax.Array, keys: jax.Array) -> jax.Array:
        both = jnp.tanh(query[:, :, None] + keys[:, None])
        return both.sum(-1) if self.scale is None else both @ self.scale.get_value()


class PositionalEmbedding(nnx.Module):
    """Adds a learned vector for each place in a sequence. (B, T, d) → (B, T, d)."""

    def __init__(self, sequence_length: int, features: int, *, embedding_init: Any, rngs: nnx.Rngs) -> None:
        self.embedding = nnx.Param(embedding_init(rngs.params(), (sequence_length, features)))

    def __call__(self, x: jax.Array) -> jax.Array:
        places: jax.Array = self.embedding.get_value()
        return x + places[None, : x.shape[1]]


class SinePositionEncoding(nnx.Module):
    """Adds sines and cosines of many wavelengths, which tell the places in a sequence apart.

    Vaswani et al., https://arxiv.org/abs/1706.03762
    """

    def __init__(self, max_wavelength: float) -> None:
        self.max_wavelength = max_wavelength

    def __call__(self, x: jax.Array) -> jax.Array:
        """(B, T, d) → (B, T, d)."""
        steps, features = x.shape[1:]
        place = jnp.arange(features)
        rates = self.max_wavelength ** (-(2 * (place // 2)) / features)
        angles = jnp.arange(steps)[:, None] * rates[None]
        waves = jnp.where(place[None] % 2 == 0, jnp.sin(angles), jnp.cos(angles))
        return x + waves[None].astype(x.dtype)


class TokenAndPositionEmbedding(nnx.Module):
    """The vector of each index plus the vector of its place. (B, T) → (B, T, d)."""

    def __init__(self, token: Any, position: Any) -> None:
        self.token = token
        self.position = position

    def mask(self, indices: jax.Array) -> jax.Array:
        """Which steps hold something. (B, T) → (B, T)."""
        return indices != 0

    def __call__(self, indices: jax.Array) -> jax.Array:
        result: jax.Array = self.position(self.token(indices))
        return result


class TransformerBlock(nnx.Module):
    """Self-attention, then two dense layers for each step, both with a skip connection and a normalization.

    Vaswani et al., https://arxiv.org/abs/1706.03762; with `norm_first` as in Xiong et al.,
    https://arxiv.org/abs/2002.04745
    """

    def __init__(
        self,
        attention: Any,
        features: int,
        intermediate_dim: int,
        *,
        activation: Callable[[jax.Array], jax.Array],
        dropout: float,
        norm_first: bool,
        epsilon: float,
        kernel_init: Any,
        bias_init: Any,
        rngs: nnx.Rngs,
    ) -> None:
        self.attention = attention
        self.activation = activation
        self.norm_first = norm_first
        self.dropout = Dropout(dropout)
        self.attention_norm = nnx.LayerNorm(features, epsilon=epsilon, use_fast_variance=False, rngs=rngs)
        self.feedforward_norm = nnx.LayerNorm(features, epsilon=epsilon, use_fast_variance=False, rngs=rngs)
        self.intermediate = nnx.Linear(
            features, intermediate_dim, kernel_init=kernel_init, bias_init=bias_init, rngs=rngs
        )
        self.output = nnx.Linear(intermediate_dim, features, kernel_init=kernel_init, bias_init=bias_init, rngs=rngs)

    def attended(self, x: jax.Array, mask: jax.Array | None, key: jax.Array | None) -> jax.Array:
        found = self.attention(x, mask=mask, key=layer_key(key, 0))
        return self.dropout(found, key=layer_key(key, 1))

    def thought(self, x: jax.Array, key: jax.Array | None) -> jax.Array:
        return self.dropout(self.output(self.activation(self.intermediate(x))), key=layer_key(key, 2))

    def __call__(self, x: jax.Array, *, mask: jax.Array | None = None, key: jax.Array | None = None) -> jax.Array:
        """(B, T, d) → (B, T, d)."""
        if self.norm_first:
            x = x + self.attended(self.attention_norm(x), mask, key)
            return x + self.thought(self.feedforward_norm(x), key)
        x = self.attention_norm(x + self.attended(x, mask, key))
        normal: jax.Array = self.feedforward_norm(x + self.thought(x, key))
        return normal
