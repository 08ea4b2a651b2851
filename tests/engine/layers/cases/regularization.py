"""The contract cases of layers that keep a network from learning by heart."""

from __future__ import annotations

from tests.engine.layers.cases.case import Bad, Case, Config

CASES: dict[str, list[Case]] = {
    "Dropout": [Case({}, [(6,)], (6,)), Case({"rate": 0.25}, [(4, 4, 2)], (4, 4, 2)), Case({"rate": 0}, [(6,)], (6,))],
    "SpatialDropout1D": [Case({}, [(5, 6)], (5, 6)), Case({"rate": 0}, [(5, 6)], (5, 6))],
    "SpatialDropout2D": [
        Case({"rate": 0.2}, [(3, 4, 6)], (3, 4, 6)),
        Case({"data_format": "channels_first"}, [(3, 4, 6)], (3, 4, 6)),
    ],
    "SpatialDropout3D": [Case({}, [(2, 3, 4, 6)], (2, 3, 4, 6))],
    "GaussianNoise": [Case({}, [(6,)], (6,)), Case({"stddev": 0}, [(2, 3)], (2, 3))],
    "GaussianDropout": [Case({}, [(6,)], (6,)), Case({"rate": 0}, [(2, 3)], (2, 3))],
    "AlphaDropout": [Case({}, [(6,)], (6,)), Case({"rate": 0.1}, [(2, 3)], (2, 3))],
    "Noise": [
        Case({}, [], (100,)),
        Case({"shape": [4, 4, 2], "distribution": "uniform", "seed": 7}, [], (4, 4, 2)),
    ],
}

BAD: dict[str, list[Bad]] = {
    "Dropout": [({"rate": 1}, "rate", "less than 1"), ({"rate": "half"}, "rate", "a number")],
    "SpatialDropout1D": [({"rate": -0.5}, "rate", "0 or more")],
    "SpatialDropout2D": [({"data_format": "NCHW"}, "data_format", "choose ")],
    "SpatialDropout3D": [({"rate": None}, "rate", "a number")],
    "GaussianNoise": [({"stddev": -1}, "stddev", "0 or more")],
    "GaussianDropout": [({"rate": 1}, "rate", "less than 1")],
    "AlphaDropout": [({"rate": 2}, "rate", "less than 1")],
    "Noise": [({"shape": [0]}, "shape.0", "1 or more"), ({"distribution": "cauchy"}, "distribution", "choose ")],
}

DEFAULTS: dict[str, Config] = {
    "Dropout": {"rate": 0.5},
    "SpatialDropout1D": {"rate": 0.5},
    "SpatialDropout2D": {"rate": 0.5, "data_format": "channels_last"},
    "SpatialDropout3D": {"rate": 0.5, "data_format": "channels_last"},
    "GaussianNoise": {"stddev": 0.1},
    "GaussianDropout": {"rate": 0.5},
    "AlphaDropout": {"rate": 0.5},
    "Noise": {"shape": [100], "distribution": "normal", "seed": 0},
}
