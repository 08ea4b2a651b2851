"""Inputs, outputs and the whole network, where they do not fit the data or the machine."""

from __future__ import annotations

from typing import Any

from engine.graph.specs import DataSpecs, Target
from engine.layers import Spec
from tests.engine.drawings import graph, node, pictures, stack, table, wire
from tests.engine.graph.problems.case import FINE, WIRES, Case, picture

AUTO = "Set its activation to auto"

TWO_TARGETS = DataSpecs({"features": Spec((4,))}, {"a": Target("number"), "b": Target("number")})


def open_ended(*layers: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    """A stack whose Input leaves a size open."""
    drawing = stack(*layers)
    drawing["nodes"][0]["config"]["shape"] = [None, 3]
    return drawing


def answering(units: int, before: str, after: str) -> dict[str, Any]:
    """A Dense with one activation and an Output with another."""
    drawing = stack(("Dense", {"units": units, "activation": before}))
    drawing["nodes"][-1]["config"]["activation"] = after
    return drawing


CASES = [
    Case("unknown_input", "input", stack(("Dense", {"units": 3}), name="other"), table(), "Use features"),
    Case(
        "unknown_input",
        "input",
        stack(("Dense", {"units": 1}), name="x", target="a"),
        TWO_TARGETS,
        "Use features",
        False,
    ),
    Case("unknown_target", "output", stack(("Dense", {"units": 3}), target="other"), table(), "Use target"),
    Case("unknown_target", "output", stack(("Dense", {"units": 1}), target="c"), TWO_TARGETS),
    Case("missing_data", "input", stack(("Dense", {}))),
    Case("missing_output", "dense", graph(FINE[:2], "input > dense"), table()),
    Case(
        "two_outputs_for_target",
        "again",
        graph([*FINE, node("again", "Output")], WIRES + ", dense > again"),
        table(),
        "Remove again",
    ),
    Case("target_without_output", None, stack(("Dense", {"units": 1}), target="a"), TWO_TARGETS),
    Case("output_not_flat", "output", picture(("Conv2D", {}), ("Dense", {"units": 10})), pictures(), "Insert Flatten"),
    Case(
        "output_not_flat", "output", picture(("Conv2D", {}), ("MaxPooling2D", {})), pictures(), "Insert Flatten", False
    ),
    Case(
        "wrong_number_of_classes",
        "output",
        stack(("Dense", {"units": 5})),
        table(),
        "Set the units of layer_0 to 3",
    ),
    Case(
        "wrong_number_of_classes",
        "output",
        stack(("Dense", {"units": 5, "activation": "relu"})),
        table(),
        "Insert Dense(3)",
    ),
    Case(
        "wrong_number_of_classes",
        "output",
        stack(("Dense", {"units": 3})),
        table(classes=2),
        "Set the units of layer_0 to 1",
    ),
    *(
        Case("activation_does_not_fit", "output", answering(units, before, after), table(classes=classes), AUTO)
        for classes, units, before, after in [
            (3, 3, "linear", "sigmoid"),
            (3, 3, "linear", "relu"),
            (3, 3, "linear", "linear"),
            (3, 3, "softmax", "softmax"),
            (2, 1, "linear", "softmax"),
            (2, 1, "sigmoid", "sigmoid"),
        ]
    ),
    Case("wrong_number_of_values", "output", stack(("Dropout", {})), table(4, None), "Insert Dense(1)"),
    Case("wrong_number_of_values", "output", stack(), table(4, None), "Insert Dense(1)"),
    Case(
        "model_too_large",
        "layer_1",
        stack(("Dense", {"units": 10**7}), ("Dense", {"units": 10**7}), ("Dense", {"units": 3})),
        table(),
    ),
    Case(
        "no_such_output",
        "last",
        {
            **(
                drawing := graph(
                    [node("input", "Input"), node("last", "Dense"), node("output", "Output")], "last > output"
                )
            ),
            "edges": [*drawing["edges"], {**wire("input", "last"), "output": 1}],
        },
        table(),
    ),
    Case("needs_fixed_size", "layer_1", open_ended(("Flatten", {}), ("Dense", {"units": 3}))),
]
