"""Columns of text as what they hold: trimmed, with gaps made null, and numbers as numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.data.transform import grouped

if TYPE_CHECKING:
    import polars as pl

    from engine.data.dialect import Reading

WHOLE = r"^[+-]?\d+$"
DECIMAL = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"


def cleaned(table: pl.DataFrame, reading: Reading) -> pl.DataFrame:
    """Columns of text, trimmed, with the markers of missing values made null."""
    import polars as pl

    table = table.select(pl.all().cast(pl.String).str.strip_chars())
    absent = pl.all().str.to_lowercase().is_in(list(reading.missing))
    return table.select(pl.when(~absent).then(pl.all()))


def typed(table: pl.DataFrame, reading: Reading) -> pl.DataFrame:
    """The table with numbers as numbers wherever every value of a column is one."""
    import polars as pl

    plain = _plain(reading)
    numbers = [name for name in table.columns if table[name].null_count() < table.height]
    for some in (table.head(200), table):  # a look at the first rows spares reading all text
        numbers = _where(some.select(numbers), plain.str.contains(DECIMAL).all())
    coded = plain.str.contains(r"^0\d").any() & (pl.all().drop_nulls().str.len_chars().n_unique() == 1)
    codes = set(_where(table.select(numbers), coded))  # 01234 is no number
    cells = table.select(name for name in numbers if name not in codes).select(plain)
    whole = set(_where(cells, pl.all().str.contains(WHOLE).all()))
    found = []
    for column in cells.iter_columns():
        for kind in (pl.Int64, pl.Float64) if column.name in whole else (pl.Float64,):
            number = column.cast(kind, strict=False)
            if number.null_count() == column.null_count() and number.is_finite().all():
                found.append(number)
                break
    return table.with_columns(found)


def _plain(reading: Reading) -> pl.Expr:
    """All columns with numbers written plainly: no plus, no groups of digits, a point as decimal sign."""
    import polars as pl

    plain = pl.all()
    if reading.thousands:
        whole = f"^{grouped(reading.thousands, reading.decimal)}$"
        bare = plain.str.replace_all(reading.thousands, "", literal=True)
        plain = pl.when(plain.str.contains(whole)).then(bare).otherwise(plain)
    plain = plain.str.strip_prefix("+")
    if reading.decimal == ",":  # a point is then no part of a number
        plain = plain.str.replace_all(".", "x", literal=True).str.replace(",", ".", literal=True)
    return plain


def _where(table: pl.DataFrame, condition: pl.Expr) -> list[str]:
    """The names of the columns for which the condition holds."""
    if not table.width:
        return []
    return [name for name, holds in zip(table.columns, table.select(condition).row(0), strict=True) if holds]
