"""Aside: work in a thread of its own, mostly the compiler's, which nobody has to wait for to its end."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable
from typing import Generic, TypeVar

Made = TypeVar("Made")

MOMENT = 0.05
"""Seconds between two looks whether something else is wanted."""


class Halted(Exception):
    """Raised where something else is wanted than to wait, or to go on measuring."""


class Aside(Generic[Made]):
    """Work that has begun beside what goes on; it is left to itself when the process ends."""

    def __init__(self, work: Callable[[], Made]) -> None:
        self._work = work
        self._made: list[Made] = []
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._do, name="aside", daemon=True)
        self._thread.start()

    def over(self, patience: float = 0.0) -> bool:
        """Whether it has come to an end, after so many seconds at the most."""
        self._thread.join(patience)
        return not self._thread.is_alive()

    def wait(self, halt: Callable[[], bool]) -> None:
        """Returns when it is over. Raises Halted once `halt` says so."""
        while not self.over(MOMENT):
            if halt():
                raise Halted

    def result(self, halt: Callable[[], bool]) -> Made:
        """What was made of it. Raises Halted once `halt` says so, and what the work raised."""
        self.wait(halt)
        if halt():
            raise Halted
        error, self._error = self._error, None
        if error is not None:
            try:
                raise error
            finally:
                del error  # else its frames, and all that they hold, are kept in memory by it
        return self._made[0]

    def _do(self) -> None:
        try:
            self._made.append(self._work())
        except Exception as error:
            self._error = error


def tolerant(work: Callable[[], object]) -> Callable[[], None]:
    """The same work; where it fails, the log tells of it and nothing else happens."""

    def done() -> None:
        try:
            work()
        except Exception:
            traceback.print_exc()

    return done
