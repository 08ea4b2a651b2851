"""The standalone Flax source of a drawing, printed from the same calls the trained model is built from."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterable

from engine import modules
from engine.call import Call, Name
from engine.graph.model import Plan, Step
from engine.graph.report import Wire
from engine.layers.base import Penalty
from engine.layers.names import ACTIVATIONS

IMPORTS = (
    ("from __future__ import annotations", None),
    ("import math", "math"),
    ("from collections.abc import Callable", "Callable"),
    ("from collections.abc import Sequence", "Sequence"),
    ("from typing import Any", "Any"),
    ("import jax", "jax"),
    ("import jax.numpy as jnp", "jnp"),
    ("from flax import nnx", "nnx"),
    ("from safetensors.numpy import load_file", "load_file"),
)
"""Each import of a printed model, and the word that calls for it."""


def model_source(plan: Plan) -> str:
    """A Python file that defines `Model` and `load`, and needs nothing but JAX, Flax and safetensors."""
    parts = [*_copied(plan), _model(plan), _load()]
    body = "\n\n\n".join(parts)
    heads = [line for line, word in IMPORTS if word is None or re.search(rf"\b{word}\b", body)]
    imports = "\n".join([heads[0], "", *heads[1:]])
    return f'"""A network drawn with Netloom, in plain Flax."""\n\n{imports}\n\n\n{body}\n'


def _copied(plan: Plan) -> list[str]:
    """The source of every module of ours that the model uses, each after those it uses itself."""
    wanted = [name for _, call in plan.modules for name in call.names()]
    for step in plan.steps:
        function = ACTIVATIONS[step.activation]
        wanted += [function.text] if function else []
        wanted += ["layer_key"] if step.key is not None else []
        wanted += ["penalty"] if step.penalties else []
    ordered: dict[str, str] = {}
    for name in [*wanted, *_answer_functions(plan), "load_weights"]:
        _copy(name, ordered)
    return list(ordered.values())


def _answer_functions(plan: Plan) -> list[str]:
    functions = [ACTIVATIONS[answer.activation] for answer in plan.answers]
    return [function.text for function in functions if function]


def _copy(name: str, ordered: dict[str, str]) -> None:
    if name not in modules.__all__ or name in ordered:
        return
    source = inspect.getsource(getattr(modules, name)).strip()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Name) and node.id != name:
            _copy(node.id, ordered)
    ordered[name] = source


def _model(plan: Plan) -> str:
    lines = ["class Model(nnx.Module):", '    """The drawn network."""', ""]
    lines += ["    def __init__(self, rngs: nnx.Rngs) -> None:"]
    lines += [_assignment(name, call) for name, call in plan.modules] or ["        pass"]
    lines += ["", "    def forward(self, inputs, *, key=None, losses=None):"]
    takes = ", ".join(f"{source!r}: {_shape(spec.shape)}" for _, source, spec in plan.inputs)
    lines += ['        """The values before the output activations, which the loss is computed from."""']
    lines += [f"        # inputs: {{{takes}}}"]
    lines += [f"        {name} = inputs[{source!r}]" for name, source, _ in plan.inputs]
    if not all(step.sources for step in plan.steps):
        lines += ["        rows = len(next(iter(inputs.values())))"]
    for step in plan.steps:
        lines += [f"        {line}" for line in _lines(step)]
    lines += [f"        return {{{', '.join(f'{a.target!r}: {_wire(a.source)}' for a in plan.answers)}}}"]
    lines += ["", "    def __call__(self, inputs):"]
    lines += ['        """The answers: probabilities of categories, numbers as they are."""']
    lines += ["        outputs = self.forward(inputs)"]
    lines += [f"        return {{{', '.join(_answered(a.target, a.activation) for a in plan.answers)}}}"]
    return "\n".join(lines)


def _assignment(name: str, call: Call) -> str:
    line = f"        self.{name} = {call.source()}"
    if len(line) <= 100:
        return line
    arguments = "".join(f"            {argument},\n" for argument in _arguments(call))
    return f"        self.{name} = {call.target}(\n{arguments}        )"


def _arguments(call: Call) -> Iterable[str]:
    yield from (Call("", value).source()[1:-1] for value in call.positional)
    yield from (Call("", **{key: value}).source()[1:-1] for key, value in call.keywords.items())


def _lines(step: Step) -> Iterable[str]:
    """The statements of one step: its mask, its values, what its regularizers cost."""
    if step.makes is not None:
        yield f"{step.makes} = self.{step.module}.mask({', '.join(map(_wire, step.sources))})"
    yield f"{step.name} = {_applied(step)}"
    if step.penalties:
        yield "if losses is not None:"
        for one in step.penalties:
            yield f"    losses.append({_cost(step, one)})"


def _cost(step: Step, one: Penalty) -> str:
    if one.weight is None:
        return f"penalty({step.name}, {one.l1!r}, {one.l2!r}) / len({step.name})"
    return f"penalty(self.{step.module}.{one.weight}.get_value(), {one.l1!r}, {one.l2!r})"


def _wire(wire: Wire) -> str:
    name, output = wire
    return name if output is None else f"{name}[{output}]"


def _applied(step: Step) -> str:
    arguments = [_wire(wire) for wire in step.sources] or ["rows"]
    if step.key is not None:
        arguments.append(f"key=layer_key(key, {step.key})")
    if step.mask is not None:
        arguments.append(f"mask={step.mask}")
    text = f"self.{step.module}({', '.join(arguments)})"
    return _wrapped(ACTIVATIONS[step.activation], text)


def _answered(target: str, activation: str) -> str:
    return f"{target!r}: {_wrapped(ACTIVATIONS[activation], f'outputs[{target!r}]')}"


def _wrapped(function: Name | None, text: str) -> str:
    return text if function is None else f"{function.text}({text})"


def _shape(shape: tuple[int, ...]) -> str:
    return f"({', '.join(['B', *map(str, shape)])})"


def _load() -> str:
    return (
        'def load(path: str = "weights.safetensors") -> Model:\n'
        '    """The trained model, ready to answer."""\n'
        "    return load_weights(lambda: Model(nnx.Rngs(0)), path)"
    )
