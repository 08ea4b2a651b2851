"""Where things lie in the data folder, and how they are handed out."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

from django.conf import settings

CHUNK = 256 * 1024


def home() -> Path:
    return Path(settings.NETLOOM_HOME)


def dataset_folder(number: int) -> Path:
    return home() / "datasets" / str(number)


def uploads_folder() -> Path:
    """Where files are that have not arrived whole, or not become a data set."""
    return home() / "uploads"


def run_folder(number: int) -> Path:
    return home() / "runs" / str(number)


def cache_folder(owner: int) -> Path:
    """Where one person's compiled programs are kept; never shared, as they are run as they are."""
    return home() / "cache" / str(owner)


def new_folder(path: Path) -> Path:
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


async def pieces(path: Path) -> AsyncIterator[bytes]:
    """A file, a piece at a time, without holding up the event loop."""
    file = await asyncio.to_thread(path.open, "rb")
    try:
        while piece := await asyncio.to_thread(file.read, CHUNK):
            yield piece
    finally:
        file.close()
