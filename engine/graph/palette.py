"""What one can draw with: the layers, with what some of them are to a block, and the block itself."""

from __future__ import annotations

from typing import Any

from engine.graph.blocks import BLOCK, BlockConfig
from engine.layers import Input, Output
from engine.layers import palette as layers

FAMILY = "Blocks"

ROLES = {Input.__name__: "input", Output.__name__: "output"}
"""Layers that are the ports of a block when they stand inside one."""


def palette() -> list[dict[str, Any]]:
    """One entry per layer, and one for the node that stands for a block.

    `{type, family, title, doc, schema, inputs, outputs, role}`; `role` is "input", "output", "block" or null. How
    many inputs and outputs a block has is up to its drawing.
    """
    entries = [{**entry, "role": ROLES.get(entry["type"])} for entry in layers()]
    return [*entries, _block()]


def _block() -> dict[str, Any]:
    return {
        "type": BLOCK,
        "family": FAMILY,
        "title": BLOCK,
        "doc": "A drawing used as one layer, as often as you like. A change inside it is a change of all its copies.",
        "schema": BlockConfig.model_json_schema(),
        "inputs": {"min": 0, "max": None},
        "outputs": 1,
        "role": "block",
    }
