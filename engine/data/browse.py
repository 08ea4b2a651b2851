"""A page of a table, sorted and filtered, quick also where there are ten million rows."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from engine.data.table import TABLE
from engine.problems import Problem, Refusal

if TYPE_CHECKING:
    import numpy as np
    import polars as pl


class Filter(BaseModel):
    """One condition a row has to meet. Text is compared without regard to upper and lower case."""

    model_config = ConfigDict(extra="forbid")

    column: str
    test: Literal["contains", "equals", "at_least", "at_most", "missing", "present"]
    value: str | float | None = None


class View(BaseModel):
    """What is wanted of a table: which rows, and in what order."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sort: str | None = None
    descending: bool = False
    filters: tuple[Filter, ...] = Field((), max_length=20)


def page(folder: Path, offset: int, limit: int, view: View) -> dict[str, Any]:
    """`{columns, rows, numbers, total}`; `numbers` are the places of the rows in the file, from 1.

    Raises Refusal for a column that is not there, or a value that cannot be compared with it.
    """
    require_columns(folder, [*([view.sort] if view.sort else []), *(one.column for one in view.filters)])
    table = _table(folder / TABLE, (folder / TABLE).stat().st_mtime_ns)
    places = _places(table, view)
    wanted = places[offset : offset + limit]
    rows = table[wanted.tolist()] if len(wanted) else table.clear()
    return {
        "columns": table.columns,
        "rows": [list(row) for row in rows.iter_rows()],
        "numbers": (wanted + 1).tolist(),
        "total": len(places),
    }


def require_columns(folder: Path, names: Iterable[str]) -> None:
    """Raises Refusal for the first column that the table of a data set does not have."""
    import polars as pl

    known = pl.scan_ipc(folder / TABLE).collect_schema().names()
    for name in names:
        if name not in known:
            message = f"The data have no column called {name!r}."
            raise Refusal(Problem("unknown_column", {"column": name}, message, "Choose one of the table's columns."))


@lru_cache(maxsize=4)
def _table(path: Path, written: int) -> pl.DataFrame:
    """The table; `written` makes a table that was read anew another one."""
    import polars as pl

    return pl.scan_ipc(path).collect()


_orders: dict[tuple[int, str, bool], np.ndarray] = {}
"""The last order that was asked for: turning its pages must not sort again."""


def _places(table: pl.DataFrame, view: View) -> np.ndarray:
    """The places of the rows to show, in order."""
    import numpy as np
    import polars as pl

    places = np.arange(table.height) if view.sort is None else _order(table, view.sort, view.descending)
    if not view.filters:
        return places
    met = table.select(pl.all_horizontal(*(_condition(table, one) for one in view.filters)).fill_null(False))
    kept: np.ndarray = places[met.to_series().to_numpy()[places]]
    return kept


def _order(table: pl.DataFrame, column: str, descending: bool) -> np.ndarray:
    import polars as pl

    key = (id(table), column, descending)
    if key not in _orders:
        _orders.clear()
        values = table[column]
        if values.dtype == pl.String:  # sorting the places in a list of the words is five times quicker
            words = values.unique().drop_nulls().sort()
            values = values.cast(pl.Enum(words)).to_physical()
        _orders[key] = values.arg_sort(descending=descending, nulls_last=True).to_numpy().astype("int64")
    return _orders[key]


def _condition(table: pl.DataFrame, one: Filter) -> pl.Expr:
    import polars as pl

    column = pl.col(one.column)
    if one.test in ("missing", "present"):
        return column.is_null() if one.test == "missing" else column.is_not_null()
    if one.test == "contains" or not table.schema[one.column].is_numeric():
        text, value = column.cast(pl.String).str.to_lowercase(), str(one.value or "").strip().lower()
        if one.test == "contains":
            return text.str.contains(value, literal=True)
        return {"equals": text == value, "at_least": text >= value, "at_most": text <= value}[one.test]
    try:
        number = float(one.value if one.value is not None else "")
    except ValueError:
        message = f"{one.column!r} holds numbers, which cannot be compared with {one.value!r}."
        raise Refusal(Problem("wrong_value", {"column": one.column}, message, "Enter a number.")) from None
    return {"equals": column == number, "at_least": column >= number, "at_most": column <= number}[one.test]
