"""Columns that formulas make of the stored ones: what each reads, its values, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.data import fitting, table
from engine.data.column import Column
from engine.data.columns import Numbers
from engine.data.formula import columns_in, parsed
from engine.data.kinds import Dates, read_column
from engine.data.recipe import Recipe
from engine.data.reckoning import FormulaError, Given, Tree, worked_out
from engine.problems import Problem, Refusal

if TYPE_CHECKING:
    import polars as pl


class Formulas:
    """The formula columns of a recipe over a stored table."""

    def __init__(self, folder: Path, recipe: Recipe, profile: Mapping[str, Any]) -> None:
        self.folder, self.recipe = folder, recipe
        self.rows, self.reading = int(profile["rows"]), profile["reading"]
        self.types = {column["name"]: column["type"] for column in profile["columns"]}

    def series(self, name: str) -> pl.Series:
        """The values of a formula column as if it were stored; raises Refusal naming the place of a mistake."""
        import polars as pl

        tree = self._tree(name)
        given = {one: self._given(one)[1] for one in columns_in(tree)}
        try:
            values = worked_out(tree, given, self.rows)
        except FormulaError as error:
            raise self._refusal(name, error) from None
        return pl.Series(name, values).fill_nan(None)

    def described(self, name: str) -> dict[str, Any]:
        """The formula and how what it reads is read, as the preparation keeps it; empty for a stored column."""
        if self.recipe.columns[name].formula is None:
            return {}
        return {
            "formula": self.recipe.columns[name].formula,
            "reads": {one: self._given(one)[0] for one in columns_in(self._tree(name))},
        }

    def _tree(self, name: str) -> Tree:
        if name in self.types:
            message = f"The data set has a column {name!r} already, so a formula cannot be called so."
            where = {"document": "recipe", "column": name}
            raise Refusal(Problem("formula_name_taken", where, message, "Give the formula another name."))
        try:
            tree = parsed(self.recipe.columns[name].formula or "")
            for one, place in columns_in(tree).items():
                if one not in self.types:
                    raise FormulaError(f"The data have no column {one!r}. {_alike(one, self.types)}", place)
                if self._gives_away(name, one):
                    what = f"It reads the target {one!r}, which is not known when a prediction is wanted"
                    raise FormulaError(f"{what}. Take it out, or predict another column.", place)
        except FormulaError as error:
            raise self._refusal(name, error) from None
        return tree

    def _gives_away(self, name: str, read: str) -> bool:
        """Whether a feature is made of a target; of a series a target's past is known, and what lies ahead is not."""
        column = self.recipe.columns[name]
        feature = column.role == "feature" and (self.recipe.kind != "series" or column.ahead)
        return feature and read in self.recipe.columns and self.recipe.columns[read].role == "target"

    def _given(self, name: str) -> tuple[dict[str, Any], Given]:
        """How a stored column is read for a formula, and its values."""
        own = self.recipe.columns.get(name) or Column(kind="category")
        series = table.load(self.folder, [name])[name]
        if own.kind == "date":
            dates = read_column(series, own, self.reading)
            assert isinstance(dates, Dates)
            return fitting.fit_date(dates), ("date", dates.seconds)
        if self.types[name] != "text" or own.kind == "number":
            loose = own.kind == "number" and own.loose
            numbers = read_column(series, Column(kind="number", loose=loose), self.reading)
            assert isinstance(numbers, Numbers)
            return {"kind": "number", **({"loose": True} if loose else {})}, ("number", numbers.values)
        return {"kind": "category", "numeric": False}, ("category", np.array(series.to_list(), object))

    @staticmethod
    def _refusal(name: str, error: FormulaError) -> Refusal:
        what, _, remedy = str(error).partition(". ")
        where = {"document": "recipe", "column": name, "place": error.place}
        message = f"The formula of {name!r} goes wrong at character {error.place}: {what.rstrip('.')}."
        return Refusal(Problem("formula_is_wrong", where, message, remedy or "Change the formula."))


def _alike(name: str, known: Iterable[str]) -> str:
    """The remedy for a column that is not there: one that is called nearly so, or how odd names are written."""
    close = next((one for one in known if one.casefold() == name.casefold()), None)
    if close is not None:
        return f"Write {close}, with the same letters."
    begun = next((one for one in known if one.casefold().startswith(name.casefold())), None)
    return f"Write `{begun}`." if begun else "Names with blanks or signs stand between `backticks`."


def stored(recipe: Recipe, names: Iterable[str]) -> list[str]:
    """The stored columns among these, and those that formulas among them read."""
    found: dict[str, None] = {}
    for name in names:
        formula = recipe.columns[name].formula
        found |= dict.fromkeys([name] if formula is None else columns_in(parsed(formula)))
    return list(found)


def preview(folder: Path, recipe: Recipe, profile: Mapping[str, Any], name: str) -> dict[str, Any]:
    """`{values, missing, rows}`: the first values of a formula column, and in how many rows it has none."""
    if name not in recipe.columns or recipe.columns[name].formula is None or recipe.kind == "images":
        message = f"The recipe has no formula called {name!r}."
        where = {"document": "recipe", "column": name}
        raise Refusal(Problem("unknown_column", where, message, "Give the column a formula."))
    series = Formulas(folder, recipe, profile).series(name)
    return {"values": series.head(5).to_list(), "missing": series.null_count(), "rows": len(series)}
