"""The contract cases of layers that lay values out anew, cut some off or add some."""

from __future__ import annotations

from tests.engine.layers.cases.case import Bad, Case, Config

FIRST = {"data_format": "channels_first"}
WHOLE = ["int32"]

CASES: dict[str, list[Case]] = {
    "Flatten": [
        Case({}, [(2, 3, 4)], (24,)),
        Case({}, [(5,)], (5,)),
        Case({}, [(2, 2)], (4,), 0, 0, ["int32"], "int32"),
        Case(FIRST, [(2, 3, 4)], (24,)),
        Case(FIRST, [(5,)], (5,)),
        Case(FIRST, [()], (1,)),
    ],
    "Reshape": [
        Case({"target_shape": [2, 3]}, [(6,)], (2, 3)),
        Case({"target_shape": [4, -1]}, [(2, 6)], (4, 3)),
        Case({}, [(2, 6)], (12,)),
    ],
    "Permute": [
        Case({}, [(2, 3)], (3, 2)),
        Case({"dims": [3, 1, 2]}, [(2, 3, 4)], (4, 2, 3), dtypes=WHOLE, dtype="int32"),
    ],
    "RepeatVector": [Case({}, [(3,)], (2, 3)), Case({"n": 5}, [(3,)], (5, 3), dtypes=WHOLE, dtype="int32")],
    "Cropping1D": [Case({}, [(5, 2)], (3, 2)), Case({"cropping": [0, 3]}, [(5, 2)], (2, 2))],
    "Cropping2D": [
        Case({}, [(4, 5, 2)], (4, 5, 2)),
        Case({"cropping": 1}, [(4, 5, 2)], (2, 3, 2)),
        Case({"cropping": [[1, 2], [0, 3]]}, [(4, 5, 2)], (1, 2, 2), dtypes=WHOLE, dtype="int32"),
        Case({"cropping": [1, 2], **FIRST}, [(2, 4, 5)], (2, 2, 1)),
    ],
    "Cropping3D": [
        Case({}, [(3, 4, 5, 2)], (1, 2, 3, 2)),
        Case({"cropping": [0, 1, [2, 0]], **FIRST}, [(2, 3, 4, 5)], (2, 3, 2, 3)),
    ],
    "ZeroPadding1D": [Case({}, [(5, 2)], (7, 2)), Case({"padding": [0, 3], **FIRST}, [(2, 5)], (2, 8))],
    "ZeroPadding2D": [
        Case({}, [(4, 5, 2)], (6, 7, 2)),
        Case({"padding": [1, 2, 3, 4]}, [(4, 5, 2)], (7, 12, 2), dtypes=WHOLE, dtype="int32"),
        Case({"padding": [[1, 0], [2, 2]], **FIRST}, [(2, 4, 5)], (2, 5, 9)),
    ],
    "ZeroPadding3D": [
        Case({}, [(3, 4, 5, 2)], (5, 6, 7, 2)),
        Case({"padding": [0, 1, 2]}, [(1, 1, 1, 1)], (1, 3, 5, 1)),
    ],
    "UpSampling1D": [Case({}, [(3, 2)], (6, 2)), Case({"size": 3}, [(3, 2)], (9, 2), dtypes=WHOLE, dtype="int32")],
    "UpSampling2D": [
        Case({}, [(2, 3, 2)], (4, 6, 2)),
        Case({"size": [1, 3]}, [(2, 3, 2)], (2, 9, 2), dtypes=WHOLE, dtype="int32"),
        Case({"interpolation": "bilinear", **FIRST}, [(2, 2, 3)], (2, 4, 6)),
        Case({"interpolation": "bicubic", "size": [3, 2]}, [(2, 3, 1)], (6, 6, 1)),
        Case({"interpolation": "lanczos5"}, [(2, 3, 1)], (4, 6, 1)),
    ],
    "UpSampling3D": [
        Case({}, [(2, 3, 1, 2)], (4, 6, 2, 2)),
        Case({"size": [1, 2, 3], **FIRST}, [(1, 2, 3, 1)], (1, 2, 6, 3)),
    ],
    "Resizing": [
        Case({}, [(4, 5, 2)], (32, 32, 2)),
        Case({"height": 3, "width": 2, "antialias": True, **FIRST}, [(2, 4, 5)], (2, 3, 2)),
        Case({"height": 6, "width": 2, "crop_to_aspect_ratio": True}, [(4, 5, 1)], (6, 2, 1)),
        Case({"height": 6, "width": 2, "pad_to_aspect_ratio": True, "fill_value": 2.0}, [(4, 5, 1)], (6, 2, 1)),
        Case(
            {"height": 2, "width": 6, "interpolation": "nearest", "pad_to_aspect_ratio": True}, [(4, 5, 1)], (2, 6, 1)
        ),
        Case({"height": 2, "width": 6, "interpolation": "lanczos3"}, [(4, 5, 1)], (2, 6, 1)),
    ],
    "CenterCrop": [
        Case({"height": 2, "width": 3}, [(5, 6, 2)], (2, 3, 2)),
        Case({"height": 8, "width": 3, **FIRST}, [(2, 5, 6)], (2, 8, 3)),
    ],
    "Rescaling": [
        Case({}, [(2, 3, 1)], (2, 3, 1)),
        Case({"scale": 2.0, "offset": -1.0}, [(4,)], (4,), dtypes=["int32"]),
        Case({}, [()], ()),
    ],
}

BAD: dict[str, list[Bad]] = {
    "Flatten": [({"units": 3}, "units", "no such setting")],
    "Reshape": [
        ({"target_shape": [-2]}, "target_shape.0", "-1 or more"),
        ({"target_shape": 3}, "target_shape", "a list"),
    ],
    "Permute": [({"dims": [0, 1]}, "dims.0", "1 or more"), ({"dims": 2}, "dims", "a list")],
    "RepeatVector": [({"n": 0}, "n", "1 or more"), ({"n": [2]}, "n", "a whole number")],
    "Cropping1D": [({"cropping": [1, -1]}, "cropping.1", "0 or more"), ({"cropping": [3]}, "cropping.1", "missing")],
    "Cropping2D": [
        ({"cropping": [[1, 2], [3, 4], [5, 6]]}, "cropping", "too many parts"),
        ({"cropping": "all"}, "cropping", "a list"),
    ],
    "Cropping3D": [
        ({"cropping": [1, 2]}, "cropping.2", "missing"),
        ({"cropping": 1.5}, "cropping.0", "a whole number"),
    ],
    "ZeroPadding1D": [({"padding": "same"}, "padding", "a list")],
    "ZeroPadding2D": [({"padding": 20_000}, "padding.0", "10000 or less"), ({"padding": None}, "padding", "a list")],
    "ZeroPadding3D": [({"padding": [1, 1, [1, "x"]]}, "padding.5", "a whole number")],
    "UpSampling1D": [({"size": 0}, "size.0", "1 or more"), ({"interpolation": "nearest"}, "interpolation", "no such")],
    "UpSampling2D": [({"interpolation": "best"}, "interpolation", "choose ")],
    "UpSampling3D": [({"size": [2, 2]}, "size.2", "missing")],
    "Resizing": [({"height": 0}, "height", "1 or more"), ({"fill_mode": "wrap"}, "fill_mode", "choose ")],
    "CenterCrop": [({"width": None}, "width", "a whole number")],
    "Rescaling": [({"scale": "1/255"}, "scale", "a number"), ({"offset": float("inf")}, "offset", "a finite number")],
}

DEFAULTS: dict[str, Config] = {
    "Flatten": {"data_format": "channels_last"},
    "Reshape": {"target_shape": [-1]},
    "Permute": {"dims": [2, 1]},
    "RepeatVector": {"n": 2},
    "Cropping1D": {"cropping": [1, 1]},
    "Cropping2D": {"cropping": [0, 0, 0, 0], "data_format": "channels_last"},
    "Cropping3D": {"cropping": [1] * 6, "data_format": "channels_last"},
    **{f"ZeroPadding{rank}D": {"padding": [1] * (2 * rank), "data_format": "channels_last"} for rank in (1, 2, 3)},
    "UpSampling1D": {"size": [2]},
    "UpSampling2D": {"size": [2, 2], "interpolation": "nearest", "data_format": "channels_last"},
    "UpSampling3D": {"size": [2, 2, 2], "data_format": "channels_last"},
    "Resizing": {
        "height": 32,
        "width": 32,
        "interpolation": "bilinear",
        "crop_to_aspect_ratio": False,
        "pad_to_aspect_ratio": False,
        "fill_mode": "constant",
        "fill_value": 0.0,
        "antialias": False,
        "data_format": "channels_last",
    },
    "CenterCrop": {"height": 32, "width": 32, "data_format": "channels_last"},
    "Rescaling": {"scale": 1 / 255, "offset": 0.0},
}
