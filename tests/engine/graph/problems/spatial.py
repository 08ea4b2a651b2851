"""Layers along the axes of a sequence, an image or a volume, where they do not fit."""

from __future__ import annotations

from tests.engine.drawings import pictures, stack, table
from tests.engine.graph.problems.case import Case, picture, shaped

CASES = [
    Case(
        "wrong_rank",
        "layer_0",
        stack(("Conv2D", {}), ("Flatten", {}), ("Dense", {"units": 3})),
        table(784),
        "Insert Reshape to 28×28×1",
    ),
    Case(
        "wrong_rank",
        "layer_0",
        stack(("MaxPooling2D", {}), ("Flatten", {}), ("Dense", {"units": 3})),
        table(4),
        "Insert Reshape to 2×2×1",
    ),
    Case(
        "wrong_rank",
        "layer_1",
        stack(("Reshape", {"target_shape": [6, 5]}), ("Conv2D", {}), ("Flatten", {}), ("Dense", {"units": 3})),
        table(30),
        "Insert Reshape to 6×5×1",
    ),
    Case(
        "wrong_groups",
        "layer_0",
        picture(("Conv2D", {"groups": 3}), ("Flatten", {}), ("Dense", {"units": 10})),
        pictures(),
        "Set groups to 1",
    ),
    *[
        Case(
            "window_too_large",
            "layer_0",
            picture((kind, config), ("Flatten", {}), ("Dense", {"units": 10})),
            pictures(4),
            "Set padding to same",
        )
        for kind, config in (
            ("Conv2D", {"kernel_size": [5, 2]}),
            ("Conv2D", {"dilation_rate": [1, 2]}),
            ("MaxPooling2D", {"pool_size": [2, 5]}),
            ("AveragePooling2D", {"pool_size": [5, 5]}),
        )
    ],
    *[
        Case("window_too_large", "layer_0", shaped(shape, (kind, {"data_format": order})), None, "Set padding to same")
        for kind, shape, order in (
            ("Conv1D", [2, 5], "channels_last"),
            ("Conv3D", [5, 4, 3, 2], "channels_first"),
            ("SeparableConv1D", [2, 9], "channels_last"),
            ("DepthwiseConv2D", [4, 2, 4], "channels_first"),
            ("MaxPooling1D", [1, 9], "channels_last"),
            ("AveragePooling3D", [4, 4, 4, 1], "channels_first"),
        )
    ],
    *[
        Case("wrong_groups", "layer_0", shaped(shape, (kind, {"groups": 2, **config})), None, "Set groups to 1")
        for kind, shape, config in (
            ("Conv1D", [9, 3], {}),
            ("Conv2D", [9, 9, 2], {"filters": 3}),
            ("Conv3D", [3, 9, 9, 8], {"data_format": "channels_first"}),
        )
    ],
    *[
        Case(
            "strides_and_dilation",
            "layer_0",
            shaped(shape, (kind, {"strides": 2, "dilation_rate": 3})),
            None,
            "Set dilation_rate to 1",
        )
        for kind, shape in (
            ("Conv1D", [9, 2]),
            ("Conv2D", [9, 9, 2]),
            ("Conv3D", [9, 9, 9, 2]),
            ("SeparableConv2D", [9, 9, 2]),
            ("DepthwiseConv1D", [9, 2]),
            ("Conv3DTranspose", [9, 9, 9, 2]),
        )
    ],
    *[
        Case(
            "wrong_output_padding",
            "layer_0",
            shaped([5, 5, 2], ("Conv2DTranspose", {"strides": strides, "output_padding": 1})),
            None,
            "Leave output_padding empty",
        )
        for strides in (1, [2, 1])
    ],
    *[
        Case("crop_too_large", "layer_0", shaped(shape, (kind, {"cropping": cropping})))
        for kind, shape, cropping in (
            ("Cropping1D", [5, 2], [2, 3]),
            ("Cropping2D", [5, 2, 4], 1),
            ("Cropping3D", [4, 4, 4, 1], [1, 0, 4]),
        )
    ],
    *[
        Case("result_too_large", "layer_0", shaped(shape, (kind, config)))
        for kind, shape, config in (
            ("RepeatVector", [1000], {"n": 10**7}),
            ("UpSampling1D", [10**6, 1], {"size": 10_000}),
            ("UpSampling2D", [8, 8, 3], {"size": 10_000}),
            ("UpSampling3D", [1, 1, 1, 1], {"size": 10_000}),
            ("ZeroPadding2D", [8, 8, 16], {"padding": 10_000}),
            ("Conv3DTranspose", [8, 8, 8, 1], {"strides": 10_000, "filters": 1}),
            ("DepthwiseConv2D", [1000, 1000, 3], {"depth_multiplier": 10_000}),
            ("SeparableConv2D", [1000, 1000, 3], {"depth_multiplier": 10_000}),
            ("Resizing", [8, 8, 30], {"height": 10_000, "width": 10_000}),
            ("CenterCrop", [30, 8, 8], {"height": 10_000, "width": 10_000, "data_format": "channels_first"}),
        )
    ],
    *[
        Case("wrong_axes", "layer_0", shaped(shape, ("Permute", {"dims": dims})), None, fix)
        for shape, dims, fix in (
            ([4], [2, 1], "Set dims to 1"),
            ([4, 3, 2], [2, 1], "Set dims to 3×2×1"),
            ([4, 3], [1, 1], "Set dims to 2×1"),
            ([4, 3], [1, 3], "Set dims to 2×1"),
        )
    ],
    Case("wrong_rank", "layer_0", shaped([], ("Permute", {})), None, "Insert Reshape to 1", False),
    Case("wrong_rank", "layer_0", shaped([4, 3], ("RepeatVector", {})), None, "Insert Flatten"),
    Case("wrong_rank", "layer_0", shaped([4, 3], ("UpSampling2D", {})), None, "Insert Reshape to 4×3×1"),
    Case(
        "crop_and_pad",
        "layer_0",
        shaped([4, 3, 1], ("Resizing", {"crop_to_aspect_ratio": True, "pad_to_aspect_ratio": True})),
        None,
        "Turn cutting off",
    ),
    *[
        Case("wrong_type", "layer_0", shaped(shape, (kind, config), dtype="int32"))
        for kind, shape, config in (
            ("MaxPooling1D", [4, 3], {}),
            ("AveragePooling3D", [4, 4, 4, 1], {}),
            ("GlobalMaxPooling2D", [4, 4, 1], {}),
            ("GlobalAveragePooling1D", [4, 1], {}),
            ("UpSampling2D", [4, 4, 1], {"interpolation": "bicubic"}),
            ("Resizing", [4, 4, 1], {"interpolation": "nearest"}),
            ("CenterCrop", [4, 4, 1], {"height": 2, "width": 2}),
        )
    ],
]
