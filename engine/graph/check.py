"""check(graph, data) → Report: every shape, every parameter count, and everything that is wrong."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field, replace
from typing import Any

import psutil
from flax import nnx

from engine import modules
from engine.call import Call
from engine.graph import answers, drawing
from engine.graph.document import Graph, Node
from engine.graph.shapes import Traced, trace_layer
from engine.graph.specs import DataSpecs
from engine.layers import Input, Layer, Output, Spec
from engine.problems import Problem, Refusal

BYTES_PER_PARAMETER = 16
"""A float32 weight, its gradient, and the two moments Adam keeps."""

TAKEN = frozenset({*dir(nnx.Module), *modules.__all__})
"""Names with a meaning of their own in the printed model, as attributes or as functions."""


@dataclass(frozen=True)
class Lowered:
    """One node that fits: its layer, what feeds it, the constructor (None at the boundary), what comes out."""

    node: Node
    layer: Layer
    sources: tuple[str, ...]
    call: Call | None
    traced: Traced


@dataclass
class Report:
    """What a check found. `nodes` holds those that fit, in an order in which they can be computed."""

    nodes: dict[str, Lowered] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

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
        """The report as JSON, as `POST /api/check/` answers it."""
        return {
            "nodes": {
                name: {
                    "shape": list(found.traced.spec.shape),
                    "dtype": found.traced.spec.dtype,
                    "parameters": found.traced.trainable + found.traced.fixed,
                }
                for name, found in self.nodes.items()
            },
            "parameters": self.parameters(),
            "problems": [
                {
                    "code": problem.code,
                    "node": problem.where.get("node"),
                    "message": problem.message,
                    "hint": problem.hint,
                    "fix": problem.fix,
                }
                for problem in self.problems
            ],
        }


def check(graph: Graph, data: DataSpecs | None = None) -> Report:
    """Traces every node that can be traced. `data` None means that no data set is chosen yet."""
    too_large = drawing.too_large(graph)
    if too_large:
        return Report(problems=[too_large])
    ordered = drawing.in_order(graph)
    layers, problems = drawing.read_layers(graph, TAKEN)
    problems += [*drawing.wiring(graph, layers), *drawing.circular_sharing(graph, ordered)]
    report = Report(problems=problems)
    sources = graph.sources()
    for node in ordered:
        layer, feeding = layers.get(node.id), sources[node.id]
        if layer is None or any(source not in report.nodes for source in feeding):
            continue
        if not feeding and layer.arity.least:
            continue  # the wiring has told so already
        try:
            lowered = _lower(node, layer, tuple(feeding), report, data)
        except Refusal as refusal:
            report.problems.append(drawing.placed(refusal.problem, node.id))
            continue
        report.nodes[node.id] = lowered
    report.problems += answers.outputs(report, data, any(isinstance(layer, Output) for layer in layers.values()))
    report.problems += _too_heavy(report)
    return report


def _lower(node: Node, layer: Layer, sources: tuple[str, ...], report: Report, data: DataSpecs | None) -> Lowered:
    drawing.require_arity(layer, len(sources))
    if isinstance(layer, Input):
        return Lowered(node, layer, sources, None, Traced(answers.input_spec(layer, data), 0, 0))
    inputs = tuple(report.nodes[source].traced.spec for source in sources)
    if isinstance(layer, Output):
        return Lowered(node, layer, sources, None, Traced(inputs[0], 0, 0))
    drawing.require_rank(layer, inputs)
    call = layer.lower(*inputs)
    traced = _trace(layer, call, inputs)
    if layer.keeps_values and all(x.high for x in inputs):
        spec = replace(traced.spec, high=max(x.high or 0 for x in inputs))
        traced = replace(traced, spec=spec)
    if node.shares is not None:
        drawing.require_sharing(node, call, report.nodes[node.shares].call if node.shares in report.nodes else None)
        traced = Traced(traced.spec, 0, 0)
    return Lowered(node, layer, sources, call, traced)


def _trace(layer: Layer, call: Call, inputs: tuple[Spec, ...]) -> Traced:
    title, shapes = type(layer).__name__, " and ".join(map(str, inputs))
    try:
        traced = trace_layer(call, layer.activation_name(), layer.random, inputs)
    except Exception as error:  # whatever Flax or JAX make of it, the user gets the shapes in plain words
        print(f"{call.source()} refused {inputs}: {error!r}", file=sys.stderr)
        raise Refusal(
            Problem(
                "does_not_fit",
                {},
                f"{title} cannot take an input of {shapes} with these settings.",
                "Change its settings, or what feeds it.",
            )
        ) from None
    if 0 in traced.spec.shape:
        raise Refusal(
            Problem(
                "nothing_left",
                {},
                f"Nothing is left after {title}: an input of {shapes} becomes {traced.spec}.",
                "Use smaller windows or strides, or padding same.",
            )
        )
    return traced


def _too_heavy(report: Report) -> list[Problem]:
    """A problem for the heaviest node where the weights, or one row on its way through, exceed the memory."""
    used = report.used()
    memory = psutil.virtual_memory().total
    weights = report.parameters()["trainable"] * BYTES_PER_PARAMETER
    values = {name: _bytes(found.traced.spec) for name, found in used.items()}
    needed = weights + sum(values.values())
    if needed <= memory:
        return []
    name = max(used, key=lambda node: used[node].traced.trainable * BYTES_PER_PARAMETER + values[node])
    return [
        Problem(
            "model_too_large",
            {"node": name},
            f"This model needs about {_gigabytes(needed)} to train; this machine has {_gigabytes(memory)}. "
            f"{name} takes most of it, with {used[name].traced.trainable:,} parameters.",
            f"Make {name} smaller, or reduce the size of what flows into it.",
        )
    ]


def _bytes(spec: Spec) -> int:
    size = 4
    for n in spec.shape:
        size *= n
    return size


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:,.0f} GB"
