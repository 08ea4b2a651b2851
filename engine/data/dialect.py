"""How a table of text is written down: its header line, decimal sign and missing markers, found by looking."""

from __future__ import annotations

import io
import re
from collections import Counter
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from statistics import median
from typing import Any

from engine.data import splitting
from engine.data.encoding import check_text, find_encoding, open_text
from engine.data.numerals import bare, find_decimal, find_markers, find_thousands, is_number
from engine.data.rows import unique_names
from engine.data.splitting import Style, records
from engine.data.wishes import Wishes
from engine.problems import Problem, Refusal

MISSING = (
    "", "na", "n/a", "nan", "null", "none", "?", "-", "\\n", "#n/a", "#na", "#null!", "#div/0!", "#value!", "<na>",
)  # fmt: skip  # compared in lower case
SAMPLE = 2**18
DATE = re.compile(r"\d{1,4}([-/.])\d{1,2}\1\d{1,4}([ T].*)?|\d{1,2}:\d\d(:\d\d.*)?")


@dataclass(frozen=True)
class Reading:
    """The dialect of one file. `names` are the columns as the data set knows them, `skip` the records above."""

    encoding: str
    separator: str
    header: bool
    decimal: str
    names: tuple[str, ...]
    skip: int = 0
    missing: tuple[str, ...] = MISSING
    quote: str = '"'
    escape: str = ""
    comment: str = ""
    thousands: str = ""
    damaged: bool = False  # text in UTF-8 with broken bytes here and there
    format: str = "csv"
    sheet: str | None = None  # of a workbook
    sheets: tuple[str, ...] = ()

    @property
    def style(self) -> Style:
        """How the cells of a line are set apart."""
        return Style(self.separator, self.quote, self.escape)

    def document(self) -> dict[str, Any]:
        """The dialect as plain JSON."""
        lists = {"names": list(self.names), "missing": list(self.missing), "sheets": list(self.sheets)}
        return {**asdict(self), **lists}


def detect(path: Path, wishes: Wishes | None = None) -> Reading:
    """Finds out how the table in `path` is written; raises Refusal where it is no table, or not as wished."""
    wishes = wishes or Wishes()
    encoding, damaged = find_encoding(path, wishes.encoding)
    lines = _sample(path, encoding, damaged)
    separator = wishes.separator or splitting.find_separator(lines)
    width = _width(list(splitting.split_lines(lines, Style(separator)))[wishes.skip or 0 :])
    style = _style(lines, Style(separator), width, wishes)
    comment = wishes.comment if wishes.comment is not None else splitting.find_comment(lines, separator, width)
    text = io.StringIO("".join(lines), newline="")
    found = [one.cells for one in records(text, style, width, comment)]
    rows = [[cell.strip() for cell in cells] for cells in found if cells is not None]
    skip = _start(rows, _width(rows[wishes.skip or 0 :])) if wishes.skip is None else wishes.skip
    numerals = _numerals(rows[skip:], separator, wishes)
    names, header, skip = _names(rows, skip, numerals["decimal"], wishes)
    return Reading(
        encoding, separator, header, names=names, skip=skip, quote=style.quote, escape=style.escape, comment=comment,
        damaged=damaged, **numerals,
    )  # fmt: skip


def layout(rows: list[list[str]], wishes: Wishes) -> tuple[int, bool, tuple[str, ...], tuple[str, ...]]:
    """Of a sheet's first rows: those above the table, whether there is a header, the names, the missing markers."""
    skip = _start(rows, _width(rows)) if wishes.skip is None else wishes.skip
    names, header, skip = _names(rows, skip, ".", wishes)
    return skip, header, names, wishes.missing or (*MISSING, *find_markers(rows[skip:], ".", MISSING))


def _sample(path: Path, encoding: str, damaged: bool) -> list[str]:
    """The first lines of the file."""
    with open_text(path, encoding, damaged) as file:
        text = file.read(SAMPLE)
    if not text.strip():
        raise _refusal("empty_file", "The file is empty.", "Choose a file with a header line and rows.")
    check_text(text)
    lines = list(io.StringIO(text, newline=""))  # only line ends end a line; splitlines knows more
    if len(text) == SAMPLE and len(lines) > 1:
        lines.pop()  # it may be cut short
    return lines


def _width(rows: list[list[str]]) -> int:
    """The number of cells that most records have, of those with two or more."""
    if not rows:
        message = "The file has no rows below the lines to leave out."
        raise _refusal("no_rows", message, "Leave out fewer lines.")
    widths = Counter(len(row) for row in rows if len(row) > 1)
    if not widths:
        message = "Only one column was found: nothing separates the values as the file is read."
        raise _refusal("one_column", message, "Choose another separator, or a file with at least two columns.")
    return widths.most_common(1)[0][0]


def _style(lines: list[str], plain: Style, width: int, wishes: Wishes) -> Style:
    found = splitting.find_quoting(lines, plain.separator, width)
    quote = found.quote if wishes.quote is None else wishes.quote
    return Style(plain.separator, quote, found.escape if wishes.escape is None else wishes.escape)


def _start(rows: list[list[str]], width: int) -> int:
    """The place of the first record of the table: of full width, and not a title with all other cells empty."""
    filled = [sum(map(bool, row)) for row in rows if len(row) == width]
    usual = median(filled)
    for place, row in enumerate(rows):
        present = sum(map(bool, row))
        if len(row) == width and present > 0 and (present > 1 or usual < 3):
            return place
    return next(place for place, row in enumerate(rows) if len(row) == width)


def _numerals(rows: list[list[str]], separator: str, wishes: Wishes) -> dict[str, Any]:
    """How numbers and missing values are written."""
    cells = list(map(bare, chain.from_iterable(rows)))
    decimal = wishes.decimal or find_decimal(cells, separator)
    thousands = find_thousands(cells, decimal) if wishes.thousands is None else wishes.thousands
    missing = wishes.missing or (*MISSING, *find_markers(rows, decimal, MISSING))
    if thousands == decimal:
        message = f"The sign {decimal!r} cannot be both the decimal sign and the thousands separator."
        raise _refusal("wrong_reading", message, "Choose another for one of them.")
    return {"decimal": decimal, "thousands": thousands, "missing": missing}


def _names(rows: list[list[str]], start: int, decimal: str, wishes: Wishes) -> tuple[tuple[str, ...], bool, int]:
    """The names of the columns, whether the file gives them, and the place of the first record of the table."""
    width = _width(rows[start:])
    body = [row for row in rows[start + 1 :] if len(row) == width]
    above = rows[start - 1] if start else []
    short = wishes.skip is None and wishes.header is not False and _heads(above, width)
    short = short or (wishes.skip is not None and len(rows[start]) == width - 1)
    if short and wishes.skip is None:  # the header names no column for the row numbers before it
        start, body = start - 1, [rows[start], *body]
    header = short or _has_header(rows[start], body, decimal) if wishes.header is None else wishes.header
    first = rows[start] if header else [""] * width
    if short and header:
        trailing = not any(row[-1] for row in body)
        first = [*first, ""] if trailing else ["", *first]
    if header and not any(any(row) for row in body):
        message = "The file has a header line and no rows with a value below it."
        raise _refusal("no_rows", message, "Choose a file with at least a few rows.")
    return tuple(unique_names(first)), header, start


def _heads(row: list[str], width: int) -> bool:
    """Whether a record with one cell less names the columns below."""
    return len(row) == width - 1 > 1 and len(set(row)) == len(row) and all(row) and not any(map(is_number, row))


def _has_header(first: list[str], body: list[list[str]], decimal: str) -> bool:
    """Votes column by column: names differ in nature from what stands below them."""
    if not body:
        return not any(is_number(name, decimal) for name in first)
    votes = sum(_vote(name, below, decimal) for name, below in zip(first, zip(*body, strict=False), strict=False))
    names = [name for name in first if name]
    return votes > 0 or (votes == 0 and len(set(names)) == len(names))


def _vote(name: str, below: tuple[str, ...], decimal: str) -> int:
    values = [value for value in below if value.lower() not in MISSING]
    numbers = sum(is_number(value, decimal) for value in values)
    dates = sum(DATE.fullmatch(value) is not None for value in values)
    if is_number(name, decimal):
        years = re.fullmatch(r"(19|20)\d\d", name) is not None  # a year can name a column, but not one of years
        return 0 if years and not all(re.fullmatch(r"(19|20)\d\d", value) for value in values) else -2
    if DATE.fullmatch(name):
        return -2 if dates > 0.8 * len(values) else 0
    if values and max(numbers, dates) > 0.8 * len(values) and name.lower() not in MISSING:
        return 2
    return -1 if name and name in values else 0


def _refusal(code: str, message: str, hint: str) -> Refusal:
    return Refusal(Problem(code, {"file": "upload"}, message, hint))
