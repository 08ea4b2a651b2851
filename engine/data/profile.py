"""Profiles an uploaded file: reads it, looks at every column, and proposes a recipe."""

from __future__ import annotations

import json
import math
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.data import images, samples, table
from engine.data.propose import propose
from engine.data.table import Progress

if TYPE_CHECKING:
    import polars as pl

EXAMPLES, TOP = 3, 10


def profile(folder: Path, progress: Progress) -> None:
    """Turns `folder`/upload (or the sample that request.json names) into a data set with a profile.json.

    Raises Refusal where the file cannot be used. `progress` is told the phase and the fraction done.
    """
    request = json.loads((folder / "request.json").read_text("utf-8"))
    if request.get("sample"):
        samples.make(request["sample"], folder)
    upload = folder / "upload"
    with upload.open("rb") as file:
        packed = file.read(4) in (b"PK\x03\x04", b"PK\x05\x06")
    found = _images(folder, progress) if packed else _table(folder, progress)
    recipe, remarks = propose(found)
    found["warnings"] += [remark.document() for remark in remarks]
    found["recipe"] = recipe.document()
    draft = folder / f"profile.json.{os.getpid()}.part"
    draft.write_text(json.dumps(found, ensure_ascii=False, allow_nan=False), "utf-8")
    draft.replace(folder / "profile.json")
    progress("profiling", 1.0)


def rows(folder: Path, offset: int, limit: int) -> dict[str, Any]:
    """A page of a data set as `{columns, rows, total}`; a picture's row is its index, file name and label."""
    pictures = (folder / images.INDEX).exists()
    return images.rows(folder, offset, limit) if pictures else table.rows(folder, offset, limit)


def _table(folder: Path, progress: Progress) -> dict[str, Any]:
    read = table.read(folder / "upload", folder, progress)
    stored = table.load(folder)
    columns = []
    for place, column in enumerate(stored.iter_columns()):
        progress("profiling", place / stored.width)
        columns.append(_column(column))
    return {
        "kind": "table",
        "rows": read.rows,
        "columns": columns,
        "rejected": read.rejected,
        "reading": read.reading.document(),
        "warnings": [problem.document() for problem in read.warnings],
    }


def _images(folder: Path, progress: Progress) -> dict[str, Any]:
    read = images.read(folder / "upload", folder, progress)
    counts = sorted(read.counts.items(), key=lambda item: -item[1])
    nothing: dict[str, Any] = dict.fromkeys(("min", "max", "mean", "std"))
    picture = {"name": "image", "kind": "image", "type": "image", "missing": 0, "distinct": read.rows}
    label = {"name": "label", "kind": "category", "type": "text", "missing": 0, "distinct": len(counts)}
    return {
        "kind": "images",
        "rows": read.rows,
        "columns": [
            {**picture, "examples": read.examples, **nothing, "top": [], "rarest": None},
            {
                **label,
                "examples": [name for name, _ in counts[:EXAMPLES]],
                **nothing,
                "top": [list(count) for count in counts[:TOP]],
                "rarest": counts[-1][1],
            },
        ],
        "image": read.size,
        "rejected": read.rejected,
        "reading": {"folders": read.folders},
        "warnings": [problem.document() for problem in read.warnings],
    }


def _column(column: pl.Series) -> dict[str, Any]:
    """What is in one column of a table."""
    present = column.drop_nulls()
    counts = present.value_counts(sort=True, name="count")
    kind = "text" if not column.dtype.is_numeric() else "integer" if column.dtype.is_integer() else "float"
    top = counts.head(TOP).rows()
    return {
        "name": column.name,
        "kind": "category" if kind == "text" else "number",
        "type": kind,
        "missing": column.null_count(),
        "distinct": counts.height,
        "examples": [_short(value) for value in present.head(1000).unique(maintain_order=True).head(EXAMPLES)],
        **_range(present if kind != "text" else present.clear()),
        "top": [[_short(value), count] for value, count in top],
        "rarest": counts["count"].min(),
    }


def _range(numbers: pl.Series) -> dict[str, Any]:
    if numbers.is_empty():
        return dict.fromkeys(("min", "max", "mean", "std"))
    measured = (numbers.min(), numbers.max(), numbers.mean(), numbers.std(ddof=0))
    names = ("min", "max", "mean", "std")
    return {name: _finite(value) for name, value in zip(names, measured, strict=True)}


def _finite(value: Any) -> Any:
    return value if value is not None and math.isfinite(value) else None


def _short(value: Any) -> Any:
    """A value fit to be shown: long text is cut."""
    return value if not isinstance(value, str) or len(value) <= 200 else value[:199] + "…"
