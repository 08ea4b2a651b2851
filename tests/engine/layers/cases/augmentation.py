"""The contract cases of augmentations."""

from __future__ import annotations

from tests.engine.layers.cases.case import Bad, Case, Config

IMAGE = (6, 5, 3)

CASES: dict[str, list[Case]] = {
    "RandomFlip": [Case({}, [IMAGE], IMAGE), Case({"mode": "vertical"}, [IMAGE], IMAGE)],
    "RandomRotation": [
        Case({}, [IMAGE], IMAGE),
        Case({"factor": 0.5, "fill_mode": "constant", "interpolation": "nearest"}, [IMAGE], IMAGE),
    ],
    "RandomZoom": [
        Case({}, [IMAGE], IMAGE),
        Case({"height_factor": [0.5, -0.5], "width_factor": 0.1, "fill_mode": "wrap"}, [IMAGE], IMAGE),
    ],
    "RandomTranslation": [
        Case({}, [IMAGE], IMAGE),
        Case({"height_factor": 1, "fill_mode": "nearest", "interpolation": "nearest"}, [IMAGE], IMAGE),
    ],
    "RandomCrop": [
        Case({"height": 4, "width": 3}, [IMAGE], (4, 3, 3)),
        Case({"height": 6, "width": 5}, [IMAGE], IMAGE),
        Case({"height": 8, "width": 2}, [IMAGE], (8, 2, 3)),
    ],
    "RandomContrast": [Case({}, [IMAGE], IMAGE), Case({"factor": 0.5, "value_range": [0, 255]}, [IMAGE], IMAGE)],
    "RandomBrightness": [Case({}, [IMAGE], IMAGE), Case({"factor": 0.5, "value_range": [255, 0]}, [IMAGE], IMAGE)],
}

BAD: dict[str, list[Bad]] = {
    "RandomFlip": [({"mode": "sideways"}, "mode", "choose ")],
    "RandomRotation": [({"factor": 2}, "factor.0", "-1.0 or more"), ({"fill_mode": "zeros"}, "fill_mode", "choose ")],
    "RandomZoom": [({"height_factor": [-1, 0]}, "height_factor.0", "more than -1.0")],
    "RandomTranslation": [({"width_factor": None}, "width_factor", "a list")],
    "RandomCrop": [({"height": 0}, "height", "1 or more")],
    "RandomContrast": [({"factor": [0.1, 2]}, "factor.1", "1.0 or less")],
    "RandomBrightness": [({"value_range": [1]}, "value_range.1", "missing")],
}

WARP: Config = {"fill_mode": "reflect", "interpolation": "bilinear", "fill_value": 0.0}

DEFAULTS: dict[str, Config] = {
    "RandomFlip": {"mode": "horizontal_and_vertical"},
    "RandomRotation": {"factor": [-0.1, 0.1], **WARP},
    "RandomZoom": {"height_factor": [-0.2, 0.2], "width_factor": None, **WARP},
    "RandomTranslation": {"height_factor": [-0.1, 0.1], "width_factor": [-0.1, 0.1], **WARP},
    "RandomCrop": {"height": 24, "width": 24},
    "RandomContrast": {"factor": [0.2, 0.2], "value_range": [0.0, 1.0]},
    "RandomBrightness": {"factor": [-0.2, 0.2], "value_range": [0.0, 1.0]},
}
