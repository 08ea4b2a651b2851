"""What a person may do to a run that was asked for: stop, pause, resume, change it, and go on from where it was."""

import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from engine import Checkpoint, Checkpoints, Problem
from webapp.exceptions import Refused, disk_full
from webapp.folders import new_folder
from webapp.runs.launchers import ask_to_stop
from webapp.runs.lineage import changed, origin_of, settings_at, whole_epochs
from webapp.runs.models import Run
from webapp.runs.services import earlier_run, end_run, queue_run, record_events, stamp

MOST_CHANGES = 1000
"""Of one run while it goes on."""

STOPPED_WAITING = Problem(
    "stopped_before_start", {}, "The run was stopped before it started.", "Start a new run when you are ready."
)


def stop_run(*, run: Run) -> Run:
    """Asks for a stop. A run that never trained ends at once; others end by their trainer, which keeps the best.

    The trainer is told before the table, which may be busy with what it says; a stop is never taken back.
    """
    if run.state == Run.State.RUNNING:
        with suppress(OSError):  # it is just being started, elsewhere, or the disk is full: the supervisor tells it
            ask_to_stop(run.folder)
    with transaction.atomic():
        run = locked(run)
        if run.state in (Run.State.QUEUED, Run.State.PAUSED) and (run.started is None or run.untrained):
            return end_run(run=run, problem=STOPPED_WAITING)
        if run.ended or run.stop_requested is not None:
            return run
        run.stop_requested, run.pause_requested = timezone.now(), None
        if run.state == Run.State.PAUSED:
            run.state = Run.State.QUEUED  # a trainer has to keep the best model
        run.save(update_fields=["stop_requested", "pause_requested", "state"])
        return run


def pause_run(*, run: Run) -> Run:
    """Asks for a pause. A waiting run pauses at once; a training one leaves a checkpoint first."""
    with transaction.atomic():
        run = locked(run)
        refuse_ended(run)
        refuse_trained(run)
        if run.stop_requested is not None:
            raise Refused(
                HTTPStatus.CONFLICT,
                "run_is_stopping",
                "The run is being stopped, so it cannot be paused.",
                "Wait for its end; it can be continued from there.",
                {"run": run.pk},
            )
        if run.state == Run.State.QUEUED:
            return enter_phase(run, "paused")
        if run.state == Run.State.RUNNING and run.pause_requested is None:
            run.pause_requested = timezone.now()
            run.save(update_fields=["pause_requested"])
        return run


def resume_run(*, run: Run) -> Run:
    """Puts a paused run back into the queue, and takes back a pause that was only asked for."""
    with transaction.atomic():
        run = locked(run)
        refuse_ended(run)
        run.pause_requested, run.deaths = None, 0
        paused = run.state == Run.State.PAUSED
        if paused:
            run.state, run.trainer = Run.State.QUEUED, None
        run.save(update_fields=["pause_requested", "deaths", "state", "trainer"])
        return enter_phase(run, "queued") if paused else run


def change_run(*, run: Run, wanted: Mapping[str, Any]) -> Run:
    """Asks for other settings from here on. Raises Refused for what this run does not have."""
    with transaction.atomic():
        run = locked(run)
        refuse_ended(run)
        refuse_trained(run)
        refuse_patience(run, wanted)
        refuse_past(run, wanted)
        refuse_restless(run)
        run.changes = [*run.changes, dict(wanted)]
        run.save(update_fields=["changes"])
        return run


def continue_run(
    *, run: Run, checkpoint: str | None, wanted: Mapping[str, Any], key: str | None = None, request_digest: str = ""
) -> Run:
    """A new run that begins where a checkpoint of this one was taken; the newest, unless it is named.

    The same key asks for the same run again, not another.
    """
    if earlier := earlier_run(owner=run.owner, key=key, request_digest=request_digest):
        return earlier
    same = {name: getattr(run, name) for name in ("project", "dataset", "graph", "recipe")}
    found = checkpoint_of(run, checkpoint)
    refuse_patience(run, wanted)
    settings = continued_settings(run, found, wanted)
    refuse_nothing_left(settings["epochs"], found)
    refuse_dataset_gone(run)
    return queue_run(
        owner=run.owner,
        documents={**same, "settings": settings},
        key=key,
        request_digest=request_digest,
        origin=origin_of(run, found, settings),
        provide=lambda new: hand_over(found, new.origin_checkpoint),
    )


def checkpoints_of(run: Run) -> list[Checkpoint]:
    """What is kept of a run, the earliest first."""
    return Checkpoints(run.folder).listed()


def checkpoint_of(run: Run, name: str | None) -> Checkpoint:
    every = checkpoints_of(run)
    for one in reversed(every):
        if name is None or one.name == name:
            return one
    raise Refused(
        HTTPStatus.CONFLICT if name is None else HTTPStatus.UNPROCESSABLE_ENTITY,
        "no_checkpoint",
        "The run has left no checkpoint." if name is None else f"The run keeps no checkpoint called {name}.",
        "Train a new run." if not every else f"Use one of {', '.join(one.name for one in every)}.",
        {"run": run.pk},
    )


def hand_over(checkpoint: Checkpoint, path: Path) -> None:
    """Gives a run a checkpoint of its own, so that the other run may be deleted."""
    new_folder(path.parent)
    try:
        try:
            os.link(checkpoint.path, path)
        except OSError:  # another file system, or one without links
            shutil.copyfile(checkpoint.path, path)
    except FileNotFoundError:
        raise Refused(
            HTTPStatus.CONFLICT,
            "no_checkpoint",
            "The checkpoint was just replaced by a newer one.",
            "Try again.",
        ) from None
    except OSError as error:
        raise disk_full() from error


def continued_settings(run: Run, checkpoint: Checkpoint, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that held at a checkpoint, with what is wanted now."""
    settings = changed(settings_at(run, checkpoint.summary["step"]), [wanted])
    if run.metrics.get("reason") == "target_reached":
        settings["stop_when"] = None  # it would stop again at once
    return settings


def refuse_patience(run: Run, wanted: Mapping[str, Any]) -> None:
    if "patience" in wanted and not run.settings.get("early_stopping"):
        raise Refused(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "no_early_stopping",
            "This run does not stop early, so there is no patience to change.",
            "Leave patience out.",
            {"field": "patience"},
        )


def refuse_past(run: Run, wanted: Mapping[str, Any]) -> None:
    """A run cannot end before the epoch it is in."""
    epoch = run.progress.get("epoch") or 0
    if wanted.get("epochs", epoch) < epoch:
        raise Refused(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "epochs_are_over",
            f"The run is in epoch {epoch} already. Received: {wanted['epochs']} epochs.",
            f"Give {epoch} epochs or more, or stop the run.",
            {"field": "epochs"},
        )


def refuse_restless(run: Run) -> None:
    """All changes of a run are told again whenever it is: there cannot be any number of them."""
    if len(run.changes) >= MOST_CHANGES:
        raise Refused(
            HTTPStatus.CONFLICT,
            "too_many_changes",
            f"The run was changed {MOST_CHANGES} times already.",
            "Continue it from its newest checkpoint: that makes a new run with settings of its own.",
            {"run": run.pk},
        )


def refuse_nothing_left(epochs: int, checkpoint: Checkpoint) -> None:
    """The epochs of a run are all its epochs, those before the checkpoint too."""
    done = whole_epochs(checkpoint)
    if epochs <= done:
        raise Refused(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "no_epochs_left",
            f"{done} epochs are trained already. Received: {epochs} epochs in all.",
            f"Give more than {done} epochs.",
            {"field": "epochs"},
        )


def refuse_dataset_gone(run: Run) -> None:
    if run.dataset is None:
        raise Refused(
            HTTPStatus.CONFLICT,
            "dataset_is_gone",
            "The data set of this run is no longer there.",
            "Upload it again and train a new run.",
            {"run": run.pk},
        )


def refuse_ended(run: Run) -> None:
    if run.ended:
        raise Refused(
            HTTPStatus.CONFLICT,
            "run_has_ended",
            "The run has ended.",
            "Continue it: that makes a new run which begins where this one ended.",
            {"run": run.pk},
        )


def refuse_trained(run: Run) -> None:
    if run.state == Run.State.RUNNING and run.saving:
        raise Refused(
            HTTPStatus.CONFLICT,
            "run_is_ending",
            "The run is trained to its end and only its model is being saved.",
            "Wait for its end; it can be continued from there.",
            {"run": run.pk},
        )


def enter_phase(run: Run, phase: str) -> Run:
    """Tells of a phase that no trainer tells of."""
    event = {"seq": run.last_seq + 1, "time": stamp(timezone.now()), "type": "phase", "phase": phase}
    return record_events(run=run, events=[event])


def locked(run: Run) -> Run:
    return Run.objects.select_for_update().get(pk=run.pk)
