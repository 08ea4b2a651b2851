"""Desk: where a trainer finds what people want of it, in files of its run folder."""

from __future__ import annotations

import json
import signal
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from pydantic import BaseModel

from engine.training.control import Change, Control, Numbered
from engine.wakeup import WakeupPipe

STOP = "stop"
"""The file whose presence asks for a stop."""

CONTROL = "control.json"
"""The file with the other wishes: `{"pause": false, "changes": [{"learning_rate": 0.001}, …]}`; changes only add up."""

LOOK_SECONDS = 0.05
"""Between two looks where nobody writes into the wakeup pipe of the folder."""

END_SECONDS = 5.0
"""How long the end of the last look is awaited."""


class Told(BaseModel):
    """What stands in that file."""

    pause: bool = False
    changes: list[Change] = []


class Desk(Control):
    """Looks for wishes in a thread of its own, as JAX compiles without signals.

    SIGTERM and Ctrl+C mean to stop, a second Ctrl+C at once; for a run that is `resumable`, and that nobody stopped,
    to leave a checkpoint and go.
    """

    def __init__(self, folder: Path, *, resumable: bool = False) -> None:
        super().__init__()
        self._folder, self._resumable = folder, resumable
        self._stopped = self._paused = False
        self.interrupted = False
        self._changes: tuple[Numbered, ...] = ()
        self._seen: tuple[int, int] | None = None
        self._wakeup: WakeupPipe | None = None
        self._thread: threading.Thread | None = None
        self._closed = False
        self._look()

    def open(self) -> None:
        """From here on wishes are heard. Belongs into the main thread."""
        signal.signal(signal.SIGTERM, lambda *_: self._terminate())
        signal.signal(signal.SIGINT, lambda *_: self._interrupt())
        self._wakeup = WakeupPipe(self._folder)
        self._thread = threading.Thread(target=self._watch, args=(self._wakeup,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Nothing more is wished of this trainer."""
        self._closed = True
        if self._wakeup is None or self._thread is None:
            return
        self._wakeup.wake()
        self._thread.join(END_SECONDS)
        if not self._thread.is_alive():  # else it hangs in a file system, and its handle has to stay its own
            self._wakeup.remove()

    def stopping(self) -> bool:
        return self._stopped

    def pausing(self) -> bool:
        return self.interrupted or self._paused

    def changes(self) -> Sequence[Numbered]:
        return self._changes

    def _terminate(self) -> None:
        if self._resumable and not self._asked_to_stop():
            self.interrupted = True
        else:
            self._stopped = True

    def _interrupt(self) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        self._terminate()

    def _asked_to_stop(self) -> bool:
        with suppress(OSError):  # it cannot be read just now; the next look may see it
            return (self._folder / STOP).exists()
        return False

    def _watch(self, wakeup: WakeupPipe) -> None:
        while not self._closed:
            wakeup.wait(LOOK_SECONDS)
            self._look()

    def _look(self) -> None:
        if self._asked_to_stop():
            self._stopped = True
        with suppress(OSError, ValueError):  # none there, or none that is whole yet
            found = (self._folder / CONTROL).stat()
            if (found.st_mtime_ns, found.st_ino) != self._seen:
                self._read(json.loads((self._folder / CONTROL).read_bytes()))
                self._seen = (found.st_mtime_ns, found.st_ino)

    def _read(self, wishes: object) -> None:
        """Raises ValueError for what are none."""
        told = Told.model_validate(wishes)
        self._changes = tuple(Numbered(number, change) for number, change in enumerate(told.changes, 1))
        self._paused = told.pause
