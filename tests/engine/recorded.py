"""Recorded Keras results: where they are, how weights enter our modules, and how a layer is run on its own."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx

from engine.layers import Layer, Spec
from engine.layers.names import ACTIVATIONS

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "model_graphs"

needs_records = pytest.mark.skipif(not FOLDER.exists(), reason="the recorded Keras results are not here")

USUAL = ("kernel", "recurrent_kernel", "bias")

WEIGHTS: dict[str, tuple[str, ...]] = {
    "BatchNormalization": ("scale", "bias", "mean", "var"),
    "Embedding": ("embedding",),
    "Bidirectional": tuple(f"{side}.{name}" for side in ("forward", "backward") for name in USUAL),
    "PReLU": ("alpha",),
    "TimeDistributed": tuple(f"layer.{name}" for name in USUAL),
    "SeparableConv1D": ("depthwise_kernel", "pointwise_kernel", "bias"),
    "SeparableConv2D": ("depthwise_kernel", "pointwise_kernel", "bias"),
}
"""For each layer the paths of its weights in the order of Keras; those a setting switched off are not there."""


def recorded(name: str) -> dict[str, Any]:
    """A file of recorded cases; none where the data are missing, so that the tests can be collected."""
    path = FOLDER / name
    return json.loads(gzip.decompress(path.read_bytes())) if path.exists() else {}


def array(case: dict[str, Any]) -> np.ndarray:
    return np.asarray(case["data"], np.float32).reshape(case["shape"])


def fill(module: nnx.Module, kind: str, weights: list[np.ndarray]) -> int:
    """Sets the weights a module has, in the order of Keras; gives how many it took."""
    found = {".".join(map(str, path)): variable for path, variable in nnx.to_flat_state(nnx.state(module))}
    names = [name for name in WEIGHTS.get(kind, USUAL) if name in found]
    assert len(names) == len(found), f"{kind} has weights {sorted(found)}"
    state = nnx.state(module)
    for name, value in zip(names, weights, strict=False):
        _set(state, name, value)
    nnx.update(module, state)
    return len(names)


def _set(state: Any, name: str, value: np.ndarray) -> None:
    place = state
    for part in name.split("."):
        place = place[int(part) if part.isdigit() else part]
    assert place.get_value().size == value.size, f"{name}: {place.get_value().shape} and {value.shape}"
    place.set_value(jnp.asarray(value).reshape(place.get_value().shape))


def run(layer: Layer, inputs: list[np.ndarray], weights: list[np.ndarray]) -> np.ndarray:
    """What one layer gives for inputs without a batch axis, with the weights of Keras, in evaluation."""
    (values,) = outputs(layer, inputs, weights)
    return values


def outputs(layer: Layer, inputs: list[np.ndarray], weights: list[np.ndarray]) -> list[np.ndarray]:
    """The same for a layer with several outputs."""
    whole = "int32" if type(layer).__name__ == "Embedding" else "float32"
    module = layer.lower(*(Spec(x.shape, whole) for x in inputs)).build(rngs=nnx.Rngs(0))
    taken = fill(module, type(layer).__name__, weights)
    assert taken == len(weights), f"{taken} of {len(weights)} weights were taken"
    module.eval()
    extra = {"key": None} if layer.needs_key() else {}
    result = module(*(jnp.asarray(x, whole)[None] for x in inputs), **extra)
    function = ACTIVATIONS[layer.activation_name()]
    result = function.resolve({})(result) if function else result
    return [np.asarray(one)[0] for one in (result if isinstance(result, tuple) else (result,))]
