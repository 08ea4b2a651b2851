"""Trainers as processes on this machine."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import psutil

from webapp.processes import engine_environment, note_of, process_of
from webapp.runs.launchers.base import Exit, Launcher, Note

NICE = 10  # the web process stays quick while training takes all cores


class LocalLauncher(Launcher):
    """Starts `python -m engine JOB.json` in a session of its own, so that it outlives whoever started it."""

    command: Sequence[str] = (sys.executable, "-m", "engine")

    def __init__(self) -> None:
        self.children: dict[int, subprocess.Popen[bytes]] = {}

    def launch(self, folder: Path) -> Note:
        job = folder / "job.json"
        with (folder / "events.jsonl").open("ab", buffering=0) as spool, (folder / "trainer.log").open("ab") as log:
            child = subprocess.Popen(
                [*self.command, str(job)],
                stdin=subprocess.DEVNULL,
                stdout=spool,
                stderr=log,
                env=engine_environment(GLIBC_TUNABLES="glibc.malloc.hugetlb=1"),
                start_new_session=True,
            )
        os.setpriority(os.PRIO_PROCESS, child.pid, NICE)
        self.children[child.pid] = child
        return note_of(child.pid)

    def find(self, folder: Path) -> Note | None:
        job = str(folder / "job.json")
        for process in psutil.process_iter(["cmdline"]):
            if job in (process.info["cmdline"] or []):
                return note_of(process.pid)
        return None

    def poll(self, note: Note) -> Exit | None:
        child = self.children.get(note["pid"])
        if child is not None:
            code = child.poll()
            if code is None:
                return None
            del self.children[note["pid"]]
            return Exit(code)
        return None if process_of(note) else Exit()

    def ask(self, folder: Path) -> None:
        (folder / "stop").touch()

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

    def _signal(self, note: Note, number: signal.Signals) -> None:
        if process := process_of(note):
            try:
                process.send_signal(number)
            except psutil.NoSuchProcess:
                return
