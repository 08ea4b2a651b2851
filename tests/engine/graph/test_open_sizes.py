"""Inputs whose shape leaves a size open, as in networks for sequences or pictures of any size."""

from __future__ import annotations

from typing import Any

from engine.graph.specs import DataSpecs
from engine.layers import Spec
from tests.engine.drawings import checked, pictures, stack

Document = dict[str, Any]


def open_ended(shape: list[int | None], *layers: tuple[str, Document]) -> Document:
    drawing = stack(*layers, name="image")
    drawing["nodes"][0]["config"]["shape"] = shape
    return drawing


def test_an_open_size_stays_open_where_it_flows_through() -> None:
    shown = checked(open_ended([None, 73], ("Dense", {"units": 8}), ("Dropout", {}))).document()
    assert [shown["nodes"][name]["shape"] for name in ("input", "layer_0", "layer_1")] == [
        [None, 73],
        [None, 8],
        [None, 8],
    ]
    assert shown["parameters"]["total"] == 74 * 8
    assert shown["problems"] == []


def test_a_layer_that_sums_up_the_open_axes_gives_a_known_shape() -> None:
    layers = [("Conv2D", {"filters": 4}), ("MaxPooling2D", {}), ("GlobalAveragePooling2D", {}), ("Dense", {"units": 2})]
    shown = checked(open_ended([None, None, 3], *layers)).document()
    shapes = [shown["nodes"][f"layer_{place}"]["shape"] for place in range(4)]
    assert shapes == [[None, None, 4], [None, None, 4], [4], [2]]


def test_data_close_an_open_size() -> None:
    drawing = open_ended([None, None, 1], ("Flatten", {}), ("Dense", {"units": 10}))
    data = DataSpecs({"image": Spec((8, 8, 1))}, {"target": pictures().targets["target"]})
    report = checked(drawing, data)
    assert report.problems == []
    assert report.document()["nodes"]["layer_0"]["shape"] == [64]
