"""Reads one sheet of an Excel or OpenDocument workbook into an Arrow file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from engine.data import dialect
from engine.data.dialect import Reading
from engine.data.table import Progress, Read, check_width, rejections, store
from engine.data.typed import typed
from engine.data.wishes import Wishes
from engine.problems import Problem, Refusal

if TYPE_CHECKING:
    import fastexcel
    import polars as pl

LOOK = 1000  # rows by which the header is found


def read(upload: Path, folder: Path, progress: Progress, wishes: Wishes | None = None) -> Read:
    """Reads a sheet of `upload` into `folder`: the wished one, else the first with rows; raises Refusal."""
    import fastexcel
    import polars as pl

    wishes = wishes or Wishes()
    progress("reading", 0.0)
    try:
        book = fastexcel.read_excel(str(upload))
        sheets = tuple(book.sheet_names)
        sheet, frame = _sheet(book, sheets, wishes.sheet)
    except (fastexcel.FastExcelError, pl.exceptions.PanicException):
        message = "The workbook is damaged, protected by a password, or of a kind that cannot be read."
        raise _refusal("workbook_damaged", message, "Save it again as .xlsx without a password, or as CSV.") from None
    progress("reading", 0.5)
    check_width(frame.width)
    rows = [[(cell or "").strip() for cell in row] for row in frame.head(LOOK).iter_rows()]
    skip, header, names, missing = dialect.layout(rows, wishes)
    reading = Reading(
        "utf-8", ",", header, ".", names, skip, missing, format="excel", sheet=sheet, sheets=sheets
    )  # fmt: skip
    result = Read(reading)
    with rejections(folder) as rejected:
        for place, row in enumerate(rows[:skip], start=1):
            if any(row):
                rejected.writerow([place, "stands above the table", ", ".join(filter(None, row))])
                result.rejected += 1
                result.lines.append(place)
    body = frame[skip + header :]
    body.columns = list(names)
    body = typed(body.filter(~pl.all_horizontal(pl.all().is_null())), reading)
    return store(body, folder, result)


def _sheet(book: fastexcel.ExcelReader, sheets: tuple[str, ...], wished: str | None) -> tuple[str, pl.DataFrame]:
    """A sheet with its cells as text, rows and columns without any value left out."""
    if wished is not None and wished not in sheets:
        message = f"The workbook has no sheet called {wished!r}. It has: {', '.join(sheets)}."
        raise _refusal("unknown_sheet", message, "Choose one of them.")
    for name in (wished,) if wished is not None else sheets:
        frame = book.load_sheet(name, header_row=None, dtypes="string", skip_whitespace_tail_rows=True).to_polars()
        frame = frame[[column.name for column in frame.iter_columns() if column.null_count() < frame.height]]
        if frame.width > 1 and frame.height > 1:
            return name, frame
    where = f"The sheet {wished!r} holds" if wished is not None else "The sheets of the workbook hold"
    raise _refusal("no_rows", f"{where} no table.", "Choose a sheet with at least two columns and a few rows.")


def _refusal(code: str, message: str, hint: str) -> Refusal:
    return Refusal(Problem(code, {"file": "upload"}, message, hint))
