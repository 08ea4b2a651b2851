"""A job from beginning to end: train(job) → events, and the process that writes them."""

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
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import psutil
from pydantic import TypeAdapter, ValidationError

from engine.data.recipe import Recipe
from engine.desk import Desk
from engine.exits import ExitStatus
from engine.graph.document import Graph
from engine.machine import memory_kills
from engine.problems import OUT_OF_MEMORY, Problem, Refusal
from engine.training.checkpoint import Checkpoint, Checkpoints, Keeping, summary_of
from engine.training.control import Control
from engine.training.past import Past
from engine.training.settings import Settings

if TYPE_CHECKING:
    from engine.evaluation.report import Witness
    from engine.training.assembly import Assembly
    from engine.training.standing import Standing

LAST_WORD_SECONDS = 30
"""How long it tries to, as room may be made on a full disk."""

SPOOL = "events.jsonl"
"""Where a launcher lets the events of a run go."""

DATASET_GONE = Problem(
    "dataset_is_gone",
    {},
    "The data set of this run is no longer there.",
    "Choose another data set, or upload it again.",
)


CHECKPOINT_GONE = Problem(
    "checkpoint_is_gone",
    {},
    "The checkpoint this run begins from is no longer there.",
    "Choose another checkpoint, or train from the beginning.",
)


@dataclass(frozen=True)
class Origin:
    """A checkpoint of another run, and what that is called in a sentence: "run 3"."""

    checkpoint: Path
    name: str


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
    resume: bool = False
    """Goes on from the last checkpoint in `folder`; otherwise those that are there are removed."""
    after: int = 0
    """The number of the last event that was told of this run."""
    keeping: Keeping = field(default_factory=Keeping)
    origin: Origin | None = None
    """The checkpoint of another run to begin from, while there is none of its own."""
    ran_out: bool = False
    """Its trainers died as memory ran out. It is not trained again: only what would fit is told."""

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
            return ExitStatus.TAKEN
        _sign(lock)
        given = _given(path)
        desk, past = Desk(folder, resumable=given.get("resume") is True), Past.read(folder / SPOOL)
        desk.open()
        number = 1 + max(past.seq, int(given.get("after") or 0))
        try:
            for event in _guarded(path, desk, past):
                write(_stamped(number, event))
                number += 1
        except Exception as error:  # an event could not be written, at least not whole
            traceback.print_exc(file=sys.stderr)
            last = {"type": "failed", "problem": _breakdown(error).document()}
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
        problem = _breakdown(error)
    # only here is what the training held in memory let go, and advice needs some
    yield {"type": "failed", "problem": _advised(problem, path).document()}


def _advised(problem: Problem, path: Path) -> Problem:
    """The problem; where memory ran out, with the layer that holds it and a batch size that fits what is free."""
    if problem.code != "out_of_memory":
        return problem
    try:
        from engine.training.preflight import Preflight

        job = Job.read(path)
        return Preflight(job.dataset, job.graph, job.recipe, job.settings).ran_out()
    except Exception:  # there may be too little memory even for that
        traceback.print_exc(file=sys.stderr)
        return problem


def _breakdown(error: Exception) -> Problem:
    if _is_starved(error):
        return OUT_OF_MEMORY
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
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


def _is_starved(error: Exception) -> bool:
    """Whether something could not be done for want of memory; not every library raises MemoryError."""
    if isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno == errno.ENOMEM):
        return True
    return any(sign in str(error) for sign in ("RESOURCE_EXHAUSTED", "failed to map segment"))


def train(job: Job, control: Control | None = None, past: Past | None = None) -> Iterator[dict[str, Any]]:
    """Trains a job. Yields its events without numbers; raises Refusal where it cannot be trained.

    Before the last event it writes the model, its preparation, its measures and the bundle into `job.folder`. A run
    that is paused ends without a last event. What an earlier life of the run has told, its `past`, is not repeated.
    """
    past = past or Past()
    return (event for event in _train(job, control or Control(), past) if past.is_new(event))


def _train(job: Job, control: Control, past: Past) -> Iterator[dict[str, Any]]:
    from engine.training.events import phase
    from engine.training.keeper import Keeper

    began = time.monotonic()
    yield phase("preparing")
    made = _assembled(job)
    yield made.started()
    trainer, checkpoints = made.trainer, Checkpoints(job.folder, job.keeping)
    trainer.past, trainer.keeper, trainer.saved = past, Keeper(checkpoints), _saved(job, checkpoints)
    yield from trainer.run(control)
    if not trainer.paused:
        yield from _delivered(job, made, began)
    elif not control.interrupted:
        yield phase("paused")


def _assembled(job: Job) -> Assembly:
    """All that trains. Raises Refusal where it cannot be put together."""
    from engine.training.assembly import assemble
    from engine.training.devices import keep_compiled

    if job.cache is not None:
        keep_compiled(job.cache)
    if not (job.dataset / "profile.json").exists():
        raise Refusal(DATASET_GONE)
    return assemble(job.dataset, job.graph, job.recipe, job.settings)


def _delivered(job: Job, made: Assembly, began: float) -> Iterator[dict[str, Any]]:
    """Measures what was trained since `began` and writes the model with all that belongs to it."""
    from engine.evaluation.report import Witness
    from engine.export.bundle import Contents, write_bundle
    from engine.training.events import event, phase

    outcome, witness = made.trainer.outcome, Witness(made)
    assert outcome.best is not None
    measures = _measured(made, witness, began)
    yield from _reported(job.folder, witness)
    yield phase("saving")
    model = made.learner.model(outcome.best.weights, outcome.best.rest)
    contents = Contents(job.name, job.graph, made.plan, made.preparation, outcome.history, measures)
    write_bundle(job.folder, model, contents)
    _tidy(job)
    yield from made.trainer.sight.last_word()
    yield event("finished", **measures)


def _measured(made: Assembly, witness: Witness, began: float) -> dict[str, Any]:
    """What the last event tells; the witness hears the answers to the test rows."""
    from engine.evaluation.baselines import baselines, worse_than_guessing

    trainer, outcome = made.trainer, made.trainer.outcome
    assert outcome.best is not None
    known = baselines(made)
    parts = {"validation": outcome.validation, "test": trainer.evaluate(outcome.best, "test", witness.hear)}
    problem = outcome.problem or worse_than_guessing(parts, known, trainer.scorer.measures())
    return {
        "reason": outcome.reason,
        "best_epoch": outcome.best_epoch,
        **parts,
        "baselines": known,
        "seconds": round(trainer.earlier_seconds + time.monotonic() - began, 3),
        **({"changes": outcome.changes} if outcome.changes else {}),
        **({"problem": problem.document()} if problem else {}),
    }


def _tidy(job: Job) -> None:
    """Removes what was kept only so that the run could go on; its newest and its best checkpoint stay for others."""
    checkpoints = Checkpoints(job.folder)
    with contextlib.suppress(OSError):
        checkpoints.conclude()
        if job.origin is not None and job.origin.checkpoint.parent == job.folder and checkpoints.listed():
            job.origin.checkpoint.unlink(missing_ok=True)


def _reported(folder: Path, witness: Witness) -> Iterator[dict[str, Any]]:
    """Writes the figures of the model. A fault of theirs must not cost the model itself, so it is told, not raised."""
    from engine.evaluation.report import write_report
    from engine.training.events import event

    try:
        write_report(folder, witness.document())
    except Exception:
        traceback.print_exc(file=sys.stderr)
        yield event("log", message="The figures of the model could not be made; its measures and the model are whole.")


def _saved(job: Job, checkpoints: Checkpoints) -> Standing | None:
    """Where to go on from: the newest checkpoint that is sound, else that of another run. Raises Refusal."""
    from engine.training.standing import Standing

    if not job.resume:
        checkpoints.clear()
    for checkpoint in reversed(checkpoints.listed()):
        with contextlib.suppress(OSError):
            return Standing(*checkpoint.read(), checkpoint.summary)
    if job.origin is None:
        return None
    summary = summary_of(job.origin.checkpoint)
    if summary is None:
        raise Refusal(CHECKPOINT_GONE)
    return Standing(*Checkpoint(job.origin.checkpoint, summary).read(), summary, job.origin.name)
