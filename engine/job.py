"""A job from beginning to end: train(job) → events, and the process that writes them."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import psutil
from pydantic import TypeAdapter, ValidationError

from engine.data.recipe import Recipe
from engine.graph.document import Graph
from engine.problems import Problem, Refusal
from engine.training.settings import Settings

TAKEN = 75
"""Exit status where another process already runs this job."""

DATASET_GONE = Problem(
    "dataset_is_gone",
    {},
    "The data set of this run is no longer there.",
    "Choose another data set, or upload it again.",
)


@dataclass(frozen=True)
class Job:
    """Everything a run needs. `folder` takes what comes out, `dataset` holds what the profile made."""

    folder: Path
    dataset: Path
    graph: Graph
    recipe: Recipe
    settings: Settings
    name: str = "Netloom model"
    cache: Path | None = None
    """Where compiled programs are kept from run to run; must belong to one person alone."""

    @classmethod
    def read(cls, path: Path) -> Job:
        """From JOB.json. Raises ValidationError for a document that is wrong."""
        document = TypeAdapter(dict[str, Any]).validate_json(path.read_bytes())
        given = {name: value for name, value in document.items() if value is not None and value != ""}
        return TypeAdapter(cls).validate_python(given)


def run_job(path: Path, write: Callable[[dict[str, Any]], None]) -> int:
    """Trains a job, writing its numbered events; the last one is `finished` or `failed`."""
    folder = path.parent
    with (folder / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another process already runs this job.", file=sys.stderr)
            return TAKEN
        _sign(lock)
        stop = _stop_watch(folder / "stop")
        for number, event in enumerate(_guarded(path, stop), start=1):
            moment = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
            write({"seq": number, "time": moment, **event})
    return 0


def _sign(lock: IO[str]) -> None:
    """Writes into the lock who holds it, so that a run's trainer is found however it was started."""
    lock.truncate(0)
    lock.write(json.dumps({"pid": os.getpid(), "created": psutil.Process().create_time()}))
    lock.flush()


def _stop_watch(flag: Path) -> threading.Event:
    """Set when the flag file appears or the process is asked to end; a thread, as JAX compiles without signals."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())

    def watch() -> None:
        while not stop.is_set():
            if flag.exists():
                stop.set()
            time.sleep(0.05)

    threading.Thread(target=watch, daemon=True).start()
    return stop


def _guarded(path: Path, stop: threading.Event) -> Iterator[dict[str, Any]]:
    """The events of a job; whatever goes wrong becomes a `failed` event in plain words."""
    try:
        yield from train(Job.read(path), stop.is_set)
    except Refusal as refusal:
        yield {"type": "failed", "problem": refusal.problem.document()}
    except ValidationError as error:
        from engine.service import document_problem

        yield {"type": "failed", "problem": document_problem(error).document()}
    except Exception as error:
        traceback.print_exc(file=sys.stderr)
        yield {"type": "failed", "problem": _breakdown(error).document()}


def _breakdown(error: Exception) -> Problem:
    text = str(error)
    if "RESOURCE_EXHAUSTED" in text or isinstance(error, MemoryError):
        return Problem(
            "out_of_memory",
            {"field": "batch_size"},
            "The memory was not enough for this network with this batch size.",
            "Halve the batch size, or make the largest layers smaller.",
        )
    if isinstance(error, OSError) and error.errno == 28:
        return Problem(
            "disk_full",
            {},
            "The disk of the server is full, so the run could not be saved.",
            "Delete old runs or data sets, then train again.",
        )
    return Problem(
        "internal_error",
        {},
        "Something went wrong inside Netloom while this network was trained.",
        "Train again; if it happens again, the run's log on the server has the details.",
    )


def train(job: Job, stopping: Callable[[], bool] = lambda: False) -> Iterator[dict[str, Any]]:
    """Trains a job. Yields its events without numbers; raises Refusal where it cannot be trained.

    Before the last event it writes the model, its preparation, its measures and the bundle into `job.folder`.
    """
    from engine.export.bundle import Contents, write_bundle
    from engine.training.assembly import assemble
    from engine.training.devices import keep_compiled
    from engine.training.events import event, phase

    began = time.monotonic()
    yield phase("preparing")
    if job.cache is not None:
        keep_compiled(job.cache)
    if not (job.dataset / "profile.json").exists():
        raise Refusal(DATASET_GONE)
    made = assemble(job.dataset, job.graph, job.recipe, job.settings)
    yield made.started()
    yield from made.trainer.run(stopping)
    outcome = made.trainer.outcome
    assert outcome.best is not None
    yield phase("evaluating")
    measures = {
        "reason": outcome.reason,
        "best_epoch": outcome.best_epoch,
        "validation": outcome.validation,
        "test": made.trainer.evaluate(outcome.best, "test"),
        "seconds": round(time.monotonic() - began, 3),
    }
    yield phase("saving")
    model = made.machine.model(outcome.best.weights, outcome.best.rest)
    contents = Contents(job.name, job.graph, made.plan, made.preparation, outcome.history, measures)
    write_bundle(job.folder, model, contents)
    yield from made.trainer.sight.last_word()
    yield event("finished", **measures)
