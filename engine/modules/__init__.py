"""The few modules and functions Flax lacks: plain Flax, so that an exported model can copy their source."""

from engine.modules.activations import ELU, Activation, LeakyReLU, PReLU, ReLU, Softmax
from engine.modules.attention import (
    AdditiveAttention,
    Attention,
    MultiHeadAttention,
    PositionalEmbedding,
    ScoredAttention,
    SinePositionEncoding,
    TokenAndPositionEmbedding,
    TransformerBlock,
    attention_weights,
    visible,
)
from engine.modules.embedding import Embedding
from engine.modules.functions import (
    gelu,
    hard_sigmoid_v2,
    heaviside,
    identity_matrix,
    layer_key,
    leaky_relu,
    linear,
    random_uniform,
)
from engine.modules.loading import load_weights
from engine.modules.merging import Add, Concatenate
from engine.modules.normalization import (
    BatchNormalization,
    GroupNormalization,
    LayerNormalization,
    RMSNormalization,
    UnitNormalization,
    first_weight,
    spread,
)
from engine.modules.penalties import penalty
from engine.modules.pooling import AveragePooling2D, GlobalAveragePooling2D, MaxPooling2D
from engine.modules.recurrent import GRU, LSTM, Bidirectional, Recurrent, SimpleRNN, drop_factors, weighted
from engine.modules.regularization import (
    AlphaDropout,
    Dropout,
    GaussianDropout,
    GaussianNoise,
    Noise,
    SpatialDropout,
)
from engine.modules.shaping import Flatten, Reshape
from engine.modules.steps import Masking, TimeDistributed

__all__ = [
    "ELU",
    "GRU",
    "LSTM",
    "Activation",
    "Add",
    "AdditiveAttention",
    "AlphaDropout",
    "Attention",
    "AveragePooling2D",
    "BatchNormalization",
    "Bidirectional",
    "Concatenate",
    "Dropout",
    "Embedding",
    "Flatten",
    "GaussianDropout",
    "GaussianNoise",
    "GlobalAveragePooling2D",
    "GroupNormalization",
    "LayerNormalization",
    "LeakyReLU",
    "Masking",
    "MaxPooling2D",
    "MultiHeadAttention",
    "Noise",
    "PReLU",
    "PositionalEmbedding",
    "RMSNormalization",
    "ReLU",
    "Recurrent",
    "Reshape",
    "ScoredAttention",
    "SimpleRNN",
    "SinePositionEncoding",
    "Softmax",
    "SpatialDropout",
    "TimeDistributed",
    "TokenAndPositionEmbedding",
    "TransformerBlock",
    "UnitNormalization",
    "attention_weights",
    "drop_factors",
    "first_weight",
    "gelu",
    "hard_sigmoid_v2",
    "heaviside",
    "identity_matrix",
    "layer_key",
    "leaky_relu",
    "linear",
    "load_weights",
    "penalty",
    "random_uniform",
    "spread",
    "visible",
    "weighted",
]
