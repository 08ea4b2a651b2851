"""What a training takes roughly, told in a moment: from the shapes of a check, with nothing built or compiled."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp

from engine import machine
from engine.data.prepare import cached_fit
from engine.data.recipe import Recipe
from engine.graph.report import Report
from engine.training import memory
from engine.training.outline import Outline
from engine.training.rules import rule
from engine.training.settings import Settings

PROCESS = 400 * 2**20
"""Bytes that a trainer takes before it holds anything."""


def rough_memory(report: Report, outline: Outline, settings: Settings) -> int:
    """Bytes that a training takes, told in a moment from the shapes of a check alone."""
    rows = size_of(outline.resident(machine.free_memory()))
    batch = min(settings.batch_size, outline.counts["train"])
    return PROCESS + 2 * rows + memory.rough(memory.shares(report, copies(settings)), batch)


def outline_of(dataset: Path, recipe: Recipe) -> Outline:
    """The outline of a data set as a recipe prepares it. Raises Refusal where the recipe does not fit."""
    stored = json.loads((dataset / "profile.json").read_text("utf-8"))["rows"]
    return Outline(cached_fit(dataset, recipe), stored, recipe.of_role("weight") is not None)


def copies(settings: Settings) -> float:
    """How often a weight is held: itself, its slope, the best so far, and what the optimizer remembers of it."""
    optimizer = settings.optimizer
    slots = jax.eval_shape(rule(optimizer).begin, jax.ShapeDtypeStruct((2, 2), jnp.float32))
    sums = 1 if optimizer.gradient_accumulation_steps else 0
    return 3 + len(slots) + sums + (1 if optimizer.use_ema else 0)


def size_of(tree: Any) -> int:
    """Bytes of all arrays of a tree, which may be shapes alone."""
    leaves = jax.tree.leaves(tree)
    return sum(leaf.size * leaf.dtype.itemsize for leaf in leaves)
