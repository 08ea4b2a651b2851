"""WakeupPipe: wakes a process that waits for news in a folder, so that it need not look all the time."""

from __future__ import annotations

import contextlib
import os
import select
import stat
from pathlib import Path

NAME = "wakeup"
"""The named pipe in the folder."""


class WakeupPipe:
    """The side that waits. Where a file system has no named pipes, nobody is woken and waiting is sleeping."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        self._poll = select.poll()
        self._handle: int | None = None
        with contextlib.suppress(OSError):
            with contextlib.suppress(FileExistsError):  # left by a process that was killed
                os.mkfifo(self._path, 0o600)
            # open for writing as well, so that it does not end with whoever wakes it
            self._handle = _opened(self._path, os.O_RDWR)
            self._poll.register(self._handle, select.POLLIN)

    def wait(self, seconds: float) -> None:
        """Returns when it was woken, or after so many seconds."""
        if self._poll.poll(seconds * 1000) and self._handle is not None:
            with contextlib.suppress(BlockingIOError):  # another waits at the same pipe and was quicker
                os.read(self._handle, 4096)

    def wake(self) -> None:
        """Lets whoever waits here go on."""
        if self._handle is not None:
            with contextlib.suppress(BlockingIOError):  # it was woken more often than a pipe can hold
                os.write(self._handle, b"\n")

    def remove(self) -> None:
        """Takes it down, once nobody waits any more."""
        if self._handle is None:
            return
        os.close(self._handle)
        self._handle, self._poll = None, select.poll()
        with contextlib.suppress(OSError):  # the next trainer can use it as well
            self._path.unlink(missing_ok=True)


def wake(folder: Path) -> None:
    """Wakes whoever waits at the pipe of a folder, if anybody does."""
    with contextlib.suppress(OSError):
        handle = _opened(folder / NAME, os.O_WRONLY)
        try:
            os.write(handle, b"\n")
        finally:
            os.close(handle)


def _opened(path: Path, flags: int) -> int:
    """A handle on a named pipe. Raises OSError, also where something else has its name."""
    handle = os.open(path, flags | os.O_NONBLOCK)
    if not stat.S_ISFIFO(os.fstat(handle).st_mode):
        os.close(handle)
        raise FileExistsError(path)
    return handle
