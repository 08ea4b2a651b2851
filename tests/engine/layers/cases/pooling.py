"""The contract cases of pooling."""

from __future__ import annotations

from tests.engine.layers.cases.case import Bad, Case, Config

EMBEDDING = {"input_dim": 5, "output_dim": 3, "mask_zero": True}
FIRST = {"data_format": "channels_first"}

CASES: dict[str, list[Case]] = {
    "MaxPooling1D": [
        Case({}, [(5, 2)], (2, 2)),
        Case({"pool_size": 3, "strides": 1, "padding": "same", **FIRST}, [(2, 5)], (2, 5)),
    ],
    "MaxPooling2D": [
        Case({}, [(5, 6, 2)], (2, 3, 2)),
        Case({"padding": "same"}, [(5, 6, 2)], (3, 3, 2)),
        Case({"pool_size": [3, 2], "strides": [1, 2]}, [(5, 6, 1)], (3, 3, 1)),
        Case({"pool_size": 3, **FIRST}, [(2, 5, 6)], (2, 1, 2)),
    ],
    "MaxPooling3D": [
        Case({}, [(5, 6, 3, 2)], (2, 3, 1, 2)),
        Case({"pool_size": [1, 2, 3], "strides": 2, "padding": "same", **FIRST}, [(2, 5, 6, 3)], (2, 3, 3, 2)),
    ],
    "AveragePooling1D": [
        Case({}, [(5, 2)], (2, 2)),
        Case({"pool_size": [3], "strides": 2, "padding": "same"}, [(5, 2)], (3, 2)),
    ],
    "AveragePooling2D": [
        Case({}, [(5, 6, 2)], (2, 3, 2)),
        Case({"padding": "same", "pool_size": [3, 3], "strides": [2, 2]}, [(5, 6, 2)], (3, 3, 2)),
        Case({"pool_size": 3, **FIRST}, [(2, 5, 6)], (2, 1, 2)),
    ],
    "AveragePooling3D": [
        Case({}, [(5, 6, 3, 2)], (2, 3, 1, 2)),
        Case({"strides": 1, "padding": "same", **FIRST}, [(2, 5, 6, 3)], (2, 5, 6, 3)),
    ],
    "GlobalMaxPooling1D": [Case({}, [(5, 2)], (2,)), Case({"keepdims": True}, [(5, 2)], (1, 2))],
    "GlobalMaxPooling2D": [Case({}, [(5, 6, 2)], (2,)), Case({"keepdims": True, **FIRST}, [(2, 5, 6)], (2, 1, 1))],
    "GlobalMaxPooling3D": [Case({}, [(5, 6, 3, 2)], (2,)), Case(FIRST, [(2, 5, 6, 3)], (2,))],
    "GlobalAveragePooling1D": [
        Case({}, [(5, 2)], (2,)),
        Case({"keepdims": True, **FIRST}, [(2, 5)], (2, 1)),
        Case({}, [(5,)], (3,), dtypes=["int32"], before=[("Embedding", EMBEDDING)]),
        Case({"keepdims": True}, [(5,)], (1, 3), dtypes=["int32"], before=[("Embedding", EMBEDDING)]),
    ],
    "GlobalAveragePooling2D": [
        Case({}, [(5, 6, 2)], (2,)),
        Case({"keepdims": True}, [(5, 6, 2)], (1, 1, 2)),
    ],
    "GlobalAveragePooling3D": [Case({}, [(5, 6, 3, 2)], (2,)), Case(FIRST, [(2, 5, 6, 3)], (2,))],
}

BAD: dict[str, list[Bad]] = {
    "MaxPooling1D": [({"pool_size": [2, 2]}, "pool_size", "too many parts")],
    "MaxPooling2D": [({"strides": [0, 1]}, "strides.0", "1 or more"), ({"strides": "2"}, "strides", "a list")],
    "MaxPooling3D": [({"padding": "causal"}, "padding", "choose ")],
    "AveragePooling1D": [({"pool_size": None}, "pool_size", "a list")],
    "AveragePooling2D": [({"pool_size": [2.5, 2]}, "pool_size.0", "a whole number")],
    "AveragePooling3D": [({"data_format": None}, "data_format", "choose ")],
    "GlobalMaxPooling1D": [({"pool_size": 2}, "pool_size", "no such setting")],
    "GlobalMaxPooling2D": [({"keepdims": "no way"}, "keepdims", "yes or no")],
    "GlobalMaxPooling3D": [({"keepdims": None}, "keepdims", "yes or no")],
    "GlobalAveragePooling1D": [({"data_format": "last"}, "data_format", "choose ")],
    "GlobalAveragePooling2D": [({"keepdims": [1]}, "keepdims", "yes or no")],
    "GlobalAveragePooling3D": [({"keepdims": 2}, "keepdims", "yes or no")],
}

DEFAULTS: dict[str, Config] = {
    **{
        f"{kind}Pooling{rank}D": {
            "pool_size": [2] * rank,
            "strides": None,
            "padding": "valid",
            "data_format": "channels_last",
        }
        for kind in ("Max", "Average")
        for rank in (1, 2, 3)
    },
    **{
        f"Global{kind}Pooling{rank}D": {"keepdims": False, "data_format": "channels_last"}
        for kind in ("Max", "Average")
        for rank in (1, 2, 3)
    },
}
