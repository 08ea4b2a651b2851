"""Reads JSON with one object for each row, line by line or as one array, into an Arrow file."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

from engine.data.dialect import MISSING, Reading
from engine.data.encoding import find_encoding, open_text
from engine.data.rows import unique_names
from engine.data.table import CHUNK, Progress, Read, check_width, rejections, store
from engine.data.typed import typed
from engine.data.wishes import Wishes
from engine.problems import Problem, Refusal

LARGEST_ARRAY = 2**28  # characters of one JSON array, which is held in memory
DEPTH = 3  # objects inside objects become columns such as address.city, this deep
Objects = Iterator[tuple[int, str, Any]]


def looks_like_json(start: str) -> bool:
    """Whether a text begins with an object, or an array of objects."""
    return re.match(r"\s*(\[\s*)?\{\s*(\"|\})", start) is not None


def read(upload: Path, folder: Path, progress: Progress, wishes: Wishes | None = None) -> Read:
    """Reads `upload` into `folder`; raises Refusal where it holds no objects.

    Values are taken as text is in a CSV file: "12" and 12 are both numbers. Lists are kept as JSON text.
    """
    import polars as pl

    wishes = wishes or Wishes()
    progress("reading", 0.0)
    encoding, damaged = find_encoding(upload, wishes.encoding)
    keys: dict[str, None] = {}
    with open_text(upload, encoding, damaged) as text:
        for _, _, found in _objects(text):
            keys.update(dict.fromkeys(found or ()))
            check_width(len(keys))
    missing = wishes.missing or MISSING
    names = tuple(unique_names(list(keys)))
    result = Read(Reading(encoding, ",", True, ".", names, missing=missing, damaged=damaged, format="jsonl"))
    frames, used = [], 0
    with open_text(upload, encoding, damaged) as text, rejections(folder) as rejected:
        rows = _used(_objects(text), list(keys), result, rejected)
        while chunk := list(islice(rows, CHUNK)):
            used += len(chunk)
            columns = dict(zip(names, zip(*chunk, strict=True), strict=True))
            frames.append(pl.DataFrame(columns, schema=dict.fromkeys(names, pl.String)))
            progress("reading", 0.5)
    if len(names) < 2 or used < 2 * result.rejected:
        raise _refusal(used, used + result.rejected)
    return store(typed(pl.concat(frames, rechunk=True), result.reading), folder, result)


def _objects(text: TextIO) -> Objects:
    """Line number, beginning and flat object of each row; None for what is no object."""
    lead = text.read(1)
    while lead.isspace() or lead == "\ufeff":
        lead = text.read(1)
    line = text.readline()
    first = lead + line
    if lead == "[" or _value(first) is None:  # one array, or one object over several lines
        rest = first + text.read(LARGEST_ARRAY)
        whole = _value(rest)
        if whole is not None:
            rows = whole if isinstance(whole, list) else [whole]
            yield from ((place, "", _flat(row)) for place, row in enumerate(rows, start=1))
            return
        yield from _lines(io.StringIO(rest))
        return
    yield 1, first, _flat(_value(first))
    yield from _lines(text, start=2)


def _lines(text: TextIO, start: int = 1) -> Objects:
    for number, line in enumerate(text, start=start):
        if line.strip():
            yield number, line, _flat(_value(line))


def _value(text: str) -> Any:
    """What JSON says, or None for what is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _flat(row: Any, depth: int = DEPTH) -> dict[str, str] | None:
    """An object as texts by name; objects inside it give names with a point."""
    if not isinstance(row, dict):
        return None
    flat: dict[str, str] = {}
    for key, value in row.items():
        if isinstance(value, dict) and value and depth > 1:
            inner = _flat(value, depth - 1) or {}
            flat.update({f"{key}.{name}": text for name, text in inner.items()})
        else:
            flat[key] = _text(value)
    return flat


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value.encode(errors="replace").decode()  # half a surrogate pair is JSON, but no text
    if value is None:
        return ""
    return repr(value) if isinstance(value, float) else json.dumps(value, ensure_ascii=True)


def _used(given: Objects, keys: list[str], result: Read, rejected: Any) -> Iterator[list[str]]:
    """The values of each object in the order of the columns; what is no object is written down."""
    for line, text, found in given:
        if found:
            yield [found.get(key, "") for key in keys]
            continue
        rejected.writerow([line, "is no object in JSON", text.rstrip("\r\n")])
        result.rejected += 1
        if len(result.lines) < 20:
            result.lines.append(line)


def _refusal(used: int, count: int) -> Refusal:
    message = f"This is JSON, but not one object with two or more values for each row: {used:,} of {count:,} are."
    hint = "Save the rows as JSON lines, one object on each line, or as CSV."
    return Refusal(Problem("not_a_table", {"file": "upload"}, message, hint))
