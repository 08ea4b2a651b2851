"""The palette: every layer there is, in the order it is shown; of its kind the one for images first."""

from __future__ import annotations

from typing import Any

from engine.layers.activations import ELU, Activation, LeakyReLU, PReLU, ReLU, Softmax
from engine.layers.attention import AdditiveAttention, Attention, MultiHeadAttention, TransformerBlock
from engine.layers.augmentation import (
    RandomBrightness,
    RandomContrast,
    RandomCrop,
    RandomFlip,
    RandomRotation,
    RandomTranslation,
    RandomZoom,
)
from engine.layers.base import Arity, Layer, Spec
from engine.layers.borders import (
    Cropping1D,
    Cropping2D,
    Cropping3D,
    ZeroPadding1D,
    ZeroPadding2D,
    ZeroPadding3D,
)
from engine.layers.boundary import Input, Output
from engine.layers.convolution import Conv1D, Conv2D, Conv3D
from engine.layers.core import ActivityRegularization, Dense, Embedding
from engine.layers.merge import Add, Average, Concatenate, Dot, Maximum, Minimum, Multiply, Subtract
from engine.layers.normalization import (
    BatchNormalization,
    GroupNormalization,
    LayerNormalization,
    RMSNormalization,
    UnitNormalization,
)
from engine.layers.pooling import (
    AveragePooling1D,
    AveragePooling2D,
    AveragePooling3D,
    GlobalAveragePooling1D,
    GlobalAveragePooling2D,
    GlobalAveragePooling3D,
    GlobalMaxPooling1D,
    GlobalMaxPooling2D,
    GlobalMaxPooling3D,
    MaxPooling1D,
    MaxPooling2D,
    MaxPooling3D,
)
from engine.layers.positions import PositionalEmbedding, SinePositionEncoding, TokenAndPositionEmbedding
from engine.layers.recurrent import GRU, LSTM, Bidirectional, SimpleRNN
from engine.layers.recurrent_convolution import ConvLSTM1D, ConvLSTM2D, ConvLSTM3D
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
from engine.layers.resizing import CenterCrop, Rescaling, Resizing, UpSampling1D, UpSampling2D, UpSampling3D
from engine.layers.separable import DepthwiseConv1D, DepthwiseConv2D, SeparableConv1D, SeparableConv2D
from engine.layers.shape import Flatten, Permute, RepeatVector, Reshape
from engine.layers.steps import Masking, TimeDistributed
from engine.layers.transposed import Conv1DTranspose, Conv2DTranspose, Conv3DTranspose

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
    Conv2D,
    Conv1D,
    Conv3D,
    SeparableConv2D,
    SeparableConv1D,
    DepthwiseConv2D,
    DepthwiseConv1D,
    Conv2DTranspose,
    Conv1DTranspose,
    Conv3DTranspose,
    MaxPooling2D,
    MaxPooling1D,
    MaxPooling3D,
    AveragePooling2D,
    AveragePooling1D,
    AveragePooling3D,
    GlobalMaxPooling2D,
    GlobalMaxPooling1D,
    GlobalMaxPooling3D,
    GlobalAveragePooling2D,
    GlobalAveragePooling1D,
    GlobalAveragePooling3D,
    Flatten,
    Reshape,
    Permute,
    RepeatVector,
    Cropping2D,
    Cropping1D,
    Cropping3D,
    ZeroPadding2D,
    ZeroPadding1D,
    ZeroPadding3D,
    UpSampling2D,
    UpSampling1D,
    UpSampling3D,
    Resizing,
    CenterCrop,
    LSTM,
    GRU,
    SimpleRNN,
    Bidirectional,
    ConvLSTM1D,
    ConvLSTM2D,
    ConvLSTM3D,
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
    Rescaling,
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
    RandomFlip,
    RandomRotation,
    RandomZoom,
    RandomTranslation,
    RandomCrop,
    RandomContrast,
    RandomBrightness,
)

_BY_NAME = {layer.__name__: layer for layer in LAYERS}


def layer_class(name: str) -> type[Layer] | None:
    """The layer of that name, or None."""
    return _BY_NAME.get(name)


def palette() -> list[dict[str, Any]]:
    """One entry per layer: `{type, family, title, doc, schema, inputs, outputs}`."""
    return [layer.entry() for layer in LAYERS]
