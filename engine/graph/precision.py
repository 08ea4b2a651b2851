"""How many digits a network computes with while it trains: all, or half as many where that is enough.

As in Keras' mixed precision, weights are kept in float32 and only computed with in bfloat16; what half the digits are
too few for, statistics and shares of a sum, is computed in float32. Micikevicius et al., https://arxiv.org/abs/1710.03740
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
from flax import nnx

from engine import modules

EXACT = (
    modules.BatchNormalization,
    modules.GroupNormalization,
    modules.LayerNormalization,
    modules.RMSNormalization,
    modules.UnitNormalization,
    modules.Softmax,
)
"""Modules that need all digits; nnx.LayerNorm and attention see to it themselves."""

EXACT_FUNCTIONS = ("softmax", "log_softmax")


class Precision:
    """Brings values to the digits that a network computes with; None leaves all as they are."""

    def __init__(self, dtype: Any = None) -> None:
        self.dtype = dtype

    def narrow(self, values: Any) -> Any:
        """Numbers as they are computed with; whatever is no number with a point stays."""
        return values if self.dtype is None else _cast(values, self.dtype)

    def wide(self, values: Any) -> Any:
        """Numbers with all digits."""
        return values if self.dtype is None else _cast(values, jnp.float32)

    def given(self, module: Any, values: Any) -> Any:
        """What goes into a module, with as many digits as it needs."""
        return self.wide(values) if self.dtype is not None and _exact(module) else values

    def applied(self, name: str, function: Any, values: Any) -> Any:
        """A function of what a module gives, as it goes on."""
        if function is None:
            return self.narrow(values)
        return self.narrow(function(self.wide(values) if name in EXACT_FUNCTIONS else values))


WHOLE = Precision()
"""All digits, everywhere."""


def _exact(module: Any) -> bool:
    """Whether a module, or one within it, needs all digits."""
    return any(isinstance(one, EXACT) for _, one in nnx.iter_modules(module))


def _cast(values: Any, dtype: Any) -> Any:
    def cast(leaf: jax.Array) -> jax.Array:
        return leaf.astype(dtype) if jnp.issubdtype(leaf.dtype, jnp.floating) else leaf

    return jax.tree.map(cast, values)
