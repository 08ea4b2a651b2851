"""The contract cases of pooling."""

from __future__ import annotations

from tests.engine.layers.cases.case import Bad, Case, Config

CASES: dict[str, list[Case]] = {
    "MaxPooling2D": [
        Case({}, [(5, 6, 2)], (2, 3, 2)),
        Case({"padding": "same"}, [(5, 6, 2)], (3, 3, 2)),
        Case({"pool_size": [3, 2], "strides": [1, 2]}, [(5, 6, 1)], (3, 3, 1)),
    ],
    "AveragePooling2D": [
        Case({}, [(5, 6, 2)], (2, 3, 2)),
        Case({"padding": "same", "pool_size": [3, 3], "strides": [2, 2]}, [(5, 6, 2)], (3, 3, 2)),
    ],
    "GlobalAveragePooling2D": [
        Case({}, [(5, 6, 2)], (2,)),
        Case({"keepdims": True}, [(5, 6, 2)], (1, 1, 2)),
    ],
}

BAD: dict[str, list[Bad]] = {
    "MaxPooling2D": [({"strides": [0, 1]}, "strides.0", "1 or more"), ({"strides": "2"}, "strides", "a list")],
    "AveragePooling2D": [({"pool_size": [2.5, 2]}, "pool_size.0", "a whole number")],
    "GlobalAveragePooling2D": [({"keepdims": [1]}, "keepdims", "yes or no")],
}

DEFAULTS: dict[str, Config] = {
    "MaxPooling2D": {"pool_size": [2, 2], "strides": None, "padding": "valid"},
    "AveragePooling2D": {"pool_size": [2, 2], "strides": None, "padding": "valid"},
    "GlobalAveragePooling2D": {"keepdims": False},
}
