"""Blocks that cannot be written out."""

from __future__ import annotations

from typing import Any

from tests.engine.drawings import graph, node, table, wire
from tests.engine.graph.problems.case import Case


def blocks(config: dict[str, Any], own: bool = False, twice: bool = False) -> dict[str, Any]:
    """Input → a block → Output; the block is one Dense, or itself (`own`), with one output or two."""
    nodes = [node("enter", "Input"), node("dense", "Dense", units=3), node("leave", "Output")]
    if own:
        nodes[1] = node("block", "Block", block="self")
    wires = "enter > block > leave" if own else "enter > dense > leave"
    inner = graph(
        [*nodes, *([node("second", "Output")] if twice else [])], wires + (", dense > second" if twice else "")
    )
    outer = graph(
        [node("input", "Input"), node("block", "Block", **config), node("output", "Output")], "input > block > output"
    )
    return {**outer, "blocks": {"self": {"title": "Itself", "nodes": inner["nodes"], "edges": inner["edges"]}}}


def without_output(drawing: dict[str, Any]) -> dict[str, Any]:
    """The drawing after the Output inside its block was deleted."""
    inside = drawing["blocks"]["self"]
    inside["nodes"] = [one for one in inside["nodes"] if one["type"] != "Output"]
    inside["edges"] = [edge for edge in inside["edges"] if edge["target"] != "leave"]
    return drawing


CASES = [
    Case("unknown_block", "block", blocks({"block": "other"}), table(), "Remove block", False),
    Case("block_in_itself", "block/block", blocks({"block": "self"}, own=True), table()),
    Case(
        "block_cannot_repeat", "block", blocks({"block": "self", "repeat": 2}, twice=True), table(), "Do not repeat it"
    ),
    Case("wrong_setting", "block", blocks({"block": "self", "repeat": 0}), table()),
    Case("block_without_output", "block", without_output(blocks({"block": "self", "repeat": 2})), table()),
    Case(
        "missing_connection",
        "block",
        {**blocks({"block": "self"}), "edges": [wire("block", "output")]},
        table(),
        None,
        False,
    ),
]
