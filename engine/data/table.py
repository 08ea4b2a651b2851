"""Reads a table of text into an Arrow file; every record is either used or listed as rejected."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.data.blocks import pieces
from engine.data.dialect import Reading, detect
from engine.data.encoding import open_text
from engine.data.splitting import Record
from engine.data.typed import Typing
from engine.data.wishes import Wishes
from engine.problems import Problem, Refusal

if TYPE_CHECKING:
    import polars as pl

Progress = Callable[[str, float], None]
TABLE, REJECTED, PARTS = "table.arrow", "rejected.csv", "parts"
CHUNK = 20_000  # records turned into columns at a time
MOST_COLUMNS = 20_000


@dataclass
class Read:
    """What came of reading a table: its dialect, how many rows are used, and which lines are not."""

    reading: Reading
    rows: int = 0
    columns: int = 0
    rejected: int = 0
    comments: int = 0  # of the rejected, those that are comments
    notes: int = 0  # of the rejected, those of one cell above the table
    lines: list[int] = field(default_factory=list)  # the first few of the rejected
    places: list[str] = field(default_factory=list)  # of several files the same, each with its file
    warnings: list[Problem] = field(default_factory=list)
    files: list[tuple[str, int]] = field(default_factory=list)  # where there are several: each one's name and rows

    def misfits(self, used: int) -> int:
        """How many of the rejected were meant as rows; a few notes above a table are none."""
        return self.rejected - self.comments - min(self.notes, used)


def read(
    upload: Path,
    folder: Path,
    progress: Progress,
    wishes: Wishes | None = None,
    texts: frozenset[str] = frozenset(),
) -> Read:
    """Reads `upload` into `folder`/table.arrow and rejected.csv; raises Refusal where nothing can be used.

    The columns named in `texts` stay text, whatever stands in them.
    """
    import polars as pl

    if upload.stat().st_size == 0:
        problem = Problem("empty_file", {"file": "upload"}, "The file is empty.", "Choose a file with rows.")
        raise Refusal(problem)
    progress("reading", 0.0)
    reading = detect(upload, wishes)
    check_width(len(reading.names))
    parts = folder / PARTS
    texts = texts & frozenset(reading.names)
    typing, result, used = _read_parts(upload, folder, Typing(reading, texts), progress)
    if typing.redo:  # text far below in a column that began with numbers
        typing, result, used = _read_parts(upload, folder, Typing(reading, typing.redo), progress)
    if used == 0 or used < 2 * result.misfits(used):
        raise Refusal(_ragged(result, used))
    schema = typing.schema()
    scans = [pl.scan_ipc(path).cast(schema) for path in sorted(parts.iterdir())]
    pl.concat(scans).sink_ipc(folder / TABLE, compression="uncompressed")
    shutil.rmtree(parts)
    result.rows, result.columns = used, len(schema)
    return told(result)


def _read_parts(upload: Path, folder: Path, typing: Typing, progress: Progress) -> tuple[Typing, Read, int]:
    """Reads the whole text into typed tables in a folder of parts, and counts the rows used."""
    parts = folder / PARTS
    shutil.rmtree(parts, ignore_errors=True)
    parts.mkdir()
    result, used, nul = Read(typing.reading), 0, _holds_nul(upload)
    for place, frame in enumerate(_frames(upload, folder, typing, result, progress)):
        typed = typing.convert(frame)
        (without_nul(typed) if nul else typed).write_ipc(parts / f"{place:06}.arrow", compression="uncompressed")
        used += frame.height
    return typing, result, used


def store(table: pl.DataFrame, folder: Path, result: Read) -> Read:
    """Keeps a table as an Arrow file, and says how many of its rows were rejected."""
    without_nul(table).write_ipc(folder / TABLE, compression="uncompressed")
    result.rows, result.columns = table.height, table.width
    return told(result)


def _holds_nul(file: Path) -> bool:
    """Whether there is a NUL byte; where there is none, no text needs to be looked at, which takes far longer."""
    with file.open("rb") as opened, mmap(opened.fileno(), 0, access=ACCESS_READ) as content:
        return content.find(b"\0") >= 0


def without_nul(table: pl.DataFrame) -> pl.DataFrame:
    """The table with no NUL character in a text, as not every database keeps such."""
    import polars as pl

    holds = table.select(pl.col(pl.String).str.contains("\0", literal=True).any())
    affected = [name for name in holds.columns if holds[name].item()]
    return table.with_columns(pl.col(affected).str.replace_all("\0", "", literal=True)) if affected else table


def told(result: Read) -> Read:
    """What was read, with a remark where lines were rejected."""
    if result.rejected:
        result.warnings.append(_rows_rejected(result))
    return result


@contextmanager
def rejections(folder: Path) -> Iterator[Any]:
    """A writer of rejected.csv: line, reason, text."""
    with (folder / REJECTED).open("w", encoding="utf-8", errors="replace", newline="") as out:
        rejected = csv.writer(out)
        rejected.writerow(["line", "reason", "text"])
        yield rejected


def check_width(columns: int) -> None:
    """Raises Refusal for more columns than a browser or a model can take."""
    if columns > MOST_COLUMNS:
        message = f"The table has {columns:,} columns; {MOST_COLUMNS:,} are the most."
        raise Refusal(Problem("too_many_columns", {"file": "upload"}, message, "Leave out some columns."))


def thin_out(folder: Path, sample: Path, every: int) -> int:
    """Writes about one of so many rows of a table, dealt by chance, as the table of another folder; tells how many."""
    import polars as pl

    numbered = pl.scan_ipc(folder / TABLE).with_row_index("\0row")
    kept = numbered.filter(pl.col("\0row").hash(seed=0) % every == 0).drop("\0row")
    kept.sink_ipc(sample / TABLE, compression="uncompressed")
    return int(pl.scan_ipc(sample / TABLE).select(pl.len()).collect().item())


def names(folder: Path) -> list[str]:
    """The columns of a data set's table, in order."""
    import polars as pl

    return pl.scan_ipc(folder / TABLE).collect_schema().names()


def load(folder: Path, columns: list[str] | None = None) -> pl.DataFrame:
    """The table of a data set, memory-mapped: only what is used of it is read."""
    import polars as pl

    table = pl.scan_ipc(folder / TABLE)
    return (table if columns is None else table.select(columns)).collect()


def _frames(upload: Path, folder: Path, typing: Typing, result: Read, progress: Progress) -> Iterator[pl.DataFrame]:
    """The used records as tables of text, piece by piece; the others go to rejected.csv."""
    import polars as pl

    reading, size = result.reading, max(upload.stat().st_size, 1)
    with open_text(upload, reading.encoding, reading.damaged) as text, rejections(folder) as rejected:
        raw: Any = getattr(text.buffer, "fileobj", text.buffer)  # the packed file, where it is packed
        chunk: list[list[str]] = []
        for piece in _used(pieces(text, typing), result, rejected):
            if isinstance(piece, list):
                chunk.append(piece)
            if chunk and (len(chunk) >= CHUNK or isinstance(piece, pl.DataFrame)):
                yield _frame(chunk, reading.names)
                chunk = []
            if isinstance(piece, pl.DataFrame):
                yield piece
                progress("reading", min(raw.tell() / size, 1.0))
        if chunk:
            yield _frame(chunk, reading.names)
        progress("reading", 1.0)


def _used(given: Iterator[Record | pl.DataFrame], result: Read, rejected: Any) -> Iterator[list[str] | pl.DataFrame]:
    """The records with the right number of cells; all others, and those above the table, are written down."""
    reading, width, place = result.reading, len(result.reading.names), -1
    for piece in given:
        if not isinstance(piece, Record):
            yield piece
            continue
        cells = piece.cells
        place += cells is not None
        if cells is not None and place == reading.skip and reading.header:
            continue
        reason = _unusable(cells, width, reading, above=place < reading.skip)
        if cells is not None and not reason:
            yield cells
            continue
        rejected.writerow([piece.number, reason, piece.text.rstrip("\r\n")])
        result.rejected += 1
        result.comments += cells is None
        result.notes += cells is not None and place < reading.skip and sum(map(bool, cells)) <= 1
        if len(result.lines) < 20:
            result.lines.append(piece.number)


def _unusable(cells: list[str] | None, width: int, reading: Reading, above: bool) -> str:
    """Why a record is no row of the table, or nothing."""
    if cells is None:
        return "is a comment"
    if above:
        return "stands above the table"
    if not cells:
        return "a quote in it is never closed"
    if len(cells) != width:
        return f"has {len(cells)} values where {width} are expected"
    if reading.damaged and any(not cell.isprintable() and _broken(cell) for cell in cells):
        return f"has bytes that mean nothing in {reading.encoding}"
    return ""


def _broken(cell: str) -> bool:
    """Whether a cell holds what could not be decoded."""
    return any("\udc80" <= character <= "\udcff" for character in cell)


def _frame(chunk: list[list[str]], names: tuple[str, ...]) -> pl.DataFrame:
    """Records as columns of text."""
    import polars as pl

    return pl.DataFrame(dict(zip(names, zip(*chunk, strict=True), strict=True)), strict=False)


def _ragged(result: Read, used: int) -> Problem:
    count = len(result.reading.names)
    message = (
        f"Only {used:,} of {used + result.rejected:,} rows have {count} values, as a table of {count} columns has."
    )
    hint = "Check the separator and the quotes: every row needs as many values as the header."
    return Problem("rows_differ_in_length", {"file": "upload", "lines": result.lines}, message, hint)


def _rows_rejected(result: Read) -> Problem:
    some = ", ".join(result.places[:5]) or "line " + ", ".join(map(str, result.lines[:5]))
    more = ", …" if result.rejected > 5 else ""
    many = "1 line" if result.rejected == 1 else f"{result.rejected:,} lines"
    whole = "files" if result.places else "file"
    message = f"{many} of the {whole} could not be used ({some}{more}); {result.rows:,} rows could."
    hint = "Mend them in the file and upload it again if they matter."
    where = {"file": "upload", "rows": result.rejected, "lines": result.places or result.lines}
    return Problem("rows_rejected", where, message, hint)
