"""The contract cases of the layers nearly every network has."""

from __future__ import annotations

from tests.engine.layers.cases.case import Bad, Case, Config

CASES: dict[str, list[Case]] = {
    "Dense": [
        Case({}, [(4,)], (32,), 160),
        Case({"units": 3, "activation": "softmax", "use_bias": False}, [(4,)], (3,), 12),
        Case({"units": 5, "activation": "gelu", "bias_initializer": "ones"}, [(2, 6, 4)], (2, 6, 5), 25),
        Case({"units": 2}, [(4,)], (2,), 10, dtypes=["int32"]),
        Case({"units": 4, "kernel_initializer": "identity", "kernel_regularizer": {"l1": 0.1}}, [(4,)], (4,), 20),
        Case({"units": 4, "use_bias": False, "bias_regularizer": {}}, [(4,)], (4,), 16),
    ],
    "Activation": [
        Case({}, [(4,)], (4,)),
        Case({"activation": "linear"}, [(2, 3)], (2, 3)),
        Case({"activation": "leaky_relu"}, [(2, 3, 1)], (2, 3, 1)),
        Case({"activation": "log_softmax"}, [(4,)], (4,)),
        Case({"activation": "heaviside"}, [(4,)], (4,)),
        Case({"activation": "swish"}, [(4,)], (4,)),
        Case({"activation": "mish"}, [(4,)], (4,)),
    ],
    "ReLU": [
        Case({}, [(4,)], (4,)),
        Case({"max_value": 1.5, "negative_slope": 0.1, "threshold": 0.5}, [(2, 3)], (2, 3)),
    ],
    "LeakyReLU": [Case({}, [(4,)], (4,)), Case({"negative_slope": 0}, [(2, 3)], (2, 3))],
    "PReLU": [
        Case({}, [(2, 3)], (2, 3), 6),
        Case({"shared_axes": [1, -2], "alpha_initializer": "ones"}, [(4, 5, 3)], (4, 5, 3), 3),
        Case({"shared_axes": [1], "alpha_regularizer": {"l1": 0.1}}, [(4,)], (4,), 1),
    ],
    "ELU": [Case({}, [(4,)], (4,)), Case({"alpha": 0.5}, [(2, 3)], (2, 3))],
    "Softmax": [
        Case({}, [(4,)], (4,)),
        Case({"axis": 1}, [(2, 3)], (2, 3)),
        Case({"axis": [1, -1]}, [(2, 3, 4)], (2, 3, 4)),
    ],
    "ActivityRegularization": [Case({}, [(4,)], (4,)), Case({"l1": 0.1, "l2": 0.2}, [(2, 3)], (2, 3))],
    "Embedding": [
        Case({"input_dim": 7, "output_dim": 3}, [(1,)], (1, 3), 21, dtypes=["int32"]),
        Case(
            {"input_dim": 5, "output_dim": 3, "mask_zero": True, "embeddings_regularizer": {"l2": 0.1}},
            [(4,)],
            (4, 3),
            15,
            dtypes=["int32"],
        ),
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
        ({"kernel_regularizer": {"l2": -1}}, "kernel_regularizer.l2", "0 or more"),
        ({"activity_regularizer": "l2"}, "activity_regularizer", "named fields"),
    ],
    "Activation": [
        ({"activation": None}, "activation", "choose "),
        ({"activation": "swoosh"}, "activation", "choose "),
        ({"activation": ["relu"]}, "activation", "choose "),
    ],
    "ReLU": [({"max_value": -1}, "max_value", "0 or more"), ({"threshold": "low"}, "threshold", "a number")],
    "LeakyReLU": [({"negative_slope": -0.1}, "negative_slope", "0 or more")],
    "PReLU": [({"shared_axes": [9]}, "shared_axes.0", "8 or less"), ({"shared_axes": 1}, "shared_axes", "a list")],
    "ELU": [({"alpha": None}, "alpha", "a number")],
    "Softmax": [({"axis": []}, "axis", "too few parts"), ({"axis": "last"}, "axis", "a list")],
    "ActivityRegularization": [({"l1": -1}, "l1", "0 or more")],
    "Embedding": [
        ({"input_dim": -1}, "input_dim", "1 or more"),
        ({"output_dim": None}, "output_dim", "a whole number"),
        ({"embeddings_regularizer": {"l3": 1}}, "embeddings_regularizer.l3", "no such setting"),
    ],
}

DEFAULTS: dict[str, Config] = {
    "Dense": {
        "units": 32,
        "activation": "linear",
        "use_bias": True,
        "kernel_initializer": "glorot_uniform",
        "bias_initializer": "zeros",
        "kernel_regularizer": None,
        "bias_regularizer": None,
        "activity_regularizer": None,
    },
    "Activation": {"activation": "relu"},
    "ReLU": {"max_value": None, "negative_slope": 0.0, "threshold": 0.0},
    "LeakyReLU": {"negative_slope": 0.3},
    "PReLU": {"shared_axes": None, "alpha_initializer": "zeros", "alpha_regularizer": None},
    "ELU": {"alpha": 1.0},
    "Softmax": {"axis": [-1]},
    "ActivityRegularization": {"l1": 0.0, "l2": 0.0},
    "Embedding": {
        "input_dim": 1000,
        "output_dim": 16,
        "mask_zero": False,
        "embeddings_initializer": "random_uniform",
        "embeddings_regularizer": None,
    },
}
