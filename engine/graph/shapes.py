"""The shape and the number of parameters behind one layer, found by tracing it, never by hand."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp
from flax import nnx

from engine.call import Call
from engine.layers.base import Spec
from engine.layers.names import ACTIVATIONS, INITIALIZERS

BATCH = 2
"""The batch size used for tracing; any would do."""

_DRAWN = frozenset(INITIALIZERS.values())


@dataclass(frozen=True)
class Traced:
    """What comes out of a layer, and how many weights it has: learned ones and fixed ones."""

    spec: Spec
    trainable: int
    fixed: int
    others: tuple[Spec, ...] = ()
    """What else comes out, for a layer with several outputs."""

    def specs(self) -> tuple[Spec, ...]:
        """Everything that comes out, in order."""
        return (self.spec, *self.others)


@lru_cache(maxsize=20_000)
def trace_layer(call: Call, activation: str, random: bool, inputs: tuple[Spec, ...]) -> Traced:
    """Traces one layer on abstract values; allocates nothing. Raises what Flax raises where it does not fit."""

    def run(*values: Any) -> Any:
        module = _unfilled(call).build(rngs=nnx.Rngs(0))
        extra = {"key": jax.random.key(0)} if random else {}
        result = module(*values, **extra) if values else module(BATCH, **extra)
        function = ACTIVATIONS[activation]
        if function is not None:
            result = function.resolve({})(result)
        weights = jax.tree.leaves(nnx.state(module, nnx.Param))
        return result, weights, jax.tree.leaves(nnx.state(module, nnx.BatchStat))

    values = [jax.ShapeDtypeStruct((BATCH, *x.shape), jnp.dtype(x.dtype)) for x in inputs]
    result, weights, fixed = jax.eval_shape(run, *values)
    first, *others = [
        Spec(tuple(one.shape[1:]), str(one.dtype)) for one in (result if isinstance(result, tuple) else (result,))
    ]
    return Traced(first, _count(weights), _count(fixed), tuple(others))


@lru_cache(maxsize=20_000)
def _unfilled(call: Call) -> Call:
    """The same constructor with weights of zeros: random ones cost most of the tracing and change no shape."""
    if call in _DRAWN:
        return INITIALIZERS["zeros"]
    positional = [_unfilled(value) if isinstance(value, Call) else value for value in call.positional]
    keywords = {name: _unfilled(value) if isinstance(value, Call) else value for name, value in call.keywords.items()}
    return Call(call.target, *positional, **keywords)


def _count(leaves: list[Any]) -> int:
    return sum(math.prod(leaf.shape) for leaf in leaves)
