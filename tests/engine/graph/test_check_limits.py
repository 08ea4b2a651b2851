"""What a check does with drawings that are huge, hostile or half made, and what it remembers."""

from __future__ import annotations

import re
from types import SimpleNamespace

import psutil
import pytest

from engine.graph import check as checking
from engine.graph import shapes
from engine.graph.document import Graph
from engine.graph.specs import DataSpecs
from engine.layers import pooling
from tests.engine.drawings import checked, graph, node, pictures, stack, table


def test_it_refuses_a_hundred_thousand_nodes_without_reading_one(monkeypatch: pytest.MonkeyPatch) -> None:
    document = graph([node(f"n{i}", "Dense") for i in range(100_000)], "")
    monkeypatch.setattr(checking.drawing, "read_layers", lambda *_: pytest.fail("A layer was read."))
    report = checking.check(Graph.model_validate(document))
    assert [problem.code for problem in report.problems] == ["graph_too_large"]
    assert "100,000 nodes" in report.problems[0].message
    assert report.nodes == {}


def test_it_answers_for_a_thousand_layers() -> None:
    layers = [("Dense", {"units": 8, "activation": "relu"}), ("Dropout", {})] * 500
    report = checked(stack(*layers, ("Dense", {"units": 3})), table())
    assert report.problems == []
    assert report.parameters()["trainable"] == 4 * 8 + 8 + 499 * (8 * 8 + 8) + 8 * 3 + 3


def test_a_second_check_traces_only_what_changed() -> None:
    def drawing(units: int) -> dict[str, object]:
        return stack(*[("Dense", {"units": 5 + place}) for place in range(10)], ("Dense", {"units": units}))

    shapes.trace_layer.cache_clear()
    checked(drawing(3), table())
    assert shapes.trace_layer.cache_info().misses == 11
    checked(drawing(3), table())
    assert shapes.trace_layer.cache_info().misses == 11
    checked(drawing(4), table())
    assert shapes.trace_layer.cache_info().misses == 12


@pytest.mark.parametrize("units", [10**7 + 1, 10**9, 10**30])
def test_a_slip_in_the_units_is_named_before_it_costs_memory(units: int) -> None:
    report = checked(stack(("Dense", {"units": units})), table())
    assert report.problems[0].code == "wrong_setting"
    assert report.problems[0].where == {"node": "layer_0", "field": ["units"]}
    assert "10000000 or less" in report.problems[0].message


def test_ten_million_units_are_too_much_for_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(total=16 * 10**9))
    report = checked(stack(("Dense", {"units": 10**7}), ("Dense", {"units": 1})), table(100, None))
    (problem,) = report.problems
    assert problem.code == "model_too_large"
    assert problem.where == {"node": "layer_0"}
    assert problem.message == (
        "This model needs about 16 GB to train; this machine has 16 GB. "
        "layer_0 takes most of it, with 1,010,000,000 parameters."
    )
    found = re.match(r"About ([\d,]+) units instead of 10,000,000 in layer_0 would fit\.", problem.hint)
    assert found is not None
    units = int(found[1].replace(",", ""))
    assert 10**6 < units < 10**7
    assert checked(stack(("Dense", {"units": units}), ("Dense", {"units": 1})), table(100, None)).problems == []


def test_a_value_too_large_on_its_way_is_too_much_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(total=10**9))
    wide = ("Conv2D", {"filters": 10**5, "kernel_size": [1, 1], "padding": "same"})
    report = checked(stack(wide, ("GlobalAveragePooling2D", {}), ("Dense", {"units": 10}), name="image"), pictures(64))
    assert [(problem.code, problem.where) for problem in report.problems] == [("model_too_large", {"node": "layer_0"})]


def test_what_flax_cannot_build_is_told_in_shapes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(checking, "trace_layer", lambda *_: 1 / 0)
    (problem,) = checked(stack(("Dense", {"units": 3})), table()).problems
    assert problem.code == "does_not_fit"
    assert problem.message == "Dense cannot take an input of 4 with these settings."
    assert "ZeroDivisionError" in capsys.readouterr().err  # for the log, never for the user


def test_a_layer_that_leaves_nothing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pooling, "require_window", lambda *_: None)
    drawing = stack(("MaxPooling2D", {"pool_size": [9, 9]}), name="image")
    (problem,) = checked(drawing, pictures()).problems
    assert problem.code == "nothing_left"
    assert problem.message == "Nothing is left after MaxPooling2D: an input of 8×8×1 becomes 0×0×1."


def test_a_half_made_drawing_has_shapes_up_to_where_it_is_made() -> None:
    report = checked(stack(("Dense", {"units": 7}), ("Conv2D", {}), ("Dense", {"units": 3})), table())
    assert {name: found.traced.spec.shape for name, found in report.nodes.items()} == {"input": (4,), "layer_0": (7,)}
    assert [problem.code for problem in report.problems] == ["wrong_rank"]


def test_an_empty_drawing_has_no_problem_of_its_own() -> None:
    report = checked({"nodes": [], "edges": []}, table())
    assert report.document() == {
        "nodes": {},
        "parameters": {"trainable": 0, "non_trainable": 0, "total": 0},
        "problems": [],
    }


def test_without_data_an_input_says_its_own_shape() -> None:
    drawing = graph(
        [node("input", "Input", shape=[28, 28, 1]), node("flat", "Flatten"), node("output", "Output")],
        "input > flat > output",
    )
    report = checked(drawing)
    assert report.problems == []
    assert report.nodes["flat"].traced.spec.shape == (784,)


def test_layers_that_lead_nowhere_are_not_counted() -> None:
    nodes = [node("input", "Input"), node("used", "Dense", units=3), node("loose", "Dense"), node("output", "Output")]
    report = checked(graph(nodes, "input > used > output, input > loose"), table())
    assert report.problems == []
    assert report.document()["nodes"]["loose"]["parameters"] == 160
    assert report.parameters()["total"] == 15


@pytest.mark.parametrize(("units", "loss_width"), [(1, 1), (2, 2)])
def test_two_classes_can_be_answered_by_one_value_or_two(units: int, loss_width: int) -> None:
    report = checked(stack(("Dense", {"units": units})), table(classes=2))
    assert report.problems == []
    assert report.nodes["output"].traced.spec.shape == (loss_width,)


def test_an_index_keeps_its_range_through_layers_that_only_move_it() -> None:
    from engine.graph.specs import Target
    from engine.layers import Spec

    data = DataSpecs({"a": Spec((1,), "int32", 5), "b": Spec((2,), "int32", 9)}, {"target": Target("number")})
    nodes = [node("a", "Input", name="a"), node("b", "Input", name="b"), node("join", "Concatenate")]
    nodes += [node("look", "Embedding", input_dim=8), node("flat", "Flatten"), node("one", "Dense", units=1)]
    drawing = graph([*nodes, node("out", "Output")], "a > join, b > join > look > flat > one > out")
    assert [problem.message for problem in checked(drawing, data).problems] == [
        "Embedding has room for 8 entries, but the data hold 9."
    ]
