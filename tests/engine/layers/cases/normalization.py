"""The contract cases of normalizations."""

from __future__ import annotations

from tests.engine.layers.cases.case import Bad, Case, Config

MOVING = {"moving_mean_initializer": "random_normal", "moving_variance_initializer": "ones"}

CASES: dict[str, list[Case]] = {
    "BatchNormalization": [
        Case({}, [(4,)], (4,), 8, 8),
        Case({"center": False}, [(3, 3, 2)], (3, 3, 2), 2, 4),
        Case({"scale": False, "center": False}, [(4,)], (4,), 0, 8),
        Case({"axis": 1, "gamma_initializer": "random_uniform", **MOVING}, [(3, 4, 2)], (3, 4, 2), 6, 6),
        Case({"axis": [3], "beta_regularizer": {}, "center": False}, [(3, 4, 2)], (3, 4, 2), 2, 4),
        Case({}, [(4, 2)], (4, 2), 4, 4, before=[("Masking", {})]),
    ],
    "LayerNormalization": [
        Case({}, [(4,)], (4,), 8),
        Case({"center": False}, [(3, 3, 2)], (3, 3, 2), 2),
        Case({"scale": False, "center": False}, [(4,)], (4,)),
        Case({"axis": [-1, 1], "beta_initializer": "ones"}, [(3, 4, 2)], (3, 4, 2), 12),
        Case({"axis": 2}, [(3, 4, 2)], (3, 4, 2), 8),
    ],
    "GroupNormalization": [
        Case({}, [(5, 64)], (5, 64), 128),
        Case({"groups": 2, "axis": 1, "gamma_initializer": "zeros"}, [(6, 3)], (6, 3), 12),
        Case({"groups": -1, "center": False}, [(5, 5, 3)], (5, 5, 3), 3),
        Case({"groups": 2, "scale": False}, [(4,)], (4,), 4),
    ],
    "RMSNormalization": [Case({}, [(4,)], (4,), 4), Case({"axis": [1, 3]}, [(3, 4, 2)], (3, 4, 2), 6)],
    "UnitNormalization": [Case({}, [(4,)], (4,)), Case({"axis": [1, 2]}, [(3, 4, 2)], (3, 4, 2))],
}

BAD: dict[str, list[Bad]] = {
    "BatchNormalization": [
        ({"momentum": 1.5}, "momentum", "less than 1"),
        ({"epsilon": 0}, "epsilon", "more than 0"),
        ({"axis": [1, 2]}, "axis", "a whole number"),
        ({"gamma_initializer": "glorot_uniform"}, "gamma_initializer", "choose "),
    ],
    "LayerNormalization": [
        ({"epsilon": float("nan")}, "epsilon", "a finite number"),
        ({"axis": []}, "axis", "too few parts"),
    ],
    "GroupNormalization": [({"groups": -2}, "groups", "-1 or more"), ({"groups": 1.5}, "groups", "a whole number")],
    "RMSNormalization": [({"epsilon": -1}, "epsilon", "more than 0")],
    "UnitNormalization": [({"axis": "last"}, "axis", "a list")],
}

FACTORS: Config = {
    "epsilon": 0.001,
    "center": True,
    "scale": True,
    "beta_initializer": "zeros",
    "gamma_initializer": "ones",
    "beta_regularizer": None,
    "gamma_regularizer": None,
}

DEFAULTS: dict[str, Config] = {
    "BatchNormalization": {
        **FACTORS,
        "axis": -1,
        "momentum": 0.99,
        "moving_mean_initializer": "zeros",
        "moving_variance_initializer": "ones",
    },
    "LayerNormalization": {**FACTORS, "axis": [-1]},
    "GroupNormalization": {**FACTORS, "groups": 32, "axis": -1},
    "RMSNormalization": {"axis": [-1], "epsilon": 1e-6},
    "UnitNormalization": {"axis": [-1]},
}
