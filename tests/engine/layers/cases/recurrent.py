"""The contract cases of layers that read sequences step by step."""

from __future__ import annotations

from tests.engine.layers.cases import core
from tests.engine.layers.cases.case import Bad, Case, Config

MASKED: list[tuple[str, Config]] = [("Masking", {})]

CASES: dict[str, list[Case]] = {
    "LSTM": [
        Case({"units": 4}, [(3, 5)], (4,), 160),
        Case({"units": 4, "return_sequences": True, "use_bias": False}, [(3, 5)], (3, 4), 144),
        Case({"units": 2, "unit_forget_bias": False, "activation": "relu"}, [(3, 1)], (2,), 32),
        Case(
            {"units": 4, "return_state": True, "dropout": 0.3, "recurrent_dropout": 0.2},
            [(3, 5)],
            trainable=160,
            shapes=[(4,), (4,), (4,)],
        ),
        Case({"units": 4, "go_backwards": True}, [(3, 5), (4,), (4,)], (4,), 160),
        Case({"units": 4, "return_sequences": True, "zero_output_for_mask": True}, [(3, 5)], (3, 4), 160,
             before=MASKED),
    ],
    "GRU": [
        Case({"units": 4}, [(3, 5)], (4,), 132),
        Case({"units": 4, "reset_after": False}, [(3, 5)], (4,), 120),
        Case({"units": 4, "use_bias": False, "recurrent_activation": "hard_sigmoid"}, [(3, 5)], (4,), 108),
        Case(
            {"units": 4, "return_sequences": True, "return_state": True, "recurrent_dropout": 0.5},
            [(3, 5), (4,)],
            trainable=132,
            shapes=[(3, 4), (4,)],
        ),
    ],
    "SimpleRNN": [
        Case({"units": 4}, [(3, 5)], (4,), 40),
        Case({"units": 4, "return_sequences": True, "go_backwards": True}, [(3, 5), (4,)], (3, 4), 40),
        Case({"units": 4, "use_bias": False, "activation": "linear", "return_state": True}, [(3, 5)],
             trainable=36, shapes=[(4,), (4,)]),
    ],
    "Bidirectional": [
        Case({"layer": {"type": "LSTM", "units": 4}}, [(3, 5)], (8,), 320),
        Case({"layer": {"type": "GRU", "units": 4, "return_sequences": True, "dropout": 0.5}, "merge_mode": "ave"},
             [(3, 5)], (3, 4), 264, before=MASKED),
        Case({"layer": {"type": "SimpleRNN", "units": 4, "go_backwards": True}, "merge_mode": "mul"},
             [(3, 5)], (4,), 80),
        Case({"layer": {"type": "SimpleRNN", "units": 4, "return_state": True}, "merge_mode": "sum"},
             [(3, 5), (4,), (4,)], trainable=80, shapes=[(4,), (4,), (4,)]),
        Case({"layer": {"type": "LSTM", "units": 2, "return_state": True}, "merge_mode": None},
             [(3, 5)], trainable=2 * 4 * 2 * 8, shapes=[(2,)] * 6),
    ],
    "ConvLSTM1D": [
        Case({"filters": 2}, [(3, 6, 2)], (4, 2), 104),
        Case({"filters": 2, "padding": "same", "strides": [2], "return_state": True}, [(3, 5, 2), (3, 2), (3, 2)],
             trainable=104, shapes=[(3, 2)] * 3),
    ],
    "ConvLSTM2D": [
        Case({"filters": 2}, [(3, 5, 5, 1)], (3, 3, 2), 224),
        Case({"filters": 2, "padding": "same", "return_sequences": True, "dropout": 0.2, "recurrent_dropout": 0.2},
             [(3, 5, 4, 1)], (3, 5, 4, 2), 224),
        Case({"filters": 2, "strides": [2, 1], "use_bias": False}, [(3, 5, 5, 1), (2, 3, 2), (2, 3, 2)], (2, 3, 2),
             216),
        Case({"filters": 2, "dilation_rate": [1, 2], "go_backwards": True}, [(2, 5, 6, 1)], (3, 2, 2), 224),
    ],
    "ConvLSTM3D": [Case({"filters": 2, "kernel_size": [2, 2, 2]}, [(2, 3, 3, 3, 1)], (2, 2, 2, 2), 200)],
    "TimeDistributed": [
        Case({}, [(3, 5)], (3, 32), 192),
        Case({"layer": {"type": "Dense", "units": 2, "activation": "softmax"}}, [(3, 5)], (3, 2), 12),
        Case({"layer": {"type": "Conv2D", "filters": 2, "kernel_size": [2, 2]}}, [(3, 4, 5, 1)], (3, 3, 4, 2), 10),
        Case({"layer": {"type": "BatchNormalization"}}, [(3, 5)], (3, 5), 10, 10),
        Case({"layer": {"type": "Dropout", "rate": 0.5}}, [(3, 5)], (3, 5)),
        Case({"layer": {"type": "LSTM", "units": 4}}, [(2, 3, 5)], (2, 4), 160),
        Case({"layer": {"type": "Embedding", "output_dim": 3}}, [(2, 4)], (2, 4, 3), 3000, dtypes=["int32"]),
    ],
    "Masking": [Case({}, [(3, 5)], (3, 5)), Case({"mask_value": -1.5}, [(3, 5)], (3, 5))],
}  # fmt: skip

BAD: dict[str, list[Bad]] = {
    "LSTM": [
        ({"units": 0}, "units", "1 or more"),
        ({"activation": "tan"}, "activation", "choose "),
        ({"recurrent_dropout": 1}, "recurrent_dropout", "less than 1"),
        ({"unit_forget_bias": "often"}, "unit_forget_bias", "yes or no"),
        ({"reset_after": True}, "reset_after", "no such setting"),
    ],
    "GRU": [({"reset_after": 3}, "reset_after", "yes or no"), ({"dropout": -0.1}, "dropout", "0 or more")],
    "SimpleRNN": [({"units": 1.5}, "units", "a whole number"), ({"unroll": True}, "unroll", "no such setting")],
    "Bidirectional": [
        ({"merge_mode": "max"}, "merge_mode", "choose "),
        ({"layer": {"type": "Dense"}}, "layer", "choose "),
        ({"layer": {"type": "LSTM", "units": 0}}, "layer.LSTM.units", "1 or more"),
    ],
    "ConvLSTM1D": [({"kernel_size": [0]}, "kernel_size.0", "1 or more")],
    "ConvLSTM2D": [
        ({"filters": 0}, "filters", "1 or more"),
        ({"padding": "causal"}, "padding", "choose "),
        ({"units": 3}, "units", "no such setting"),
    ],
    "ConvLSTM3D": [({"strides": [1, 1]}, "strides.2", "missing")],
    "TimeDistributed": [
        ({"layer": {"type": "Add"}}, "layer", "choose "),
        ({"layer": {"type": "Dense", "units": 0}}, "layer.Dense.units", "1 or more"),
    ],
    "Masking": [({"mask_value": None}, "mask_value", "a number")],
}

_RECURRENT: Config = {
    "units": 32,
    "activation": "tanh",
    "return_sequences": False,
    "return_state": False,
    "go_backwards": False,
    "dropout": 0.0,
    "recurrent_dropout": 0.0,
    "use_bias": True,
    "kernel_initializer": "glorot_uniform",
    "recurrent_initializer": "orthogonal",
    "bias_initializer": "zeros",
    "kernel_regularizer": None,
    "recurrent_regularizer": None,
    "bias_regularizer": None,
    "activity_regularizer": None,
    "zero_output_for_mask": False,
}
_LSTM: Config = {**_RECURRENT, "recurrent_activation": "sigmoid", "unit_forget_bias": True}


def _conv_lstm(rank: int) -> Config:
    window = {"filters": 32, "kernel_size": [3] * rank, "strides": [1] * rank, "padding": "valid"}
    rest = {name: value for name, value in _LSTM.items() if name != "units"}
    return {**window, "dilation_rate": [1] * rank, **rest}


DEFAULTS: dict[str, Config] = {
    "LSTM": _LSTM,
    "GRU": {**_RECURRENT, "recurrent_activation": "sigmoid", "reset_after": True},
    "SimpleRNN": _RECURRENT,
    "Bidirectional": {"layer": {"type": "LSTM", **_LSTM}, "merge_mode": "concat"},
    "ConvLSTM1D": _conv_lstm(1),
    "ConvLSTM2D": _conv_lstm(2),
    "ConvLSTM3D": _conv_lstm(3),
    "TimeDistributed": {"layer": {"type": "Dense", **core.DEFAULTS["Dense"]}},
    "Masking": {"mask_value": 0.0},
}
