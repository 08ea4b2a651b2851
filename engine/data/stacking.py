"""Puts tables that were read each for itself into one: as parts of a data set, or as more rows of the same columns."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.data import table
from engine.data.gathered import PART
from engine.problems import Problem, Refusal

if TYPE_CHECKING:
    import polars as pl

SHOWN = 5  # columns that a problem names


@dataclass(frozen=True)
class Piece:
    """A table that has been read into a folder of its own."""

    name: str  # of the file
    folder: Path
    read: table.Read
    part: str = ""


def as_parts(pieces: Sequence[Piece], folder: Path) -> table.Read:
    """The tables below each other, told apart by a column of parts; columns that not all have are empty elsewhere."""
    import polars as pl

    scans = [pl.scan_ipc(piece.folder / table.TABLE) for piece in pieces]
    schemas = [scan.collect_schema() for scan in scans]
    names = {column for schema in schemas for column in schema}
    name = PART if PART not in names else "part_of_the_data"
    mixed = {column for column in names if _differs(schemas, column)}
    scans = [
        scan.with_columns(pl.col(sorted(mixed & set(schema))).cast(pl.String), pl.lit(piece.part).alias(name))
        for piece, scan, schema in zip(pieces, scans, schemas, strict=True)
    ]
    pl.concat(scans, how="diagonal_relaxed").sink_ipc(folder / table.TABLE, compression="uncompressed")
    return _summed_up(_together(pieces, folder), pieces, len(names) + 1)


def as_rows(pieces: Sequence[Piece], folder: Path) -> table.Read:
    """The rows of all tables below each other; raises Refusal, naming columns, where a table has others."""
    import polars as pl

    first = pieces[0]
    names = table.names(first.folder)
    for piece in pieces[1:]:
        _check_columns(first, piece, names)
    schema = pl.Schema({name: _type_of(name, pieces) for name in names})
    scans = [pl.scan_ipc(piece.folder / table.TABLE).select(names).cast(schema) for piece in pieces]
    pl.concat(scans).sink_ipc(folder / table.TABLE, compression="uncompressed")
    return _summed_up(_together(pieces, folder), pieces, len(names))


def texts_of(folder: Path) -> frozenset[str]:
    """The columns of a table that hold text."""
    import polars as pl

    schema = pl.scan_ipc(folder / table.TABLE).collect_schema()
    return frozenset(name for name, kind in schema.items() if not kind.is_numeric())


def _summed_up(whole: table.Read, pieces: Sequence[Piece], columns: int) -> table.Read:
    """What is known of all tables, with their rows and columns."""
    whole.rows, whole.columns = sum(piece.read.rows for piece in pieces), columns
    return table.told(whole)


def _together(pieces: Sequence[Piece], folder: Path) -> table.Read:
    """What is known of all tables, and their rejected lines, each with the name of its file."""
    with table.rejections(folder) as rejected:
        for piece in pieces:
            with (piece.folder / table.REJECTED).open(newline="", encoding="utf-8") as file:
                rejected.writerows([f"{piece.name} {line}", *rest] for line, *rest in list(csv.reader(file))[1:])
    first = pieces[0].read
    return table.Read(
        first.reading,
        rejected=sum(piece.read.rejected for piece in pieces),
        places=[f"{piece.name} line {line}" for piece in pieces for line in piece.read.lines][:20],
        files=[(piece.name, piece.read.rows) for piece in pieces],
    )


def _differs(schemas: Sequence[pl.Schema], column: str) -> bool:
    """Whether a column is text in one table and numbers in another."""
    return len({schema[column].is_numeric() for schema in schemas if column in schema}) > 1


def _check_columns(first: Piece, piece: Piece, names: list[str]) -> None:
    """Raises Refusal for a table without the columns of the first, or with others besides."""
    own = table.names(piece.folder)
    missing, extra = [name for name in names if name not in own], [name for name in own if name not in names]
    if not missing and not extra:
        return
    lacks = f"it lacks {_shown(missing)}" if missing else ""
    has = f"it has {_shown(extra)} besides" if extra else ""
    said = " and ".join(filter(None, [lacks, has]))
    message = f"The columns of {piece.name} are not those of {first.name}: {said}."
    hint = "Give both files the same columns, in any order."
    if first.read.reading.header != piece.read.reading.header:
        bare = piece.name if first.read.reading.header else first.name
        hint += f" {bare} seems to have no line of names above its rows."
    raise Refusal(Problem("columns_differ", {"file": piece.name, "missing": missing, "extra": extra}, message, hint))


def _type_of(name: str, pieces: Sequence[Piece]) -> pl.DataType:
    """What a column is in all tables; raises Refusal where it is a number in one and text in another."""
    import polars as pl

    columns = [(piece.name, table.load(piece.folder, [name])[name]) for piece in pieces]
    told = [one for one in columns if one[1].null_count() < len(one[1])] or columns
    numbers = [file for file, column in told if column.dtype.is_numeric()]
    texts = [(file, column) for file, column in told if not column.dtype.is_numeric()]
    if numbers and texts:
        raise _kinds_differ(name, numbers[0], *texts[0])
    if texts:
        return pl.String()
    return pl.Int64() if all(column.dtype.is_integer() for _, column in told) else pl.Float64()


def _kinds_differ(name: str, number: str, text: str, column: pl.Series) -> Refusal:
    import polars as pl

    values = column.drop_nulls()
    odd = values.filter(values.str.strip_chars().cast(pl.Float64, strict=False).is_null())
    example = str((odd if len(odd) else values)[0])[:40]
    message = f"The column {name!r} holds numbers in {number} and text in {text}, such as {example!r}."
    hint = "Write the column the same way in both files."
    return Refusal(Problem("kinds_differ", {"file": text, "column": name}, message, hint))


def _shown(names: list[str]) -> str:
    some = ", ".join(repr(name) for name in names[:SHOWN])
    return f"{some} and {len(names) - SHOWN} more" if len(names) > SHOWN else some
