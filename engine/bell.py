"""Bell: wakes a process that waits for news in a folder, so that it need not look all the time."""

from __future__ import annotations

import contextlib
import os
import select
from pathlib import Path

NAME = "bell"
"""The named pipe in the folder."""


class Bell:
    """The side that waits. Where a file system has no named pipes, nothing rings and waiting is sleeping."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        self._poll = select.poll()
        self._handle: int | None = None
        with contextlib.suppress(OSError):
            with contextlib.suppress(FileExistsError):  # left by a process that was killed
                os.mkfifo(self._path, 0o600)
            # open for writing as well, so that it does not end with whoever rings
            self._handle = os.open(self._path, os.O_RDWR | os.O_NONBLOCK)
            self._poll.register(self._handle, select.POLLIN)

    def wait(self, seconds: float) -> None:
        """Returns when the bell has rung, or after so many seconds."""
        if self._poll.poll(seconds * 1000) and self._handle is not None:
            os.read(self._handle, 4096)

    def remove(self) -> None:
        """Takes it down; whoever waits is not woken any more."""
        self._path.unlink(missing_ok=True)


def ring(folder: Path) -> None:
    """Wakes whoever waits at the bell of a folder, if anybody does."""
    with contextlib.suppress(OSError):
        handle = os.open(folder / NAME, os.O_WRONLY | os.O_NONBLOCK)
        try:
            os.write(handle, b"\n")
        finally:
            os.close(handle)
