"""Where the drawing meets the data: what an Input takes in and what an Output must receive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.graph.drawing import placed
from engine.graph.specs import DataSpecs, Target
from engine.layers import Input, Output, Spec
from engine.layers.base import refusal
from engine.layers.core import Dense
from engine.problems import Problem, Refusal

if TYPE_CHECKING:
    from engine.graph.report import Report


def input_spec(layer: Input, data: DataSpecs | None, length: int) -> Spec:
    """What enters at an Input; `length` stands in for open sizes. Raises Refusal where the data lack it."""
    if data is not None:
        if layer.name in data.inputs:
            return data.inputs[layer.name]
        raise _unknown(layer.name, "input", list(data.inputs))
    if layer.shape is None:
        raise refusal(
            "missing_data",
            "This input has no shape yet: no data set is chosen.",
            "Choose a data set on the Data page, or give the input a shape.",
        )
    return Spec(tuple(length if size is None else size for size in layer.shape), layer.dtype or "float32")


def _unknown(name: str, noun: str, known: list[str]) -> Refusal:
    fix = {"label": f"Use {known[0]}", "set": {"config": {"name": known[0]}}} if len(known) == 1 else None
    choices = ", ".join(repr(other) for other in known[:10]) or "none"
    return refusal(
        f"unknown_{noun}",
        f"The data have no {noun} called {name!r}. There is: {choices}.",
        f"Choose one of them as the name of this {noun}.",
        fix,
    )


def outputs(report: Report, data: DataSpecs | None, drawn: bool) -> list[Problem]:
    """Everything wrong with the outputs. `drawn` tells whether there is an Output at all, right or not."""
    if not drawn:
        return [_missing(report)] if report.nodes else []
    found = {name: node.layer for name, node in report.nodes.items() if isinstance(node.layer, Output)}
    problems = _twice(found)
    if data is not None:
        problems += [problem for name, layer in found.items() for problem in _misfits(report, name, layer, data)]
        if not problems and not report.problems:
            problems += _unanswered(found, data)
    return problems


def _missing(report: Report) -> Problem:
    feeding = {source for node in report.nodes.values() for source in node.sources}
    last = [name for name in report.nodes if name not in feeding][-1]
    return Problem(
        "missing_output",
        {"node": report.flat.places.get(last, (last,))[0]},
        "The network has no output, so there is nothing to train.",
        "Add an Output and connect the last layer to it.",
    )


def _twice(found: dict[str, Output]) -> list[Problem]:
    first: dict[str, str] = {}
    problems = []
    for name, layer in found.items():
        if first.setdefault(layer.name, name) != name:
            problems.append(
                Problem(
                    "two_outputs_for_target",
                    {"node": name},
                    f"Both {first[layer.name]} and {name} answer for {layer.name!r}.",
                    "Remove one of them, or let it answer for another target.",
                    {"label": f"Remove {name}", "remove": {"node": name}},
                )
            )
    return problems


def _unanswered(found: dict[str, Output], data: DataSpecs) -> list[Problem]:
    answered = {layer.name for layer in found.values()}
    return [
        Problem(
            "target_without_output",
            {"node": None, "target": target},
            f"No output answers for the target {target!r}.",
            f"Add an Output named {target!r}, or take the column out of the targets on the Data page.",
        )
        for target in data.targets
        if target not in answered
    ]


def _misfits(report: Report, name: str, layer: Output, data: DataSpecs) -> list[Problem]:
    """What is wrong between one Output and the target it names; at most one problem."""
    target = data.targets.get(layer.name)
    if target is None:
        problem = _unknown(layer.name, "target", list(data.targets)).problem
        return [placed(problem, name)]
    shape = report.nodes[name].traced.spec.shape
    if len(shape) == 1 and shape[0] in target.widths():
        return _wrong_activation(report, name, layer, target)
    got = report.nodes[name].traced.spec
    if len(shape) != 1:
        place = _first_unflat(report, name)
        flatten = {"label": "Insert Flatten", "insert": {"type": "Flatten", "config": {}, "before": place, "port": 0}}
        return [
            Problem(
                "output_not_flat",
                {"node": name},
                f"Output {layer.name!r} ({target.words()}) needs a flat input and gets {got}.",
                f"Insert Flatten before {place}?",
                flatten,
            )
        ]
    return [_wrong_width(report, name, layer, target)]


def _wrong_activation(report: Report, name: str, layer: Output, target: Target) -> list[Problem]:
    """A category is answered by probabilities: by one sigmoid, or by softmax, labels by sigmoids; each only once."""
    if layer.activation == "auto" or target.classes is None:
        return []
    (source,) = report.nodes[name].sources
    fitting = target.fitting(report.nodes[name].traced.spec.shape[0])
    before = report.nodes[source].layer.last_function()
    if (layer.activation, before) == ("linear", fitting) or (layer.activation == fitting and before != fitting):
        return []
    twice = layer.activation == before == fitting
    wrong = f"{fitting} is applied twice" if twice else f"{layer.activation} does not give probabilities here"
    return [
        Problem(
            "activation_does_not_fit",
            {"node": name, "field": ["activation"]},
            f"Output {layer.name!r} answers for {target.words()}, but {wrong}.",
            "Set its activation to auto?",
            {"label": "Set its activation to auto", "set": {"node": name, "config": {"activation": "auto"}}},
        )
    ]


def _first_unflat(report: Report, name: str) -> str:
    """Going back from an output: the first Dense on the way that works on values which are not flat yet."""
    place = name
    while len(report.nodes[name].sources) == 1:
        (source,) = report.nodes[name].sources
        if len(report.nodes[source].traced.spec.shape) < 2:
            break
        if isinstance(report.nodes[name].layer, Dense):
            place = name
        name = source
    return place


def _wrong_width(report: Report, name: str, layer: Output, target: Target) -> Problem:
    """The problem of a flat input of the wrong size, mended by changing the Dense before it or adding one."""
    width = target.widths()[0]
    size = report.nodes[name].traced.spec.shape[0]
    (source,) = report.nodes[name].sources
    before = report.nodes[source].layer
    feeds = sum(source in node.sources for node in report.nodes.values())
    if isinstance(before, Dense) and feeds == 1 and before.activation == "linear":
        fix: dict[str, Any] = {
            "label": f"Set the units of {source} to {width}",
            "set": {"node": source, "config": {"units": width}},
        }
        hint = f"Set the units of {source} to {width}?"
    else:
        fix = {
            "label": f"Insert Dense({width})",
            "insert": {"type": "Dense", "config": {"units": width}, "before": name, "port": 0},
        }
        hint = f"Insert Dense({width}) before it?"
    values = "value" if size == 1 else "values"
    return Problem(
        "wrong_number_of_classes" if target.classes else "wrong_number_of_values",
        {"node": name},
        f"Output {layer.name!r} answers for {target.words()} but receives {size} {values}.",
        hint,
        fix,
    )
