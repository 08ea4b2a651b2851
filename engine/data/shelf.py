"""Large arrays: in memory while there is room, beyond in files that the operating system brings in as they are used."""

from __future__ import annotations

import errno
import math
import mmap
import os
import shutil
import tempfile

import numpy as np

from engine.machine import free_memory
from engine.problems import Problem, Refusal
from engine.sizes import size_in_words

SHARE = 0.25  # of the free memory, that arrays may take before they go to files


class Shelf:
    """Gives room for arrays. Those in files live as long as they are used: the files have no name."""

    def __init__(self, memory: int | None = None) -> None:
        """`memory` is what is free, in bytes; None for what this process may still take."""
        self.left = SHARE * (free_memory() if memory is None else memory)

    def empty(self, shape: tuple[int, ...], dtype: str | np.dtype) -> np.ndarray:
        """An array to be filled. Raises Refusal where neither memory nor disk have room."""
        size = math.prod(shape) * np.dtype(dtype).itemsize
        if size > self.left:
            return _filed(shape, np.dtype(dtype), size)
        self.left -= size
        return np.empty(shape, dtype)

    def keep(self, array: np.ndarray) -> np.ndarray:
        """The array, or its copy in a file."""
        if array.nbytes > self.left:
            kept = self.empty(array.shape, array.dtype)
            kept[...] = array
            return kept
        self.left -= array.nbytes
        return array


def room() -> int:
    """How many bytes the disk has for arrays."""
    return shutil.disk_usage(tempfile.gettempdir()).free


def _allot(file: int, size: int) -> None:
    """Room on the disk, now: a page for which there is none would end the process when it is written."""
    try:
        os.posix_fallocate(file, 0, size)
    except AttributeError:  # macOS has no such call
        os.truncate(file, size)


def _filed(shape: tuple[int, ...], dtype: np.dtype, size: int) -> np.ndarray:
    try:
        with tempfile.TemporaryFile(prefix="rows.") as file:
            _allot(file.fileno(), size)
            return np.ndarray(shape, dtype, mmap.mmap(file.fileno(), size))
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        message = f"The prepared rows take {size_in_words(size)} more than memory holds, and the disk is full."
        hint = "Make room on the disk, or use fewer columns or rows."
        raise Refusal(Problem("disk_full", {}, message, hint)) from None
