"""Splits lines of text into cells, and finds by trying which separator and quotes the writer had in mind."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Protocol, TextIO

from engine.data.values import NUMBER
from engine.problems import Problem, Refusal

BLANKS = " "  # the separator of columns lined up with any number of blanks
SEPARATORS = ("\t", ";", "|", ",")
RARE_SEPARATORS = ("::", "\x1f", "\x01", "^", "~", "¦", "§")  # tried where no usual one fits
COMMENTS = ("#", "%", "//", "--")
STAND_IN = "\x1f"  # for separators of more than one character, which csv does not know
LONGEST = 10_000  # lines one quoted record may span
LOOSE = 3  # quotes that open and never close, from which on they are taken for letters
GROUPED = re.compile(r"\s*\"?[+-]?\d{1,3}(,\d{3})+(\.\d+)?\"?\s*")  # one number that only looks like several cells


@dataclass(frozen=True)
class Style:
    """How the cells of a line are set apart. An empty `quote` or `escape` means that there is none."""

    separator: str
    quote: str = '"'
    escape: str = ""


def split_lines(lines: Iterable[str], style: Style, strict: bool = False) -> Iterator[list[str]]:
    """The cells of each record in `lines`, with quotes taken off; `strict` raises csv.Error for odd quotes."""
    separator, given = style.separator, iter(lines)
    if separator == BLANKS:
        given = (" ".join(line.split()) for line in given)
    elif len(separator) > 1:
        given = (line.replace(separator, STAND_IN) for line in given)
    if style.escape:  # \N alone in its cell is how databases write a missing value
        single = re.escape(separator if len(separator) == 1 else STAND_IN)
        absent = re.compile(rf"(^|{single})\\N(?={single}|\r?\n|$)")
        given = (absent.sub(r"\1\\\\N", line) for line in given)
    csv.field_size_limit(2**20)
    rows = csv.reader(
        given,
        delimiter=separator if len(separator) == 1 else STAND_IN,
        quotechar=style.quote or None,
        quoting=csv.QUOTE_MINIMAL if style.quote else csv.QUOTE_NONE,
        escapechar=style.escape or None,
        skipinitialspace=True,
        strict=strict,
    )
    if len(separator) == 1:
        return rows
    return ([cell.replace(STAND_IN, separator) for cell in row] for row in rows)


@dataclass(frozen=True)
class Record:
    """The cells of one record, with the number and text of its first line.

    There are no cells where a quote runs away, and None for a comment. A `number` of 0 is a blank line, no record.
    """

    number: int
    text: str
    cells: list[str] | None


def records(text: TextIO, style: Style, width: int, comment: str = "") -> Iterator[Record]:
    """All records of a text."""
    lines = Lines(text)
    while (found := record(lines, style, width, comment)) is not None:
        if found.number:
            yield found


def record(lines: Lines, style: Style, width: int, comment: str = "") -> Record | None:
    """The next record, or None after the last."""
    lines.taken = []
    begun = lines.number + 1
    if comment and (remark := lines.comment(comment, style, width)):
        return Record(begun, remark, None)
    lines.reader = lines.reader or split_lines(lines, style)
    try:
        cells = next(lines.reader)
        astray = lines.ended or (len(lines.taken) > 1 and (len(cells) != width or not _well_quoted(lines.taken, style)))
    except StopIteration:
        return None
    except csv.Error:
        cells, astray = [], True
    if astray:  # a quote that is never closed, or closed far below: give up that line alone
        lines.back()
        lines.reader = None
        return Record(begun, lines.taken[0], [])
    if any(cell and not cell.isspace() for cell in cells) or len(cells) == width > 1:
        return Record(begun, lines.taken[0], cells)
    return Record(0, "", [])


class Readable(Protocol):
    """What gives lines."""

    def readline(self) -> str:
        """The next line with its end; nothing after the last."""


class Lines:
    """The lines of a text, counted, with those of the present record kept so that it can be begun anew."""

    def __init__(self, text: Readable) -> None:
        self.text, self.number, self.ended = text, 0, False
        self.taken: list[str] = []
        self.waiting: list[str] = []
        self.reader: Iterator[list[str]] | None = None

    def __iter__(self) -> Lines:
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

    def comment(self, sign: str, style: Style, width: int) -> str:
        """The next line, taken away, where it is a comment."""
        line = self.waiting.pop() if self.waiting else self.text.readline()
        if is_comment(line, sign, style, width):
            self.number += 1
            return line
        if line:
            self.waiting.append(line)
        return ""

    def back(self) -> None:
        """Puts all lines of the present record back but the first."""
        self.waiting.extend(reversed(self.taken[1:]))
        self.number -= len(self.taken) - 1
        self.ended = False


def is_comment(line: str, sign: str, style: Style, width: int) -> bool:
    """Whether a line begins with the sign of comments and is no row of the table."""
    text = line.lstrip()
    if not text.startswith(sign) or text[len(sign) :].lstrip(" ").startswith(style.separator):
        return False
    try:
        return len(next(split_lines([line], style), [])) != width
    except csv.Error:
        return True


def find_separator(lines: list[str]) -> str:
    """The separator under which most records have the same number of cells, two or more."""
    best, score = _best(lines, SEPARATORS)
    if score < 0.5:
        rare, rare_score = _best(lines, RARE_SEPARATORS)
        if rare_score >= 0.9:
            return rare
        cells = [cell for line in lines for cell in line.split()]
        numbers = sum(NUMBER.fullmatch(cell) is not None for cell in cells)
        if _score(_widths(lines, BLANKS))[0] >= 0.9 and numbers > 0.5 * len(cells):
            return BLANKS
    if score >= 0.2 and not (best == "," and _only_grouped(lines)):
        return "||" if best == "|" and _only_doubled("".join(lines)) else best
    message = "Only one column was found. No comma, semicolon, tab or bar separates the values."
    hint = "Choose the separator yourself, or give at least two columns: something to learn from and a target."
    raise Refusal(Problem("one_column", {"file": "upload"}, message, hint))


def find_quoting(lines: list[str], separator: str, width: int) -> Style:
    """Which quotes and escapes leave the fewest records that do not fit."""
    plain = Style(separator)
    text = "".join(lines)
    if not set("\"'\\") & set(text):
        return plain
    tried = {style: _trial(text, style, width) for style in _stylings(plain)}
    bad, astray = tried[plain]
    escaped, single, none = replace(plain, escape="\\"), replace(plain, quote="'"), replace(plain, quote="")
    both = replace(none, escape="\\")
    for style in (escaped, both):
        if "\\" in text and tried[style][0] < bad:
            return style
    if re.search(r'[^"\\]\\"(?!")', text) and tried[escaped][0] <= bad:
        return escaped
    if _single_quoted(text, separator) and tried[single][0] <= bad:
        return single
    if astray >= LOOSE and tried[none][0] < bad:
        return none
    return plain


def find_comment(lines: list[str], separator: str, width: int) -> str:
    """The sign with which lines begin that are no rows of the table, or nothing."""
    style = Style(separator)
    signs = [sign for sign in COMMENTS if separator not in sign]
    counts = {sign: sum(is_comment(line, sign, style, width) for line in lines) for sign in signs}
    sign = max(counts, key=lambda one: counts[one])
    return sign if counts[sign] else ""


def _best(lines: list[str], separators: tuple[str, ...]) -> tuple[str, float]:
    best, best_score = "", (0.0, False)
    for candidate in separators:
        score = _score(_widths(lines, candidate))
        if score > best_score:
            best, best_score = candidate, score
    return best, best_score[0]


def _widths(lines: list[str], separator: str) -> list[int]:
    if separator != BLANKS and not any(separator in line for line in lines):
        return []
    kept = [line for line in lines if not (line.lstrip().startswith("#") and separator not in line)]
    try:
        rows = list(split_lines(kept, Style(separator)))
    except csv.Error:
        return []
    return [len(row) for row in rows if any(cell.strip() for cell in row)]


def _score(widths: list[int]) -> tuple[float, bool]:
    counts = Counter(width for width in widths if width > 1)
    if not counts:
        return 0.0, False
    width, count = counts.most_common(1)[0]
    return round(count / len(widths), 2), widths[0] == width


def _only_doubled(text: str) -> bool:
    """Whether bars only ever come in pairs."""
    return re.search(r"(?<!\|)\|(?!\|)|\|{3}", text) is None


def _only_grouped(lines: list[str]) -> bool:
    """Whether the commas only group the digits of one number to a line, below a name of one cell."""
    first, *rest = [line for line in lines if line.strip()]
    return bool(rest) and "," not in first and all(GROUPED.fullmatch(line) for line in rest if "," in line)


def _stylings(plain: Style) -> list[Style]:
    return [replace(plain, quote=quote, escape=escape) for quote in ('"', "'", "") for escape in ("", "\\")]


def _trial(text: str, style: Style, width: int) -> tuple[int, int]:
    """How many records do not fit under a style, and how many of them because of a quote never closed."""
    bad = astray = 0
    for found in records(io.StringIO(text, newline=""), style, width):
        bad += len(found.cells or ()) != width
        astray += not found.cells
    return bad, astray


def _single_quoted(text: str, separator: str) -> bool:
    """Whether single quotes stand around cells, in pairs, and double ones around none."""
    edge = re.escape(separator)
    opened = len(re.findall(rf"(?:^|{edge})[ ]*'", text, re.MULTILINE))
    closed = len(re.findall(rf"'[ ]*(?={edge}|\r|\n|$)", text))
    doubled = re.search(rf'(?:^|{edge})[ ]*"|"[ ]*(?={edge}|\r|\n|$)', text, re.MULTILINE)
    return opened == closed > 0 and doubled is None


def _well_quoted(lines: list[str], style: Style) -> bool:
    try:
        list(split_lines(lines, style, strict=True))
    except csv.Error:
        return False
    return True
