"""The contract cases of layers in which steps look at each other."""

from __future__ import annotations

from tests.engine.layers.cases.case import Bad, Case, Config

MASKED: list[tuple[str, Config]] = [("Masking", {})]

CASES: dict[str, list[Case]] = {
    "MultiHeadAttention": [
        Case({"num_heads": 2, "key_dim": 3}, [(3, 8)], (3, 8), 218, before=MASKED),
        Case({"num_heads": 2, "key_dim": 3, "dropout": 0.3}, [(3, 8), (4, 5), (4, 6)], (3, 8), 188),
        Case(
            {"num_heads": 2, "key_dim": 3, "value_dim": 4, "output_shape": 5, "use_bias": False,
             "use_causal_mask": True},
            [(3, 8), (4, 8)], (3, 5), 48 + 48 + 64 + 40,
        ),
    ],
    "Attention": [
        Case({}, [(3, 4), (5, 4)], (3, 4)),
        Case({"use_scale": True, "score_mode": "concat", "dropout": 0.5}, [(3, 4), (5, 2), (5, 4)], (3, 2), 2),
        Case({"use_causal_mask": True}, [(3, 4)], (3, 4), before=MASKED),
    ],
    "AdditiveAttention": [
        Case({"dropout": 0.5}, [(3, 4), (5, 4)], (3, 4), 4),
        Case({"use_scale": False, "use_causal_mask": True}, [(3, 4), (5, 6), (5, 4)], (3, 6)),
    ],
    "PositionalEmbedding": [
        Case({}, [(3, 4)], (3, 4), 12),
        Case({"sequence_length": 7, "initializer": "zeros"}, [(3, 4)], (3, 4), 28),
    ],
    "SinePositionEncoding": [Case({}, [(3, 4)], (3, 4)), Case({"max_wavelength": 50}, [(7, 5)], (7, 5))],
    "TokenAndPositionEmbedding": [
        Case({"vocabulary_size": 6, "embedding_dim": 4}, [(3,)], (3, 4), 36, dtypes=["int32"]),
        Case({"vocabulary_size": 6, "embedding_dim": 4, "sequence_length": 5, "mask_zero": True}, [(3,)], (3, 4), 44,
             dtypes=["int32"]),
    ],
    "TransformerBlock": [
        Case({"num_heads": 2, "intermediate_dim": 6}, [(3, 4)], (3, 4), 80 + 16 + 30 + 28, before=MASKED),
        Case({"num_heads": 3, "key_dim": 2, "intermediate_dim": 6, "norm_first": False, "dropout": 0,
              "use_causal_mask": True}, [(3, 4)], (3, 4), 3 * 30 + 28 + 16 + 30 + 28),
    ],
}  # fmt: skip

BAD: dict[str, list[Bad]] = {
    "MultiHeadAttention": [
        ({"num_heads": 0}, "num_heads", "1 or more"),
        ({"key_dim": None}, "key_dim", "a whole number"),
        ({"attention_axes": 1}, "attention_axes", "no such setting"),
    ],
    "Attention": [({"score_mode": "cosine"}, "score_mode", "choose "), ({"dropout": 1}, "dropout", "less than 1")],
    "AdditiveAttention": [({"use_scale": "so"}, "use_scale", "yes or no")],
    "PositionalEmbedding": [({"sequence_length": 0}, "sequence_length", "1 or more")],
    "SinePositionEncoding": [({"max_wavelength": 0}, "max_wavelength", "1.0 or more")],
    "TokenAndPositionEmbedding": [({"vocabulary_size": 0}, "vocabulary_size", "1 or more")],
    "TransformerBlock": [
        ({"num_heads": 1.5}, "num_heads", "a whole number"),
        ({"activation": "rleu"}, "activation", "choose "),
        ({"epsilon": 0}, "epsilon", "more than 0"),
    ],
}

DEFAULTS: dict[str, Config] = {
    "MultiHeadAttention": {
        "dropout": 0.0,
        "use_causal_mask": False,
        "num_heads": 4,
        "key_dim": 32,
        "value_dim": None,
        "output_shape": None,
        "use_bias": True,
        "kernel_initializer": "glorot_uniform",
        "bias_initializer": "zeros",
        "kernel_regularizer": None,
        "bias_regularizer": None,
        "activity_regularizer": None,
    },
    "Attention": {"dropout": 0.0, "use_causal_mask": False, "use_scale": False, "score_mode": "dot"},
    "AdditiveAttention": {"dropout": 0.0, "use_causal_mask": False, "use_scale": True},
    "PositionalEmbedding": {"sequence_length": None, "initializer": "glorot_uniform"},
    "SinePositionEncoding": {"max_wavelength": 10_000.0},
    "TokenAndPositionEmbedding": {
        "vocabulary_size": 1000,
        "sequence_length": None,
        "embedding_dim": 32,
        "mask_zero": False,
        "embeddings_initializer": "random_uniform",
    },
    "TransformerBlock": {
        "num_heads": 4,
        "key_dim": None,
        "intermediate_dim": 128,
        "activation": "relu",
        "dropout": 0.1,
        "norm_first": True,
        "use_causal_mask": False,
        "epsilon": 1e-5,
        "kernel_initializer": "glorot_uniform",
        "bias_initializer": "zeros",
    },
}
