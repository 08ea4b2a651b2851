"""The columns of a stored table as arrays: numbers as floats, categories as codes and their names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.data.strays import strays
from engine.data.values import NUMBER, canonical, read_numbers
from engine.problems import Problem, Refusal

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class Numbers:
    """A column of numbers; NaN is missing."""

    values: np.ndarray  # (rows,) float64

    @property
    def missing(self) -> np.ndarray:
        """Which rows have no value."""
        missing: np.ndarray = np.isnan(self.values)
        return missing


@dataclass(frozen=True)
class Categories:
    """A column of categories: the place of each row's value in `names`, -1 where it is missing."""

    codes: np.ndarray  # (rows,) int32
    names: list[str]
    numeric: bool  # stored as numbers, so that 1 and "1.0" name the same category

    @property
    def missing(self) -> np.ndarray:
        """Which rows have no value."""
        missing: np.ndarray = self.codes < 0
        return missing


def numbers(column: pl.Series, reading: dict[str, Any]) -> Numbers:
    """The column as numbers; raises Refusal, naming some values, where it holds other text."""
    if column.dtype.is_numeric():
        return Numbers(column.cast(float).fill_null(float("nan")).to_numpy().astype(np.float64))
    values, astray = read_numbers(column.to_list(), reading)
    if astray:
        some = ", ".join(repr(value) for value in dict.fromkeys(astray[:1000]))[:100]
        none = "1 value is no number" if len(astray) == 1 else f"{len(astray):,} values are no numbers"
        message = f"The column {column.name!r} is declared a number, but {none}: {some}."
        hint = (
            "Add what is no number to the missing values under Reading on the Data page, make the column a category, "
            "ignore it, or mend the values in the file."
        )
        found = strays(column, reading)
        cure = found.cure(reading) if found else None
        raise Refusal(Problem("column_is_not_a_number", {"column": column.name}, message, hint, cure))
    return Numbers(values)


def categories(column: pl.Series) -> Categories:
    """The column as categories, named in natural order (2 before 10)."""
    import polars as pl

    numeric = column.dtype.is_numeric()
    if numeric:
        given = column.drop_nulls().unique().to_list()
        texts = [canonical(value, True) for value in given]
        column = column.replace_strict(given, texts, default=None, return_dtype=pl.String)
    names = sorted(column.drop_nulls().unique().to_list(), key=natural)
    if not names:
        return Categories(np.full(len(column), -1, np.int32), [], numeric)
    codes = column.cast(pl.Enum(names)).to_physical().cast(pl.Int32).fill_null(-1)
    return Categories(codes.to_numpy(), names, numeric)


def natural(text: str) -> list[tuple[int, float, str]]:
    """A key that sorts numbers inside text by their size: a2 before a10, -1 before 1."""
    if NUMBER.fullmatch(text):
        return [(0, float(text), text)]
    pieces = re.split(r"(\d+)", text)
    return [(1, float(piece) if piece.isdecimal() else -1.0, piece) for piece in pieces]
