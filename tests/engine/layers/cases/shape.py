"""The contract cases of layers that lay values out anew."""

from __future__ import annotations

from tests.engine.layers.cases.case import Bad, Case, Config

CASES: dict[str, list[Case]] = {
    "Flatten": [
        Case({}, [(2, 3, 4)], (24,)),
        Case({}, [(5,)], (5,)),
        Case({}, [(2, 2)], (4,), 0, 0, ["int32"], "int32"),
    ],
    "Reshape": [
        Case({"target_shape": [2, 3]}, [(6,)], (2, 3)),
        Case({"target_shape": [4, -1]}, [(2, 6)], (4, 3)),
        Case({}, [(2, 6)], (12,)),
    ],
}

BAD: dict[str, list[Bad]] = {
    "Flatten": [({"units": 3}, "units", "no such setting")],
    "Reshape": [
        ({"target_shape": [-2]}, "target_shape.0", "-1 or more"),
        ({"target_shape": 3}, "target_shape", "a list"),
    ],
}

DEFAULTS: dict[str, Config] = {
    "Flatten": {},
    "Reshape": {"target_shape": [-1]},
}
