"""Names, settings and wires that are wrong."""

from __future__ import annotations

from typing import Any

from tests.engine.drawings import graph, node, stack, table, wire
from tests.engine.graph.problems.case import FINE, WIRES, Case


def sharing(second: dict[str, Any]) -> dict[str, Any]:
    nodes = [node("input", "Input"), node("first", "Dense", units=4), second, node("last", "Dense", units=3)]
    return graph([*nodes, node("output", "Output")], "input > first > second > last > output")


CASES = [
    Case("graph_too_large", None, graph([node(f"n{i}", "Flatten") for i in range(5001)], "")),
    Case("graph_too_large", None, {"nodes": [], "edges": [wire("a", "b")] * 20_001}),
    Case("duplicate_node", "dense", graph([*FINE, node("dense", "Dense")], WIRES)),
    Case("wrong_node_name", "my dense", graph([*FINE, node("my dense", "Dense")], WIRES + ", input > my dense")),
    Case("wrong_node_name", "lambda", graph([*FINE, node("lambda", "Dense")], WIRES + ", input > lambda")),
    Case("wrong_node_name", "2d", graph([*FINE, node("2d", "Dense")], WIRES + ", input > 2d")),
    Case("wrong_node_name", "ﬁlter", graph([*FINE, node("ﬁlter", "Dense")], WIRES + ", input > ﬁlter")),
    *[
        Case("reserved_node_name", name, graph([*FINE, node(name, "Dense")], f"{WIRES}, input > {name}"))
        for name in ("inputs", "train", "eval", "self", "__init__", "Dense", "gelu", "leaky_relu", "forward", "plan")
    ],
    Case("unknown_layer", "odd", graph([*FINE, node("odd", "Densse")], WIRES), table(), "Remove odd"),
    Case("wrong_setting", "layer_0", stack(("Dense", {"units": 0}))),
    Case("wrong_setting", "layer_0", stack(("Dense", {"units": 10**9}))),
    Case("dangling_wire", None, {**graph(FINE, WIRES), "edges": [*graph(FINE, WIRES)["edges"], wire("dense", "gone")]}),
    Case("wire_from_output", "output", graph([*FINE, node("after", "Dense")], WIRES + " > after")),
    Case(
        "graph_has_cycle",
        "a",
        graph([node("input", "Input"), node("a", "Dense"), node("b", "Dense")], "input > a > b > a"),
    ),
    Case("graph_has_cycle", "a", graph([node("a", "Dense")], "a > a")),
    Case("missing_connection", "output", graph(FINE, "input > dense"), table(), "Connect dense to it"),
    Case("missing_connection", "dense", graph(FINE, "dense > output"), table(), "Connect input to it"),
    Case(
        "missing_connection",
        "add",
        graph([node("input", "Input"), node("add", "Add"), node("output", "Output")], "input > add > output"),
        table(),
    ),
    Case(
        "too_many_connections",
        "dense",
        graph([node("input", "Input"), node("more", "Input"), *FINE[1:]], "input > dense > output, more > dense"),
        table(),
    ),
    Case(
        "too_many_connections",
        "input",
        graph([*FINE, node("more", "Input")], WIRES + ", more > input"),
        table(),
    ),
    Case("unknown_shared_layer", "second", sharing(node("second", "Dense", shares="nobody", units=4)), table()),
    Case("unknown_shared_layer", "second", sharing(node("second", "Dense", shares="second", units=4)), table()),
    Case("unknown_shared_layer", "second", sharing(node("second", "Dense", shares="last", units=4)), table()),
    Case("unknown_shared_layer", "second", sharing(node("second", "Dense", shares="input", units=4)), table()),
    Case("sharing_differs", "second", sharing(node("second", "Dense", shares="first", units=5)), table()),
]
