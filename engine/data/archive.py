"""Looks into a zip of pictures without unpacking it to disk, and without trusting what it says of itself."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path

from engine.problems import Problem, Refusal
from engine.sizes import size_in_words

SUFFIXES = {".png", ".jpg", ".jpeg", ".jpe", ".jfif"}
PARTS = {
    **dict.fromkeys(("train", "training"), "train"),
    **dict.fromkeys(("val", "valid", "validation", "dev"), "validation"),
    **dict.fromkeys(("test", "testing", "t10k"), "test"),
}  # what folders and files of one part are called, and the part
LISTS = {".csv", ".tsv", ".txt"}  # may tell the class of each picture
MOST_ENTRIES = 500_000
LARGEST_ENTRY = 64 * 10**6  # bytes of one picture file
LARGEST_TOTAL = 16 * 10**9  # bytes of all of them
LARGEST_RATIO = 200  # a picture is packed already; more is a bomb
UNLABELLED = "unlabelled"  # the class of pictures that have none
NO_PICTURE = "it is not a PNG or JPEG picture"
METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}  # what the others unpack to at once has no bounds


@dataclass(frozen=True)
class Entry:
    """One picture file in the zip and the class its folder names."""

    info: zipfile.ZipInfo
    label: str
    part: str = ""


@dataclass
class Contents:
    """What a zip holds: pictures with their classes, and what cannot be used as (name, reason)."""

    entries: list[Entry]
    by: str = "folders"  # what tells the classes: folders, or the name of a list in the zip
    rejected: list[tuple[str, str]] = field(default_factory=list)


Lister = Callable[[bytes, list[str]], dict[str, tuple[str, str]]]
"""Finds the class and part of pictures by a list: its bytes and their names in, {name: (class, part)} out."""


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

    def infos(self) -> list[zipfile.ZipInfo]:
        """What the zip lists, without folders and what archivers add; raises Refusal where it is beyond reason."""
        infos = self.zip.infolist()
        if len(infos) > MOST_ENTRIES:
            message = f"The zip holds {len(infos):,} files; {MOST_ENTRIES:,} are the most."
            raise _refusal("zip_too_large", message, "Upload fewer pictures.")
        declared = sum(info.file_size for info in infos)
        if declared > LARGEST_TOTAL:
            raise _too_large(declared)
        return [info for info in infos if info.filename and not info.is_dir() and not _hidden(info.filename)]

    def contents(self, lister: Lister) -> Contents:
        """The pictures with their classes; raises Refusal where there can be none."""
        contents = Contents([])
        usable, lists = [], []
        for info in self.infos():
            reason = unusable(info, SUFFIXES | LISTS)
            if reason:
                contents.rejected.append((info.filename, reason))
            elif suffix(info) in LISTS:
                lists.append(info)
            else:
                usable.append(info)
        listed = self._listed(usable, lists, lister) if usable and not _in_class_folders(usable) else None
        if listed is not None:
            contents.by, found = listed
            lists = [info for info in lists if info.filename != contents.by]
            _take_listed(usable, found, contents)
        else:
            _sort_into_classes(usable, contents)
        contents.rejected += [(info.filename, NO_PICTURE) for info in lists]
        if not contents.entries:
            raise _no_pictures(contents)
        return contents

    def _listed(
        self, usable: list[zipfile.ZipInfo], lists: list[zipfile.ZipInfo], lister: Lister
    ) -> tuple[str, dict[str, tuple[str, str]]] | None:
        """The list that knows the classes of most pictures, and what it says."""
        names = [info.filename for info in usable]
        best: tuple[str, dict[str, tuple[str, str]]] | None = None
        for info in lists:
            found = lister(self.read(info), names)
            if len(found) > len(best[1] if best else ()):
                best = info.filename, found
        return best

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
    parts = parts_in(name)
    if any(part == "__MACOSX" or (part.startswith(".") and part != "..") for part in parts):
        return True
    return bool(parts) and parts[-1].lower() in {"thumbs.db", "desktop.ini"}


def parts_in(name: str) -> tuple[str, ...]:
    """The folders and the file of a name in a zip; pathlib would take a fifth of the time that small pictures take."""
    return tuple(part for part in name.replace("\\", "/").split("/") if part not in ("", "."))


def ending(name: str) -> str:
    """The ending of a file's name, in lower case: .jpg; nothing for a name that only begins with a point."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    place = last.rfind(".")
    return last[place:].lower() if 0 < place < len(last) - 1 else ""


def suffix(info: zipfile.ZipInfo) -> str:
    """The ending of an entry's name."""
    return ending(info.filename)


def unusable(info: zipfile.ZipInfo, suffixes: Collection[str] | None, tight: bool = False) -> str | None:
    """Why a file in the zip is not read, or None. `tight` allows what packs better and is larger than pictures."""
    name = info.filename.replace("\\", "/")
    if name.startswith("/") or ".." in name.split("/") or (len(name) > 1 and name[1] == ":"):
        return "its name leads out of the zip"
    if suffixes is not None and suffix(info) not in suffixes:
        return NO_PICTURE
    if info.flag_bits & 0x1:
        return "it is encrypted"
    if info.compress_type not in METHODS:
        return "it is packed by a method that is not supported"
    if tight:
        return None
    if info.file_size > LARGEST_ENTRY:
        return f"it is larger than {size_in_words(LARGEST_ENTRY)}"
    if info.file_size > 2**20 and info.file_size > LARGEST_RATIO * max(info.compress_size, 1):
        return "it is packed far more tightly than a picture can be"
    return None


def _paths(infos: list[zipfile.ZipInfo]) -> tuple[list[tuple[str, ...]], int, bool]:
    """The path of each file, how many folders hold all of them, and whether the next ones are train and test."""
    paths = [parts_in(info.filename) for info in infos]
    depth = 0
    while paths and len({path[:1] for path in (one[depth:] for one in paths)}) == 1:
        if not any(len(path) - depth >= 3 for path in paths):
            break
        depth += 1
    first = {path[depth].lower() for path in paths if len(path) - depth >= 2}
    return paths, depth, bool(first) and first <= set(PARTS)


def _in_class_folders(infos: list[zipfile.ZipInfo]) -> bool:
    paths, depth, parted = _paths(infos)
    classes = {path[depth + parted] for path in paths if len(path) - depth - parted >= 2}
    return len(classes) > 1


def _sort_into_classes(infos: list[zipfile.ZipInfo], contents: Contents) -> None:
    """The class is the first folder, below one that holds everything and below train and test folders.

    Where no picture lies in such a folder, all are of one class.
    """
    paths, depth, parted = _paths(infos)
    classed = any(len(path) - depth - parted >= 2 for path in paths)
    for info, path in zip(infos, paths, strict=True):
        part = PARTS[path[depth].lower()] if parted and len(path) - depth >= 2 else ""
        if not classed:
            contents.entries.append(Entry(info, UNLABELLED, part))
        elif len(path) - depth - parted >= 2:
            contents.entries.append(Entry(info, path[depth + parted], part))
        else:
            contents.rejected.append((info.filename, "it is in no class folder"))


def _take_listed(infos: list[zipfile.ZipInfo], found: dict[str, tuple[str, str]], contents: Contents) -> None:
    """The class is what the list says; the part as well, or else what a train or test folder says."""
    paths, depth, parted = _paths(infos)
    for info, path in zip(infos, paths, strict=True):
        if info.filename not in found:
            contents.rejected.append((info.filename, f"{contents.by} does not name its class"))
            continue
        label, part = found[info.filename]
        folder = PARTS[path[depth].lower()] if parted and len(path) - depth >= 2 else ""
        contents.entries.append(Entry(info, label, part or folder))


def _no_pictures(contents: Contents) -> Refusal:
    if any(reason == "it is encrypted" for _, reason in contents.rejected):
        message = "The pictures in the zip are encrypted."
        return _refusal("zip_encrypted", message, "Pack the folders again without a password.")
    message = "The zip holds no PNG or JPEG pictures that can be used."
    return _refusal("no_images", message, "Upload a zip with one folder of pictures for each class.")


def _too_large(size: int) -> Refusal:
    message = f"The zip unpacks to {size_in_words(size)}; {size_in_words(LARGEST_TOTAL)} are the most."
    return _refusal("zip_too_large", message, "Upload fewer or smaller pictures.")


def _refusal(code: str, message: str, hint: str) -> Refusal:
    return Refusal(Problem(code, {"file": "upload"}, message, hint))
