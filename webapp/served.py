"""Who serves a data folder right now: noted beside the lock, for the commands that are run next to the server."""

import getpass
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from webapp import locks

LOCK = "serve.lock"
NOTE = "serve.json"


@dataclass(frozen=True)
class Served:
    """The server of a data folder: its address as a browser on this machine opens it, and whom it lets in at start."""

    address: str
    person: str

    def note(self, folder: Path) -> None:
        """Leaves word of the server for others; it counts while the lock is held."""
        aside = folder / f"{NOTE}.new"
        aside.write_text(json.dumps(asdict(self)))
        aside.replace(folder / NOTE)


def serving(folder: Path) -> Served | None:
    """The server that runs from a data folder; None where none does."""
    if not locks.held(folder / LOCK):
        return None
    try:
        return Served(**json.loads((folder / NOTE).read_text()))
    except (OSError, ValueError, TypeError):
        return None  # it has only just begun, or is older than the note


def person() -> str:
    """Whose sign-in link is printed: NETLOOM_USER, else who runs the server."""
    try:
        return os.environ.get("NETLOOM_USER") or getpass.getuser()
    except (OSError, KeyError):
        return "netloom"
