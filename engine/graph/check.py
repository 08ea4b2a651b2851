"""check(graph, data) → Report: every shape, every parameter count, and everything that is wrong."""

from __future__ import annotations

import sys
from dataclasses import replace

from flax import nnx

from engine import modules
from engine.call import Call
from engine.graph import answers, drawing, fitting
from engine.graph.blocks import Flat, flatten
from engine.graph.document import Edge, Graph, Node
from engine.graph.report import Lowered, Report, Wire, shown_problem
from engine.graph.shapes import Traced, trace_layer
from engine.graph.specs import DataSpecs
from engine.graph.weight import too_heavy
from engine.layers import Input, Layer, Output, Spec
from engine.problems import Problem, Refusal

TAKEN = frozenset({*dir(nnx.Module), *modules.__all__})
"""Names with a meaning of their own in the printed model, as attributes or as functions."""


SOME_LENGTHS = (256, 320)
"""What stands in for a size that can be any; axes that differ between the two checks are the open ones."""


def check(graph: Graph, data: DataSpecs | None = None) -> Report:
    """Traces every node that can be traced. `data` None means that no data set is chosen yet."""
    too_large = drawing.too_large(graph)
    if too_large:
        return Report(Flat(Graph()), problems=[too_large])
    flat = flatten(graph)
    report = _checked(flat, data, SOME_LENGTHS[0])
    report.problems += too_heavy(report, lambda other: _checked(other, data, SOME_LENGTHS[0]))
    if data is None and any(_open(found.layer) for found in report.nodes.values()):
        report.other = _checked(flat, data, SOME_LENGTHS[1])
        report.problems += _unfixed(report, report.other)
    report.problems = [shown_problem(problem, flat) for problem in report.problems]
    return report


def _checked(flat: Flat, data: DataSpecs | None, length: int) -> Report:
    """The check of a flat drawing; `length` stands in for open sizes."""
    graph = flat.graph
    ordered = drawing.in_order(graph)
    layers, problems = drawing.read_layers(graph, TAKEN)
    untold = ["_".join(place) for place in flat.blocks]
    problems += [*drawing.wiring(graph, layers, untold), *drawing.circular_sharing(graph, ordered)]
    report = Report(flat, problems=[*flat.problems, *problems])
    wires = graph.wires()
    for node in ordered:
        layer, feeding = layers.get(node.id), wires[node.id]
        if layer is None or any(edge.source not in report.nodes for edge in feeding):
            continue
        if not feeding and layer.arity.least:
            continue  # the wiring has told so already
        try:
            lowered = _lower(node, layer, feeding, report, data, length)
        except Refusal as refusal:
            report.problems.append(drawing.placed(refusal.problem, node.id))
            continue
        report.nodes[node.id] = lowered
    report.problems += answers.outputs(report, data, any(isinstance(layer, Output) for layer in layers.values()))
    return report


def _lower(
    node: Node, layer: Layer, feeding: list[Edge], report: Report, data: DataSpecs | None, length: int
) -> Lowered:
    fitting.require_arity(layer, len(feeding))
    if isinstance(layer, Input):
        return Lowered(node, layer, (), None, Traced(answers.input_spec(layer, data, length), 0, 0))
    ends = [_end(report.nodes[edge.source], edge.output) for edge in feeding]
    wires = tuple(wire for wire, _ in ends)
    inputs = tuple(spec for _, spec in ends)
    if isinstance(layer, Output):
        return Lowered(node, layer, wires, None, Traced(inputs[0], 0, 0))
    fitting.require_rank(layer, inputs, [(edge.source, report.nodes[edge.source].layer) for edge in feeding])
    call = layer.lower(*inputs)
    traced = _trace(layer, call, inputs)
    if layer.keeps_values and all(x.high for x in inputs):
        spec = replace(traced.spec, high=max(x.high or 0 for x in inputs))
        traced = replace(traced, spec=spec)
    if node.shares is not None:
        fitting.require_sharing(node, call, report.nodes[node.shares].call if node.shares in report.nodes else None)
        traced = replace(traced, trainable=0, fixed=0)
    masks = {report.nodes[name].mask for name, output in wires if not output}
    mask = node.id if layer.makes_mask() else masks.pop() if layer.keeps_mask() and len(masks) == 1 else None
    return Lowered(node, layer, wires, call, traced, mask)


def _end(source: Lowered, output: int) -> tuple[Wire, Spec]:
    """What a wire brings. Raises Refusal where its source has no such output."""
    specs = source.traced.specs()
    if output >= len(specs):
        raise Refusal(
            Problem(
                "no_such_output",
                {},
                f"A wire leaves output {output + 1} of {source.node.id}, which has {len(specs)} of them.",
                f"Remove the wire, or change the settings of {source.node.id} so that it gives more.",
            )
        )
    return (source.node.id, output if len(specs) > 1 else None), specs[output]


def _open(layer: Layer) -> bool:
    return isinstance(layer, Input) and None in (layer.shape or ())


def _unfixed(report: Report, other: Report) -> list[Problem]:
    """A problem for each layer whose weights would depend on a size that is left open."""
    return [
        Problem(
            "needs_fixed_size",
            {"node": name},
            f"The number of weights of {name} depends on a size that the shape of an Input leaves open.",
            "Give the Input its whole shape, or remove what lays the open axis flat.",
        )
        for name, found in report.nodes.items()
        if name in other.nodes and found.traced.trainable != other.nodes[name].traced.trainable
    ]


def _trace(layer: Layer, call: Call, inputs: tuple[Spec, ...]) -> Traced:
    title, shapes = type(layer).__name__, " and ".join(map(str, inputs))
    try:
        traced = trace_layer(call, layer.activation_name(), layer.needs_key(), inputs)
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
