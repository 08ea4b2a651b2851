"""Trainers as processes on this machine."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import psutil

from engine import gpu_share, large_pages, wake
from webapp.processes import engine_environment, give_way, holder_of, note_of, process_of, sign_for
from webapp.runs.launchers.base import ALONE, Exit, Launcher, Note, Slot
from webapp.runs.launchers.preloader import Preloader

TRAINER = (sys.executable, "-m", "engine")


class LocalLauncher(Launcher):
    """Starts trainers in sessions of their own, so that they outlive whoever started them.

    With `preload` they are forked from a process that has loaded everything, and start as `command` with the path
    of JOB.json where there is none: it still loads, or has died.
    """

    def __init__(self, command: Sequence[str] = TRAINER, *, preload: bool = False) -> None:
        self.command = command
        self.children: dict[int, subprocess.Popen[bytes]] = {}
        self.environment = engine_environment(**large_pages())
        self.preloader = Preloader(self.environment) if preload else None

    def launch(self, folder: Path, slot: Slot = ALONE) -> Note:
        sign_for(folder)
        share = gpu_share(slot.number, slot.of)
        pid = self.preloader.fork(folder, share) if self.preloader is not None else None
        return note_of(self._start(folder, share) if pid is None else pid)

    def find(self, folder: Path) -> Note | None:
        return holder_of(folder / "lock")

    def poll(self, note: Note) -> Exit | None:
        child = self.children.get(note["pid"])
        if child is not None:
            code = child.poll()
            if code is None:
                return None
            del self.children[note["pid"]]
            return Exit(code)
        if process_of(note):
            return None
        return Exit(self.preloader.code(note["pid"]) if self.preloader is not None else None)

    def tell(self, folder: Path, wishes: Mapping[str, Any]) -> None:
        partial = folder / "control.partial"
        partial.write_text(json.dumps(wishes))
        os.replace(partial, folder / "control.json")
        wake(folder)

    def terminate(self, note: Note) -> None:
        self._signal(note, signal.SIGTERM)

    def kill(self, note: Note) -> None:
        self._signal(note, signal.SIGKILL)

    def read(self, folder: Path, offset: int, limit: int) -> bytes:
        try:
            with (folder / "events.jsonl").open("rb") as spool:
                spool.seek(offset)
                return spool.read(limit)
        except FileNotFoundError:
            return b""

    def close(self) -> None:
        """Ends the preloaded process; trainers go on."""
        if self.preloader is not None:
            self.preloader.close()

    def _start(self, folder: Path, share: Mapping[str, str]) -> int:
        job = folder / "job.json"
        with (folder / "events.jsonl").open("ab", buffering=0) as spool, (folder / "trainer.log").open("ab") as log:
            child = subprocess.Popen(
                [*self.command, str(job)],
                stdin=subprocess.DEVNULL,
                stdout=spool,
                stderr=log,
                env={**self.environment, **share},
                start_new_session=True,
            )
        give_way(child.pid)
        self.children[child.pid] = child
        return child.pid

    def _signal(self, note: Note, number: signal.Signals) -> None:
        if process := process_of(note):
            try:
                process.send_signal(number)
            except psutil.NoSuchProcess:
                return
