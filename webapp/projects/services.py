"""Making, changing, deleting and filling projects."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

import engine
from webapp.accounts.models import User
from webapp.datasets.models import Dataset
from webapp.datasets.services import create_sample
from webapp.exceptions import Refused
from webapp.projects.models import Project


def create_project(*, owner: User, name: str, template: str = "", dataset: Dataset | None = None) -> Project:
    """A new project; with a template it comes with the template's sample data set, which is then being read."""
    project = Project(owner=owner, name=name)
    if template:
        chosen = find_template(template)
        dataset = create_sample(owner=owner, sample=chosen["sample"])
        project.settings = engine.Settings.model_validate(chosen.get("settings", {})).model_dump(mode="json")
    with transaction.atomic():
        if dataset is not None:
            project.dataset = Dataset.objects.get(pk=dataset.pk)  # it may have become ready by now
            fill(project, project.dataset)
        project.save()
    return project


def find_template(name: str) -> dict[str, Any]:
    """The ready-made project of that name. Raises Refused where there is none."""
    known = {entry["name"]: entry for entry in engine.templates()}
    if name not in known:
        raise Refused(
            HTTPStatus.BAD_REQUEST,
            "unknown_template",
            f"There is no template called {name[:100]}.",
            f"Choose one of: {', '.join(known)}.",
            {"path": ["template"]},
        )
    return known[name]


def update_project(*, project: Project, changes: Mapping[str, Any], revision: int | None = None) -> Project:
    """Writes some of a project's documents. `revision` is the one the writer knows; a stale one is refused."""
    with transaction.atomic():
        project = Project.objects.select_for_update().get(pk=project.pk)
        if revision is not None and revision != project.revision:
            raise Refused(
                HTTPStatus.PRECONDITION_FAILED,
                "project_changed",
                "The project was changed somewhere else since you opened it.",
                "Load it again, then repeat your change.",
                {"project": project.pk, "revision": project.revision},
            )
        if "dataset" in changes and changes["dataset"] != project.dataset:
            project.recipe = None  # it spoke of other columns
        for field, value in changes.items():
            setattr(project, field, value)
        if project.dataset is not None and "dataset" in changes:
            fill(project, project.dataset)
        if changes:
            project.revision += 1
            project.save()
    return project


def fill(project: Project, dataset: Dataset) -> bool:
    """Gives an unsaved or locked project the documents its data set proposes; says whether there were any."""
    proposed = project.missing(dataset)
    for field, value in proposed.items():
        setattr(project, field, value)
    return bool(proposed)


def fill_projects(dataset: Dataset) -> None:
    """The data set has become ready: the projects that wait for it get its recipe and starter graph."""
    with transaction.atomic():
        for project in Project.objects.select_for_update().filter(dataset=dataset):
            if fill(project, dataset):
                project.revision += 1
                project.save()


def delete_project(*, project: Project) -> None:
    """Puts a project aside; it can be restored."""
    Project.objects.filter(pk=project.pk).update(deleted=timezone.now(), revision=F("revision") + 1)


def restore_project(*, project: Project) -> Project:
    Project.objects.filter(pk=project.pk).update(deleted=None, revision=F("revision") + 1)
    project.refresh_from_db()
    return project
