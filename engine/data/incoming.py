"""Reads an upload of any format into a data set's folder: as one table, or as pictures."""

from __future__ import annotations

import shutil
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from engine.data import arrays, columnar, images, jsonlines, pixels, stacking, table, workbook
from engine.data.archive import LARGEST_TOTAL, METHODS, Archive
from engine.data.formats import recognise
from engine.data.gathered import Given, parts_of, way_of
from engine.data.table import Progress
from engine.data.wishes import Wishes
from engine.problems import Problem, Refusal

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


def read_together(
    files: Sequence[Given], folder: Path, progress: Progress, wishes: Wishes | None = None
) -> table.Read | pixels.Read:
    """Reads files that make one data set into `folder`; raises Refusal where they cannot."""
    way = way_of([given.name for given in files])
    if way == "one":
        return read(files[0].path, folder, progress, wishes)
    if way == "arrays":
        packed = folder / "packed.zip"
        with zipfile.ZipFile(packed, "w") as archive:
            for given in files:
                archive.write(given.path, given.name)
        try:
            return read(packed, folder, progress, wishes)
        finally:
            packed.unlink()
    with _pieces(files, folder, progress, wishes) as pieces:
        return (stacking.as_parts if way == "parts" else stacking.as_rows)(pieces, folder)


def read_appended(
    files: Sequence[Given], more: Sequence[Given], folder: Path, progress: Progress, wishes: Wishes | None = None
) -> table.Read:
    """Reads files that make one table, and below them the rows of `more`; raises Refusal where they do not fit."""
    inner = folder / "before"
    inner.mkdir()
    before = read_together(files, inner, progress, wishes)
    if isinstance(before, pixels.Read):
        message = "Only tables take more rows, and this data set holds pictures."
        raise Refusal(Problem("not_a_table", {"file": more[0].name}, message, "Upload all pictures in one zip."))
    first = stacking.Piece(files[0].name, inner, before)
    with _pieces(more, folder, progress, wishes, stacking.texts_of(inner)) as pieces:
        whole = stacking.as_rows([first, *pieces], folder)
    whole.files = [*(before.files or [(files[0].name, before.rows)]), *whole.files[1:]]
    whole.warnings += before.warnings
    shutil.rmtree(inner)
    return whole


@contextmanager
def _pieces(
    files: Sequence[Given],
    folder: Path,
    progress: Progress,
    wishes: Wishes | None,
    texts: frozenset[str] = frozenset(),
) -> Iterator[list[stacking.Piece]]:
    """Each file read as a table in a folder of its own, which goes in the end; `texts` are columns that stay text."""
    parts = parts_of([given.name for given in files]) or [""] * len(files)
    total, done = sum(given.path.stat().st_size for given in files), 0
    pieces = []
    for place, (given, part) in enumerate(zip(files, parts, strict=True)):
        inner = folder / f"file_{place}"
        inner.mkdir()
        size = given.path.stat().st_size
        told = partial(_share, progress, done / max(total, 1), size / max(total, 1))
        try:
            read = _read_table(given, inner, told, wishes, texts)
        except Refusal as refusal:
            raise _of_file(given.name, refusal.problem) from None
        pieces.append(stacking.Piece(given.name, inner, read, part))
        done += size
    yield pieces
    for piece in pieces:
        shutil.rmtree(piece.folder)


def _read_table(
    given: Given, folder: Path, progress: Progress, wishes: Wishes | None, texts: frozenset[str]
) -> table.Read:
    written = recognise(given.path)
    if written == "csv":
        return table.read(given.path, folder, progress, wishes, texts)
    if written in TABLES:
        return TABLES[written](given.path, folder, progress, wishes)
    message = f"The file {given.name} is no table."
    raise Refusal(Problem("not_a_table", {"file": given.name}, message, "Upload the file itself."))


def _of_file(name: str, problem: Problem) -> Refusal:
    """A problem with one of several files, which says with which."""
    if problem.where.get("file") != "upload":
        return Refusal(problem)
    where = {**problem.where, "file": name}
    return Refusal(Problem(problem.code, where, f"{name}: {problem.message}", problem.hint))


def _share(progress: Progress, begin: float, share: float, phase: str, fraction: float) -> None:
    progress(phase, begin + share * fraction)


def _zipped(upload: Path, folder: Path, progress: Progress, wishes: Wishes | None) -> table.Read:
    """Reads the table in a zip, or its training and test tables as one with a column `part`."""
    archive = Archive(upload)
    infos = archive.infos()
    names = [info.filename for info in infos]
    if len(infos) > 1 and not parts_of(names):
        some = ", ".join(sorted(names)[:5]) + (", …" if len(names) > 5 else "")
        message = f"The zip holds {len(infos)} tables ({some}), and their names do not say what each is for."
        hint = "Upload one table, or two called train and test."
        raise Refusal(Problem("several_tables", {"file": "upload"}, message, hint))
    inner = folder / "unpacked"
    inner.mkdir()
    files = [Given(inner / str(place), name) for place, name in enumerate(names)]
    for info, given in zip(infos, files, strict=True):
        _unpack(archive, info, given.path)
    with _pieces(files, folder, progress, wishes) as pieces:
        shutil.rmtree(inner)
        if len(pieces) > 1:
            whole = stacking.as_parts(pieces, folder)
            whole.files = []  # that was one file, whose rows are all of them
            return whole
        for name in (table.TABLE, table.REJECTED):
            (pieces[0].folder / name).replace(folder / name)
        return pieces[0].read


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
