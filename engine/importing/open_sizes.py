"""Sizes an Input leaves open although another layer needs them: Keras lets them fit anything, a run does not."""

from __future__ import annotations

from engine.graph.check import check
from engine.graph.document import Graph, Node
from engine.problems import Problem

MOST_TRIALS = 12


def settle(graph: Graph) -> list[Problem]:
    """Gives an open size the one value with which layers fit together; a problem for each size it has set."""
    told = []
    for node in [node for node in graph.nodes if node.type == "Input"]:
        for axis, size in enumerate(node.config["shape"] or ()):
            if size is None:
                told += _settle_axis(graph, node, axis)
    return told


def _settle_axis(graph: Graph, node: Node, axis: int) -> list[Problem]:
    before, sizes = _misfits(graph)
    for size in sizes[:MOST_TRIALS] if before else ():
        node.config["shape"][axis] = size
        if _misfits(graph)[0] < before:
            return [_set(node, axis, size)]
    node.config["shape"][axis] = None
    return []


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
