"""One nnx.Module from a checked graph, and the plan of steps it runs."""

from __future__ import annotations

import math
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

import jax
import jax.numpy as jnp
from flax import nnx

from engine.call import Call
from engine.graph.precision import WHOLE, Precision
from engine.graph.report import Lowered, Report, Wire
from engine.graph.specs import DataSpecs
from engine.layers import Input, Output, Spec
from engine.layers.base import Penalty
from engine.layers.names import ACTIVATIONS
from engine.modules import layer_key, penalty


@dataclass(frozen=True)
class Step:
    """One computed node: `module` names the attribute that holds its weights (another's where it shares)."""

    name: str
    module: str
    sources: tuple[Wire, ...]
    activation: str
    key: int | None
    """The number of its random key, or None where it needs none."""
    mask: str | None = None
    """The variable that holds the mask it reads, or None."""
    makes: str | None = None
    """The variable its own mask is put into, or None where it makes none or nobody reads it."""
    penalties: tuple[Penalty, ...] = ()
    lays_out: bool = False
    """Whether it only lays out anew the values of its one input."""


@dataclass(frozen=True)
class Answer:
    """One output: the target it answers for, what feeds it, how many values, the function that makes it an answer.

    `probabilities` tells that what feeds it has been through softmax or sigmoid already.
    """

    target: str
    source: Wire
    activation: str
    probabilities: bool
    width: int = 1


@dataclass(frozen=True)
class Plan:
    """Everything the model does, hashable, so that it is part of the compiled program and not of its data."""

    inputs: tuple[tuple[str, str, Spec], ...]
    """(node, input of the data, what it takes in)."""
    modules: tuple[tuple[str, Call], ...]
    steps: tuple[Step, ...]
    answers: tuple[Answer, ...]
    widest: int = 0
    """The most values that one step takes in and gives for a row."""


def plan(report: Report, data: DataSpecs) -> Plan:
    """The plan of a report without problems."""
    used = report.used()
    read = {name: mask for name, found in used.items() if (mask := _mask_read(found, used)) is not None}
    variables = _variables(set(read.values()), used)
    inputs, modules, steps, answers = [], [], [], []
    for name, found in used.items():
        if isinstance(found.layer, Input):
            inputs.append((name, found.layer.name, found.traced.spec))
        elif isinstance(found.layer, Output):
            answers.append(_answer(found.layer, found.wires[0], used[found.sources[0]], data))
        elif found.call is not None:
            steps.append(_step(name, found, _home(used, name), variables.get(read.get(name, "")), variables.get(name)))
            if not found.node.shares:
                modules.append((name, found.call))
    widest = max((_values(found, used) for found in used.values()), default=0)
    return Plan(tuple(inputs), tuple(modules), tuple(steps), tuple(answers), widest)


def _values(found: Lowered, used: Mapping[str, Lowered]) -> int:
    """How many values of a row a node takes in and gives."""
    specs = [*found.traced.specs(), *(used[source].traced.spec for source in found.sources)]
    return sum(math.prod(size or 1 for size in spec.shape) for spec in specs)


def _step(name: str, found: Lowered, module: str, mask: str | None, makes: str | None) -> Step:
    layer = found.layer
    key = zlib.crc32(name.encode()) if layer.needs_key() else None
    penalties = tuple(one for one in layer.penalties() if one.weight is None or module == name)
    lays_out = layer.keeps_values and len(found.wires) == 1
    return Step(name, module, found.wires, layer.activation_name(), key, mask, makes, penalties, lays_out)


def _mask_read(found: Lowered, used: Mapping[str, Lowered]) -> str | None:
    """The node whose mask a node reads, or None."""
    port = found.layer.masked_input(len(found.wires))
    return None if port is None or found.wires[port][1] else used[found.sources[port]].mask


def _variables(makers: set[str], used: Mapping[str, Lowered]) -> dict[str, str]:
    """For each node whose mask is read, a variable that no node is called."""
    variables = {}
    for name in makers:
        variable = f"{name}_mask"
        while variable in used:
            variable += "_"
        variables[name] = variable
    return variables


def _home(used: Mapping[str, Lowered], name: str) -> str:
    """The node whose weights a node uses: its own, or those at the end of what it shares."""
    while used[name].node.shares:
        name = used[name].node.shares or name
    return name


def _answer(layer: Output, source: Wire, before: Lowered, data: DataSpecs) -> Answer:
    target = data.targets.get(layer.name)
    probabilities = before.layer.last_function() in ("softmax", "sigmoid")
    width = (before.traced.specs()[source[1] or 0].shape or (1,))[-1]
    activation: str = layer.activation
    if activation == "auto":
        fitting = None if probabilities or target is None else target.fitting(width)
        activation = fitting or "linear"
    return Answer(layer.name, source, activation, probabilities, width)


class GraphModel(nnx.Module):
    """The drawn network. Attributes are named after the nodes, as in the printed model."""

    def __init__(self, plan: Plan, rngs: nnx.Rngs) -> None:
        self.plan = plan
        for name, call in plan.modules:
            setattr(self, name, call.build(rngs=rngs))

    def forward(
        self,
        inputs: Mapping[str, jax.Array],
        *,
        key: jax.Array | None = None,
        losses: list[jax.Array] | None = None,
        seen: dict[str, Any] | None = None,
        precision: Precision = WHOLE,
    ) -> dict[str, jax.Array]:
        """`{input: (B, …)}` → `{target: (B, …)}` before the output activations.

        `key` is needed while training. What regularizers cost is appended to `losses`, one number each, and
        what every node gives is put into `seen`. Whatever `precision` it computes with, what comes out has all digits.
        """
        values: dict[str, Any] = {name: precision.narrow(inputs[source]) for name, source, _ in self.plan.inputs}
        rows = next(iter(inputs.values())).shape[0]  # not len: an export leaves it open
        masks: dict[str, jax.Array] = {}
        for step in self.plan.steps:
            module = getattr(self, step.module)
            given = [_wired(values, wire) for wire in step.sources] or [rows]
            extra = {} if step.key is None else {"key": layer_key(key, step.key)}
            if step.mask is not None:
                extra["mask"] = masks[step.mask]
            if step.makes is not None:
                masks[step.makes] = module.mask(*given)
            function = ACTIVATIONS[step.activation]
            result = module(*precision.given(module, given), **extra)
            called = None if function is None else function.resolve({})
            values[step.name] = precision.applied(step.activation, called, result)
            if losses is not None:
                losses += [_cost(one, module, values[step.name]) for one in step.penalties]
        if seen is not None:
            seen.update(values)
        return {answer.target: precision.wide(_wired(values, answer.source)) for answer in self.plan.answers}

    def __call__(self, inputs: Mapping[str, jax.Array]) -> dict[str, jax.Array]:
        """`{input: (B, …)}` → `{target: (B, …)}`: probabilities of categories, numbers as they are."""
        return self.answer(self.forward(inputs))

    def answer(self, outputs: Mapping[str, jax.Array]) -> dict[str, jax.Array]:
        """The output activations applied to what `forward` gives."""
        answers = {}
        for answer in self.plan.answers:
            function = ACTIVATIONS[answer.activation]
            values = outputs[answer.target]
            answers[answer.target] = values if function is None else function.resolve({})(values)
        return answers


def _wired(values: Mapping[str, Any], wire: Wire) -> Any:
    name, output = wire
    return values[name] if output is None else values[name][output]


def _cost(one: Penalty, module: Any, given: Any) -> jax.Array:
    if one.weight is None:
        first = given[0] if isinstance(given, tuple) else given
        return penalty(_whole(first), one.l1, one.l2) / len(first)
    return penalty(_whole(attrgetter(one.weight)(module).get_value()), one.l1, one.l2)


def _whole(values: jax.Array) -> jax.Array:
    """Numbers with enough digits to be added up."""
    return values.astype(jnp.promote_types(values.dtype, jnp.float32))
