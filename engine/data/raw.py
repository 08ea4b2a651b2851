"""Raw rows of a data set, as they were uploaded, to be looked at beside what a network says of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from engine.data.formulas import stored
from engine.data.recipe import Recipe
from engine.data.table import TABLE

MOST_COLUMNS = 8
LONGEST_TEXT = 160
"""Letters of one value that are shown."""


class RawRows:
    """The rows of one part of a data set, by their places in that part."""

    def __init__(self, folder: Path, recipe: Recipe, places: np.ndarray) -> None:
        """`places` (n,) are the part's rows in the data set."""
        self._folder, self._pictures, self._places = folder, recipe.kind == "images", places
        marks = [name for name in (recipe.of_role("group"), recipe.of_role("time")) if name is not None]
        self._columns = list(dict.fromkeys([*marks, *stored(recipe, recipe.entering())]))[:MOST_COLUMNS]
        self._read: dict[int, dict[str, Any]] = {}
        """Those asked for last; most of them are asked for again."""

    def place(self, row: int) -> int:
        """The row of the data set that the row of the part is."""
        return int(self._places[row])

    def rows(self, places: Sequence[int]) -> list[dict[str, Any]]:
        """For each row of the data set `{inputs: {column: value}}`, or `{picture: number}` of a set of pictures."""
        if self._pictures:
            return [{"picture": place} for place in places]
        self._read = {place: self._read.get(place) or self._row(place) for place in places}
        return [{"inputs": self._read[place]} for place in places]

    def _row(self, place: int) -> dict[str, Any]:
        """One row, by a slice: whatever gathers rows loads the whole columns first."""
        import polars as pl

        found = pl.scan_ipc(self._folder / TABLE).select(self._columns).slice(place, 1).collect()
        return {name: _shown(value) for name, value in found.row(0, named=True).items()}


def _shown(value: Any) -> Any:
    """A value as JSON has it; long texts are cut."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    text = str(value)
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"
