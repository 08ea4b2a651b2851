"""Blocks: a drawing used as one node of another, repeated, nested and shared."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx

from engine.graph.blocks import flatten, size
from engine.graph.document import Graph
from engine.graph.model import GraphModel, plan
from engine.graph.specs import DataSpecs
from tests.engine.drawings import checked, graph, node, printed, table

Document = dict[str, Any]


def block(nodes: list[Document], wires: str) -> Document:
    inner = graph(nodes, wires)
    return {"title": "A block", "nodes": inner["nodes"], "edges": inner["edges"]}


RESIDUAL = block(
    [node("x", "Input"), node("dense", "Dense", units=4, activation="relu"), node("add", "Add"), node("y", "Output")],
    "x > dense > add > y, x > add",
)
NESTED = block(
    [node("x", "Input"), node("inner", "Block", block="residual", repeat=2), node("y", "Output")], "x > inner > y"
)
SPLIT = block(
    [node("x", "Input"), *(node(name, "Dense", units=units) for name, units in (("left", 2), ("right", 5)))]
    + [node(name, "Output") for name in "ab"],
    "x > left > a, x > right > b",
)
JOIN = block(
    [node("a", "Input"), node("b", "Input"), node("both", "Concatenate"), node("y", "Output")], "a > both > y, b > both"
)
BLOCKS = {"residual": RESIDUAL, "nested": NESTED, "split": SPLIT, "join": JOIN}


def around(*nodes: Document, wires: str) -> Document:
    """A drawing with these nodes between `input` and Dense(3) → Output."""
    ends = [node("last", "Dense", units=3), node("output", "Output")]
    drawing = graph([node("input", "Input"), *nodes, *ends], wires + ", last > output")
    return {**drawing, "blocks": BLOCKS}


def one(**config: Any) -> Document:
    return around(node("it", "Block", **config), wires="input > it > last")


def test_a_block_is_written_out_with_names_of_its_own() -> None:
    report = checked(one(block="residual"), table())
    assert report.problems == []
    assert list(report.used()) == ["input", "it_dense", "it_add", "last", "output"]


def test_the_report_speaks_of_the_block_and_of_what_is_inside() -> None:
    shown = checked(one(block="residual", repeat=3), table()).document()
    assert shown["nodes"]["it"] == {"shape": [4], "dtype": "float32", "parameters": 60}
    assert shown["nodes"]["it/dense"] == {"shape": [4], "dtype": "float32", "parameters": 20}
    assert shown["parameters"]["total"] == 60 + 15


def test_a_repeated_block_keeps_the_names_of_its_first_copy() -> None:
    once, thrice = (set(checked(one(block="residual", repeat=n), table()).nodes) for n in (1, 3))
    assert once < thrice
    assert {"it_dense", "it_x2_dense", "it_x3_dense"} < thrice


def test_blocks_stand_inside_blocks() -> None:
    report = checked(one(block="nested"), table())
    assert report.problems == []
    assert {"it_inner_dense", "it_inner_x2_dense"} < set(report.nodes)
    assert report.document()["nodes"]["it/inner/dense"]["parameters"] == 20
    assert report.document()["nodes"]["it"]["parameters"] == 40


def test_a_block_with_two_outputs_feeds_one_with_two_inputs() -> None:
    drawing = around(node("split", "Block", block="split"), node("join", "Block", block="join"), wires="input > split")
    wires = [("split", "join", 0, 1), ("split", "join", 1, 0), ("join", "last", 0, 0)]
    drawing["edges"] += [{"source": s, "target": t, "port": p, "output": o} for s, t, p, o in wires]
    report = checked(drawing, table())
    assert report.problems == []
    assert report.document()["nodes"]["split"]["shapes"] == [[2], [5]]
    assert report.nodes["join_both"].sources == ("split_right", "split_left")


def test_an_output_of_a_block_without_a_wire_is_told_once() -> None:
    drawing = one(block="split", repeat=2)
    loose = block([*SPLIT["nodes"][:2], node("b", "Output")], "x > left")
    report = checked({**drawing, "blocks": {**BLOCKS, "split": loose}}, table())
    told = [problem.where["node"] for problem in report.problems if problem.code == "missing_connection"]
    assert told.count("it/b") == 1


def test_a_block_that_shares_has_no_weights_of_its_own() -> None:
    nodes = [node("a", "Block", block="residual"), node("b", "Block", shares="a", block="residual")]
    report = checked(around(*nodes, node("add", "Add"), wires="input > a > add > last, input > b > add"), table())
    assert report.problems == []
    assert report.document()["nodes"]["b"]["parameters"] == 0
    made = plan(report, table())
    assert [step.module for step in made.steps][:4].count("a_dense") == 2


def test_a_problem_inside_a_block_is_told_where_the_canvas_shows_it() -> None:
    drawing = one(block="residual")
    broken = block(
        [node("x", "Input"), node("dense", "Dense", units=7), node("add", "Add"), node("y", "Output")],
        "x > dense > add > y, x > add",
    )
    (problem,) = checked({**drawing, "blocks": {"residual": broken}}, table()).problems
    assert (problem.code, problem.where["node"]) == ("shapes_differ", "it/add")


def test_a_remedy_inside_a_block_names_the_place_inside() -> None:
    pooling = block([node("x", "Input"), node("pool", "MaxPooling2D"), node("y", "Output")], "x > pool > y")
    report = checked({**one(block="pool"), "blocks": {"pool": pooling}}, DataSpecs(table(16).inputs, table().targets))
    fix = report.problems[0].fix
    assert fix is not None
    assert fix["insert"]["before"] == "it/pool"


@pytest.mark.parametrize("config", [{"block": "residual"}, {"block": "residual", "repeat": 3}, {"block": "nested"}])
def test_the_printed_model_of_a_drawing_with_blocks_is_the_built_one(config: Document) -> None:
    made = plan(checked(one(**config), table()), table())
    x = {"features": jnp.asarray(np.random.default_rng(0).normal(size=(5, 4)), jnp.float32)}
    own = GraphModel(made, nnx.Rngs(3))(x)["target"]
    other = printed(made)["Model"](nnx.Rngs(3))(x)["target"]
    np.testing.assert_array_equal(own, other)


def test_a_bomb_of_blocks_is_counted_without_being_written_out() -> None:
    inner = {
        f"b{n}": block([node(f"i{k}", "Block", block=f"b{n + 1}", repeat=9) for k in range(9)], "") for n in range(19)
    }
    bomb = {**one(block="b0"), "blocks": {**inner, "b19": RESIDUAL}}
    assert size(Graph.model_validate(bomb)) > 10**30
    assert [problem.code for problem in checked(bomb).problems] == ["graph_too_large"]


def test_blocks_in_a_circle_are_told_and_not_followed() -> None:
    x, y = node("x", "Input"), node("y", "Output")
    many = [node(f"i{k}", "Block", block="b") for k in range(10)]
    looped = {"a": block([x, *many, y], "x > i0 > y"), "b": block([x, node("i", "Block", block="a"), y], "x > i > y")}
    codes = {problem.code for problem in checked({**one(block="a"), "blocks": looped}, table()).problems}
    assert "block_in_itself" in codes


def test_a_drawing_without_blocks_is_left_as_it_is() -> None:
    document = Graph.model_validate(graph([node("input", "Input")], ""))
    assert flatten(document).graph is document
    assert "blocks" not in document.model_dump(mode="json")


def test_a_missing_output_is_told_of_the_block_and_not_of_a_layer_inside() -> None:
    drawing = graph([node("input", "Input"), node("it", "Block", block="residual")], "input > it")
    (problem,) = checked({**drawing, "blocks": BLOCKS}, table()).problems
    assert (problem.code, problem.where["node"]) == ("missing_output", "it")
