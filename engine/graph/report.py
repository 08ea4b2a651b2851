"""Report: what a check found, in the names of the drawing and as JSON."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from engine.call import Call
from engine.graph.blocks import Flat
from engine.graph.document import Node
from engine.graph.shapes import Traced
from engine.layers import Layer, Output
from engine.problems import Problem

ENDS = ("node", "before", "source", "target")
"""Fields of a fix that name a node."""

Wire = tuple[str, int | None]
"""A node and the number of its output; None for a node that has only one."""


@dataclass(frozen=True)
class Lowered:
    """One node that fits: its layer, what feeds it, the constructor (None at the boundary), what comes out.

    `mask` names the node whose mask holds for what comes out, or None.
    """

    node: Node
    layer: Layer
    wires: tuple[Wire, ...]
    call: Call | None
    traced: Traced
    mask: str | None = None

    @property
    def sources(self) -> tuple[str, ...]:
        """The nodes that feed it."""
        return tuple(name for name, _ in self.wires)


@dataclass
class Report:
    """What a check found. `nodes` holds those that fit, in an order in which they can be computed.

    Its nodes are those of the drawing with all blocks written out (`flat`). `other` is the same check with
    another size where the shape of an input leaves one open.
    """

    flat: Flat
    nodes: dict[str, Lowered] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    other: Report | None = None

    def used(self) -> dict[str, Lowered]:
        """The nodes that lead to an output or lend it weights (all while there is no output), in order."""
        wanted = {name for name, found in self.nodes.items() if isinstance(found.layer, Output)}
        if not wanted:
            return dict(self.nodes)
        for name in reversed(list(self.nodes)):
            if name in wanted:
                found = self.nodes[name]
                wanted.update([*found.sources, found.node.shares or name])
        return {name: found for name, found in self.nodes.items() if name in wanted}

    def parameters(self) -> dict[str, int]:
        """Counts as Keras counts: trainable, non_trainable, total."""
        found = [lowered.traced for lowered in self.used().values()]
        trainable, fixed = sum(t.trainable for t in found), sum(t.fixed for t in found)
        return {"trainable": trainable, "non_trainable": fixed, "total": trainable + fixed}

    def document(self) -> dict[str, Any]:
        """The report as JSON, as `POST /api/check/` answers it; nodes in blocks are called block/…/node."""
        return {
            "nodes": _shown_nodes(self),
            "parameters": self.parameters(),
            "problems": [problem_document(problem) for problem in self.problems],
        }


def problem_document(problem: Problem) -> dict[str, Any]:
    """A problem of a drawing as JSON, with its node and the edit that mends it."""
    return {
        "code": problem.code,
        "node": problem.where.get("node"),
        "message": problem.message,
        "hint": problem.hint,
        "fix": problem.fix,
    }


def shown_problem(problem: Problem, flat: Flat) -> Problem:
    """The problem with the names of the canvas instead of those of the flat drawing."""
    if not flat.places:
        return problem
    where = {**problem.where}
    if isinstance(where.get("node"), str):
        where["node"] = flat.shown(where["node"])
    fix = problem.fix
    if fix is not None:
        fix = {
            key: {name: flat.shown(one) if name in ENDS else one for name, one in value.items()}
            if isinstance(value, dict)
            else value
            for key, value in fix.items()
        }
    return replace(problem, where=where, fix=fix)


def _shown_nodes(report: Report) -> dict[str, dict[str, Any]]:
    """Each node and each block: shape, type, number of parameters, and all shapes where there are several."""
    flat = report.flat
    shown: dict[str, dict[str, Any]] = {}
    for name, found in report.nodes.items():
        counted = found.traced.trainable + found.traced.fixed
        shapes = [_shape(report, (name, output)) for output in range(len(found.traced.specs()))]
        shown.setdefault(flat.shown(name), _entry(shapes, found.traced.spec.dtype, counted))
    for place, exits in flat.blocks.items():
        inside = [one for name, one in report.nodes.items() if flat.places.get(name, ())[: len(place)] == place]
        if exits and all(name in report.nodes for name, _ in exits):
            counted = sum(one.traced.trainable + one.traced.fixed for one in inside)
            dtype = report.nodes[exits[0][0]].traced.spec.dtype
            shown["/".join(place)] = _entry([_shape(report, end) for end in exits], dtype, counted)
    return shown


def _entry(shapes: list[list[int | None]], dtype: str, parameters: int) -> dict[str, Any]:
    entry: dict[str, Any] = {"shape": shapes[0], "dtype": dtype, "parameters": parameters}
    return {**entry, "shapes": shapes} if len(shapes) > 1 else entry


def _shape(report: Report, end: tuple[str, int]) -> list[int | None]:
    """The shape of one output, with None for axes whose size is left open."""
    name, output = end
    shape = report.nodes[name].traced.specs()[output].shape
    if report.other is None or name not in report.other.nodes:
        return list(shape)
    others = report.other.nodes[name].traced.specs()[output].shape
    return [size if size == other else None for size, other in zip(shape, others, strict=True)]
