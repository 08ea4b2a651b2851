"""What a model is given only where it is trained on a CPU: the same layers, computed as a CPU is quickest at."""

from __future__ import annotations

from typing import Any

import jax
from flax import nnx

from engine.training.convolutions import convolve
from engine.training.products import product


def quicken(model: nnx.Module) -> None:
    """Lets the dense layers and convolutions of a model that is trained on a CPU compute that way."""
    if jax.default_backend() != "cpu":
        return
    for _, module in nnx.iter_modules(model):
        if isinstance(module, nnx.Linear):
            module.dot_general = _general
        elif isinstance(module, nnx.Conv):
            module.conv_general_dilated = convolve


def _general(x: jax.Array, kernel: jax.Array, dimensions: Any, **_: Any) -> jax.Array:
    """(…, n), (n, m) → (…, m): the only product that a dense layer asks for."""
    return product(x.reshape(-1, x.shape[-1]), kernel).reshape(*x.shape[:-1], kernel.shape[-1])
