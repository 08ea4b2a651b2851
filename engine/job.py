"""A job from beginning to end: train(job) → events."""

from __future__ import annotations

import contextlib
import sys
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from engine.data.recipe import Recipe
from engine.graph.document import Graph
from engine.problems import Problem, Refusal
from engine.training.checkpoint import Checkpoint, Checkpoints, Keeping, summary_of
from engine.training.control import Control
from engine.training.past import Past
from engine.training.settings import Settings

if TYPE_CHECKING:
    from engine.evaluation.report import Witness
    from engine.training.assembly import Assembly
    from engine.training.standing import Standing

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
    settings, origin = made.trainer.settings, job.origin.name if job.origin is not None else None
    contents = Contents(job.name, job.graph, made.plan, made.preparation, outcome.history, measures, settings, origin)
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
        **({"own_best": own} if (own := outcome.own_best()) else {}),
        **({"changes": outcome.changes} if outcome.changes else {}),
        **({"problem": problem.document()} if problem else {}),
    }


def _tidy(job: Job) -> None:
    """Removes what was kept only so that the run could go on; from what stays, others can."""
    checkpoints = Checkpoints(job.folder, job.keeping)
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
