"""The columns of a stored table as the recipe sees them: numbers, categories, dates or texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.data import columns
from engine.data.column import Column
from engine.data.columns import Categories, Numbers
from engine.data.steps import read_moment, read_moments
from engine.data.values import canonical, loose_numbers, tidied
from engine.problems import Problem, Refusal

if TYPE_CHECKING:
    import polars as pl

PATTERNS = (
    "iso", "%Y-%m-%d %H:%M:%S", "%Y/%m/%d", "%Y/%m/%d %H:%M", "%Y/%m/%d %H:%M:%S", "%Y%m%d", "%Y-%m", "%Y/%m",
    "%d/%m/%Y", "%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%m/%d/%Y", "%m/%d/%Y %H:%M", "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %I:%M %p", "%m/%d/%Y %I:%M:%S %p", "%d/%m/%y", "%d/%m/%y %H:%M", "%m/%d/%y", "%m/%d/%y %H:%M",
    "%d.%m.%Y", "%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S", "%d.%m.%y", "%d-%m-%Y", "%d-%m-%Y %H:%M", "%d-%m-%Y %H:%M:%S",
    "%d-%m-%y", "%m-%d-%Y", "%m-%d-%y", "%d %b %Y", "%d-%b-%Y", "%d-%b-%y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y",
    "%a %b %d %H:%M:%S %Y",
)  # fmt: skip
FEW = 500  # texts looked at to find how dates are written


@dataclass(frozen=True)
class Dates:
    """A column of dates: seconds since 1970, NaN where missing, and how they are written."""

    seconds: np.ndarray  # (rows,) float64
    pattern: str

    @property
    def missing(self) -> np.ndarray:
        """Which rows have no date."""
        missing: np.ndarray = np.isnan(self.seconds)
        return missing


@dataclass(frozen=True)
class Texts:
    """A column of texts, None where missing."""

    values: np.ndarray  # (rows,) object
    numeric: bool = False  # stored as numbers

    @property
    def missing(self) -> np.ndarray:
        """Which rows have no text."""
        return np.array([value is None for value in self.values], bool)


@dataclass(frozen=True)
class Tags:
    """A column of cells with several tags each: the place of each row's cell in `names`, -1 where it is missing."""

    codes: np.ndarray  # (rows,) int32
    names: list[str]  # the different cells, as red;blue
    numeric: bool
    separator: str

    @property
    def missing(self) -> np.ndarray:
        """Which rows have an empty cell."""
        missing: np.ndarray = self.codes < 0
        return missing


Values = Numbers | Categories | Dates | Texts | Tags
SEPARATORS = (";", "|", ",", "/", "+")  # that may stand between tags


def read_column(series: pl.Series, column: Column, reading: dict[str, Any]) -> Values:
    """A stored column as its kind says. Raises Refusal naming some values that are not of that kind."""
    if column.kind == "number":
        return _numbers(series, column, reading)
    if column.kind == "date":
        return dates(series)
    if column.kind == "text":
        return _texts(series, column)
    read = columns.categories(series)
    tidy = tidying(column)
    read = _merged(read, tidy) if tidy else read
    if column.kind == "tags":
        separator = column.separator or max(SEPARATORS, key=lambda sign: sum(sign in name for name in read.names))
        return Tags(read.codes, read.names, read.numeric, separator)
    return read


def tidying(column: Column) -> dict[str, str]:
    """What unifies the values of a category or text, as the preparation keeps it; empty where nothing does."""
    return {
        **({"case": column.case} if column.case != "keep" else {}),
        **({"strip": column.strip} if column.strip and column.kind == "category" else {}),
    }


def dates(series: pl.Series) -> Dates:
    """The column as dates, in the first pattern that reads all of them; raises Refusal where none does."""
    if series.dtype.is_temporal():
        import polars as pl

        moments = series.cast(pl.Datetime("us")).to_physical().cast(pl.Float64) / 1e6
        return Dates(moments.fill_null(float("nan")).to_numpy().astype(np.float64), "iso")
    if series.dtype.is_numeric():
        return _numeric_dates(series)
    texts = series.to_list()
    some = series.drop_nulls().unique(maintain_order=True)
    looked = [*some.head(FEW).to_list(), *some.tail(FEW).to_list()]
    pattern = pattern_of(looked)
    seconds, astray = read_moments(texts, pattern or "iso")
    if astray and (pattern := pattern_of([*looked, *astray[:FEW]])):  # 13/1 tells days from months, if it comes late
        seconds, astray = read_moments(texts, pattern)
    if astray:
        found = ", ".join(repr(value) for value in dict.fromkeys(astray[:1000]))[:100]
        none = "1 value is no date" if len(astray) == 1 else f"{len(astray):,} values are no dates"
        message = f"The column {series.name!r} is declared a date, but {none}: {found}."
        hint = "Make it a category or a text, ignore it, or mend the values in the file."
        raise Refusal(Problem("column_is_not_a_date", {"column": series.name}, message, hint))
    return Dates(seconds, pattern or "iso")


def pattern_of(texts: Sequence[str]) -> str | None:
    """How these dates are written: the first pattern that reads all; None where no pattern does."""
    left = [pattern for pattern in PATTERNS if texts and not np.isnan(read_moment(texts[0].strip(), pattern))]
    for text in texts:
        left = [pattern for pattern in left if not np.isnan(read_moment(text.strip(), pattern))]
        if not left:
            return None
    return left[0] if left else None


def _numeric_dates(series: pl.Series) -> Dates:
    """Numbers as years such as 2017, as days such as 20170131, else as seconds since 1970."""
    values = series.cast(float).fill_null(float("nan")).to_numpy().astype(np.float64)
    present = values[~np.isnan(values)]
    whole = len(present) > 0 and bool((present == np.floor(present)).all())
    for pattern, low, high in (("%Y", 1000, 9999), ("%Y%m%d", 10000101, 99991231)):
        if whole and present.min() >= low and present.max() <= high:
            texts = [None if np.isnan(value) else str(int(value)) for value in values]
            seconds, astray = read_moments(texts, pattern)
            if not astray:
                return Dates(seconds, pattern)
    return Dates(values, "seconds")


def _numbers(series: pl.Series, column: Column, reading: dict[str, Any]) -> Numbers:
    if column.loose and not series.dtype.is_numeric():
        return Numbers(loose_numbers(series.to_list(), reading))
    return columns.numbers(series, reading)


def _texts(series: pl.Series, column: Column) -> Texts:
    tidy, numeric = tidying(column), series.dtype.is_numeric()
    values = np.empty(len(series), object)
    for row, value in enumerate(series):
        if value is not None:
            values[row] = tidied(canonical(value, numeric), tidy)
    return Texts(values, numeric)


def _merged(read: Categories, tidy: dict[str, str]) -> Categories:
    """Categories whose tidied names are equal become one."""
    names = [tidied(name, tidy) for name in read.names]
    merged = sorted(dict.fromkeys(names), key=columns.natural)
    place = {name: code for code, name in enumerate(merged)}
    codes = np.array([*(place[name] for name in names), -1], np.int32)
    return Categories(codes[read.codes], merged, read.numeric)
