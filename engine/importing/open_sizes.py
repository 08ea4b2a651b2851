"""Sizes an Input leaves open although another layer needs them: Keras lets them fit anything, a run does not."""

from __future__ import annotations

import time

from engine.graph.check import check
from engine.graph.document import Graph, Node
from engine.problems import Problem

MOST_NODES = 500
"""Larger drawings are not tried: each trial is a check."""

SECONDS = 3.0
"""How long sizes are tried in all."""


def settle(graph: Graph) -> list[Problem]:
    """Gives an open size the one value with which layers fit together; a problem for each size it has set."""
    inputs = [node for node in graph.nodes if node.type == "Input" and None in (node.config["shape"] or ())]
    if not inputs or len(graph.nodes) > MOST_NODES:
        return []
    told: list[Problem] = []
    deadline = time.monotonic() + SECONDS
    before, sizes = _misfits(graph)
    axes = [(one, axis) for one in inputs for axis, size in enumerate(one.config["shape"]) if size is None]
    for node, axis in axes:
        for size in sizes:
            if not before or time.monotonic() > deadline:
                return told
            node.config["shape"][axis] = size
            after, others = _misfits(graph)
            if after < before:
                told.append(_set(node, axis, size))
                before, sizes = after, others
                break
            node.config["shape"][axis] = None
    return told


def _misfits(graph: Graph) -> tuple[int, list[int]]:
    """How many layers get shapes that differ, and the sizes along the wires to them."""
    report = check(graph)
    places = {problem.where["node"] for problem in report.problems if problem.code == "shapes_differ"}
    feeding = {edge.source for edge in graph.edges if edge.target in places}
    sizes = {size for name in feeding if name in report.nodes for size in report.nodes[name].traced.spec.shape}
    return len(places), sorted(sizes)


def _set(node: Node, axis: int, size: int) -> Problem:
    return Problem(
        "imported_size_set",
        {"node": node.id},
        f"The model leaves size {axis + 1} of {node.config['name']!r} open; it was set to {size}, "
        "with which the layers after it fit together.",
        "Change the shape of this input if your data differ.",
    )
