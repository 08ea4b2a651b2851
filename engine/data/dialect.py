"""How a table is written down: its encoding, separator, header line and decimal sign, found by looking."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import json
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from engine.data.transform import NUMBER, pointed, unique_names
from engine.problems import Problem, Refusal

MISSING = ("", "na", "n/a", "nan", "null", "none", "?", "-")  # compared in lower case
LARGEST_TEXT = 8 * 2**30  # bytes once unpacked
SAMPLE = 2**18
BLANKS = " "  # the separator of columns lined up with any number of blanks
FOREIGN = {
    b"%PDF": "a PDF document",
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"PAR1": "a Parquet file",
    b"ARROW1": "an Arrow file",
    b"\x93NUMPY": "a NumPy file",
    b"\x89HDF": "an HDF5 file",
    b"SQLite": "an SQLite database",
    b"\xd0\xcf\x11\xe0": "an old Excel or Word file",
    b"BZh": "a bzip2 archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"Rar!": "a RAR archive",
    b"\xfd7zXZ": "an xz archive",
    b"\x28\xb5\x2f\xfd": "a zstd archive",
}


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

    def document(self) -> dict[str, Any]:
        """The dialect as plain JSON."""
        return {**asdict(self), "names": list(self.names), "missing": list(self.missing)}


def open_bytes(path: Path) -> BinaryIO:
    """The file's bytes, unpacked where it is gzip."""
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    return cast("BinaryIO", gzip.open(path) if packed else path.open("rb"))


def open_text(path: Path, encoding: str) -> io.TextIOWrapper:
    """The file's text, unpacked where it is gzip, with its line ends as they are."""
    return io.TextIOWrapper(open_bytes(path), encoding, newline="")


def detect(path: Path) -> Reading:
    """Finds out how the table in `path` is written; raises Refusal where it is no table."""
    encoding = find_encoding(path)
    with open_text(path, encoding) as file:
        text = file.read(SAMPLE)
    if not text.strip():
        raise _refusal("empty_file", "The file is empty.", "Choose a file with a header line and rows.")
    _check_text(text)
    lines = list(io.StringIO(text, newline=""))  # only line ends end a line; splitlines knows more
    if len(text) == SAMPLE and len(lines) > 1:
        lines.pop()  # it may be cut short
    separator = _separator(lines)
    rows = [row for row in split_lines(lines, separator) if any(cell.strip() for cell in row)]
    rows = [[cell.strip() for cell in row] for row in rows]
    return _reading(rows, encoding, separator)


def find_encoding(path: Path) -> str:
    """The encoding that decodes the whole file; raises Refusal for what is not text."""
    decoder, guess, total = None, "utf-8", 0
    try:
        with open_bytes(path) as file:
            while block := file.read(2**20):
                if decoder is None:
                    _check_bytes(block)
                    guess = _marked(block)
                    decoder = codecs.getincrementaldecoder(guess)()
                total += len(block)
                if total > LARGEST_TEXT:
                    size = f"more than {LARGEST_TEXT // 2**30} GB once unpacked"
                    raise _refusal("file_too_large", f"The file is {size}.", "Choose a smaller file.")
                decoder.decode(block)
        if decoder is not None:
            decoder.decode(b"", True)
    except UnicodeDecodeError:
        return _single_byte(path, guess)
    except (EOFError, gzip.BadGzipFile, zlib.error):
        message = "The gzip file is damaged or cut short."
        raise _refusal("gzip_damaged", message, "Pack it again, or upload the file unpacked.") from None
    return guess


def split_lines(lines: Any, separator: str, strict: bool = False) -> Iterator[list[str]]:
    """The cells of each record in `lines`, with quotes taken off; `strict` raises csv.Error for odd quotes."""
    if separator == BLANKS:
        lines = (" ".join(line.split()) for line in lines)
    csv.field_size_limit(2**20)
    return csv.reader(lines, delimiter=separator, skipinitialspace=True, strict=strict)


def is_number(cell: str, decimal: str = ".") -> bool:
    """Whether a cell reads as a number; with a decimal comma a point is none."""
    return NUMBER.fullmatch(pointed(cell, decimal)) is not None


def _check_bytes(block: bytes) -> None:
    for magic, name in FOREIGN.items():
        if block.startswith(magic):
            message = f"This is {name}, not a table of text."
            raise _refusal("not_a_table", message, "Save the table as CSV and upload that.")


def _marked(block: bytes) -> str:
    """The encoding the first bytes speak for: a byte order mark, or the empty bytes of UTF-16."""
    if block.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if block.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    head = block[:4000]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if odd > 0.4 * len(head) / 2 and even < 0.05 * len(head) / 2:
        return "utf-16-le"
    if even > 0.4 * len(head) / 2 and odd < 0.05 * len(head) / 2:
        return "utf-16-be"
    return "utf-8"


def _single_byte(path: Path, guess: str) -> str:
    if guess.startswith("utf-16"):
        message = "The file begins as UTF-16 text but is damaged further on."
        raise _refusal("not_a_table", message, "Save the table again as CSV in UTF-8.")
    try:
        with open_text(path, "cp1252") as file:
            while file.read(2**20):
                pass
    except UnicodeDecodeError:
        return "latin-1"
    return "cp1252"


def _check_text(text: str) -> None:
    strange = sum(character < " " and character not in "\t\n\r\f\v\x1a" for character in text)
    if "\0" in text or strange > 0.01 * len(text):
        hint = "Upload a table as CSV text, or a zip of pictures in class folders."
        raise _refusal("not_a_table", "This is a binary file, not a table of text.", hint)
    start = text.lstrip()[:200].lower()
    if start.startswith(("<!doctype", "<html", "<?xml", "<svg")):
        message = "This is a web page or XML, not a table."
        raise _refusal("not_a_table", message, "Save the table itself as CSV and upload that.")
    if start.startswith(("{", "[")) and _is_json(text):
        raise _refusal("not_a_table", "This is JSON, not a table.", "Save the rows as CSV and upload that.")


def _is_json(text: str) -> bool:
    for piece in (text, text.strip().splitlines()[0]):
        try:
            return isinstance(json.loads(piece), dict | list)
        except (ValueError, RecursionError):
            continue
    return re.match(r'\s*[{\[]\s*[{\[]?\s*"[^"]*"\s*:', text) is not None


def _separator(lines: list[str]) -> str:
    """The separator under which most records have the same number of cells, two or more."""
    best, best_score = "", (0.0, False)
    for candidate in ("\t", ";", "|", ","):
        widths = _widths(lines, candidate)
        score = _score(widths)
        if score > best_score:
            best, best_score = candidate, score
    if best_score[0] >= 0.5:
        return best
    cells = [cell for line in lines for cell in line.split()]
    score = _score(_widths(lines, BLANKS))
    if score[0] >= 0.9 and sum(map(is_number, cells)) > 0.5 * len(cells):
        return BLANKS
    if best_score[0] >= 0.2:
        return best
    message = "Only one column was found. No comma, semicolon, tab or bar separates the values."
    raise _refusal("one_column", message, "Give at least two columns: something to learn from and a target.")


def _widths(lines: list[str], separator: str) -> list[int]:
    try:
        rows = list(split_lines(lines, separator))
    except csv.Error:
        return []
    return [len(row) for row in rows if any(cell.strip() for cell in row)]


def _score(widths: list[int]) -> tuple[float, bool]:
    counts = Counter(width for width in widths if width > 1)
    if not counts:
        return 0.0, False
    width, count = counts.most_common(1)[0]
    return round(count / len(widths), 2), widths[0] == width


def _reading(rows: list[list[str]], encoding: str, separator: str) -> Reading:
    """Reads header and decimal sign off the first records."""
    width = Counter(len(row) for row in rows if len(row) > 1).most_common(1)[0][0]
    start = next(place for place, row in enumerate(rows) if len(row) == width)
    short = start > 0 and len(rows[start - 1]) == width - 1 and _could_be_names(rows[start - 1])
    if short:  # the header names no column for the row numbers before it
        start -= 1
    body = [row for row in rows[start + 1 :] if len(row) == width]
    decimal = _decimal(body or rows, separator)
    header = short or _has_header(rows[start], body, decimal)
    first = [""] * short + rows[start]
    names = unique_names(first if header else [""] * width)
    if header and not body:
        message = "The file has a header line and no rows below it."
        raise _refusal("no_rows", message, "Choose a file with at least a few rows.")
    return Reading(encoding, separator, header, decimal, tuple(names), skip=start)


def _could_be_names(row: list[str]) -> bool:
    return len(row) > 1 and len(set(row)) == len(row) and all(row) and not any(map(is_number, row))


def _decimal(rows: list[list[str]], separator: str) -> str:
    if separator == ",":
        return "."
    cells = [cell for row in rows for cell in row]
    commas = sum(re.fullmatch(r"[+-]?\d*,\d+([eE][+-]?\d+)?", cell) is not None for cell in cells)
    points = sum(re.fullmatch(r"[+-]?\d*\.\d+([eE][+-]?\d+)?", cell) is not None for cell in cells)
    return "," if commas > points else "."


def _has_header(first: list[str], body: list[list[str]], decimal: str) -> bool:
    """Votes column by column: names differ in nature from what stands below them."""
    votes = 0
    for name, below in zip(first, zip(*body, strict=False), strict=False):
        values = [value for value in below if value.lower() not in MISSING]
        numbers = sum(is_number(value, decimal) for value in values)
        if is_number(name, decimal):
            votes -= 0 if re.fullmatch(r"(19|20)\d\d", name) else 2  # a year can name a column
        elif values and numbers > 0.8 * len(values) and name.lower() not in MISSING:
            votes += 2
        elif name and name in values:
            votes -= 1
    if not body:
        return not any(is_number(name, decimal) for name in first)
    names = [name for name in first if name]
    return votes > 0 or (votes == 0 and len(set(names)) == len(names))


def _refusal(code: str, message: str, hint: str) -> Refusal:
    return Refusal(Problem(code, {"file": "upload"}, message, hint))
