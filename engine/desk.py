"""Desk: where a trainer finds what people want of it, in files of its run folder."""

from __future__ import annotations

import json
import signal
import threading
from collections.abc import Sequence
from pathlib import Path

from engine.bell import Bell
from engine.training.control import Change, Control, Numbered

STOP = "stop"
"""The file whose presence asks for a stop."""

CONTROL = "control.json"
"""The file with the other wishes: `{"pause": false, "changes": [{"learning_rate": 0.001}, …]}`; changes only add up."""

LOOK_SECONDS = 0.05
"""Between two looks where the bell of the folder does not ring."""


class Desk(Control):
    """Looks for wishes in a thread of its own, as JAX compiles without signals.

    SIGTERM means to stop; for a run that is `resumable`, and that nobody stopped, to leave a checkpoint and go.
    """

    def __init__(self, folder: Path, *, resumable: bool = False) -> None:
        super().__init__()
        self._folder, self._resumable = folder, resumable
        self._stopped = self._paused = False
        self.interrupted = False
        self._changes: tuple[Numbered, ...] = ()
        self._seen: tuple[int, int] | None = None
        self._bell: Bell | None = None
        self._look()

    def open(self) -> None:
        """From here on wishes are heard. Belongs into the main thread."""
        signal.signal(signal.SIGTERM, lambda *_: self._terminate())
        self._bell = Bell(self._folder)
        threading.Thread(target=self._watch, args=(self._bell,), daemon=True).start()

    def close(self) -> None:
        """Nothing more is wished of this trainer."""
        if self._bell is not None:
            self._bell.remove()

    def stopping(self) -> bool:
        return self._stopped

    def pausing(self) -> bool:
        return self.interrupted or self._paused

    def changes(self) -> Sequence[Numbered]:
        return self._changes

    def _terminate(self) -> None:
        if self._resumable and not (self._folder / STOP).exists():
            self.interrupted = True
        else:
            self._stopped = True

    def _watch(self, bell: Bell) -> None:
        while True:
            bell.wait(LOOK_SECONDS)
            self._look()

    def _look(self) -> None:
        if (self._folder / STOP).exists():
            self._stopped = True
        try:
            found = (self._folder / CONTROL).stat()
            if (found.st_mtime_ns, found.st_ino) != self._seen:
                self._read(json.loads((self._folder / CONTROL).read_bytes()))
                self._seen = (found.st_mtime_ns, found.st_ino)
        except (OSError, ValueError, KeyError, TypeError):
            return  # none there, or none that is whole yet

    def _read(self, wishes: dict[str, object]) -> None:
        changes = wishes.get("changes") or []
        assert isinstance(changes, list)
        self._changes = tuple(
            Numbered(number, Change.model_validate(change)) for number, change in enumerate(changes, 1)
        )
        self._paused = wishes.get("pause") is True
