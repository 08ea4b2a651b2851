"""Naming processes so that they are found again, and the environment of the engine's own."""

import json
from pathlib import Path
from typing import Any

import psutil

import engine

Note = dict[str, Any]  # JSON: {pid, created}
CLOCK_SECONDS = 2.0  # how far two readings of one birth time may lie apart when the clock is set


def engine_environment(**more: str) -> dict[str, str]:
    """What the engine's processes find in their environment; they start from any folder."""
    return engine.child_environment(PYTHONUNBUFFERED="1", **more)


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


def holder_of(lock: Path) -> Note | None:
    """Who wrote its note into a lock file, if it still lives."""
    try:
        note = json.loads(lock.read_text())
        return note if process_of(note) else None
    except (OSError, ValueError, TypeError, KeyError):
        return None
