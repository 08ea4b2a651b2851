"""Launcher: how trainers are started, watched, stopped and listened to, wherever they run.

All launchers share the run's folder with their trainers, so whoever has the folder may ask for a stop.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine import wake
from webapp.processes import Note as Note


def ask_to_stop(folder: Path) -> None:
    """Asks the trainer of this folder to stop and keep its best model; it looks for this between steps.

    Raises OSError where the folder is not there.
    """
    (folder / "stop").touch()
    wake(folder)


@dataclass(frozen=True)
class Exit:
    """How a trainer ended. `code` is None when nobody can tell, negative when a signal ended it."""

    code: int | None = None
    error: OSError | None = None
    """Why it could not even be started."""


@dataclass(frozen=True)
class Slot:
    """One of so many places at which runs train at the same time, counted from 0."""

    number: int
    of: int


ALONE = Slot(0, 1)


class Launcher(ABC):
    """Starts trainers that outlive the supervisor, and finds them again."""

    @abstractmethod
    def launch(self, folder: Path, slot: Slot = ALONE) -> Note:
        """Starts a trainer on `folder/job.json`, with the GPUs of its slot, and returns a note of where it runs.

        Raises OSError.
        """

    @abstractmethod
    def find(self, folder: Path) -> Note | None:
        """A trainer of this folder whose note was lost, or None."""

    @abstractmethod
    def poll(self, note: Note) -> Exit | None:
        """None while the trainer lives, else how it ended."""

    @abstractmethod
    def tell(self, folder: Path, wishes: Mapping[str, Any]) -> None:
        """Tells the trainer what else is wanted of it: `{pause, changes}`. Raises OSError."""

    @abstractmethod
    def terminate(self, note: Note) -> None:
        """Tells the trainer to stop by SIGTERM."""

    @abstractmethod
    def kill(self, note: Note) -> None:
        """Ends the trainer at once."""

    @abstractmethod
    def read(self, folder: Path, offset: int, limit: int) -> bytes:
        """Up to `limit` bytes of the spool from `offset` on; empty when there are none yet."""
