"""A run, its numbered events, and the supervisor's sign of life."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models

from webapp.accounts.models import User
from webapp.datasets.models import Dataset
from webapp.folders import cache_folder, run_folder
from webapp.projects.models import Project
from webapp.runs.told import lead_measure, moment, parameters_in

CANCELLED = "stopped_before_start"
"""The code of the problem of a run that its owner took out of the queue: in the table failed, but no failure."""
TERMINAL = frozenset({"finished", "failed"})
PROGRESS = ("epoch", "epochs", "step", "steps", "loss", "learning_rate", "examples_per_second", "eta_seconds")
PACE = ("examples_per_second", "eta_seconds")
"""What is true only while it trains."""


TRIES = 3
"""How often in a row a trainer may die without getting any further; one more only says why memory was too little."""


class RunQuerySet(models.QuerySet["Run"]):
    def of(self, owner: User) -> RunQuerySet:
        """What a person sees: their own."""
        return self.filter(owner=owner)

    def but_cancelled(self) -> RunQuerySet:
        """Without those that were taken out of the queue."""
        cancelled = Run.objects.filter(state=Run.State.FAILED, problem__code=CANCELLED)
        return self.exclude(pk__in=cancelled.order_by().values("pk"))

    def listed(self) -> RunQuerySet:
        """Without the documents that lists leave out."""
        return self.defer("graph", "recipe", "settings").prefetch_related("tags")


class Run(models.Model):
    """One training, with everything it needs frozen when it was asked for."""

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        PAUSED = "paused"
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

    notes = models.TextField(blank=True)
    pinned = models.BooleanField(default=False)

    progress = models.JSONField(default=dict)
    metrics = models.JSONField(default=dict)
    problem = models.JSONField(null=True)
    parameters = models.PositiveBigIntegerField(null=True)
    lead = models.JSONField(null=True)  # the measure the run is known by: key, title, format, better
    best = models.FloatField(null=True)  # its value at the best epoch, on the validation rows

    created = models.DateTimeField(auto_now_add=True)
    started = models.DateTimeField(null=True)
    finished = models.DateTimeField(null=True)
    seconds = models.FloatField(null=True)
    stop_requested = models.DateTimeField(null=True)
    pause_requested = models.DateTimeField(null=True)
    changes = models.JSONField(default=list)  # what was asked to be changed since it began, in order
    made = models.JSONField(default=list)  # those of them that its trainer has made
    origin = models.JSONField(null=True)  # the run and the checkpoint it goes on from
    deaths = models.PositiveSmallIntegerField(default=0)  # of trainers in a row that got no further
    reached = models.PositiveBigIntegerField(default=0)  # how far the last one got
    seen = models.DateTimeField(null=True)  # when its owner took note that it has ended

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
    def cancelled(self) -> bool:
        """Whether its owner stopped it before anything was trained, so that nothing went wrong."""
        return self.state == Run.State.FAILED and (self.problem or {}).get("code") == CANCELLED

    @property
    def steps_done(self) -> int:
        """How far it has told of its training; also what was trained before it went on from another run."""
        return int(self.progress.get("step") or (self.origin or {}).get("step") or 0)

    @property
    def untrained(self) -> bool:
        """Whether there is nothing that a trainer could keep of it."""
        return self.steps_done == 0 and "checkpoint" not in self.progress and self.origin is None

    @property
    def saving(self) -> bool:
        """Whether it has been trained to the end and evaluates or saves its best model."""
        return self.progress.get("phase") in {"evaluating", "saving"}

    @property
    def reloading(self) -> bool:
        """Whether its trainer still loads what was learned before."""
        return "checkpoint" in self.progress and self.progress.get("phase") in {"queued", "preparing", "compiling"}

    def job(self) -> dict[str, Any]:
        """What the trainer finds in its job file."""
        return {
            "run": self.pk,
            "name": self.title,
            "folder": str(self.folder),
            "graph": self.graph,
            "recipe": self.recipe,
            "settings": self.settings,
            "dataset": str(self.dataset.folder) if self.dataset is not None else None,
            "cache": str(cache_folder(self.owner_id)),
            "resume": True,
            "after": self.last_seq,
            "keeping": settings.CHECKPOINTS,
            "ran_out": self.deaths >= TRIES,
            "origin": self.origin
            and {"checkpoint": str(self.origin_checkpoint), "name": f"run {self.origin['number']}"},
        }

    @property
    def title(self) -> str:
        """What it is called outside its project: "Iris, run 3 (wider)"."""
        named = f" ({self.name})" if self.name != f"Run {self.number}" else ""
        return f"{self.project.name}, run {self.number}{named}" if self.project else f"Run {self.number}{named}"

    @property
    def origin_checkpoint(self) -> Path:
        """Where the checkpoint lies that this run began from, if it did."""
        return self.folder / "origin.safetensors"

    def wishes(self) -> dict[str, Any]:
        """What its trainer is told while it runs, besides to stop."""
        return {"pause": self.pause_requested is not None, "changes": self.changes}

    def apply(self, event: dict[str, Any]) -> None:
        """Brings the row up to date with one event of its trainer."""
        if self.ended:
            return
        self.last_seq = event["seq"]
        match event["type"]:
            case "phase":
                self.enter(event.get("phase"))
            case "started" | "progress":
                self.progress.update({key: event[key] for key in PROGRESS if key in event})
                if event["type"] == "started":
                    self.parameters, self.lead = parameters_in(event), lead_measure(event)
            case "epoch":
                self.progress["epoch"] = event.get("epoch")
                told = ("epoch", "train", "validation", "best_epoch")
                self.metrics.update({key: event[key] for key in told if key in event})
                if event.get("best_epoch") == event.get("epoch"):
                    self.note_best(event)
                self.note_own_best(event)
            case "checkpoint":
                self.progress["checkpoint"] = {key: event.get(key) for key in ("epoch", "step")}
            case "log":
                self.progress.update(
                    {key: value for key, value in event.get("settings", {}).items() if key in PROGRESS}
                )
                if "change" in event:
                    self.made = [*self.made, event.get("settings", {})]
                if event.get("not_paused"):
                    self.pause_requested = None
            case "finished" | "failed":
                self.end(event)

    def enter(self, phase: str | None) -> None:
        """Applies a phase. A run that pauses although that is no longer wanted needs another trainer."""
        self.progress["phase"] = phase
        if phase != "training":
            for name in PACE:
                self.progress.pop(name, None)
        if phase == "paused":
            wanted = self.pause_requested is not None or self.state == Run.State.QUEUED
            self.state = Run.State.PAUSED if wanted and self.stop_requested is None else Run.State.QUEUED
            self.pause_requested = None

    def end(self, event: dict[str, Any]) -> None:
        """Applies the terminal event."""
        self.state = event["type"]
        self.finished = moment(event.get("time"))
        self.problem = event.get("problem")
        if event["type"] == "finished":
            kept = ("reason", "best_epoch", "own_best", "test", "validation", "baselines")
            self.metrics.update({key: event[key] for key in kept if key in event})
            self.progress["eta_seconds"] = 0
            self.note_best(event)
        if self.started is not None:
            self.seconds = event.get("seconds") or max(0.0, (self.finished - self.started).total_seconds())

    def note_best(self, event: dict[str, Any]) -> None:
        """Keeps the value of the measure the run is known by, from an event that tells of its best epoch."""
        value = (event.get("validation") or {}).get((self.lead or {}).get("key"))
        if isinstance(value, int | float):
            self.best = float(value)

    def note_own_best(self, event: dict[str, Any]) -> None:
        """Keeps the best epoch of its own, while the best of all is one of the run that it goes on from."""
        epoch = event.get("own_best_epoch")
        if epoch is None:
            self.metrics.pop("own_best", None)
        elif epoch == event.get("epoch"):
            self.metrics["own_best"] = {"epoch": epoch, "validation": event.get("validation", {})}


class Tag(models.Model):
    """A word its owner put to a run, to find it again."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="tags")
    name = models.CharField(max_length=40)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["run", "name"], name="tag_once_per_run")]

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """The news of one ending on its way to a webhook. `due` is also the lease of the supervisor that sends it."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DELIVERED = "delivered"
        GIVEN_UP = "given_up"

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="deliveries")
    seq = models.PositiveBigIntegerField()  # of the terminal event: one delivery for each ending
    url = models.CharField(max_length=500)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due = models.DateTimeField()
    answer = models.CharField(max_length=300, blank=True)
    updated = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["run", "seq"], name="delivery_of_ending")]
        indexes = [models.Index(fields=["state", "due"], name="delivery_due")]

    def __str__(self) -> str:
        return f"run-{self.run_id}-{self.seq}"


class Event(models.Model):
    """One numbered event of a run. This table is the stream that browsers follow."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="events")
    seq = models.PositiveBigIntegerField()
    type = models.CharField(max_length=20)
    body = models.JSONField()

    # of progress only, and once more than in the body: a curve is summed up from the index alone
    step = models.PositiveBigIntegerField(null=True)
    weight = models.PositiveBigIntegerField(null=True)  # how many steps it stands for: those since the one before
    loss = models.FloatField(null=True)
    loss_min = models.FloatField(null=True)
    loss_max = models.FloatField(null=True)

    class Meta:
        ordering = ["run", "seq"]
        constraints = [models.UniqueConstraint(fields=["run", "seq"], name="event_number_in_run")]
        indexes = [
            models.Index(fields=["run", "type", "seq"], name="event_type_in_run"),
            models.Index(
                fields=["run", "step", "seq", "weight", "loss", "loss_min", "loss_max"],
                name="event_loss_by_step",
                condition=models.Q(step__isnull=False),
            ),
        ]

    @classmethod
    def of(cls, run: Run, body: dict[str, Any]) -> Event:
        """The row of an event as its trainer told it, before the run takes it in."""
        event = cls(run=run, seq=body["seq"], type=body["type"], body=body)
        step, loss = body.get("step"), body.get("loss")
        if event.type == "progress" and isinstance(step, int) and isinstance(loss, int | float):
            event.step, event.loss, event.weight = step, loss, max(1, step - run.steps_done)
            event.loss_min, event.loss_max = body.get("loss_min", loss), body.get("loss_max", loss)
        return event


class Heartbeat(models.Model):
    """The one row by which the supervisor shows that it lives."""

    pid = models.PositiveIntegerField()
    beat = models.DateTimeField()
