"""The guard: looks for mistakes of preparation that would pass silently, with evidence and a way to mend each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from engine.data.guard.dealing import drifting, grouped, repeated, time_ordered, unseen
from engine.data.guard.fields import constant, gaps, identifiers, spellings
from engine.data.guard.finding import LEVELS, Finding
from engine.data.guard.future import future_columns
from engine.data.guard.leaks import copies, lone_predictors
from engine.data.guard.look import Look
from engine.data.guard.outcomes import far_weights, few_rows, imbalance, rare_classes
from engine.data.guard.texts import stray_values
from engine.data.recipe import Recipe
from engine.problems import Refusal

CHECKS: tuple[Callable[[Look], Iterator[Finding]], ...] = (
    stray_values,
    copies,
    lone_predictors,
    future_columns,
    time_ordered,
    grouped,
    repeated,
    spellings,
    imbalance,
    rare_classes,
    few_rows,
    far_weights,
    constant,
    identifiers,
    unseen,
    drifting,
    gaps,
)
"""Everything the guard looks for."""


def findings(folder: Path, recipe: Recipe) -> list[Finding]:
    """What is suspicious about a data set as this recipe prepares it, the most serious first."""
    look = Look(folder, recipe)
    found: list[Finding] = []
    for check in CHECKS:
        try:
            found += check(look)
        except Refusal:  # the recipe does not fit the data; that is told where it is chosen
            continue
    return sorted(found, key=lambda finding: LEVELS.index(finding.level))
