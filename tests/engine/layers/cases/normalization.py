"""The contract cases of normalizations."""

from __future__ import annotations

from tests.engine.layers.cases.case import Bad, Case, Config

CASES: dict[str, list[Case]] = {
    "BatchNormalization": [
        Case({}, [(4,)], (4,), 8, 8),
        Case({"center": False}, [(3, 3, 2)], (3, 3, 2), 2, 4),
        Case({"scale": False, "center": False}, [(4,)], (4,), 0, 8),
    ],
    "LayerNormalization": [
        Case({}, [(4,)], (4,), 8),
        Case({"center": False}, [(3, 3, 2)], (3, 3, 2), 2),
        Case({"scale": False, "center": False}, [(4,)], (4,)),
    ],
}

BAD: dict[str, list[Bad]] = {
    "BatchNormalization": [({"momentum": 1.5}, "momentum", "less than 1"), ({"epsilon": 0}, "epsilon", "more than 0")],
    "LayerNormalization": [({"epsilon": float("nan")}, "epsilon", "a finite number")],
}

DEFAULTS: dict[str, Config] = {
    "BatchNormalization": {"momentum": 0.99, "epsilon": 0.001, "center": True, "scale": True},
    "LayerNormalization": {"epsilon": 0.001, "center": True, "scale": True},
}
