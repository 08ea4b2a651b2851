"""Which kind of file an upload is, told by its bytes alone; its name says nothing that could be trusted."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from engine.data.archive import SUFFIXES, Archive, ending
from engine.data.encoding import GZIP, open_text
from engine.data.gathered import names_idx
from engine.data.jsonlines import looks_like_json

Format = Literal["csv", "jsonl", "parquet", "excel", "npz", "idx", "pictures", "tables"]
TABLES = {".csv", ".tsv", ".data", ".tab", ".jsonl", ".ndjson", ".json", ".parquet", ".xlsx", ".xls", ".gz"}
OLD_OFFICE = b"\xd0\xcf\x11\xe0"
NUMPY = b"\x93NUMPY"


def recognise(upload: Path) -> Format:
    """The format of an upload; text that is nothing else is a table. Raises Refusal for a damaged zip."""
    with upload.open("rb") as file:
        head = file.read(8)
    if head[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return _packed(upload)
    if head.startswith(OLD_OFFICE):
        return "excel"
    if head.startswith(NUMPY):
        return "npz"
    if head.startswith(b"PAR1"):
        return "parquet"
    if _is_idx(head):
        return "idx"
    return "jsonl" if _is_json(upload, head) else "csv"


def _packed(upload: Path) -> Format:
    """What a zip holds: a workbook, arrays, pictures or tables."""
    archive = Archive(upload)
    infos = archive.infos()
    names = {info.filename for info in infos}
    suffixes = {ending(name) for name in names}
    if "xl/workbook.xml" in names or "xl/workbook.bin" in names or {"content.xml", "mimetype"} <= names:
        return "excel"
    if suffixes == {".npy"}:
        return "npz"
    if suffixes & SUFFIXES:
        return "pictures"
    if any(names_idx(name) for name in names):
        return "idx"
    return "tables" if suffixes and suffixes <= TABLES and _sound(names) else "pictures"


def _sound(names: Iterable[str]) -> bool:
    return not any(name.startswith("/") or ".." in name.split("/") for name in names)


def _is_idx(head: bytes) -> bool:
    """Whether these are the first bytes of an array of bytes as MNIST has it."""
    if len(head) < 8 or head[:3] != b"\x00\x00\x08" or head[3] not in (1, 3, 4):
        return False
    count: int = struct.unpack(">I", head[4:8])[0]
    return count > 0


def _is_json(upload: Path, head: bytes) -> bool:
    """Whether the text begins as an object of JSON does."""
    if not (head.startswith(GZIP) or head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[", b"")):
        return False
    try:
        with open_text(upload, "utf-8-sig", damaged=True) as text:
            return looks_like_json(text.read(4096))
    except (OSError, EOFError):
        return False  # damaged gzip, which the reader of text will tell
