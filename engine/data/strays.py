"""Strays: the few texts in a column of numbers that are none."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.data.typed import LEADING_ZERO
from engine.data.values import NUMBER, grouped

if TYPE_CHECKING:
    import polars as pl

SHARE, LEAST = 0.95, 20  # of a column's values, and how many at least, are numbers where others are strays
MOST = 5  # different strays
DIFFERENT = 10  # numbers, from which they are measured and not codes: 0, 1, a and b are four categories
LONGEST, MARKERS = 100, 100  # letters of a marker, and how many there may be, as wishes allow them
LOOKED = 1000  # values that tell whether a look at all is worth it


@dataclass(frozen=True)
class Strays:
    """The different strays in the order of the file, in how many rows they stand, and beside how many numbers."""

    values: Sequence[str]
    rows: int
    numbers: int

    @property
    def total(self) -> int:
        """How many values there are in all."""
        return self.numbers + self.rows

    @property
    def named(self) -> str:
        """As 1 is not: 'oops'."""
        return f"{self.rows:,} {'is' if self.rows == 1 else 'are'} not: {', '.join(map(repr, self.values))}"

    def cure(self, reading: Mapping[str, Any]) -> dict[str, Any]:
        """The remedy: its label, and the wish for a reading that counts them as missing with all that does so now."""
        label = "Count it as missing" if len(self.values) == 1 else "Count them as missing"
        lowered = [value.lower() for value in self.values]
        return {"label": label, "reading": {"missing": list(dict.fromkeys([*reading["missing"], *lowered]))}}


def strays(column: pl.Series, reading: Mapping[str, Any]) -> Strays | None:
    """The strays of a column of text as it is stored; None where it holds none, or is no column of numbers."""
    present = column.drop_nulls().str.strip_chars()
    some = present.gather_every(max(1, len(present) // LOOKED))
    if len(present) < LEAST or 2 * _numbers(some, reading).sum() < len(some):
        return None
    mask = _numbers(present, reading)
    numbers, astray = present.filter(mask), present.filter(~mask)
    if astray.is_empty() or len(numbers) < max(LEAST, SHARE * len(present)):
        return None
    values = astray.unique(maintain_order=True).to_list()
    able = len(values) <= MOST and max(map(len, values)) <= LONGEST
    if not able or len(values) + len(reading["missing"]) > MARKERS or numbers.n_unique() < DIFFERENT:
        return None
    codes = numbers.str.contains(LEADING_ZERO).any() and numbers.str.len_chars().n_unique() == 1
    return None if codes else Strays(tuple(values), len(astray), len(numbers))


def _numbers(texts: pl.Series, reading: Mapping[str, Any]) -> pl.Series:
    """Which trimmed texts are numbers as the file writes them."""
    decimal, thousands = reading["decimal"], reading.get("thousands") or ""
    plain = NUMBER.pattern.replace(r"\.", re.escape(decimal))
    either = f"{plain}|{grouped(thousands, decimal)}" if thousands else plain
    return texts.str.contains(f"^(?:{either})$".replace(r"\d", "[0-9]"))
