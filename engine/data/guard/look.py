"""Look: a data set and its recipe, read once for all checks and no further than they need."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.data import table
from engine.data.column import Column
from engine.data.columns import Categories, Numbers
from engine.data.kinds import Dates, Tags, Values
from engine.data.recipe import Recipe
from engine.data.series import SeriesSource
from engine.data.source import Parts, Source, profile_of

if TYPE_CHECKING:
    import polars as pl

SAMPLE = 20_000
"""Rows looked at where looking at all would take long."""


class Look:
    """What the checks see. Attributes raise Refusal where the recipe does not fit the data."""

    def __init__(self, folder: Path, recipe: Recipe) -> None:
        self.folder, self.recipe = folder, recipe

    @cached_property
    def source(self) -> Source:
        """The data set through the recipe."""
        return Source(self.folder, self.recipe)

    @cached_property
    def profile(self) -> dict[str, dict[str, Any]]:
        """The profile of each column, by its name."""
        return {column["name"]: column for column in self.source.profile["columns"]}

    @cached_property
    def read(self) -> dict[str, Any]:
        """The profile of the data set, whether the recipe fits it or not."""
        return profile_of(self.folder)

    def described(self, name: str) -> dict[str, Any]:
        """The profile of a feature or target, which of a formula's column is made here."""
        if name not in self.profile:
            values = self.source.columns[name]
            present = self.values(name, np.flatnonzero(~values.missing))
            span = {"min": float(present.min()), "max": float(present.max())} if len(present) else {}
            found = {"missing": int(values.missing.sum()), "distinct": len(np.unique(present))}
            return {"name": name, "type": "float", "top": [], "examples": [], **span, **found}
        return self.profile[name]

    @property
    def pictures(self) -> bool:
        """Whether the rows are pictures."""
        return self.recipe.kind == "images"

    @cached_property
    def features(self) -> dict[str, Column]:
        """The feature columns of a table."""
        return {} if self.pictures else {name: self.recipe.columns[name] for name in self.recipe.features()}

    @cached_property
    def parts(self) -> Parts:
        """The rows of each part; of a series those that end a window."""
        if self.windows is not None:
            order = self.windows.order
            return {part: order.rows[ends] for part, (ends, _) in self.windows.windows.items()}
        return self.source.parts

    @cached_property
    def windows(self) -> SeriesSource | None:
        """The windows of a series."""
        return SeriesSource(self.source) if self.recipe.kind == "series" else None

    @property
    def learned(self) -> np.ndarray:
        """The rows whose targets training learns, (n,): of a series those that its windows predict."""
        return self.parts["train"] if self.windows is None else self.windows.predicted()["train"]

    @cached_property
    def rows(self) -> np.ndarray:
        """Usable rows, (n,), in the order of the table; a sample where there are many."""
        usable = self.source.usable
        if len(usable) <= SAMPLE:
            return usable
        return np.sort(np.random.default_rng(0).choice(usable, SAMPLE, replace=False))

    def values(self, name: str, rows: np.ndarray) -> np.ndarray:
        """A feature or target as numbers, (n,): categories and texts by code, -1 where missing; NaN where missing."""
        return as_numbers(self.source.columns[name], rows)

    def sample(self, part: str) -> np.ndarray:
        """Rows of a part, (n,); a sample where there are many."""
        rows = self.parts[part]
        return rows if len(rows) <= SAMPLE else np.random.default_rng(0).choice(rows, SAMPLE, replace=False)

    def stored(self, name: str) -> pl.Series:
        """A column as it is stored, whatever its role."""
        return table.load(self.folder, [name])[name]


def as_numbers(column: Values, rows: np.ndarray) -> np.ndarray:
    """The values of some rows as float64, as `Look.values` says."""
    if isinstance(column, Numbers | Dates):
        values: np.ndarray = (column.values if isinstance(column, Numbers) else column.seconds)[rows]
        return values
    if isinstance(column, Categories | Tags):
        codes: np.ndarray = column.codes[rows].astype(np.float64)
        return codes
    texts = np.array(["" if text is None else text for text in column.values[rows]])
    places: np.ndarray = np.unique(texts, return_inverse=True)[1].astype(np.float64)
    return places
