"""The contract cases of convolutions."""

from __future__ import annotations

from tests.engine.layers.cases.case import Bad, Case, Config

CASES: dict[str, list[Case]] = {
    "Conv2D": [
        Case({}, [(8, 8, 3)], (6, 6, 32), 896),
        Case({"filters": 4, "padding": "same", "strides": [2, 3], "activation": "relu"}, [(7, 8, 1)], (4, 3, 4), 40),
        Case({"filters": 4, "kernel_size": [1, 2], "groups": 2, "use_bias": False}, [(5, 5, 2)], (5, 4, 4), 8),
        Case({"filters": 2, "dilation_rate": [2, 2]}, [(5, 6, 1)], (1, 2, 2), 20),
    ],
}

BAD: dict[str, list[Bad]] = {
    "Conv2D": [
        ({"filters": None}, "filters", "a whole number"),
        ({"kernel_size": [3]}, "kernel_size.1", "missing"),
        ({"kernel_size": [3, 3, 3]}, "kernel_size", "too many parts"),
        ({"strides": [0, 1]}, "strides.0", "1 or more"),
        ({"padding": "full"}, "padding", "choose "),
    ],
}

DEFAULTS: dict[str, Config] = {
    "Conv2D": {
        "filters": 32,
        "kernel_size": [3, 3],
        "strides": [1, 1],
        "padding": "valid",
        "activation": "linear",
        "dilation_rate": [1, 1],
        "groups": 1,
        "use_bias": True,
        "kernel_initializer": "glorot_uniform",
        "bias_initializer": "zeros",
    },
}
