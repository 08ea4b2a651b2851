"""Values of the wrong type, axis or shape for a layer."""

from __future__ import annotations

from typing import Any

from tests.engine.drawings import node, stack, table, wire
from tests.engine.graph.problems.case import CITIES, Case, branches

NORMALIZATIONS = (
    "BatchNormalization",
    "LayerNormalization",
    "GroupNormalization",
    "RMSNormalization",
    "UnitNormalization",
)

AUGMENTATIONS = (
    "RandomFlip",
    "RandomRotation",
    "RandomZoom",
    "RandomTranslation",
    "RandomCrop",
    "RandomContrast",
    "RandomBrightness",
)
DROPOUTS = ("Dropout", "GaussianDropout", "AlphaDropout", "GaussianNoise")
FUNCTIONS = ("Activation", "ReLU", "LeakyReLU", "PReLU", "ELU", "Softmax", "ActivityRegularization")

SETTINGS = {"GroupNormalization": {"groups": 1}}
"""What a layer needs to fit a single value."""

SAME_INDICES: list[list[tuple[str, dict[str, Any]]]] = [[], [("Flatten", {})], [("Reshape", {"target_shape": [1, 1]})]]
"""Layers that keep indices as they are."""

CASES = [
    *[
        Case(
            "wrong_rank",
            "layer_1",
            stack(("Reshape", {"target_shape": []}), (kind, SETTINGS.get(kind, {})), ("Dense", {"units": 3})),
            table(1),
            "Insert Reshape to 1",
        )
        for kind in ("Dense", "Activation", "Softmax", *NORMALIZATIONS)
    ],
    Case("wrong_type", "layer_0", stack(("Embedding", {})), table()),
    *[Case("wrong_type", "layer_0", stack((kind, {})), CITIES) for kind in (*NORMALIZATIONS, *DROPOUTS, *FUNCTIONS)],
    *[
        Case("wrong_type", "layer_1", stack(("Reshape", {"target_shape": [1, 1, 1]}), (kind, {})), CITIES)
        for kind in AUGMENTATIONS
    ],
    *[
        Case(
            "index_out_of_range",
            f"layer_{len(before)}",
            stack(*before, ("Embedding", {"input_dim": 8}), ("Flatten", {}), ("Dense", {"units": 1})),
            CITIES,
            "Set input_dim to 9",
        )
        for before in SAME_INDICES
    ],
    Case("wrong_shape", "layer_0", stack(("Reshape", {"target_shape": [3, -1]})), table(4)),
    Case("wrong_shape", "layer_0", stack(("Reshape", {"target_shape": [-1, -1]})), table(4)),
    Case("wrong_shape", "layer_0", stack(("Reshape", {"target_shape": [0, 4]})), table(4)),
    *[
        Case(
            "shapes_differ",
            "join",
            branches(node("a", "Dense", units=3), node("b", "Dense", units=4), node("join", kind)),
            table(),
        )
        for kind in ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Dot")
    ],
    Case(
        "wrong_axis",
        "join",
        branches(node("a", "Dense"), node("b", "Dense"), node("join", "Dot", axes=[1, 2])),
        table(),
        "Set axes to −1, −1",
    ),
    Case(
        "too_many_connections",
        "join",
        {
            **(three := branches(node("a", "Dense", units=3), node("b", "Dense", units=3), node("join", "Subtract"))),
            "edges": [*three["edges"], wire("input", "join", 2)],
        },
        table(),
    ),
    Case(
        "shapes_differ",
        "join",
        branches(node("a", "Dense"), node("b", "Reshape", target_shape=[2, 2]), node("join", "Concatenate")),
        table(),
    ),
    *[
        Case(
            "wrong_axis",
            "join",
            branches(node("a", "Dense"), node("b", "Dense"), node("join", "Concatenate", axis=axis)),
            table(),
            "Set axis to −1",
        )
        for axis in (0, 2, -2, -3)
    ],
    *[
        Case("wrong_axis", "layer_0", stack(("Softmax", {"axis": axis}), ("Dense", {"units": 3})), table(), label)
        for axis, label in ((0, "Set axis to −1"), ([1, 2], "Set axis to −1"))
    ],
    *[
        Case(
            "wrong_axis",
            "layer_0",
            stack(
                (kind, {"axis": 2, "groups": 2} if kind.startswith("Group") else {"axis": 2}), ("Dense", {"units": 3})
            ),
            table(),
            "Set axis to −1",
        )
        for kind in NORMALIZATIONS
    ],
    *[
        Case(
            "wrong_groups",
            "layer_0",
            stack(("GroupNormalization", {"groups": groups}), ("Dense", {"units": 3})),
            table(12),
            f"Set groups to {fitting}",
        )
        for groups, fitting in ((32, 12), (5, 4), (0, 1))
    ],
    Case(
        "wrong_axis",
        "layer_0",
        stack(("PReLU", {"shared_axes": [1, 3]}), ("Dense", {"units": 3})),
        table(),
        "Set shared_axes to empty",
    ),
    Case(
        "no_steps_to_mask",
        "layer_1",
        stack(
            ("Reshape", {"target_shape": [1, 1]}),
            ("Embedding", {"mask_zero": True}),
            ("Flatten", {}),
            ("Dense", {"units": 1}),
        ),
        CITIES,
        "Switch mask_zero off",
    ),
]
