"""The stored pictures of a data set in the size and scale that a recipe asks for."""

from __future__ import annotations

import contextlib
import math
import os
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from engine.data.picture import resized
from engine.data.pixels import PIXELS, write_head
from engine.data.recipe import ImageSize
from engine.problems import Problem, Refusal
from engine.sizes import size_in_words

LARGEST = 16 * 10**9  # bytes of all pictures in the size asked for
LOOKED = 2**26  # values of training pictures from which the spread of each colour is found
THREADS, CHUNK = 2, 256
KEPT = 3  # sizes kept beside the stored one
FORSAKEN = 3600  # seconds after which nobody writes a half-made file any more


def shape_of(size: ImageSize) -> tuple[int, int, int]:
    """(height, width, channels)."""
    return size.height, size.width, size.channels


def check_size(size: ImageSize, count: int) -> None:
    """Raises Refusal where all pictures in this size would take more room than there is."""
    total = size.height * size.width * size.channels * count
    if total > LARGEST:
        message = (
            f"{count:,} pictures of {size.height} × {size.width} would take {size_in_words(total)}; "
            f"{size_in_words(LARGEST)} are the most."
        )
        where = {"document": "recipe", "recipe": "image"}
        raise Refusal(Problem("pictures_too_large", where, message, "Choose a smaller height and width."))


def scaling(folder: Path, size: ImageSize, scale: str, train: np.ndarray) -> dict[str, Any]:
    """`{scale, offset}` of pixels 0 to 255, each a number, or one per channel; `train` are the training rows."""
    if scale == "minmax":
        return {"scale": 1 / 255, "offset": 0.0}
    if scale == "symmetric":
        return {"scale": 1 / 127.5, "offset": -1.0}
    if scale == "standard":
        center, spread = _colours(folder, size, train)
        return {"scale": (1 / spread).tolist(), "offset": (-center / spread).tolist()}
    return {"scale": 1.0, "offset": 0.0}


def _colours(folder: Path, size: ImageSize, train: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation of each channel, (channels,); of many pictures some are looked at."""
    pixels = np.load(folder / PIXELS, mmap_mode="r")
    shape = shape_of(size)
    count = max(1, min(len(train), LOOKED // max(pixels[0].size, int(np.prod(shape)))))
    looked = train[np.linspace(0, len(train) - 1, count).astype(int)]
    total, squares = np.zeros(shape[2]), np.zeros(shape[2])
    for row in looked:
        values = resized(np.asarray(pixels[row]), *shape).reshape(-1, shape[2]).astype(np.float64)
        total, squares = total + values.mean(axis=0), squares + np.square(values).mean(axis=0)
    center = total / count
    spread = np.sqrt(np.maximum(squares / count - np.square(center), 0))
    return center, np.where(spread > 1e-6, spread, 1.0)


def pixels_of(folder: Path, size: ImageSize) -> np.ndarray:
    """All pictures in this size, (all, height, width, channels) uint8, memory-mapped; made when first asked for."""
    stored: np.ndarray = np.load(folder / PIXELS, mmap_mode="r")
    shape = shape_of(size)
    if stored.shape[1:] == shape:
        return stored
    path = folder / "preparations" / f"pixels_{shape[0]}x{shape[1]}x{shape[2]}.npy"
    if not path.exists():
        _make(stored, shape, path)
    made: np.ndarray = np.load(path, mmap_mode="r")
    return made


def _make(stored: np.ndarray, shape: tuple[int, int, int], path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    _sweep(path.parent)
    _check_room(path.parent, len(stored) * math.prod(shape))
    draft = path.with_suffix(f".{os.getpid()}.part")
    try:
        _write(stored, shape, draft)
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    with contextlib.suppress(FileNotFoundError):  # another process may be sweeping as well
        newest_first = sorted(path.parent.glob("pixels_*.npy"), key=lambda one: one.stat().st_mtime_ns, reverse=True)
        for old in newest_first[KEPT:]:
            old.unlink(missing_ok=True)  # whoever still reads it keeps what is open


def _sweep(folder: Path) -> None:
    """Removes what processes that were killed left half made."""
    for draft in folder.glob("pixels_*.part"):
        with contextlib.suppress(FileNotFoundError):
            if time.time() - draft.stat().st_mtime > FORSAKEN:
                draft.unlink()


def _check_room(folder: Path, size: int) -> None:
    """Raises Refusal where the disk has no room for `size` bytes."""
    free = shutil.disk_usage(folder).free
    if size > free:
        message = f"The pictures in this size take {size_in_words(size)}; the disk has {size_in_words(free)} left."
        hint = "Make room on the disk, or choose a smaller height and width."
        raise Refusal(Problem("disk_full", {"document": "recipe", "recipe": "image"}, message, hint))


def _write(stored: np.ndarray, shape: tuple[int, int, int], draft: Path) -> None:
    """All pictures in this shape, as an .npy file."""

    def work(start: int) -> bytes:
        chunk = np.asarray(stored[start : start + CHUNK])
        return b"".join(resized(one, *shape).tobytes() for one in chunk)

    with draft.open("wb") as file, ThreadPoolExecutor(THREADS) as pool:
        write_head(file, (len(stored), *shape))
        starts = range(0, len(stored), CHUNK)
        for begin in range(0, len(starts), 2 * THREADS):  # a few chunks in memory at a time
            for made in pool.map(work, starts[begin : begin + 2 * THREADS]):
                file.write(made)
