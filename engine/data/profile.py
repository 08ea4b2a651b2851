"""Profiles an uploaded file: reads it, looks at every column, and proposes a recipe."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from engine.data import columnar, incoming, pixels, samples, table
from engine.data.browse import View, page
from engine.data.gathered import Given
from engine.data.numerals import AMOUNT, DIGITS
from engine.data.propose import propose
from engine.data.strays import strays
from engine.data.table import Progress
from engine.data.wishes import Wishes

if TYPE_CHECKING:
    import polars as pl

EXAMPLES, TOP = 3, 10
LARGE = 1_000_000  # rows, beyond which not all values of a column are counted
AT_ONCE = 10_000_000  # values looked at together
FEW = 10_000  # values that are always counted

VIEW = View()
"""Every row, in the order of the file."""


def profile(folder: Path, progress: Progress, upload: Path | None = None) -> None:
    """Turns `upload` (or the sample or files that request.json names) into a data set in `folder` with a profile.json.

    The upload is `folder`/upload unless told; several files lie beside it. `progress` is told the phase and the
    fraction done. Raises Refusal where a file cannot be used, or not as wished.
    """
    request = json.loads((folder / "request.json").read_text("utf-8"))
    upload = upload or folder / "upload"
    if request.get("sample") and not upload.exists():
        samples.make(request["sample"], upload.parent)
    read = _read(request, upload, folder, progress)
    found = _images(read) if isinstance(read, pixels.Read) else _table(read, folder, progress)
    recipe, remarks = propose(found)
    found["warnings"] += [remark.document() for remark in remarks]
    found["recipe"] = recipe.document()
    draft = folder / f"profile.json.{os.getpid()}.part"
    draft.write_text(json.dumps(found, ensure_ascii=False, allow_nan=False), "utf-8")
    draft.replace(folder / "profile.json")
    progress("profiling", 1.0)


def _read(request: dict[str, Any], upload: Path, folder: Path, progress: Progress) -> table.Read | pixels.Read:
    """Reads the files of a request, and below them the rows of those that were appended."""
    wishes = Wishes.model_validate(request.get("reading") or {})
    given = [Given(upload.parent / one["path"], one["name"]) for one in request.get("files") or []]
    files = given or [Given(upload, request.get("filename") or "upload")]
    more = [Given(upload.parent / one["path"], one["name"]) for one in request.get("appended") or []]
    if more:
        return incoming.read_appended(files, more, folder, progress, wishes)
    return incoming.read_together(files, folder, progress, wishes)


def rows(folder: Path, offset: int, limit: int, view: View = VIEW) -> dict[str, Any]:
    """A page of a data set as `{columns, rows, total}`; a picture's row is its index, file name and label."""
    pictures = (folder / pixels.INDEX).exists()
    return pixels.rows(folder, offset, limit) if pictures else page(folder, offset, limit, view)


def _table(read: table.Read, folder: Path, progress: Progress) -> dict[str, Any]:
    names, columns = table.names(folder), list[dict[str, Any]]()
    reading = read.reading.document()
    some = max(1, AT_ONCE // max(read.rows, 1))  # columns of which memory holds the values
    for begin in range(0, len(names), some):
        progress("profiling", begin / len(names))
        frame = table.load(folder, names[begin : begin + some])
        columns += [_column(column, reading) for column in frame.iter_columns()]
    return {
        "kind": "table",
        "rows": read.rows,
        "columns": columns,
        "rejected": read.rejected,
        "files": [{"name": name, "rows": rows} for name, rows in read.files],
        "reading": reading,
        "warnings": [problem.document() for problem in read.warnings],
    }


def _images(read: pixels.Read) -> dict[str, Any]:
    picture = {"name": "image", "kind": "image", "type": "image", "missing": 0, "distinct": read.rows}
    columns = [
        {**picture, "examples": read.examples, **_range(None), "top": [], "rarest": None},
        _counted("label", read.counts),
    ]
    if read.parts:
        columns.append(_counted(pixels.PART, read.parts))
    return {
        "kind": "images",
        "rows": read.rows,
        "columns": columns,
        "image": read.size,
        "rejected": read.rejected,
        "reading": read.reading,
        "warnings": [problem.document() for problem in read.warnings],
    }


def _counted(name: str, given: dict[str, int]) -> dict[str, Any]:
    """A column of pictures' classes or parts, by how many pictures each has."""
    counts = sorted(given.items(), key=lambda item: -item[1])
    return {
        "name": name,
        "kind": "category",
        "type": "text",
        "missing": 0,
        "distinct": len(counts),
        "examples": [value for value, _ in counts[:EXAMPLES]],
        **_range(None),
        "top": [list(count) for count in counts[:TOP]],
        "rarest": counts[-1][1],
    }


def _column(column: pl.Series, reading: Mapping[str, Any]) -> dict[str, Any]:
    """What is in one column of a table."""
    present = column.drop_nulls()
    kind = "text" if not column.dtype.is_numeric() else "integer" if column.dtype.is_integer() else "float"
    distinct = _distinct(present)
    mixed = kind == "text" and reading["format"] not in columnar.FORMATS
    astray = strays(present, reading) if mixed else None
    top, rarest = _most_frequent(present, distinct)
    return {
        "name": column.name,
        "kind": "category" if kind == "text" else "number",
        "type": kind,
        "missing": column.null_count(),
        "distinct": distinct,
        "examples": [_short(value) for value in present.head(1000).unique(maintain_order=True).head(EXAMPLES)],
        **_range(present if kind != "text" else None),
        "top": [[_short(value), count] for value, count in top],
        "rarest": rarest,
        **({"amounts": True} if kind == "text" and _amounts(present) else {}),
        **({"strays": asdict(astray)} if astray else {}),
    }


def _amounts(present: pl.Series) -> bool:
    """Whether every text is a number with a currency or unit, the same in all: 1A beside 1B are names, not amperes."""

    def are(values: pl.Series) -> bool:
        trimmed = values.str.strip_chars()
        signs = trimmed.str.replace(DIGITS, "").str.strip_chars("\u00a0\u202f ")
        return bool(trimmed.str.contains(AMOUNT).all()) and signs.n_unique() == 1

    return len(present) > 0 and are(present.head(1000)) and are(present)


def _distinct(present: pl.Series) -> int:
    """How many different values there are; in a large column to about 2 %, unless all could differ."""
    if len(present) <= LARGE:
        return present.n_unique()
    about = cast("int", present.approx_n_unique())
    return about if FEW < about < 0.95 * len(present) else present.n_unique()


def _most_frequent(present: pl.Series, distinct: int) -> tuple[list[tuple[Any, ...]], int | None]:
    """The most frequent values with their counts, and the count of the rarest.

    Of a large column of many values those are counted that are most frequent among its first rows.
    """
    if len(present) <= LARGE or distinct <= FEW:
        counts = present.value_counts(sort=True, name="count")
        return counts.head(TOP).rows(), cast("int | None", counts["count"].min())
    likely = present.head(LARGE).value_counts(sort=True).head(TOP)[present.name]
    counts = present.filter(present.is_in(likely.implode())).value_counts(sort=True, name="count")
    return counts.rows(), 1


def _range(numbers: pl.Series | None) -> dict[str, Any]:
    if numbers is None or numbers.is_empty():
        return dict.fromkeys(("min", "max", "mean", "std"))
    measured = (numbers.min(), numbers.max(), numbers.mean(), numbers.std(ddof=0))
    names = ("min", "max", "mean", "std")
    return {name: _finite(value) for name, value in zip(names, measured, strict=True)}


def _finite(value: Any) -> Any:
    return value if value is not None and math.isfinite(value) else None


def _short(value: Any) -> Any:
    """A value fit to be shown: long text is cut."""
    return value if not isinstance(value, str) or len(value) <= 200 else value[:199] + "…"
