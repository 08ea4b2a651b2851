"""Answers about a recipe: what it can say, whether it fits the data, and what is suspicious about both."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine.problems import Refusal


def prepare(dataset: str, recipe: dict[str, Any]) -> dict[str, Any]:
    """Fits a recipe, unless that was done before, and keeps the preparation. Raises Refusal where it does not fit."""
    from engine.data.prepare import cached_fit
    from engine.data.recipe import Recipe

    return {"rows": cached_fit(Path(dataset), Recipe.model_validate(recipe))["rows"]}


def formula(dataset: str, recipe: dict[str, Any], name: str) -> dict[str, Any]:
    """The first values of a formula column and how many are missing, or the `problem` that names a mistake's place."""
    import json

    from engine.data.formulas import preview
    from engine.data.recipe import Recipe

    profile = json.loads((Path(dataset) / "profile.json").read_text("utf-8"))
    try:
        return {**preview(Path(dataset), Recipe.model_validate(recipe), profile, name), "problem": None}
    except Refusal as refusal:  # a formula half typed is nothing unusual
        return {"values": [], "missing": 0, "rows": 0, "problem": refusal.problem.document()}


def account(dataset: str, recipe: dict[str, Any]) -> dict[str, Any]:
    """The steps of a recipe with their effects and the rows of each part; or the `problem` why it does not fit."""
    from engine.data.account import account as tell
    from engine.data.recipe import Recipe

    try:
        return {**tell(Path(dataset), Recipe.model_validate(recipe)), "problem": None}
    except Refusal as refusal:
        return {"steps": [], "parts": None, "problem": refusal.problem.document()}


def findings(dataset: str, recipe: dict[str, Any]) -> dict[str, Any]:
    """What the guard finds."""
    from engine.data.guard import findings as found
    from engine.data.recipe import Recipe

    return {"findings": [one.document() for one in found(Path(dataset), Recipe.model_validate(recipe))]}
