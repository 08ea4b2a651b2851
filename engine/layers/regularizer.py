"""The regularizer field of a layer: what large weights or outputs cost."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from engine.layers.base import setting


class Regularizer(BaseModel):
    """Adds l1 · Σ|w| + l2 · Σw² to the loss, so that weights stay small."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    l1: float = Field(0.0, ge=0, le=1e6, description="The price of the sum of absolute values; makes many of them 0.")
    l2: float = Field(0.01, ge=0, le=1e6, description="The price of the sum of squares; keeps all of them small.")


def regularizer(what: str) -> Any:
    """The field of a regularizer of `what`, off by default."""
    help_text = f"What large {what} add to the loss while training; empty for nothing."
    return setting(None, advanced=True, description=help_text)
