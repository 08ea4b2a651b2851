"""A layer as a setting of another: told apart by its `type`, with its own settings beside it."""

from __future__ import annotations

from functools import cache
from typing import Any, Literal

from pydantic import GetCoreSchemaHandler, create_model
from pydantic_core import CoreSchema, core_schema

from engine.call import Call
from engine.layers.base import Layer, Spec, refusal
from engine.problems import Problem, Refusal


class OneOf:
    """Marks a field that holds one of these layers, as `{"type": "LSTM", "units": 32, …}`."""

    def __init__(self, *layers: type[Layer]) -> None:
        self.layers = {layer.__name__: _typed(layer) for layer in layers}

    def default(self, name: str) -> Any:
        """The layer of that name with its default settings."""
        return self.layers[name]()

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.tagged_union_schema(
            {name: handler.generate_schema(layer) for name, layer in self.layers.items()}, "type"
        )


@cache
def _typed(layer: type[Layer]) -> type[Layer]:
    """The same layer with its name among its settings."""
    name = layer.__name__
    kind: Any = Literal[name]
    return create_model(name, __base__=layer, __doc__=layer.__doc__, type=(kind, name))


def lower_nested(outer: str, layer: Layer, *inputs: Spec) -> Call:
    """What `layer` is lowered to inside another. Raises Refusal where it does not fit, in the outer layer's terms."""
    rank = layer.rank
    title = type(layer).__name__
    if rank is not None and len(inputs[0].shape) != rank:
        raise refusal(
            "wrong_rank",
            f"{outer} gives {title} values of shape {inputs[0]}, which needs {rank} {'axis' if rank == 1 else 'axes'}.",
            "Choose another layer inside, or insert Reshape before it.",
        )
    try:
        return layer.lower(*inputs)
    except Refusal as found:
        raise Refusal(_outside(found.problem, layer)) from None


def _outside(problem: Problem, layer: Layer) -> Problem:
    """The problem with its fix on the outer layer: what is set there is a setting of the layer inside."""
    fix = problem.fix
    if fix is not None and "set" in fix:
        inside = {**layer.model_dump(mode="json"), **fix["set"]["config"]}
        fix = {**fix, "set": {**fix["set"], "config": {"layer": inside}}}
    else:
        fix = None  # nothing can be inserted inside a layer
    return Problem(problem.code, problem.where, problem.message, problem.hint, fix)
