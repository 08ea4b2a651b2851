"""The contract cases of the layers nearly every network has."""

from __future__ import annotations

from tests.engine.layers.cases.case import Bad, Case, Config

CASES: dict[str, list[Case]] = {
    "Dense": [
        Case({}, [(4,)], (32,), 160),
        Case({"units": 3, "activation": "softmax", "use_bias": False}, [(4,)], (3,), 12),
        Case({"units": 5, "activation": "gelu", "bias_initializer": "ones"}, [(2, 6, 4)], (2, 6, 5), 25),
        Case({"units": 2}, [(4,)], (2,), 10, dtypes=["int32"]),
    ],
    "Activation": [
        Case({}, [(4,)], (4,)),
        Case({"activation": "linear"}, [(2, 3)], (2, 3)),
        Case({"activation": "leaky_relu"}, [(2, 3, 1)], (2, 3, 1)),
        Case({"activation": "log_softmax"}, [(4,)], (4,)),
    ],
    "Embedding": [
        Case({"input_dim": 7, "output_dim": 3}, [(1,)], (1, 3), 21, dtypes=["int32"]),
        Case({}, [(5, 2)], (5, 2, 16), 16_000, dtypes=["int32"]),
    ],
}

BAD: dict[str, list[Bad]] = {
    "Dense": [
        ({"units": 0}, "units", "1 or more"),
        ({"units": 10**9}, "units", "10000000 or less"),
        ({"units": 2.5}, "units", "a whole number"),
        ({"units": "many"}, "units", "a whole number"),
        ({"activation": "rleu"}, "activation", "choose "),
        ({"use_bias": "perhaps"}, "use_bias", "yes or no"),
        ({"bias_initializer": "glorot_uniform"}, "bias_initializer", "choose "),
    ],
    "Activation": [({"activation": None}, "activation", "choose ")],
    "Embedding": [
        ({"input_dim": -1}, "input_dim", "1 or more"),
        ({"output_dim": None}, "output_dim", "a whole number"),
    ],
}

DEFAULTS: dict[str, Config] = {
    "Dense": {
        "units": 32,
        "activation": "linear",
        "use_bias": True,
        "kernel_initializer": "glorot_uniform",
        "bias_initializer": "zeros",
    },
    "Activation": {"activation": "relu"},
    "Embedding": {"input_dim": 1000, "output_dim": 16, "embeddings_initializer": "random_uniform"},
}
