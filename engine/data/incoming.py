"""Reads an upload of any format into a data set's folder: as one table, or as pictures."""

from __future__ import annotations

import csv
import re
import shutil
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from engine.data import arrays, columnar, images, jsonlines, pixels, table, workbook
from engine.data.archive import LARGEST_TOTAL, METHODS, PARTS, Archive
from engine.data.formats import recognise
from engine.data.table import Progress
from engine.data.wishes import Wishes
from engine.problems import Problem, Refusal

if TYPE_CHECKING:
    import polars as pl

TABLES: dict[str, Callable[[Path, Path, Progress, Wishes | None], table.Read]] = {
    "csv": table.read,
    "jsonl": jsonlines.read,
    "parquet": columnar.read,
    "excel": workbook.read,
}


def read(upload: Path, folder: Path, progress: Progress, wishes: Wishes | None = None) -> table.Read | pixels.Read:
    """Reads `upload` into `folder`; raises Refusal where it cannot be used."""
    written = recognise(upload)
    if written == "pictures":
        return images.read(upload, folder, progress)
    if written in ("npz", "idx"):
        return arrays.read(upload, folder, progress, written, wishes)
    if written == "tables":
        return _zipped(upload, folder, progress, wishes)
    return TABLES[written](upload, folder, progress, wishes)


def _zipped(upload: Path, folder: Path, progress: Progress, wishes: Wishes | None) -> table.Read:
    """Reads the table in a zip, or its training and test tables as one with a column `part`."""
    archive = Archive(upload)
    infos = archive.infos()
    parts = {info.filename: _part(info.filename) for info in infos}
    if len(infos) > 1 and ("" in parts.values() or len(set(parts.values())) < len(infos)):
        some = ", ".join(sorted(parts)[:5]) + (", …" if len(parts) > 5 else "")
        message = f"The zip holds {len(infos)} tables ({some}), and their names do not say what each is for."
        hint = "Upload one table, or two called train and test."
        raise Refusal(Problem("several_tables", {"file": "upload"}, message, hint))
    reads = []
    for place, info in enumerate(infos):
        inner = folder / f"unpacked_{place}"
        inner.mkdir(exist_ok=True)
        _unpack(archive, info, inner / "upload")
        written = recognise(inner / "upload")
        if written not in TABLES:
            message = f"The file {info.filename} in the zip is no table."
            raise Refusal(Problem("not_a_table", {"file": info.filename}, message, "Upload the file itself."))
        reads.append((parts[info.filename], inner, TABLES[written](inner / "upload", inner, progress, wishes)))
    try:
        return _joined(folder, reads)
    finally:
        for _, inner, _ in reads:
            shutil.rmtree(inner)


def _joined(folder: Path, reads: list[tuple[str, Path, table.Read]]) -> table.Read:
    """Puts the tables below each other; columns that not all have are empty elsewhere."""
    import polars as pl

    _, first, result = reads[0]
    if len(reads) == 1:
        for name in (table.TABLE, table.REJECTED):
            (first / name).replace(folder / name)
        return result
    name = "part" if "part" not in result.reading.names else "part_of_the_data"
    frames = []
    with table.rejections(folder) as rejected:
        for part, inner, _ in reads:
            frames.append(table.load(inner).with_columns(pl.lit(part).alias(name)))
            with (inner / table.REJECTED).open(newline="", encoding="utf-8") as file:
                rejected.writerows([f"{part} {line}", *rest] for line, *rest in list(csv.reader(file))[1:])
    mixed = {column for frame in frames for column in frame.columns if _differs(frames, column)}
    frames = [frame.with_columns(pl.col(sorted(mixed & set(frame.columns))).cast(pl.String)) for frame in frames]
    whole = table.Read(result.reading, rejected=sum(read.rejected for _, _, read in reads), lines=result.lines)
    return table.store(pl.concat(frames, how="diagonal_relaxed"), folder, whole)


def _differs(frames: list[pl.DataFrame], column: str) -> bool:
    """Whether a column is text in one table and numbers in another."""
    return len({frame[column].dtype.is_numeric() for frame in frames if column in frame.columns}) > 1


def _part(name: str) -> str:
    """The part that a file's name speaks of, or nothing."""
    words = re.split(r"[^a-z]+", PurePosixPath(name.replace("\\", "/")).name.lower())
    return next((PARTS[word] for word in words if word in PARTS), "")


def _unpack(archive: Archive, info: zipfile.ZipInfo, path: Path) -> None:
    """Writes one file of a zip to disk, never more than it declares; raises Refusal for what cannot be."""
    encrypted = bool(info.flag_bits & 0x1)
    if encrypted or info.compress_type not in METHODS or info.file_size > LARGEST_TOTAL:
        reason = "is encrypted" if encrypted else "is packed in a way that is not supported"
        hint = "Pack it again in the usual way without a password, or upload it unpacked."
        raise Refusal(Problem("zip_not_readable", {"file": info.filename}, f"The file in the zip {reason}.", hint))
    try:
        with archive.zip.open(info) as file, path.open("wb") as out:
            left = info.file_size
            while left > 0 and (piece := file.read(min(left, 2**20))):
                out.write(piece)
                left -= len(piece)
            file.read(1)  # the check of the sum comes with the end
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError):
        message = f"The file {info.filename} is damaged inside the zip."
        raise Refusal(Problem("zip_damaged", {"file": info.filename}, message, "Pack it again.")) from None
