"""Reads tables that carry their own types, Parquet and arrays of NumPy, into an Arrow file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from engine.data.dialect import MISSING, Reading
from engine.data.rows import unique_names
from engine.data.table import Progress, Read, check_width, rejections, store
from engine.data.wishes import Wishes
from engine.problems import Problem, Refusal

if TYPE_CHECKING:
    import polars as pl

FORMATS = ("parquet", "npz", "idx")
"""Formats whose columns have types: text stays text, whatever stands in it."""


def read(upload: Path, folder: Path, progress: Progress, wishes: Wishes | None = None) -> Read:
    """Reads a Parquet file into `folder`; raises Refusal where it is damaged or holds no plain columns."""
    import polars as pl

    progress("reading", 0.0)
    try:
        check_width(len(pl.read_parquet_schema(upload)))
        frame = pl.read_parquet(upload, use_statistics=False, low_memory=True)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError):
        message = "The Parquet file is damaged or cut short."
        raise _refusal("parquet_damaged", message, "Write it again, or upload the table as CSV.") from None
    return keep(frame, folder, "parquet", wishes)


def keep(frame: pl.DataFrame, folder: Path, written: str, wishes: Wishes | None = None) -> Read:
    """Keeps a table whose columns have types already: numbers as numbers, all else as text."""
    import polars as pl

    missing = wishes.missing if wishes and wishes.missing else MISSING
    names = unique_names(frame.columns)
    plain = {name: _plain(column, missing) for name, column in zip(names, frame.iter_columns(), strict=True)}
    kept = [column.alias(name) for name, column in plain.items() if column is not None]
    if len(kept) < 2:
        message = f"The file has {len(kept)} {'column' if len(kept) == 1 else 'columns'} of numbers or text."
        raise _refusal("one_column", message, "Give at least two columns: something to learn from and a target.")
    if frame.height == 0:
        raise _refusal("no_rows", "The file has columns and no rows.", "Choose a file with at least a few rows.")
    reading = Reading("utf-8", ",", True, ".", tuple(column.name for column in kept), missing=missing, format=written)
    result = Read(reading)
    for name in [name for name, column in plain.items() if column is None]:
        held = "lists or objects" if frame.dtypes[names.index(name)].is_nested() else "neither numbers nor text"
        message = f"The column {name!r} is left out: it holds {held}."
        hint = "Write numbers or text in the column to use it."
        result.warnings.append(Problem("column_not_read", {"name": name}, message, hint))
    with rejections(folder):
        return store(pl.DataFrame(kept), folder, result)


def _plain(column: pl.Series, missing: tuple[str, ...]) -> pl.Series | None:
    """A column as numbers or text with gaps as null; None where it is neither."""
    import polars as pl

    kind = column.dtype
    if kind.is_nested() or kind in (pl.Binary, pl.Object, pl.Unknown):
        return None
    if kind.is_integer() and kind not in (pl.UInt64, pl.Int128, pl.UInt128):
        return column.cast(pl.Int64)
    if kind.is_numeric():
        number = column.cast(pl.Float64)
        return pl.select(pl.when(number.is_finite()).then(number)).to_series()
    if kind == pl.Boolean:
        return column.replace_strict({True: "true", False: "false"}, default=None, return_dtype=pl.String)
    text = column.cast(pl.String, strict=False).str.strip_chars()
    return pl.select(pl.when(~text.str.to_lowercase().is_in(list(missing))).then(text)).to_series()


def _refusal(code: str, message: str, hint: str) -> Refusal:
    return Refusal(Problem(code, {"file": "upload"}, message, hint))
