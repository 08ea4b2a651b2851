"""Rows of a CSV file as they are given to a model, and what their columns are called.

This file travels in every download.
"""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from engine.data.values import given_columns


def read_rows(path: str | Path, preparation: Mapping[str, Any]) -> list[dict[str, str]]:
    """The rows of a CSV file written like the training file or in UTF-8; the target may be absent."""
    reading = preparation["reading"]
    text = _decoded(Path(path).read_bytes(), reading["encoding"])
    best: list[list[str]] = []
    as_trained = (reading["separator"], reading.get("quote", '"'), reading.get("escape", ""))
    usual = [(separator, '"', "") for separator in (reading["separator"], ",", ";", "\t", "|")]
    for written in dict.fromkeys([as_trained, *usual]):
        rows = [row for row in _cells(text, *written) if len(row) > 1 or "".join(row)]
        if rows and (not best or len(rows[0]) > len(best[0])):
            best = rows
        if rows and set(given_columns(preparation)) <= set(unique_names(rows[0])):
            break
    if not best:
        raise ValueError("The file holds no rows. Give a CSV file with a header line and at least one row.")
    header, rows = _header(best, preparation)
    for number, row in enumerate(rows, start=1):
        if len(row) != len(header):
            raise ValueError(f"Row {number} has {len(row)} values where {len(header)} are expected. Mend the row.")
    return [dict(zip(header, row, strict=True)) for row in rows]


def columns_of(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Rows turned into columns; a value that a row does not give counts as missing."""
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: [row.get(name) for row in rows] for name in names}


def unique_names(names: Sequence[str]) -> list[str]:
    """Column names as the data set knows them: trimmed, without NUL, an empty one by its place, a second numbered."""
    unique: dict[str, None] = {}
    for place, given in enumerate(names, start=1):
        stem = name = " ".join(given.replace("\0", " ").split()) or f"column_{place}"
        count = 1
        while name in unique:
            count += 1
            name = f"{stem}_{count}"
        unique[name] = None
    return list(unique)


def _cells(text: str, separator: str, quote: str, escape: str) -> list[list[str]]:
    """The trimmed cells of each line; blanks as separator are columns lined up with any number of them."""
    lines: Any = io.StringIO(text, newline="")
    if separator == " ":
        lines = (" ".join(line.split()) for line in lines)
    elif len(separator) > 1:  # csv knows separators of one sign
        lines = (line.replace(separator, "\x1f") for line in lines)
    cells = csv.reader(
        lines,
        delimiter=separator if len(separator) == 1 else "\x1f",
        quotechar=quote or None,
        quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
        escapechar=escape or None,
        skipinitialspace=True,
    )
    return [[cell.strip() for cell in row] for row in cells]


def _decoded(content: bytes, encoding: str) -> str:
    if content[:2] == b"\x1f\x8b":
        content = gzip.decompress(content)
    marked = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    for attempt in ("utf-16" if marked else "utf-8-sig", encoding):
        try:
            return content.decode(attempt)
        except UnicodeDecodeError:
            continue
    raise ValueError(f"The file is not text in UTF-8 or {encoding}. Save it as CSV in UTF-8.")


def _header(rows: list[list[str]], preparation: Mapping[str, Any]) -> tuple[list[str], list[list[str]]]:
    """The column names and the rows below; a file without header has the columns of the training file."""
    names, header = preparation["reading"]["names"], unique_names(rows[0])
    if preparation["reading"]["header"] or set(given_columns(preparation)) <= set(header):
        return header, rows[1:]
    targets = {name for output, one in preparation["targets"].items() for name in one.get("columns", (output,))}
    features = [name for name in names if name not in targets]
    for known in (names, features):
        if len(rows[0]) == len(known):
            return known, rows
    raise ValueError(f"The rows have {len(rows[0])} values. Give {len(names)} columns: {', '.join(names)}.")
