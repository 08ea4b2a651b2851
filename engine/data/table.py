"""Reads a table of text into an Arrow file; every record is either used or listed as rejected."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from engine.data.dialect import Reading, detect, open_text, split_lines
from engine.data.transform import unique_names
from engine.problems import Problem, Refusal

if TYPE_CHECKING:
    import polars as pl

Progress = Callable[[str, float], None]
TABLE, REJECTED = "table.arrow", "rejected.csv"
CHUNK = 20_000  # records turned into columns at a time
LONGEST = 10_000  # lines one quoted record may span
MOST_COLUMNS = 20_000
WHOLE = r"^[+-]?\d+$"
DECIMAL = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"


@dataclass
class Read:
    """What came of reading a table: its dialect, how many rows are used, and which lines are not."""

    reading: Reading
    rows: int = 0
    columns: int = 0
    rejected: int = 0
    lines: list[int] = field(default_factory=list)  # the first few of the rejected
    warnings: list[Problem] = field(default_factory=list)


def read(upload: Path, folder: Path, progress: Progress) -> Read:
    """Reads `upload` into `folder`/table.arrow and rejected.csv; raises Refusal where nothing can be used."""
    import polars as pl

    if upload.stat().st_size == 0:
        problem = Problem("empty_file", {"file": "upload"}, "The file is empty.", "Choose a file with rows.")
        raise Refusal(problem)
    progress("reading", 0.0)
    reading = detect(upload)
    result = Read(reading)
    if len(reading.names) > MOST_COLUMNS:
        message = f"The table has {len(reading.names):,} columns; {MOST_COLUMNS:,} are the most."
        raise Refusal(Problem("too_many_columns", {"file": "upload"}, message, "Leave out some columns."))
    frames = list(_frames(upload, folder, result, progress))
    used = sum(frame.height for frame in frames)
    if used == 0 or used < result.rejected:
        raise Refusal(_ragged(result, used))
    table = _typed(pl.concat(frames, rechunk=True), reading.decimal)
    table.write_ipc(folder / TABLE, compression="uncompressed")
    result.rows, result.columns = table.height, table.width
    if result.rejected:
        result.warnings.append(_rows_rejected(result))
    return result


def load(folder: Path, columns: list[str] | None = None) -> pl.DataFrame:
    """The table of a data set, memory-mapped: only what is used of it is read."""
    import polars as pl

    table = pl.scan_ipc(folder / TABLE)
    return (table if columns is None else table.select(columns)).collect()


def rows(folder: Path, offset: int, limit: int) -> dict[str, Any]:
    """A page of the table as `{columns, rows, total}`, for the preview."""
    import polars as pl

    table = pl.scan_ipc(folder / TABLE)
    page = table.slice(max(offset, 0), max(limit, 0)).collect()
    total = table.select(pl.len()).collect().item()
    return {"columns": page.columns, "rows": [list(row) for row in page.iter_rows()], "total": total}


class _Lines:
    """The lines of a text, counted, with those of the present record kept so that it can be begun anew."""

    def __init__(self, text: TextIO) -> None:
        self.text, self.number, self.ended = text, 0, False
        self.taken: list[str] = []
        self.waiting: list[str] = []

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self.waiting.pop() if self.waiting else self.text.readline()
        if not line:
            self.ended = True
            raise StopIteration
        if len(self.taken) > LONGEST:
            raise csv.Error("a quoted value that is too long")
        self.number += 1
        self.taken.append(line)
        return line

    def back(self) -> None:
        """Puts all lines of the present record back but the first."""
        self.waiting.extend(reversed(self.taken[1:]))
        self.number -= len(self.taken) - 1
        self.ended = False


def _records(text: TextIO, separator: str, width: int) -> Iterator[tuple[int, str, list[str]]]:
    """Line number, first line and cells of each record; no cells where a quote runs away."""
    lines = _Lines(text)
    reader = split_lines(lines, separator)
    while True:
        lines.taken = []
        begun = lines.number + 1
        try:
            cells = next(reader)
            astray = lines.ended or (
                len(lines.taken) > 1 and (len(cells) != width or not _well_quoted(lines.taken, separator))
            )
        except StopIteration:
            return
        except csv.Error:
            cells, astray = [], True
        if astray:  # a quote that is never closed, or closed far below: give up that line alone
            lines.back()
            reader = split_lines(lines, separator)
            yield begun, lines.taken[0], []
        elif any(cell and not cell.isspace() for cell in cells) or len(cells) == width > 1:
            yield begun, lines.taken[0], cells


def _well_quoted(lines: list[str], separator: str) -> bool:
    try:
        list(split_lines(lines, separator, strict=True))
    except csv.Error:
        return False
    return True


def _frames(upload: Path, folder: Path, result: Read, progress: Progress) -> Iterator[pl.DataFrame]:
    """The used records as tables of text, chunk by chunk; the others go to rejected.csv."""
    reading, size = result.reading, max(upload.stat().st_size, 1)
    with (
        open_text(upload, reading.encoding) as text,
        (folder / REJECTED).open("w", encoding="utf-8", newline="") as out,
    ):
        rejected = csv.writer(out)
        rejected.writerow(["line", "reason", "text"])
        used = _used(_records(text, reading.separator, len(reading.names)), result, rejected)
        raw: Any = getattr(text.buffer, "fileobj", text.buffer)  # the packed file, where it is packed
        while chunk := list(islice(used, CHUNK)):
            yield _frame(chunk, reading)
            progress("reading", min(raw.tell() / size, 1.0))


def _used(records: Iterator[tuple[int, str, list[str]]], result: Read, rejected: Any) -> Iterator[list[str]]:
    """The records with the right number of cells; all others, and those above the table, are written down."""
    reading, width = result.reading, len(result.reading.names)
    above = True
    for place, (line, text, cells) in enumerate(records):
        if above and reading.header and _is_header(cells, reading.names):
            above = False
            continue
        if above and not reading.header and place >= reading.skip:
            above = False
        if not above and len(cells) == width:
            yield cells
            continue
        if above:
            reason = "stands above the table"
        elif not cells:
            reason = "a quote in it is never closed"
        else:
            reason = f"has {len(cells)} values where {width} are expected"
        rejected.writerow([line, reason, text.rstrip("\r\n")])
        result.rejected += 1
        if len(result.lines) < 20:
            result.lines.append(line)


def _is_header(cells: list[str], names: tuple[str, ...]) -> bool:
    """Whether these are the names; one name may be wanting in front, over the numbers of the rows."""
    return tuple(unique_names([""] * (len(names) == len(cells) + 1) + cells)) == names


def _frame(chunk: list[list[str]], reading: Reading) -> pl.DataFrame:
    """Records as columns of trimmed text, with the markers of missing values made null."""
    import polars as pl

    table = pl.DataFrame(dict(zip(reading.names, zip(*chunk, strict=True), strict=True)), strict=False)
    text = pl.all().cast(pl.String).str.strip_chars()
    table = table.select(text)
    absent = pl.all().str.to_lowercase().is_in(list(reading.missing))
    return table.select(pl.when(~absent).then(pl.all()))


def _typed(table: pl.DataFrame, decimal: str) -> pl.DataFrame:
    """The table with numbers as numbers wherever every value of a column is one."""
    import polars as pl

    plain = pl.all().str.strip_prefix("+")
    if decimal == ",":  # a point is then no part of a number
        plain = plain.str.replace_all(".", "x", literal=True).str.replace(",", ".", literal=True)
    numbers = [name for name in table.columns if table[name].null_count() < table.height]
    for some in (table.head(200), table):  # a look at the first rows spares reading all text
        numbers = _where(some.select(numbers), plain.str.contains(DECIMAL).all())
    coded = plain.str.contains(r"^0\d").any() & (pl.all().drop_nulls().str.len_chars().n_unique() == 1)
    codes = set(_where(table.select(numbers), coded))  # 01234 is no number
    cells = table.select(name for name in numbers if name not in codes).select(plain)
    whole = set(_where(cells, pl.all().str.contains(WHOLE).all()))
    typed = []
    for column in cells.iter_columns():
        for kind in (pl.Int64, pl.Float64) if column.name in whole else (pl.Float64,):
            number = column.cast(kind, strict=False)
            if number.null_count() == column.null_count() and number.is_finite().all():
                typed.append(number)
                break
    return table.with_columns(typed)


def _where(table: pl.DataFrame, condition: pl.Expr) -> list[str]:
    """The names of the columns for which the condition holds."""
    if not table.width:
        return []
    return [name for name, holds in zip(table.columns, table.select(condition).row(0), strict=True) if holds]


def _ragged(result: Read, used: int) -> Problem:
    count = len(result.reading.names)
    message = (
        f"Only {used:,} of {used + result.rejected:,} rows have {count} values, as a table of {count} columns has."
    )
    hint = "Check the separator and the quotes: every row needs as many values as the header."
    return Problem("rows_differ_in_length", {"file": "upload", "lines": result.lines}, message, hint)


def _rows_rejected(result: Read) -> Problem:
    some = ", ".join(str(line) for line in result.lines[:5])
    more = ", …" if result.rejected > 5 else ""
    many = "1 line" if result.rejected == 1 else f"{result.rejected:,} lines"
    message = f"{many} of the file could not be used (line {some}{more}); {result.rows:,} rows could."
    hint = "Mend them in the file and upload it again if they matter."
    where = {"file": "upload", "rows": result.rejected, "lines": result.lines}
    return Problem("rows_rejected", where, message, hint)
