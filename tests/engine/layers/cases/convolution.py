"""The contract cases of convolutions."""

from __future__ import annotations

from tests.engine.layers.cases.case import Bad, Case, Config

FIRST = {"data_format": "channels_first"}
PRICES = {"kernel_regularizer": {"l1": 0.1, "l2": 0.0}, "bias_regularizer": {}, "activity_regularizer": {"l2": 0.5}}

CASES: dict[str, list[Case]] = {
    "Conv1D": [
        Case({}, [(8, 3)], (6, 32), 320),
        Case({"filters": 4, "kernel_size": 4, "padding": "causal", "dilation_rate": [2]}, [(5, 2)], (5, 4), 36),
        Case({"filters": 4, "kernel_size": [2], "strides": 2, "padding": "same", "groups": 2}, [(7, 2)], (4, 4), 12),
        Case({"filters": 4, **FIRST, **PRICES}, [(2, 7)], (4, 5), 28),
    ],
    "Conv2D": [
        Case({}, [(8, 8, 3)], (6, 6, 32), 896),
        Case({"filters": 4, "padding": "same", "strides": [2, 3], "activation": "relu"}, [(7, 8, 1)], (4, 3, 4), 40),
        Case({"filters": 4, "kernel_size": [1, 2], "groups": 2, "use_bias": False}, [(5, 5, 2)], (5, 4, 4), 8),
        Case({"filters": 2, "dilation_rate": [2, 2]}, [(5, 6, 1)], (1, 2, 2), 20),
        Case({"filters": 4, "kernel_size": 5, "activation": "softmax", **FIRST}, [(2, 6, 8)], (4, 2, 4), 204),
        Case({"filters": 4, "use_bias": False, **PRICES}, [(5, 5, 2)], (3, 3, 4), 72),
        Case({"filters": 2}, [(5, 5, 1)], (3, 3, 2), 20, dtypes=["int32"]),
    ],
    "Conv3D": [
        Case({"filters": 4}, [(5, 4, 3, 2)], (3, 2, 1, 4), 220),
        Case(
            {"filters": 2, "kernel_size": [1, 2, 2], "strides": 2, "padding": "same"}, [(3, 4, 5, 1)], (2, 2, 3, 2), 10
        ),
        Case({"filters": 2, "kernel_size": 2, **FIRST}, [(1, 3, 4, 5)], (2, 2, 3, 4), 18),
    ],
    "SeparableConv1D": [
        Case({"filters": 5}, [(8, 3)], (6, 5), 29),
        Case({"filters": 5, "depth_multiplier": 2, "strides": [2], "padding": "same", **FIRST}, [(3, 8)], (5, 4), 53),
    ],
    "SeparableConv2D": [
        Case({"filters": 5}, [(6, 7, 3)], (4, 5, 5), 47),
        Case({"filters": 5, "depth_multiplier": 2, "use_bias": False}, [(6, 7, 3)], (4, 5, 5), 84),
        Case(
            {"filters": 4, "dilation_rate": 2, "pointwise_regularizer": {}, "activation": "relu"},
            [(6, 7, 3)],
            (2, 3, 4),
            43,
        ),
        Case({"filters": 5, "depthwise_regularizer": {}, **FIRST}, [(3, 6, 7)], (5, 4, 5), 47),
    ],
    "DepthwiseConv1D": [
        Case({}, [(8, 3)], (6, 3), 12),
        Case({"depth_multiplier": 2, "kernel_size": 2, **FIRST}, [(3, 8)], (6, 7), 18),
    ],
    "DepthwiseConv2D": [
        Case({}, [(6, 7, 3)], (4, 5, 3), 30),
        Case({"depth_multiplier": 2, "strides": 2, "padding": "same", "use_bias": False}, [(6, 7, 3)], (3, 4, 6), 54),
        Case({"kernel_size": [1, 2], "depthwise_regularizer": {}, **FIRST}, [(3, 6, 7)], (3, 6, 6), 9),
        Case({"dilation_rate": [2, 1]}, [(6, 7, 1)], (2, 5, 1), 10, dtypes=["int32"]),
    ],
    "Conv1DTranspose": [
        Case({"filters": 4}, [(5, 2)], (7, 4), 28),
        Case({"filters": 4, "strides": 2, "padding": "same", "output_padding": 0}, [(5, 2)], (9, 4), 28),
        Case({"filters": 4, "strides": 3, **FIRST}, [(2, 5)], (4, 15), 28),
    ],
    "Conv2DTranspose": [
        Case({"filters": 4}, [(4, 5, 2)], (6, 7, 4), 76),
        Case({"filters": 4, "strides": 2, "padding": "same"}, [(4, 5, 2)], (8, 10, 4), 76),
        Case({"filters": 4, "kernel_size": [2, 1], "strides": [3, 2]}, [(4, 5, 2)], (12, 10, 4), 20),
        Case({"filters": 3, "strides": 3, "output_padding": [2, 0], "use_bias": False}, [(2, 2, 1)], (8, 6, 3), 27),
        Case({"filters": 3, "dilation_rate": 2, "padding": "same", **PRICES}, [(4, 5, 1)], (4, 5, 3), 30),
        Case({"filters": 3, "strides": 2, **FIRST, **PRICES}, [(1, 4, 5)], (3, 9, 11), 30),
    ],
    "Conv3DTranspose": [
        Case({"filters": 3}, [(2, 3, 1, 2)], (4, 5, 3, 3), 165),
        Case({"filters": 3, "kernel_size": 2, "strides": [1, 2, 1], **FIRST}, [(2, 2, 3, 1)], (3, 3, 6, 2), 51),
    ],
}

BAD: dict[str, list[Bad]] = {
    "Conv1D": [
        ({"kernel_size": [3, 3]}, "kernel_size", "too many parts"),
        ({"strides": 0}, "strides.0", "1 or more"),
        ({"padding": "full"}, "padding", "choose "),
        ({"data_format": "channels"}, "data_format", "choose "),
    ],
    "Conv2D": [
        ({"filters": None}, "filters", "a whole number"),
        ({"kernel_size": [3]}, "kernel_size.1", "missing"),
        ({"kernel_size": [3, 3, 3]}, "kernel_size", "too many parts"),
        ({"kernel_size": 2.5}, "kernel_size.0", "a whole number"),
        ({"kernel_size": True}, "kernel_size", "a list"),
        ({"strides": [0, 1]}, "strides.0", "1 or more"),
        ({"padding": "full"}, "padding", "choose "),
        ({"padding": "causal"}, "padding", "choose "),
        ({"kernel_regularizer": {"l2": -1}}, "kernel_regularizer.l2", "0 or more"),
    ],
    "Conv3D": [({"kernel_size": "3"}, "kernel_size", "a list"), ({"filters": 0}, "filters", "1 or more")],
    "SeparableConv1D": [({"depth_multiplier": 0}, "depth_multiplier", "1 or more")],
    "SeparableConv2D": [({"pointwise_initializer": "best"}, "pointwise_initializer", "choose ")],
    "DepthwiseConv1D": [({"filters": 3}, "filters", "no such setting")],
    "DepthwiseConv2D": [({"depth_multiplier": 1.5}, "depth_multiplier", "a whole number")],
    "Conv1DTranspose": [({"padding": "causal"}, "padding", "choose ")],
    "Conv2DTranspose": [({"output_padding": [1]}, "output_padding.1", "missing"), ({"groups": 2}, "groups", "no such")],
    "Conv3DTranspose": [({"output_padding": -1}, "output_padding.0", "0 or more")],
}


def _start(rank: int) -> Config:
    """What all layers with filters begin with."""
    return {
        "kernel_size": [3] * rank,
        "strides": [1] * rank,
        "padding": "valid",
        "activation": "linear",
        "dilation_rate": [1] * rank,
        "use_bias": True,
        "bias_initializer": "zeros",
        "bias_regularizer": None,
        "activity_regularizer": None,
        "data_format": "channels_last",
    }


KERNEL = {"kernel_initializer": "glorot_uniform", "kernel_regularizer": None}
DEPTHWISE = {"depth_multiplier": 1, "depthwise_initializer": "glorot_uniform", "depthwise_regularizer": None}
POINTWISE = {"pointwise_initializer": "glorot_uniform", "pointwise_regularizer": None}

DEFAULTS: dict[str, Config] = {
    **{f"Conv{rank}D": {**_start(rank), **KERNEL, "filters": 32, "groups": 1} for rank in (1, 2, 3)},
    **{
        f"Conv{rank}DTranspose": {**_start(rank), **KERNEL, "filters": 32, "output_padding": None} for rank in (1, 2, 3)
    },
    **{f"SeparableConv{rank}D": {**_start(rank), **DEPTHWISE, **POINTWISE, "filters": 32} for rank in (1, 2)},
    **{f"DepthwiseConv{rank}D": {**_start(rank), **DEPTHWISE} for rank in (1, 2)},
}
