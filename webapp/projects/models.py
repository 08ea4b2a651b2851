"""A project: a drawing with its data set, preparation and training settings."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models

import engine
from webapp.accounts.models import User
from webapp.datasets.models import Dataset


def empty_graph() -> dict[str, Any]:
    return engine.Graph().model_dump(mode="json")


def usual_settings() -> dict[str, Any]:
    return engine.Settings().model_dump(mode="json")


class ProjectQuerySet(models.QuerySet["Project"]):
    def of(self, owner: User) -> ProjectQuerySet:
        """What a person sees: their own, less what they deleted."""
        return self.filter(owner=owner, deleted=None)


class Project(models.Model):
    """What the five tabs show. `revision` counts writes; it is the ETag."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="projects")
    name = models.CharField(max_length=200)
    dataset = models.ForeignKey(Dataset, on_delete=models.SET_NULL, null=True, related_name="projects")
    graph = models.JSONField(default=empty_graph)
    recipe = models.JSONField(null=True)
    settings = models.JSONField(default=usual_settings)
    found_rate = models.JSONField(null=True)  # the learning rate that was found last, with what was asked
    revision = models.PositiveBigIntegerField(default=1)
    created = models.DateTimeField(auto_now_add=True)
    updated = models.DateTimeField(auto_now=True)
    deleted = models.DateTimeField(null=True)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        ordering = ["-updated", "-id"]

    def __str__(self) -> str:
        return self.name

    @property
    def etag(self) -> str:
        return f'"{self.revision}"'

    def missing(self, dataset: Dataset) -> dict[str, Any]:
        """The documents this project lacks and its data set proposes."""
        proposed: dict[str, Any] = {}
        if dataset.state == Dataset.State.READY:
            if self.recipe is None:
                proposed["recipe"] = dataset.recipe
            if not self.graph.get("nodes"):
                proposed["graph"] = dataset.graph or empty_graph()
                if dataset.settings and self.settings == usual_settings():
                    proposed["settings"] = {**self.settings, **dataset.settings}
        return proposed


class SavedBlock(models.Model):
    """A block a person keeps for other drawings; `block` is a block document."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="blocks")
    block = models.JSONField()
    created = models.DateTimeField(auto_now_add=True)
    updated = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.block.get("title", ""))
