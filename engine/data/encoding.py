"""The bytes of a table as text: unpacked, decoded, and refused where they are no text at all."""

from __future__ import annotations

import codecs
import gzip
import io
import json
import re
import zlib
from pathlib import Path
from typing import BinaryIO, cast

from engine.problems import Problem, Refusal
from engine.sizes import size_in_words

LARGEST_TEXT = 8 * 10**9  # bytes once unpacked
BLOCK = 2**20
GZIP = b"\x1f\x8b"
ENCODINGS = (
    "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "latin-1", "cp1250", "cp1251", "iso8859-15",
    "koi8-r", "mac-roman", "shift-jis", "euc-jp", "euc-kr", "gb18030", "big5",
)  # fmt: skip
FOREIGN = {
    b"%PDF": "a PDF document",
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"ARROW1": "an Arrow file",
    b"\x89HDF": "an HDF5 file",
    b"SQLite": "an SQLite database",
    b"BZh": "a bzip2 archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"Rar!": "a RAR archive",
    b"\xfd7zXZ": "an xz archive",
    b"\x28\xb5\x2f\xfd": "a zstd archive",
}
OFTEN = 10  # a text with this many sound characters to each broken one is damaged UTF-8, not another encoding


def open_bytes(path: Path) -> BinaryIO:
    """The file's bytes, unpacked where it is gzip."""
    with path.open("rb") as file:
        packed = file.read(2) == GZIP
    return cast("BinaryIO", gzip.open(path) if packed else path.open("rb"))


def open_text(path: Path, encoding: str, damaged: bool = False) -> io.TextIOWrapper:
    """The file's text, unpacked where it is gzip, with its line ends as they are.

    Broken bytes of a damaged file come out as surrogates; elsewhere they raise UnicodeDecodeError.
    """
    return io.TextIOWrapper(open_bytes(path), encoding, "surrogateescape" if damaged else "strict", newline="")


def find_encoding(path: Path, wished: str | None = None) -> tuple[str, bool]:
    """The encoding that decodes the whole file, and whether it is damaged; raises Refusal for what is not text."""
    guess = wished
    try:
        with open_bytes(path) as file:
            head = file.read(BLOCK)
            _check_bytes(head)
            guess = guess or _marked(head)
            _decode_all(file, head, guess)
    except UnicodeError:
        return _undecodable(path, guess or "utf-8", wished)
    except (EOFError, gzip.BadGzipFile, zlib.error):
        message = "The gzip file is damaged or cut short."
        raise _refusal("gzip_damaged", message, "Pack it again, or upload the file unpacked.") from None
    return guess, False


def check_text(text: str) -> None:
    """Raises Refusal where the beginning of a file is not the beginning of a table."""
    strange = sum(character < " " and character not in "\t\n\r\f\v\x1a\x1f" for character in text)
    if "\0" in text or strange > 0.01 * len(text):
        hint = "Upload a table as CSV text, or a zip of pictures in class folders."
        raise _refusal("not_a_table", "This is a binary file, not a table of text.", hint)
    start = text.lstrip()[:200].lower()
    if start.startswith(("<!doctype", "<html", "<?xml", "<svg")):
        message = "This is a web page or XML, not a table."
        raise _refusal("not_a_table", message, "Save the table itself as CSV and upload that.")
    if start.startswith(("{", "[")) and _is_json(text):
        hint = "Save the rows as CSV, or as JSON lines: one object for each row."
        raise _refusal("not_a_table", "This is JSON, but not one object for each row.", hint)


def _decode_all(file: BinaryIO, head: bytes, encoding: str) -> None:
    decoder, total, block = codecs.getincrementaldecoder(encoding)(), 0, head
    while block:
        total += len(block)
        if total > LARGEST_TEXT:
            size = f"more than {size_in_words(LARGEST_TEXT)} once unpacked"
            raise _refusal("file_too_large", f"The file is {size}.", "Choose a smaller file.")
        decoder.decode(block)
        block = file.read(BLOCK)
    decoder.decode(b"", True)


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


def _undecodable(path: Path, guess: str, wished: str | None) -> tuple[str, bool]:
    """What to make of a file that the guess does not decode."""
    if wished is not None:
        message = f"The file is not written in {wished}: some of its bytes mean nothing in it."
        raise _refusal("wrong_encoding", message, "Choose another encoding, or let it be found out.")
    if guess.startswith("utf-16"):
        message = "The file begins as UTF-16 text but is damaged further on."
        raise _refusal("not_a_table", message, "Save the table again as CSV in UTF-8.")
    with open_text(path, guess, damaged=True) as file:
        text = file.read(16 * BLOCK)
    foreign = re.sub(r"[\x00-\x7f]+", "", text)
    broken = sum("\udc80" <= character <= "\udcff" for character in foreign)
    if len(foreign) > (OFTEN + 1) * broken:
        return guess, True
    try:
        with open_bytes(path) as raw:
            _decode_all(raw, raw.read(BLOCK), "cp1252")
    except UnicodeDecodeError:
        return "latin-1", False
    return "cp1252", False


def _is_json(text: str) -> bool:
    for piece in (text, text.strip().splitlines()[0]):
        try:
            return isinstance(json.loads(piece), dict | list)
        except (ValueError, RecursionError):
            continue
    return re.match(r'\s*[{\[]\s*[{\[]?\s*"[^"]*"\s*:', text) is not None


def _refusal(code: str, message: str, hint: str) -> Refusal:
    return Refusal(Problem(code, {"file": "upload"}, message, hint))
