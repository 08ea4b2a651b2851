"""Runner: the process that trains a job and writes its numbered events, whatever goes wrong."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
import stat
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import psutil
from pydantic import ValidationError

from engine.desk import Desk
from engine.exits import ExitStatus
from engine.job import Job, train
from engine.machine import memory_kills
from engine.problems import OUT_OF_MEMORY, Problem, Refusal
from engine.training.checkpoint import Checkpoints
from engine.training.control import Control
from engine.training.past import Past

LAST_WORD_SECONDS = 30
"""How long it tries to, as room may be made on a full disk."""

SPOOL = "events.jsonl"
"""Where a launcher lets the events of a run go."""


def run_job(path: Path, write: Callable[[dict[str, Any]], None]) -> int:
    """Trains a job, writing its numbered events; the last one is `finished` or `failed`."""
    folder = path.parent
    with (folder / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another process already runs this job.", file=sys.stderr)
            return ExitStatus.TAKEN
        _sign(lock)
        given = _given(path)
        resumable = given.get("resume") is True
        desk, past = Desk(folder, resumable=resumable), Past.read(folder / SPOOL) if resumable else Past()
        desk.open()
        after = given.get("after")
        number = 1 + max(past.seq, after if isinstance(after, int) else 0)
        try:
            for event in _guarded(path, desk, past):
                write(_stamped(number, event))
                number += 1
        except Exception as error:  # an event could not be written, at least not whole
            traceback.print_exc(file=sys.stderr)
            last = {"type": "failed", "problem": _breakdown(error, folder).document()}
            return 0 if _told_at_last(write, _stamped(number + 1, last)) else ExitStatus.UNTOLD
        finally:
            desk.close()
    return ExitStatus.INTERRUPTED if desk.interrupted else 0


def _stamped(number: int, event: Mapping[str, Any]) -> dict[str, Any]:
    moment = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {"seq": number, "time": moment, **event}


def _told_at_last(write: Callable[[dict[str, Any]], None], event: dict[str, Any]) -> bool:
    """Writes the last event, on a full disk with patience; whether that was possible."""
    for _ in range(LAST_WORD_SECONDS):
        try:
            write(event)
        except OSError as error:
            if error.errno != errno.ENOSPC:
                return False
            time.sleep(1.0)
        else:
            return True
    return False


def _given(path: Path) -> dict[str, Any]:
    """What a job says, as far as it can be read."""
    try:
        given = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return given if isinstance(given, dict) else {}


def _sign(lock: IO[str]) -> None:
    """Writes into the lock who holds it, so that a run's trainer is found however it was started.

    The number of `memory_kills` since the `boot` tells afterwards whether it was one of them; its `log` begins at
    this byte.
    """
    note = {
        "pid": os.getpid(),
        "created": psutil.Process().create_time(),
        "boot": psutil.boot_time(),
        "memory_kills": memory_kills(),
        "log": _log_size(),
    }
    lock.truncate(0)
    lock.write(json.dumps(note))
    lock.flush()


def _log_size() -> int:
    """How many bytes the file has that takes standard error; 0 where that is no file."""
    with contextlib.suppress(OSError):  # it was closed
        found = os.fstat(2)
        return found.st_size if stat.S_ISREG(found.st_mode) else 0
    return 0


def _guarded(path: Path, control: Control, past: Past) -> Iterator[dict[str, Any]]:
    """The events of a job; whatever goes wrong becomes a `failed` event in plain words."""
    try:
        job = Job.read(path)
        if job.ran_out:
            raise Refusal(OUT_OF_MEMORY)
        yield from train(job, control, past)
        return
    except Refusal as refusal:
        problem = refusal.problem
    except ValidationError as error:
        from engine.service import document_problem

        problem = document_problem(error)
    except Exception as error:
        traceback.print_exc(file=sys.stderr)
        problem = _breakdown(error, path.parent)
    # only here is what the training held in memory let go, and advice needs some
    yield {"type": "failed", "problem": _advised(problem, path, past).document()}


def _advised(problem: Problem, path: Path, past: Past) -> Problem:
    """The problem; where memory ran out, with the layer that holds it and a batch size that fits what is free."""
    if problem.code != "out_of_memory":
        return problem
    try:
        from engine.training.memory import without_a_word
        from engine.training.preflight import Preflight

        job = Job.read(path)
        opening = without_a_word(past.memory) if job.ran_out else None
        return Preflight(job.dataset, job.graph, job.recipe, job.settings).ran_out(opening)
    except Exception:  # there may be too little memory even for that
        traceback.print_exc(file=sys.stderr)
        return problem


def _breakdown(error: Exception, folder: Path) -> Problem:
    """What has gone wrong, in words for who trains; `folder` is that of the run."""
    if _is_starved(error):
        return OUT_OF_MEMORY
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return Problem(
            "disk_full",
            {},
            "The disk of the server is full, so the run could not be saved.",
            f"Delete old runs or data sets, then {_way_on(folder)}.",
        )
    return Problem(
        "internal_error",
        {},
        "Something went wrong inside Netloom while this network was trained.",
        "Train again; if it happens again, the run's log on the server has the details.",
    )


def _way_on(folder: Path) -> str:
    kept = Checkpoints(folder).listed()
    return "continue this run: its last checkpoint is kept" if kept else "train again"


def _is_starved(error: Exception) -> bool:
    """Whether something could not be done for want of memory; not every library raises MemoryError."""
    if isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno == errno.ENOMEM):
        return True
    return any(sign in str(error) for sign in ("RESOURCE_EXHAUSTED", "failed to map segment"))
