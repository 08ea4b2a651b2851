"""Layers that tell attention where in a sequence a step stands."""

from __future__ import annotations

from typing import ClassVar

from engine.call import RNGS, Call
from engine.layers.base import LARGEST, Layer, Spec, refusal, require_decimals, require_indices, setting
from engine.layers.names import INITIALIZERS, MatrixInitializer


def length(wanted: int | None, steps: int, title: str) -> int:
    """How many places there are. Raises Refusal where a sequence has more steps than `wanted`."""
    if wanted is not None and wanted < steps:
        raise refusal(
            "sequence_too_long",
            f"{title} knows {wanted} places and gets {steps} steps.",
            f"Set sequence_length to {steps} or more.",
            {"label": f"Set sequence_length to {steps}", "set": {"config": {"sequence_length": steps}}},
        )
    return wanted or steps


class PositionalEmbedding(Layer):
    """Adds a learned vector for each place in the sequence, so that attention knows the order. (T, d) → (T, d)."""

    family = "Attention"
    rank: ClassVar[int | None] = 2
    mask_kept: ClassVar[bool] = True

    sequence_length: int | None = setting(
        None, "{} places", ge=1, le=LARGEST, description="How many places to learn; empty: as many as there are steps."
    )
    initializer: MatrixInitializer = setting(
        "glorot_uniform", advanced=True, description="What the vectors are before training."
    )

    def lower(self, *inputs: Spec) -> Call:
        (x,) = inputs
        require_decimals(x, "PositionalEmbedding")
        return Call(
            "PositionalEmbedding",
            length(self.sequence_length, x.shape[0], "PositionalEmbedding"),
            x.shape[1],
            embedding_init=INITIALIZERS[self.initializer],
            rngs=RNGS,
        )


class SinePositionEncoding(Layer):
    """Adds sines and cosines that tell the places in the sequence apart, without weights. (T, d) → (T, d)."""

    family = "Attention"
    rank: ClassVar[int | None] = 2
    mask_kept: ClassVar[bool] = True

    max_wavelength: float = setting(
        10_000.0, ge=1, le=1e9, description="The longest wave, in steps: well above the length of a sequence."
    )

    def lower(self, *inputs: Spec) -> Call:
        require_decimals(inputs[0], "SinePositionEncoding")
        return Call("SinePositionEncoding", self.max_wavelength)


class TokenAndPositionEmbedding(Layer):
    """Looks up a learned vector for each whole number and adds one for its place. (T) → (T, embedding_dim).

    The usual first layer of a transformer for texts. With mask_zero, 0 stands for no entry and is skipped.
    """

    family = "Attention"
    rank: ClassVar[int | None] = 1
    takes: ClassVar[str | None] = "a sequence of whole numbers (steps)"

    vocabulary_size: int = setting(
        1000, "{} entries", ge=1, le=LARGEST, description="How many different numbers there can be."
    )
    sequence_length: int | None = setting(
        None, ge=1, le=LARGEST, description="How many places to learn; empty: as many as there are steps."
    )
    embedding_dim: int = setting(32, "{} values", ge=1, le=LARGEST, description="The length of each vector.")
    mask_zero: bool = setting(False, description="Whether 0 means nothing, so that later layers skip such steps.")
    embeddings_initializer: MatrixInitializer = setting(
        "random_uniform", advanced=True, description="What the vectors are before training."
    )

    def makes_mask(self) -> bool:
        return self.mask_zero

    def lower(self, *inputs: Spec) -> Call:
        (x,) = inputs
        require_indices(x, "TokenAndPositionEmbedding", self.vocabulary_size, "vocabulary_size", "PositionalEmbedding")
        drawn = INITIALIZERS[self.embeddings_initializer]
        places = length(self.sequence_length, x.shape[0], "TokenAndPositionEmbedding")
        return Call(
            "TokenAndPositionEmbedding",
            Call("nnx.Embed", self.vocabulary_size, self.embedding_dim, embedding_init=drawn, rngs=RNGS),
            Call("PositionalEmbedding", places, self.embedding_dim, embedding_init=drawn, rngs=RNGS),
        )
