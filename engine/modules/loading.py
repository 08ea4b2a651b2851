"""Weights from a file into a model, without drawing random ones first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
from flax import nnx
from safetensors.numpy import load_file


def load_weights(make: Callable[[], nnx.Module], path: str) -> Any:
    """The model that `make` describes with the weights of a safetensors file, ready to answer."""
    graphdef, state = nnx.split(nnx.eval_shape(make))
    weights = load_file(path)
    for place, variable in nnx.to_flat_state(state):
        variable.set_value(jnp.asarray(weights[".".join(map(str, place))]))
    model = nnx.merge(graphdef, state)
    model.eval()
    return model
