"""One nnx.Module from a checked graph, and the plan of steps it runs."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass

import jax
from flax import nnx

from engine.call import Call
from engine.graph.check import Lowered, Report
from engine.graph.specs import DataSpecs
from engine.layers import Input, Output, Spec
from engine.layers.names import ACTIVATIONS
from engine.modules import layer_key


@dataclass(frozen=True)
class Step:
    """One computed node: `module` names the attribute that holds its weights (another's where it shares)."""

    name: str
    module: str
    sources: tuple[str, ...]
    activation: str
    key: int | None
    """The number of its random key, or None where it needs none."""


@dataclass(frozen=True)
class Answer:
    """One output: the target it answers for, the node that feeds it, and the function that makes it an answer.

    `probabilities` tells that what feeds it has been through softmax or sigmoid already.
    """

    target: str
    source: str
    activation: str
    probabilities: bool


@dataclass(frozen=True)
class Plan:
    """Everything the model does, hashable, so that it is part of the compiled program and not of its data."""

    inputs: tuple[tuple[str, str, Spec], ...]
    """(node, input of the data, what it takes in)."""
    modules: tuple[tuple[str, Call], ...]
    steps: tuple[Step, ...]
    answers: tuple[Answer, ...]


def plan(report: Report, data: DataSpecs) -> Plan:
    """The plan of a report without problems."""
    used = report.used()
    inputs, modules, steps, answers = [], [], [], []
    for name, found in used.items():
        if isinstance(found.layer, Input):
            inputs.append((name, found.layer.name, found.traced.spec))
        elif isinstance(found.layer, Output):
            answers.append(_answer(found.layer, found.sources[0], used[found.sources[0]], data))
        elif found.call is not None:
            key = zlib.crc32(name.encode()) if found.layer.random else None
            module = _home(used, name)
            steps.append(Step(name, module, found.sources, found.layer.activation_name(), key))
            if not found.node.shares:
                modules.append((name, found.call))
    return Plan(tuple(inputs), tuple(modules), tuple(steps), tuple(answers))


def _home(used: Mapping[str, Lowered], name: str) -> str:
    """The node whose weights a node uses: its own, or those at the end of what it shares."""
    while used[name].node.shares:
        name = used[name].node.shares or name
    return name


def _answer(layer: Output, source: str, before: Lowered, data: DataSpecs) -> Answer:
    target = data.targets.get(layer.name)
    probabilities = before.layer.last_function() in ("softmax", "sigmoid")
    activation: str = layer.activation
    if activation == "auto" and (probabilities or target is None or target.kind == "number"):
        activation = "linear"
    elif activation == "auto":
        activation = "sigmoid" if before.traced.spec.shape[-1] == 1 else "softmax"
    return Answer(layer.name, source, activation, probabilities)


class GraphModel(nnx.Module):
    """The drawn network. Attributes are named after the nodes, as in the printed model."""

    def __init__(self, plan: Plan, rngs: nnx.Rngs) -> None:
        self.plan = plan
        for name, call in plan.modules:
            setattr(self, name, call.build(rngs=rngs))

    def forward(self, inputs: Mapping[str, jax.Array], *, key: jax.Array | None = None) -> dict[str, jax.Array]:
        """`{input: (B, …)}` → `{target: (B, …)}` before the output activations. `key` is needed while training."""
        values = {name: inputs[source] for name, source, _ in self.plan.inputs}
        for step in self.plan.steps:
            extra = {} if step.key is None else {"key": layer_key(key, step.key)}
            result = getattr(self, step.module)(*(values[source] for source in step.sources), **extra)
            function = ACTIVATIONS[step.activation]
            values[step.name] = result if function is None else function.resolve({})(result)
        return {answer.target: values[answer.source] for answer in self.plan.answers}

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
