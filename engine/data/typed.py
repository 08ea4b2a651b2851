"""Columns of text as what they hold: trimmed, with gaps made null, and numbers as numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from engine.data.numerals import is_number
from engine.data.values import grouped

if TYPE_CHECKING:
    import polars as pl

    from engine.data.dialect import Reading

LEADING_ZERO = r"^0\d"


@dataclass
class Kind:
    """What a column has turned out to hold so far."""

    number: bool = True
    whole: bool = True
    zeros: bool = False  # some value begins with a zero that a number would lose
    shortest: int = 1 << 60  # characters of a value
    longest: int = 0

    @property
    def code(self) -> bool:
        """Whether its numbers are codes, such as 01234, that must stay text."""
        return self.zeros and self.shortest == self.longest

    @property
    def surely_no_code(self) -> bool:
        """Whether no value to come could make its numbers codes."""
        return self.longest > 0 and (self.shortest < self.longest or self.longest == 1)

    @property
    def text(self) -> bool:
        """Whether it stays text: it holds some, it holds codes, or it holds nothing at all."""
        return not self.number or self.code or self.longest == 0


class Typing:
    """Turns tables of text, piece by piece, into typed ones.

    A column counts as whole numbers until a value is none. Once all pieces are in, `redo` names the columns that
    turned out to be text after a piece was taken for numbers: all pieces must then come again, with these as `texts`.
    """

    def __init__(self, reading: Reading, texts: frozenset[str] = frozenset()) -> None:
        self.reading, self.texts = reading, texts
        self.kinds = {name: Kind(number=name not in texts) for name in reading.names}
        self.signs = [marker for marker in reading.missing if is_number(marker, reading.decimal)]
        self.taken: set[str] = set()  # columns of which some piece was taken for numbers

    @property
    def redo(self) -> frozenset[str]:
        """The columns to be given again as texts, with those that are texts already."""
        late = {name for name in self.taken if self.kinds[name].text}
        return self.texts | late if late else frozenset()

    def expected(self) -> dict[str, pl.DataType]:
        """The columns whose text need not be seen to read their numbers, and as what."""
        import polars as pl

        if self.reading.thousands or self.signs or self.reading.decimal == self.reading.separator:
            return {}
        sure = {name: kind for name, kind in self.kinds.items() if kind.number and kind.surely_no_code}
        return {name: pl.Int64() if kind.whole else pl.Float64() for name, kind in sure.items()}

    def schema(self) -> pl.Schema:
        """The type of each column, by all pieces so far."""
        import polars as pl

        return pl.Schema(
            {
                name: pl.String() if kind.text else pl.Int64() if kind.whole else pl.Float64()
                for name, kind in self.kinds.items()
            }
        )

    def convert(self, table: pl.DataFrame) -> pl.DataFrame:
        """A piece of the table, each column as what it has turned out to be."""
        import polars as pl

        return pl.DataFrame([self._column(column) for column in table.iter_columns()])

    def _column(self, column: pl.Series) -> pl.Series:
        kind = self.kinds[column.name]
        if column.dtype.is_numeric():
            return self._parsed(column)
        if kind.number:
            for given in (column, column.str.strip_chars()):  # most numbers stand in no blanks
                number = self._number(given, kind)
                if number is not None:
                    if number.null_count() < len(number):
                        self.taken.add(column.name)
                    return number
            kind.number = False
        return self._text(column.str.strip_chars())

    def _parsed(self, column: pl.Series) -> pl.Series:
        """Numbers as a reader parsed them; what is no finite number counts as text was there."""
        if column.dtype.is_float():
            absent = "nan" in self.reading.missing
            if column.is_infinite().any() or (not absent and column.is_nan().any()):
                self.kinds[column.name].number = False
            column = column.fill_nan(None)
        return column

    def _text(self, trimmed: pl.Series) -> pl.Series:
        """Text with the markers of missing values made null; what cannot be one is not looked at twice."""
        import polars as pl

        longest = max(map(len, self.reading.missing))
        short = trimmed.str.len_bytes() <= 4 * longest
        if not short.any():
            return trimmed
        absent = trimmed.str.to_lowercase().is_in(list(self.reading.missing))
        return pl.select(pl.when(~absent).then(trimmed)).to_series().alias(trimmed.name)

    def _number(self, trimmed: pl.Series, kind: Kind) -> pl.Series | None:
        """The column as numbers, or None where a value is no number and marks nothing missing."""
        import polars as pl

        if self.signs:  # numbers that mark a missing value
            trimmed = pl.select(pl.when(~trimmed.is_in(self.signs)).then(trimmed)).to_series().alias(trimmed.name)
        plain = self._plain(trimmed)
        empty = plain == ""
        for whole in (True, False) if kind.whole else (False,):
            number = plain.cast(pl.Int64 if whole else pl.Float64, strict=False)
            astray = number.is_null() & ~empty
            if not whole:
                astray |= number.is_nan()  # no null stands beside a number here
            rest = trimmed.filter(astray.fill_null(False))
            if rest.str.to_lowercase().is_in(list(self.reading.missing)).all():
                break
        else:
            return None
        if not whole:
            number = number.fill_nan(None)
            if number.is_infinite().any():
                return None
        if number.null_count() < len(number):
            kind.whole = whole
            self._measure(trimmed.filter(number.is_not_null()) if number.null_count() else trimmed, kind)
        return number

    def _measure(self, values: pl.Series, kind: Kind) -> None:
        """Notes what tells codes from numbers."""
        lengths = values.str.len_bytes()
        kind.shortest = min(kind.shortest, cast("int", lengths.min()))
        kind.longest = max(kind.longest, cast("int", lengths.max()))
        if kind.shortest == kind.longest and not kind.zeros:
            kind.zeros = bool(values.str.contains(LEADING_ZERO).any())

    def _plain(self, column: pl.Series) -> pl.Series:
        """Numbers written plainly: no groups of digits, a point as decimal sign."""
        import polars as pl

        decimal, thousands = self.reading.decimal, self.reading.thousands
        plain = column
        if thousands:
            whole = column.str.contains(f"^{grouped(thousands, decimal)}$")
            bare = column.str.replace_all(thousands, "", literal=True)
            plain = pl.select(pl.when(whole).then(bare).otherwise(column)).to_series()
        if decimal == ",":  # a point is then no part of a number
            plain = plain.str.replace_all(".", "x", literal=True).str.replace(",", ".", literal=True)
        return plain


def typed(text: pl.DataFrame, reading: Reading) -> pl.DataFrame:
    """A whole table of text with numbers as numbers wherever every value of a column is one."""
    typing = Typing(reading)
    table = typing.convert(text)
    if typing.redo:
        typing = Typing(reading, typing.redo)
        table = typing.convert(text)
    return table.cast(typing.schema())
