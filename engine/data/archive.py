"""Looks into a zip of pictures without unpacking it to disk, and without trusting what it says of itself."""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from engine.problems import Problem, Refusal

SUFFIXES = {".png", ".jpg", ".jpeg", ".jpe", ".jfif"}
PARTS = {"train", "training", "test", "testing", "t10k", "val", "valid", "validation", "dev"}
MOST_ENTRIES = 500_000
LARGEST_ENTRY = 64 * 2**20  # bytes of one picture file
LARGEST_TOTAL = 16 * 2**30  # bytes of all of them
LARGEST_RATIO = 200  # a picture is packed already; more is a bomb
METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}  # what the others unpack to at once has no bounds


@dataclass(frozen=True)
class Entry:
    """One picture file in the zip and the class its folder names."""

    info: zipfile.ZipInfo
    label: str


@dataclass
class Contents:
    """What a zip holds: pictures in class folders, and what cannot be used as (name, reason)."""

    entries: list[Entry]
    rejected: list[tuple[str, str]] = field(default_factory=list)


class TooMuch(Exception):
    """More bytes came out of the zip than any honest one holds."""


class Archive:
    """An open zip whose entries are read one at a time, counted against a total."""

    def __init__(self, path: Path) -> None:
        try:
            self.zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, IndexError) as error:
            message = "The zip file is damaged or cut short and cannot be opened."
            raise _refusal("zip_damaged", message, "Pack the folders again and upload the new zip.") from error
        self.total = 0

    def contents(self) -> Contents:
        """The pictures with their classes; raises Refusal where there can be none."""
        infos = self.zip.infolist()
        if len(infos) > MOST_ENTRIES:
            message = f"The zip holds {len(infos):,} files; {MOST_ENTRIES:,} are the most."
            raise _refusal("zip_too_large", message, "Upload fewer pictures.")
        declared = sum(info.file_size for info in infos)
        if declared > LARGEST_TOTAL:
            raise _too_large(declared)
        if "[Content_Types].xml" in {info.filename for info in infos}:
            message = "This is an Office document, such as an Excel workbook."
            raise _refusal("not_a_table", message, "Save the sheet as CSV and upload that.")
        contents = Contents([])
        usable = []
        for info in infos:
            if not info.filename or info.is_dir() or _hidden(info.filename):
                continue
            reason = _unusable(info)
            if reason:
                contents.rejected.append((info.filename, reason))
            else:
                usable.append(info)
        _sort_into_classes(usable, contents)
        if not contents.entries:
            raise _no_pictures(contents)
        return contents

    def head(self, info: zipfile.ZipInfo, count: int) -> bytes:
        """The first bytes of one entry."""
        with self.zip.open(info) as file:
            return file.read(count)

    def read(self, info: zipfile.ZipInfo) -> bytes:
        """The bytes of one entry; never more than it declares."""
        with self.zip.open(info) as file:
            content = file.read(min(info.file_size, LARGEST_ENTRY) + 1)
        self.total += len(content)
        if self.total > LARGEST_TOTAL:
            raise TooMuch
        return content


def _hidden(name: str) -> bool:
    """Files that archivers add by themselves."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if any(part == "__MACOSX" or (part.startswith(".") and part != "..") for part in parts):
        return True
    return bool(parts) and parts[-1].lower() in {"thumbs.db", "desktop.ini"}


def _unusable(info: zipfile.ZipInfo) -> str | None:
    name = info.filename.replace("\\", "/")
    if name.startswith("/") or ".." in name.split("/") or (len(name) > 1 and name[1] == ":"):
        return "its name leads out of the zip"
    if PurePosixPath(name).suffix.lower() not in SUFFIXES:
        return "it is not a PNG or JPEG picture"
    if info.flag_bits & 0x1:
        return "it is encrypted"
    if info.compress_type not in METHODS:
        return "it is packed by a method that is not supported"
    if info.file_size > LARGEST_ENTRY:
        return f"it is larger than {LARGEST_ENTRY // 2**20} MB"
    if info.file_size > 2**20 and info.file_size > LARGEST_RATIO * max(info.compress_size, 1):
        return "it is packed far more tightly than a picture can be"
    return None


def _sort_into_classes(infos: list[zipfile.ZipInfo], contents: Contents) -> None:
    """The class is the first folder, below one that holds everything and below train and test folders."""
    paths = [PurePosixPath(info.filename.replace("\\", "/")).parts for info in infos]
    depth = 0
    while paths and len({path[:1] for path in (one[depth:] for one in paths)}) == 1:
        if not any(len(path) - depth >= 3 for path in paths):
            break
        depth += 1
    first = {path[depth].lower() for path in paths if len(path) - depth >= 2}
    if first and first <= PARTS and any(len(path) - depth >= 3 for path in paths):
        depth += 1
    for info, path in zip(infos, paths, strict=True):
        if len(path) - depth >= 2:
            contents.entries.append(Entry(info, path[depth]))
        else:
            contents.rejected.append((info.filename, "it is in no class folder"))


def _no_pictures(contents: Contents) -> Refusal:
    if any(reason == "it is in no class folder" for _, reason in contents.rejected):
        message = "The pictures in the zip are in no class folders."
        return _refusal("no_class_folders", message, "Put the pictures of each class in a folder of its name.")
    if any(reason == "it is encrypted" for _, reason in contents.rejected):
        message = "The pictures in the zip are encrypted."
        return _refusal("zip_encrypted", message, "Pack the folders again without a password.")
    message = "The zip holds no PNG or JPEG pictures that can be used."
    return _refusal("no_images", message, "Upload a zip with one folder of pictures for each class.")


def _too_large(size: int) -> Refusal:
    message = f"The zip unpacks to {size / 2**30:,.0f} GB; {LARGEST_TOTAL // 2**30} GB are the most."
    return _refusal("zip_too_large", message, "Upload fewer or smaller pictures.")


def _refusal(code: str, message: str, hint: str) -> Refusal:
    return Refusal(Problem(code, {"file": "upload"}, message, hint))
