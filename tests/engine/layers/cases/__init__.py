"""The cases every layer is held to: one module per family, each with CASES, BAD and DEFAULTS."""

from __future__ import annotations

from tests.engine.layers.cases import (
    attention,
    augmentation,
    boundary,
    convolution,
    core,
    merge,
    normalization,
    pooling,
    recurrent,
    regularization,
    shape,
)
from tests.engine.layers.cases.case import Bad, Case, Config

FAMILIES = (
    boundary,
    core,
    convolution,
    pooling,
    shape,
    recurrent,
    attention,
    normalization,
    regularization,
    merge,
    augmentation,
)

CASES: dict[str, list[Case]] = {name: cases for family in FAMILIES for name, cases in family.CASES.items()}
"""Uses of each layer that must work."""

BAD: dict[str, list[Bad]] = {name: rows for family in FAMILIES for name, rows in family.BAD.items()}
"""Settings of each layer that must be refused in plain words."""

DEFAULTS: dict[str, Config] = {name: config for family in FAMILIES for name, config in family.DEFAULTS.items()}
"""The settings of a layer just dropped onto the canvas, which are those of Keras."""
