"""A run, its numbered events, and the supervisor's sign of life."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from webapp.accounts.models import User
from webapp.datasets.models import Dataset
from webapp.folders import cache_folder, run_folder
from webapp.projects.models import Project

TERMINAL = frozenset({"finished", "failed"})
PROGRESS = ("epoch", "epochs", "step", "steps", "loss", "learning_rate", "examples_per_second", "eta_seconds")


class RunQuerySet(models.QuerySet["Run"]):
    def of(self, owner: User) -> RunQuerySet:
        """What a person sees: their own."""
        return self.filter(owner=owner)


class Run(models.Model):
    """One training, with everything it needs frozen when it was asked for."""

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        FINISHED = "finished"
        FAILED = "failed"

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="runs")
    project = models.ForeignKey(Project, on_delete=models.SET_NULL, null=True, related_name="runs")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED, db_index=True)

    graph = models.JSONField()
    recipe = models.JSONField(null=True)
    settings = models.JSONField()
    dataset = models.ForeignKey(Dataset, on_delete=models.SET_NULL, null=True, related_name="runs")
    dataset_sha256 = models.CharField(max_length=64, blank=True)

    progress = models.JSONField(default=dict)
    metrics = models.JSONField(default=dict)
    problem = models.JSONField(null=True)

    created = models.DateTimeField(auto_now_add=True)
    started = models.DateTimeField(null=True)
    finished = models.DateTimeField(null=True)
    seconds = models.FloatField(null=True)
    stop_requested = models.DateTimeField(null=True)

    last_seq = models.PositiveBigIntegerField(default=0)
    spool_offset = models.PositiveBigIntegerField(default=0)
    trainer = models.JSONField(null=True)  # the launcher's own note on how to find the trainer again
    idempotency_key = models.CharField(max_length=200, null=True)
    request_digest = models.CharField(max_length=64, blank=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "idempotency_key"], name="run_idempotency_key"),
            models.UniqueConstraint(fields=["project", "number"], name="run_number_in_project"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.state})"

    @property
    def folder(self) -> Path:
        return run_folder(self.pk)

    @property
    def ended(self) -> bool:
        return self.state in TERMINAL

    @property
    def queue_position(self) -> int | None:
        """1 for the run that starts next; None for a run that waits no longer."""
        if self.state != Run.State.QUEUED:
            return None
        return Run.objects.filter(state=Run.State.QUEUED, pk__lte=self.pk).count()

    def job(self) -> dict[str, Any]:
        """What the trainer finds in its job file."""
        return {
            "run": self.pk,
            "name": self.name,
            "folder": str(self.folder),
            "graph": self.graph,
            "recipe": self.recipe,
            "settings": self.settings,
            "dataset": str(self.dataset.folder) if self.dataset is not None else None,
            "cache": str(cache_folder(self.owner_id)),
        }

    def apply(self, event: dict[str, Any]) -> None:
        """Brings the row up to date with one event of its trainer."""
        if self.ended:
            return
        self.last_seq = event["seq"]
        match event["type"]:
            case "phase":
                self.progress["phase"] = event.get("phase")
            case "started" | "progress":
                self.progress.update({key: event[key] for key in PROGRESS if key in event})
            case "epoch":
                self.progress["epoch"] = event.get("epoch")
                self.metrics.update({key: event[key] for key in ("epoch", "train", "validation") if key in event})
            case "finished" | "failed":
                self.end(event)

    def end(self, event: dict[str, Any]) -> None:
        """Applies the terminal event."""
        self.state = event["type"]
        self.finished = moment(event.get("time"))
        if event["type"] == "failed":
            self.problem = event.get("problem")
        else:
            kept = ("reason", "best_epoch", "test", "validation")
            self.metrics.update({key: event[key] for key in kept if key in event})
            self.progress["eta_seconds"] = 0
        if self.started is not None:
            self.seconds = event.get("seconds") or max(0.0, (self.finished - self.started).total_seconds())


def moment(text: str | None) -> datetime:
    """An event's time; now, where the event has none that can be read."""
    try:
        return (parse_datetime(text) if text else None) or timezone.now()
    except ValueError:
        return timezone.now()


class Event(models.Model):
    """One numbered event of a run. This table is the stream that browsers follow."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="events")
    seq = models.PositiveBigIntegerField()
    type = models.CharField(max_length=20)
    body = models.JSONField()

    class Meta:
        ordering = ["run", "seq"]
        constraints = [models.UniqueConstraint(fields=["run", "seq"], name="event_number_in_run")]


class Heartbeat(models.Model):
    """The one row by which the supervisor shows that it lives."""

    pid = models.PositiveIntegerField()
    beat = models.DateTimeField()
