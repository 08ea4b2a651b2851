"""Naming processes so that they are found again, and the environment of the engine's own."""

import fcntl
import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

import engine

NICE = 10  # the web process stays quick while training takes all cores
FIRST_TO_GO = 500  # of 1000: where memory runs out, the system ends a trainer before anything else of the server
Note = dict[str, Any]  # JSON: {pid, created}
CLOCK_SECONDS = 2.0  # how far two readings of one birth time may lie apart when the clock is set


def engine_environment(**more: str) -> dict[str, str]:
    """What the engine's processes find in their environment; they start from any folder."""
    return engine.child_environment(PYTHONUNBUFFERED="1", **more)


def give_way(pid: int) -> None:
    """Lets the leader of a session and what it starts stand back for all others: in time, and where memory runs out.

    Many systems share time out among sessions first, so that the session has to stand back as well. A child of a
    server that itself stands back further is left there. It may take a moment.
    """
    with suppress(OSError):  # it has ended
        nice = max(NICE, os.getpriority(os.PRIO_PROCESS, pid))  # only the mighty may take back what a server gave up
        os.setpriority(os.PRIO_PROCESS, pid, nice)
        engine.hold_back(pid, nice)
    with suppress(OSError):  # it has ended, or this system has no such file
        Path(f"/proc/{pid}/oom_score_adj").write_text(str(FIRST_TO_GO))


def note_of(pid: int) -> Note:
    """Names a process for good: numbers are used again, so its birth goes with it."""
    try:
        return {"pid": pid, "created": psutil.Process(pid).create_time()}
    except psutil.NoSuchProcess:
        return {"pid": pid, "created": 0.0}


def process_of(note: Note) -> psutil.Process | None:
    """The living process of a note, or None."""
    try:
        process = psutil.Process(note["pid"])
        same = abs(process.create_time() - note["created"]) < CLOCK_SECONDS
        return process if same and process.status() != psutil.STATUS_ZOMBIE else None
    except psutil.NoSuchProcess:
        return None


def sign_for(folder: Path) -> None:
    """Notes for a trainer that is about to start what it will sign itself, should it die before it can.

    Otherwise its death would be judged by what the trainer before it noted. Where another trains there, it stays.
    """
    with (folder / "lock").open("a") as lock, suppress(BlockingIOError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        log = folder / "trainer.log"
        note = {
            "boot": psutil.boot_time(),
            "memory_kills": engine.memory_kills(),
            "log": log.stat().st_size if log.exists() else 0,
        }
        lock.truncate(0)
        lock.write(json.dumps(note))


def holder_of(lock: Path) -> Note | None:
    """Who wrote its note into a lock file, if it still lives."""
    try:
        signed = json.loads(lock.read_text())
        note = {"pid": signed["pid"], "created": signed["created"]}
        return note if process_of(note) else None
    except (OSError, ValueError, TypeError, KeyError):
        return None
