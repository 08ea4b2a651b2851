"""Locks in the data folder that the operating system drops when their holder dies."""

import fcntl
from pathlib import Path
from typing import IO


def take(path: Path) -> IO[str] | None:
    """Holds a lock until the returned file is closed; None when another process holds it."""
    file = path.open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


def held(path: Path) -> bool:
    """Whether some process holds a lock; nothing is made or changed."""
    try:
        with path.open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except FileNotFoundError:
        pass
    return False
