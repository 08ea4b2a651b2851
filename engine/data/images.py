"""Reads a zip of pictures in class folders into one memory-mapped array; bad ones are listed, not fatal."""

from __future__ import annotations

import io
import warnings
import zipfile
import zlib
from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from engine.data.archive import Archive, Contents, Entry, TooMuch
from engine.data.listing import classes_by_list
from engine.data.picture import LARGEST_PICTURE, flaw, picture
from engine.data.pixels import (
    PIXELS,
    Picture,
    Read,
    check_some,
    drop_colour,
    is_grey,
    keep,
    write_head,
    write_rejected,
)
from engine.data.table import Progress
from engine.problems import Problem, Refusal

if TYPE_CHECKING:
    from PIL import Image

LARGEST_SIDE, USUAL_SIDE, STEP = 256, 128, 8
THREADS, CHUNK = 2, 64
HEAD = 2**16  # bytes that mostly hold a picture's header
AHEAD = 256  # pictures looked at before all are read
GREY = {"1", "L", "LA", "I;16", "I;16B", "I"}  # modes without colour
ORIENTATION = 0x0112  # the EXIF tag


class Look(NamedTuple):
    """What the header of a picture tells: its height and width as seen upright, and its mode."""

    height: int
    width: int
    mode: str


def read(upload: Path, folder: Path, progress: Progress) -> Read:
    """Reads the zip `upload` into `folder`; raises Refusal where it holds none that can be used."""
    from PIL import Image

    archive = Archive(upload)
    try:
        contents = archive.contents(classes_by_list)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # odd metadata
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            size, kept, colour = _read_all(archive, contents, folder, progress)
    except TooMuch:
        message = "Far more comes out of the zip than it says it holds."
        raise Refusal(Problem("zip_too_large", {"file": "upload"}, message, "Pack the folders again.")) from None
    check_some(len(kept))
    if size["channels"] == 3 and not colour:
        size["channels"] = 1
        drop_colour(folder)
    write_rejected(folder, contents.rejected)
    pictures = [Picture(entry.info.filename, entry.label, entry.part) for entry in kept]
    classes = len({entry.label for entry in kept})
    reading = {"format": "pictures", "classes_by": contents.by, "folders": classes}
    found = keep(folder, pictures, size, reading)
    found.rejected = len(contents.rejected)
    if contents.rejected:
        found.warnings.append(_images_rejected(contents.rejected, len(kept)))
    return found


def _in_order(work: Callable[[Entry], Any], entries: list[Entry]) -> Iterator[tuple[Entry, Any]]:
    """The answers of `work` in the order of the entries, from a few threads with little in flight."""

    def work_all(chunk: list[Entry]) -> list[tuple[Entry, Any]]:
        return [(entry, work(entry)) for entry in chunk]

    chunks = (entries[start : start + CHUNK] for start in range(0, len(entries), CHUNK))
    with ThreadPoolExecutor(THREADS) as pool:
        waiting: deque[Future[list[tuple[Entry, Any]]]] = deque()
        for chunk in chunks:
            waiting.append(pool.submit(work_all, chunk))
            if len(waiting) > 2 * THREADS:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()


@dataclass
class Looks:
    """What the pictures look like in all: how many have which height and width, and whether all are grey."""

    sizes: Counter[tuple[int, int]] = field(default_factory=Counter)
    grey: bool = True

    def add(self, look: Look) -> None:
        self.sizes[look.height, look.width] += 1
        self.grey = self.grey and look.mode in GREY

    @property
    def size(self) -> dict[str, int]:
        """The size in which all are kept."""
        height, width = _chosen(self.sizes)
        return {"height": height, "width": width, "channels": 1 if self.grey else 3}


def _read_all(
    archive: Archive, contents: Contents, folder: Path, progress: Progress
) -> tuple[dict[str, int], list[Entry], bool]:
    """Stores the pictures in one size; tells it, those that could be read, and whether any has colour.

    Where some looked at ahead share a size, all are read at once in it; only if others turn out to be different
    are all headers read first, to find the size.
    """
    entries, rejected = contents.entries, list(contents.rejected)
    guess = _guessed(archive, entries)
    if guess is not None:
        kept, looks, colour = _store(archive, contents, guess, folder, progress)
        if looks.sizes and looks.size == guess:
            return guess, kept, colour
        contents.rejected, archive.total = rejected, 0
    size = _common_size(archive, contents, progress)
    kept, _, colour = _store(archive, contents, size, folder, progress)
    return size, kept, colour


def _guessed(archive: Archive, entries: list[Entry]) -> dict[str, int] | None:
    """The size that all of some pictures share, which are spread over the zip; None where they differ."""
    looks = Looks()
    for entry in entries[:: -(-len(entries) // AHEAD)] if entries else []:
        look = _header(archive, entry)
        if isinstance(look, Look):
            looks.add(look)
    return looks.size if len(looks.sizes) == 1 else None


def _common_size(archive: Archive, contents: Contents, progress: Progress) -> dict[str, int]:
    """The one size for all, from the headers alone; what has no sound header is rejected."""
    looks, kept = Looks(), []
    for place, (entry, look) in enumerate(_in_order(partial(_header, archive), contents.entries)):
        if isinstance(look, str):
            contents.rejected.append((entry.info.filename, look))
            continue
        kept.append(entry)
        looks.add(look)
        if place % 500 == 0:
            progress("looking at sizes", place / len(contents.entries))
    contents.entries = kept
    check_some(len(kept))
    return looks.size


def _header(archive: Archive, entry: Entry) -> Look | str:
    """What a picture looks like, without decoding it; or why it cannot be used."""
    try:
        content = archive.head(entry.info, HEAD)
        try:
            opened = _opened(content)
        except OSError:
            if len(content) < HEAD:
                raise
            opened = _opened(archive.read(entry.info))
        look = _look(opened)
        return look if look.height * look.width <= LARGEST_PICTURE else _too_large(look)
    except TooMuch:
        raise
    except Exception as error:  # a damaged file can raise almost anything inside a decoder
        return _reason(error)


def _opened(content: bytes) -> Image.Image:
    from PIL import Image

    return Image.open(io.BytesIO(content), formats=("PNG", "JPEG"))


def _look(opened: Image.Image) -> Look:
    """Height and width as seen upright, and the mode."""
    width, height = opened.size
    if opened.format == "JPEG" and "exif" in opened.info and opened.getexif().get(ORIENTATION) in {5, 6, 7, 8}:
        width, height = height, width
    return Look(height, width, opened.mode)


def _too_large(look: Look) -> str:
    return f"it has {look.width:,} × {look.height:,} pixels, which is too large"


def _chosen(sizes: Counter[tuple[int, int]]) -> tuple[int, int]:
    """The size that nearly all share, else a usual one near the median with its proportions."""
    (height, width), count = sizes.most_common(1)[0]
    if count >= 0.9 * sizes.total() and max(height, width) <= LARGEST_SIDE:
        return height, width
    heights, widths = (np.array(side) for side in zip(*sizes.elements(), strict=True))
    middle = np.array([np.median(heights), np.median(widths)])
    sides = middle * min(1.0, USUAL_SIDE / middle.max())
    height, width = (max(STEP, round(float(side) / STEP) * STEP) for side in sides)
    return height, width


def _store(
    archive: Archive, contents: Contents, size: dict[str, int], folder: Path, progress: Progress
) -> tuple[list[Entry], Looks, bool]:
    """Writes all sound pictures to images.npy; tells which they are, their looks, and whether any has colour."""
    kept, looks, colour = list[Entry](), Looks(), False
    shape = (size["height"], size["width"], size["channels"])
    with (folder / PIXELS).open("wb") as file:
        write_head(file, (len(contents.entries), *shape))
        for place, (entry, found) in enumerate(_in_order(partial(_decoded, archive, size), contents.entries)):
            if isinstance(found, str):
                contents.rejected.append((entry.info.filename, found))
                continue
            look, pixels = found
            file.write(pixels.tobytes())
            kept.append(entry)
            looks.add(look)
            colour = colour or (shape[2] == 3 and not is_grey(pixels))
            if place % 200 == 0:
                progress("reading", place / len(contents.entries))
        file.seek(0)
        write_head(file, (len(kept), *shape))
    return kept, looks, colour


def _decoded(archive: Archive, size: dict[str, int], entry: Entry) -> tuple[Look, np.ndarray] | str:
    """What a picture looks like, and its pixels in the size asked for; or why it cannot be used."""
    try:
        opened = _opened(archive.read(entry.info))
        look = _look(opened)
        if look.height * look.width > LARGEST_PICTURE:
            return _too_large(look)
        return look, picture(opened, **size)
    except TooMuch:
        raise
    except Exception as error:  # a damaged file can raise almost anything inside a decoder
        return _reason(error)


def _reason(error: Exception) -> str:
    """Why a picture in the zip cannot be used, in words for people."""
    if isinstance(error, NotImplementedError):
        return "it is packed by a method that is not supported"
    if isinstance(error, zipfile.BadZipFile | zlib.error):
        return "it is damaged inside the zip"
    return flaw(error)


def _images_rejected(rejected: list[tuple[str, str]], used: int) -> Problem:
    some = "; ".join(f"{name}: {reason}" for name, reason in rejected[:3])
    more = "; …" if len(rejected) > 3 else ""
    many = "1 file" if len(rejected) == 1 else f"{len(rejected):,} files"
    message = f"{many} of the zip could not be used ({some}{more}); {used:,} pictures could."
    hint = "Replace them and upload the zip again if they matter."
    listed = [{"name": name, "reason": reason} for name, reason in rejected[:50]]
    return Problem("images_rejected", {"file": "upload", "count": len(rejected), "files": listed}, message, hint)
