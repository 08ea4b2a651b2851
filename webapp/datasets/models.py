"""A data set: a file somebody uploaded, or a copy of a sample, and what the engine found in it; files on their way."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models

from webapp.accounts.models import User
from webapp.folders import dataset_folder, uploads_folder


class DatasetQuerySet(models.QuerySet["Dataset"]):
    def of(self, owner: User) -> DatasetQuerySet:
        """What a person sees: their own, once the upload is complete."""
        return self.filter(owner=owner).exclude(state=Dataset.State.ARRIVING)


class Dataset(models.Model):
    """A folder in the data folder and what is known about it."""

    class State(models.TextChoices):
        ARRIVING = ""  # its folder is not complete; nobody sees it yet
        READING = "reading"
        READY = "ready"
        FAILED = "failed"

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="datasets")
    name = models.CharField(max_length=200)
    filename = models.CharField(max_length=255, blank=True)
    sample = models.CharField(max_length=100, blank=True)
    size = models.BigIntegerField(default=0)
    files = models.JSONField(default=list)  # see `services.entry_of`, with rows once they are read
    appended_to = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="versions")
    version = models.IntegerField(default=1)
    sha256 = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ARRIVING, blank=True, db_index=True)
    kind = models.CharField(max_length=20, blank=True)
    rows = models.BigIntegerField(null=True)
    columns = models.JSONField(default=list)
    recipe = models.JSONField(null=True)
    graph = models.JSONField(null=True)
    settings = models.JSONField(default=dict)  # what a first training should differ in from the usual settings
    reading = models.JSONField(null=True)  # how the file was read: what was found out, and what was wished
    rejected = models.BigIntegerField(default=0)  # lines or files of the upload that are listed instead of used
    wishes = models.JSONField(default=dict)  # what somebody wanted of the reading
    wanted = models.JSONField(null=True)  # wishes by which it waits to be read anew
    problem = models.JSONField(null=True)
    warnings = models.JSONField(default=list)
    progress = models.JSONField(default=dict)
    reader = models.JSONField(null=True)  # the child process that reads it: {pid, created}
    created = models.DateTimeField(auto_now_add=True)

    objects = DatasetQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name

    @property
    def folder(self) -> Path:
        return dataset_folder(self.pk)

    @property
    def kind_or_none(self) -> str | None:
        return self.kind or None

    @property
    def rereading(self) -> bool:
        """Whether it is read anew while its last reading is still in use."""
        return self.state == self.State.READY and self.wanted is not None

    @property
    def newer(self) -> int | None:
        """The newest data set that has these rows and more."""
        versions = Dataset.objects.filter(owner=self.owner_id, appended_to__isnull=False)
        usable = versions.exclude(state__in=[self.State.ARRIVING, self.State.FAILED]).order_by("pk")
        after = dict(usable.values_list("appended_to", "pk"))  # of several, the newest
        newest = after.get(self.pk)
        while newest in after:
            newest = after[newest]
        return newest

    def request(self) -> dict[str, Any]:
        """What the reading child finds in `request.json`."""
        wishes = self.wishes if self.wanted is None else self.wanted
        request = {"filename": self.filename, "sample": self.sample or None, "reading": wishes}
        if len(self.files) < 2:
            return request
        parts = {"files": False, "appended": True}
        return request | {
            part: [{"path": one["path"], "name": one["name"]} for one in self.files if one["appended"] == appended]
            for part, appended in parts.items()
        }


class Upload(models.Model):
    """A file on its way. How much of it has arrived, and when, the file itself says: nothing else survives a crash."""

    # Not counted up: a browser may hold the address of an upload to another server that ran here before.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="uploads")
    filename = models.CharField(max_length=255)
    size = models.BigIntegerField()
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["created"]

    def __str__(self) -> str:
        return self.filename

    @property
    def path(self) -> Path:
        return uploads_folder() / str(self.pk)

    @property
    def lock(self) -> Path:
        return self.path.with_suffix(".lock")

    @property
    def offset(self) -> int:
        """How many bytes have arrived."""
        return self.path.stat().st_size if self.path.exists() else 0
