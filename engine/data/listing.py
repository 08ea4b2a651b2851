"""Finds the classes of pictures by a table that names them, as it lies beside them in a zip."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path, PurePosixPath

from engine.data.archive import PARTS
from engine.data.dialect import Reading, detect
from engine.data.encoding import open_text
from engine.data.splitting import records
from engine.problems import Refusal

NAMED = ("label", "class", "category", "target", "species", "breed", "y", "tag", "type", "diagnosis")
MOST_LINES = 1_000_000


def classes_by_list(content: bytes, names: list[str]) -> dict[str, tuple[str, str]]:
    """The class and part of each picture that the table names; nothing where it is no such table."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list"
        path.write_bytes(content)
        try:
            reading = detect(path)
        except Refusal:
            return {}
        rows = list(islice(_rows(path, reading), MOST_LINES))
    columns = dict(zip(reading.names, zip(*rows, strict=True), strict=True)) if rows else {}
    known = _keys(names)
    files = max(columns, key=lambda name: sum(_key(value) in known for value in columns[name]), default=None)
    if files is None:
        return {}
    parts = next((name for name in columns if name != files and _tells_parts(columns[name])), None)
    label = _label({name: values for name, values in columns.items() if name not in (files, parts)})
    if label is None:
        return {}
    told = columns[parts] if parts else ("",) * len(rows)
    return {
        known[_key(file)]: (value, PARTS.get(part.lower(), ""))
        for file, value, part in zip(columns[files], columns[label], told, strict=True)
        if _key(file) in known and value and value.lower() not in reading.missing
    }


def _rows(path: Path, reading: Reading) -> Iterator[list[str]]:
    with open_text(path, reading.encoding, damaged=True) as text:
        place = -1
        for found in records(text, reading.style, len(reading.names), reading.comment):
            cells = found.cells
            place += cells is not None
            if cells and len(cells) == len(reading.names) and place >= reading.skip + reading.header:
                yield [cell.strip() for cell in cells]


def _keys(names: list[str]) -> dict[str, str]:
    """The names by all that a list may call them: the path, the file or its stem; what is ambiguous is left out."""
    known: dict[str, str | None] = {}
    for name in names:
        for key in {_key(name), _key(PurePosixPath(name.replace("\\", "/")).name)}:
            known[key] = name if known.get(key, name) == name else None
    return {key: name for key, name in known.items() if name is not None}


def _key(name: str) -> str:
    """A name without what lists write differently: letters, the ending, a leading point."""
    path = PurePosixPath(name.replace("\\", "/").removeprefix("./").lower())
    return str(path.with_suffix("")) if path.suffix in (".png", ".jpg", ".jpeg", ".jpe", ".jfif") else str(path)


def _tells_parts(values: tuple[str, ...]) -> bool:
    return {value.lower() for value in values} <= set(PARTS)


def _label(columns: dict[str, tuple[str, ...]]) -> str | None:
    """The column of classes: called so, else the first with repeating values, else the only one."""
    for wanted in NAMED:
        for name in columns:
            if name.lower() == wanted:
                return name
    repeating = (name for name, values in columns.items() if 2 <= len(set(values)) <= len(values) / 2)
    return next(repeating, next(iter(columns)) if len(columns) == 1 else None)
