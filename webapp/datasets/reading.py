"""Having data sets read by the engine's child processes, within limits of time and memory."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from django.conf import settings
from django.db import transaction
from django.db.models import Q

from engine import Problem
from webapp import sound_json
from webapp.datasets.models import Dataset
from webapp.datasets.services import record_failure, record_profile
from webapp.exceptions import UNREACHABLE
from webapp.processes import engine_environment, note_of, process_of

log = logging.getLogger(__name__)
LOOK_SECONDS = 0.25
COMMAND = (sys.executable, "-m", "engine", "profile")


@dataclass
class Reading:
    """One child process that reads one data set."""

    dataset: Dataset
    child: subprocess.Popen[bytes]
    began: float = field(default_factory=time.monotonic)
    looked: float = 0.0
    told: bytes = b""  # of its output, what is not yet a whole line
    problem: dict[str, Any] | None = None


class Readings:
    """Reads one data set at a time, the oldest first. `on_ready` is told of each that has become ready."""

    def __init__(self, on_ready: Callable[[Dataset], None], command: Sequence[str] = COMMAND) -> None:
        self.on_ready = on_ready
        self.command = command
        self.current: Reading | None = None

    def tick(self, look: bool) -> None:
        if self.current is not None:
            try:
                self._attend(self.current)
            except UNREACHABLE:
                raise
            except Exception:  # one data set that cannot be read must not end the care for all others
                log.exception("Data set %s cannot be read.", self.current.dataset.pk)
                record_failure(dataset=self.current.dataset, problem=DIED.document())
                self.close()
        if self.current is None and look:
            unread, unlike = Q(state=Dataset.State.READING), Q(state=Dataset.State.READY, wanted__isnull=False)
            waiting = Dataset.objects.filter(unread | unlike).order_by("pk").first()
            if waiting is not None:
                self._start(waiting)

    def close(self) -> None:
        """Ends the child; the next supervisor reads the data set anew."""
        if self.current is not None:
            end(self.current.child)
            self.current = None

    def _start(self, dataset: Dataset) -> None:
        if dataset.reader is not None and (orphan := process_of(dataset.reader)):
            orphan.kill()  # an earlier supervisor's, whose output nobody reads
        try:
            for name in ("problem.json",) if dataset.rereading else ("problem.json", "profile.json"):
                (dataset.folder / name).unlink(missing_ok=True)
            with (dataset.folder / "reading.log").open("wb") as errors:
                child = subprocess.Popen(
                    [*self.command, str(dataset.folder)],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=errors,
                    env=engine_environment(JAX_PLATFORMS="cpu"),
                    start_new_session=True,
                )
        except OSError:
            log.exception("Data set %s cannot be read.", dataset.pk)
            record_failure(dataset=dataset, problem=DIED.document())
            return
        assert child.stdout is not None
        os.set_blocking(child.stdout.fileno(), False)
        Dataset.objects.filter(pk=dataset.pk).update(reader=note_of(child.pid))
        self.current = Reading(dataset, child)

    def _attend(self, reading: Reading) -> None:
        ended = reading.child.poll() is not None
        now = time.monotonic()
        if not ended and now - reading.looked < LOOK_SECONDS:
            return
        reading.looked = now
        self._progress(reading)
        if not ended:
            self._limit(reading, now)
            return
        self._conclude(reading)
        end(reading.child)
        self.current = None

    def _progress(self, reading: Reading) -> None:
        """Copies the newest progress line into the row."""
        assert reading.child.stdout is not None
        while piece := reading.child.stdout.read(65536):
            reading.told = (reading.told + piece)[-1_000_000:]
        *lines, reading.told = reading.told.split(b"\n")
        for line in reversed(lines):
            try:
                told = json.loads(line)
                progress = {"phase": str(told["phase"]), "fraction": float(told["fraction"])}
            except (ValueError, KeyError, TypeError):
                continue
            Dataset.objects.filter(pk=reading.dataset.pk).update(progress=progress)
            return

    def _limit(self, reading: Reading, now: float) -> None:
        """Ends a child that takes too long or too much memory, or whose data set was deleted."""
        if now - reading.began > settings.READING_SECONDS:
            reading.problem = TOO_LONG.document()
        elif memory_of(reading.child.pid) > settings.READING_MEMORY:
            reading.problem = TOO_LARGE.document()
        elif Dataset.objects.filter(pk=reading.dataset.pk).exists():
            return
        kill(reading.child)

    def _conclude(self, reading: Reading) -> None:
        dataset = Dataset.objects.filter(pk=reading.dataset.pk).first()
        if dataset is None:  # deleted meanwhile; what the child wrote since goes too
            shutil.rmtree(reading.dataset.folder, ignore_errors=True)
            return
        whole = reading.child.returncode == 0
        profile = found(dataset.folder / "profile.json") if whole else None
        problem = reading.problem or found(dataset.folder / "problem.json")
        if profile is None and problem is None:
            log.warning("Data set %s: reading ended with code %s.", dataset.pk, reading.child.returncode)
        if profile is None or problem is not None:
            record_failure(dataset=dataset, problem=problem or DIED.document())
            return
        with transaction.atomic():
            record_profile(dataset=dataset, profile=profile)
            self.on_ready(dataset)


def found(path: Path) -> dict[str, Any] | None:
    """A JSON file's content, or None where there is none."""
    try:
        document: dict[str, Any] = sound_json.loads(path.read_text())
    except (OSError, ValueError):
        return None
    return document


def memory_of(pid: int) -> int:
    """What a process and its children hold, in bytes."""
    try:
        process = psutil.Process(pid)
        return sum(member.memory_info().rss for member in [process, *process.children(recursive=True)])
    except psutil.NoSuchProcess:
        return 0


def kill(child: subprocess.Popen[bytes]) -> None:
    """Kills a child and what it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)


def end(child: subprocess.Popen[bytes]) -> None:
    """Sees a child to its end, and lets go of its output."""
    kill(child)
    child.wait()
    if child.stdout is not None:
        child.stdout.close()


SMALLER = "Try a smaller part of the file."
DIED = Problem(
    "reading_failed",
    {},
    "The file could not be read: the reading process ended unexpectedly.",
    f"Most often memory ran out. {SMALLER}",
)
TOO_LONG = Problem("reading_too_long", {}, "Reading the file took too long and was ended.", SMALLER)
TOO_LARGE = Problem("reading_too_large", {}, "Reading the file took too much memory and was ended.", SMALLER)
