"""The palette: every layer there is, in the order it is shown."""

from __future__ import annotations

from typing import Any

from engine.layers.activations import ELU, Activation, LeakyReLU, PReLU, ReLU, Softmax
from engine.layers.attention import AdditiveAttention, Attention, MultiHeadAttention, TransformerBlock
from engine.layers.base import Arity, Layer, Spec
from engine.layers.boundary import Input, Output
from engine.layers.convolution import Conv2D
from engine.layers.core import ActivityRegularization, Dense, Embedding, Flatten, Reshape
from engine.layers.merge import Add, Average, Concatenate, Dot, Maximum, Minimum, Multiply, Subtract
from engine.layers.normalization import (
    BatchNormalization,
    GroupNormalization,
    LayerNormalization,
    RMSNormalization,
    UnitNormalization,
)
from engine.layers.pooling import AveragePooling2D, GlobalAveragePooling2D, MaxPooling2D
from engine.layers.positions import PositionalEmbedding, SinePositionEncoding, TokenAndPositionEmbedding
from engine.layers.recurrent import GRU, LSTM, Bidirectional, SimpleRNN
from engine.layers.regularization import (
    AlphaDropout,
    Dropout,
    GaussianDropout,
    GaussianNoise,
    Noise,
    SpatialDropout1D,
    SpatialDropout2D,
    SpatialDropout3D,
)
from engine.layers.steps import Masking, TimeDistributed

__all__ = ["LAYERS", "Arity", "Input", "Layer", "Output", "Spec", "layer_class", "palette"]

LAYERS: tuple[type[Layer], ...] = (
    Input,
    Output,
    Dense,
    Activation,
    Embedding,
    ReLU,
    LeakyReLU,
    PReLU,
    ELU,
    Softmax,
    ActivityRegularization,
    Flatten,
    Reshape,
    Conv2D,
    MaxPooling2D,
    AveragePooling2D,
    GlobalAveragePooling2D,
    LSTM,
    GRU,
    SimpleRNN,
    Bidirectional,
    TimeDistributed,
    Masking,
    MultiHeadAttention,
    Attention,
    AdditiveAttention,
    TransformerBlock,
    PositionalEmbedding,
    SinePositionEncoding,
    TokenAndPositionEmbedding,
    BatchNormalization,
    LayerNormalization,
    GroupNormalization,
    RMSNormalization,
    UnitNormalization,
    Dropout,
    SpatialDropout1D,
    SpatialDropout2D,
    SpatialDropout3D,
    GaussianNoise,
    GaussianDropout,
    AlphaDropout,
    Noise,
    Add,
    Concatenate,
    Multiply,
    Subtract,
    Average,
    Maximum,
    Minimum,
    Dot,
)

_BY_NAME = {layer.__name__: layer for layer in LAYERS}


def layer_class(name: str) -> type[Layer] | None:
    """The layer of that name, or None."""
    return _BY_NAME.get(name)


def palette() -> list[dict[str, Any]]:
    """One entry per layer: `{type, family, title, doc, schema, inputs, outputs}`."""
    return [layer.entry() for layer in LAYERS]
