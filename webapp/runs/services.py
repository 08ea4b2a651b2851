"""Asking for runs, and recording what their trainers say."""

import hashlib
import json
import shutil
import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.db.models.functions import Coalesce
from django.utils import timezone

from engine import Problem, Refusal
from webapp import workers
from webapp.accounts.models import User
from webapp.datasets.models import Dataset
from webapp.exceptions import Refused, not_found
from webapp.projects.models import Project
from webapp.runs.announcing import announce_end
from webapp.runs.models import TERMINAL, Event, Run, Tag
from webapp.runs.preflight import refuse_unfit


def create_run(*, owner: User, documents: Mapping[str, Any], key: str | None, request_digest: str) -> Run:
    """Freezes a project's documents into a queued run. The same key asks for the same run again, not another."""
    if earlier := earlier_run(owner=owner, key=key, request_digest=request_digest):
        return earlier
    if refuse_problems(documents):
        refuse_unfit(documents, owner.pk)
    return queue_run(owner=owner, documents=documents, key=key, request_digest=request_digest)


def queue_run(
    *,
    owner: User,
    documents: Mapping[str, Any],
    key: str | None,
    request_digest: str,
    origin: Mapping[str, Any] | None = None,
    provide: Callable[[Run], None] = lambda run: None,
) -> Run:
    """Puts a run with these documents into the queue, once `provide` has given it what it begins from."""
    project: Project | None = documents["project"]
    dataset: Dataset | None = documents["dataset"]
    try:
        with transaction.atomic():
            number = next_number(owner, project)
            refuse_rereading(dataset)
            run = Run.objects.create(
                owner=owner,
                project=project,
                number=number,
                name=documents.get("name") or f"Run {number}",
                graph=documents["graph"],
                recipe=documents["recipe"],
                settings=documents["settings"],
                dataset=dataset,
                dataset_sha256=dataset.sha256 if dataset is not None else "",
                idempotency_key=key or None,
                request_digest=request_digest,
                origin=origin,
            )
            if run.folder.exists():  # that of another run, which another database knows by this number
                run.folder.rename(run.folder.with_name(f"{run.pk}-of-another-database-{uuid.uuid4().hex[:8]}"))
            provide(run)
            return run
    except (IntegrityError, Project.DoesNotExist):
        if earlier := earlier_run(owner=owner, key=key, request_digest=request_digest):
            return earlier
        refuse_deleted(documents)
        raise


def refuse_rereading(dataset: Dataset | None) -> None:
    """What a run trains on may not change under it; call it inside the transaction that makes the run."""
    if dataset is None:
        return
    wanted = Dataset.objects.select_for_update().filter(pk=dataset.pk).values_list("wanted", flat=True)
    if any(wishes is not None for wishes in wanted):
        raise Refused(
            HTTPStatus.CONFLICT,
            "dataset_not_ready",
            f"The data set {dataset.name} is being read again.",
            "Wait until it is ready.",
            {"dataset": dataset.pk},
        )


def refuse_deleted(documents: Mapping[str, Any]) -> None:
    """What the run needs may have been deleted while its drawing was checked."""
    project: Project | None = documents["project"]
    dataset: Dataset | None = documents["dataset"]
    if project is not None and not Project.objects.filter(pk=project.pk).exists():
        raise not_found("project")
    if dataset is not None and not Dataset.objects.filter(pk=dataset.pk).exists():
        raise not_found("data set")


def earlier_run(*, owner: User, key: str | None, request_digest: str) -> Run | None:
    """The run that was asked for with this key before. Raises Refused when that was another request."""
    run = Run.objects.of(owner).filter(idempotency_key=key).first() if key else None
    if run is not None and run.request_digest != request_digest:
        raise Refused(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "idempotency_key_reused",
            "This Idempotency-Key was already used for another request.",
            "Use a new key for a new run.",
            {"run": run.pk},
        )
    return run


def digest_of(body: Any) -> str:
    """A fingerprint of a request, to tell a repeated one from another with the same key."""
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def next_number(owner: User, project: Project | None) -> int:
    """Runs are numbered within their project; call it inside a transaction."""
    if project is not None:
        Project.objects.select_for_update().get(pk=project.pk)
    runs = Run.objects.filter(owner=owner, project=project)
    return int(runs.aggregate(Max("number"))["number__max"] or 0) + 1


def refuse_problems(documents: Mapping[str, Any]) -> bool:
    """A drawing with problems is not trained: the first one is the answer.

    False for a check that takes too long, as fitting a large table may: it is left to the trainer, which checks again.
    """
    dataset: Dataset | None = documents["dataset"]
    folder = str(dataset.folder) if dataset is not None else None
    try:
        report = workers.drawing().ask("check", graph=documents["graph"], dataset=folder, recipe=documents["recipe"])
    except Refusal as refusal:
        if refusal.problem.code not in ("took_too_long", "worker_is_busy"):
            raise
        return False
    for problem in report["problems"]:
        where = {"node": problem["node"]} if problem.get("node") else {}
        raise Refused(
            HTTPStatus.UNPROCESSABLE_ENTITY, problem["code"], problem["message"], problem.get("hint") or "", where
        )
    return True


def claim_run(*, but: Collection[int] = ()) -> Run | None:
    """Takes the oldest waiting run for this supervisor, or None. Two supervisors never take the same one.

    Those in `but` have to wait: their last trainer is still going.
    """
    waiting = Run.objects.filter(state=Run.State.QUEUED).exclude(pk__in=but).order_by("pk").values_list("pk", flat=True)
    for pk in waiting[:10]:
        claimed = Run.objects.filter(pk=pk, state=Run.State.QUEUED).update(
            state=Run.State.RUNNING, started=Coalesce("started", timezone.now())
        )
        if claimed:
            return Run.objects.select_related("dataset").get(pk=pk)
    return None


def record_events(*, run: Run, events: Sequence[Mapping[str, Any]], offset: int | None = None) -> Run:
    """Writes events, the row they change and the spool's new offset in one transaction: all or nothing.

    Returns the row as it now is. What was told before, or comes after the last word, is passed over.
    """
    with transaction.atomic():
        row = Run.objects.select_for_update().defer("graph", "recipe", "settings").get(pk=run.pk)
        fresh = []
        for event in events:
            if not row.ended and event["seq"] > row.last_seq:
                fresh.append(Event.of(row, dict(event)))
                row.apply(dict(event))
        Event.objects.bulk_create(fresh)
        if offset is not None:
            row.spool_offset = offset
        row.save(update_fields=RECORDED)
        if fresh and row.ended:
            announce_end(run=row)
    return row


RECORDED = [
    "state", "progress", "metrics", "problem", "finished", "seconds", "last_seq", "spool_offset",
    "parameters", "lead", "best", "pause_requested", "made",
]  # fmt: skip


def end_run(*, run: Run, problem: Problem) -> Run:
    """Writes the terminal event that the trainer did not write itself."""
    with transaction.atomic():
        run = Run.objects.select_for_update().get(pk=run.pk)
        time = stamp(timezone.now())
        event = {"seq": run.last_seq + 1, "time": time, "type": "failed", "problem": problem.document()}
        return record_events(run=run, events=[event])


def stamp(time: datetime) -> str:
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def describe_run(*, run: Run, changes: Mapping[str, Any]) -> None:
    """Changes what a person says about a run: name, tags, notes, pin."""
    columns = {field: changes[field] for field in ("name", "notes", "pinned") if field in changes}
    with transaction.atomic():
        if columns:
            Run.objects.filter(pk=run.pk).update(**columns)
        if "tags" in changes:
            Tag.objects.filter(run=run).delete()
            Tag.objects.bulk_create([Tag(run=run, name=name) for name in changes["tags"]])


def see_runs(*, owner: User, runs: Sequence[int] | None = None) -> None:
    """The person has taken note of the ends of some runs, or of all."""
    ended = Run.objects.of(owner).filter(state__in=TERMINAL, seen=None)
    (ended if runs is None else ended.filter(pk__in=runs)).update(seen=timezone.now())


def delete_run(*, run: Run) -> None:
    """Removes a run that has ended, with its model."""
    with transaction.atomic():
        if run.state not in TERMINAL:
            raise Refused(
                HTTPStatus.CONFLICT,
                "run_not_ended",
                "The run has not ended yet.",
                "Stop it first, then delete it.",
                {"run": run.pk},
            )
        folder = run.folder
        run.delete()
    shutil.rmtree(folder, ignore_errors=True)
