"""Answers about a recipe: what it can say, whether it fits the data, and what is suspicious about both."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def prepare(dataset: str, recipe: dict[str, Any]) -> dict[str, Any]:
    """Fits a recipe, unless that was done before, and keeps the preparation. Raises Refusal where it does not fit."""
    from engine.data.prepare import cached_fit
    from engine.data.recipe import Recipe

    return {"rows": cached_fit(Path(dataset), Recipe.model_validate(recipe))["rows"]}


def findings(dataset: str, recipe: dict[str, Any]) -> dict[str, Any]:
    """What the guard finds."""
    from engine.data.guard import findings as found
    from engine.data.recipe import Recipe

    return {"findings": [one.document() for one in found(Path(dataset), Recipe.model_validate(recipe))]}
