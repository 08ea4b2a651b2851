"""Taking in data sets, recording what the engine read, and removing them."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

from django.db import transaction

import engine
from webapp.accounts.models import User
from webapp.datasets.models import Dataset, Upload
from webapp.datasets.uploads import empty
from webapp.exceptions import Refused, not_found
from webapp.folders import new_folder


@dataclass(frozen=True)
class Arrived:
    """A file that has arrived whole, somewhere in the data folder."""

    filename: str
    path: Path
    size: int


def create_dataset(*, owner: User, file: Arrived, name: str = "") -> Dataset:
    """Keeps an uploaded file; the supervisor has it read. Raises Refused for an empty file."""
    filename = plain_name(file.filename)
    if not file.size:
        raise empty(filename)
    dataset = Dataset(owner=owner, name=name.strip() or Path(filename).stem, filename=filename, size=file.size)
    dataset.save()
    try:
        dataset.sha256 = keep(file.path, new_folder(dataset.folder) / "upload")
    except BaseException:
        shutil.rmtree(dataset.folder, ignore_errors=True)
        dataset.delete()
        raise
    return hand_over(dataset)


def create_from_upload(*, owner: User, upload: Upload, name: str = "") -> Dataset:
    """Makes a data set of a resumable upload. Raises Refused while it is incomplete, and when it was taken already."""
    if upload.offset < upload.size:
        raise Refused(
            HTTPStatus.CONFLICT,
            "upload_not_complete",
            f"Only {upload.offset} of the {upload.size} bytes of {upload.filename} have arrived.",
            "Send the rest first.",
            {"upload": str(upload.pk)},
        )
    if not Upload.objects.filter(pk=upload.pk).delete()[0]:
        raise not_found("upload")
    try:
        return create_dataset(owner=owner, file=Arrived(upload.filename, upload.path, upload.size), name=name)
    except BaseException:
        if upload.path.exists():
            upload.save(force_insert=True)  # what has arrived need not be sent again
        raise
    finally:
        upload.path.with_suffix(".lock").unlink(missing_ok=True)


def create_sample(*, owner: User, sample: str, name: str = "") -> Dataset:
    """A person's own copy of a bundled sample."""
    known = {entry["name"]: entry for entry in engine.samples()}
    if sample not in known:
        raise Refused(
            HTTPStatus.BAD_REQUEST,
            "unknown_sample",
            f"There is no sample called {sample[:100]}.",
            f"Choose one of: {', '.join(known)}.",
            {"path": ["sample"]},
        )
    dataset = Dataset.objects.create(owner=owner, name=name.strip() or known[sample]["title"], sample=sample)
    new_folder(dataset.folder)
    return hand_over(dataset)


def hand_over(dataset: Dataset) -> Dataset:
    """The folder is complete: from here on the supervisor sees the data set."""
    write_request(dataset)
    dataset.state = Dataset.State.READING
    dataset.save(update_fields=["state", "sha256"])
    return dataset


def write_request(dataset: Dataset) -> None:
    """Tells the reading child what to read, and how."""
    (dataset.folder / "request.json").write_text(json.dumps(dataset.request()), "utf-8")


def read_again(*, dataset: Dataset, wishes: Mapping[str, Any]) -> Dataset:
    """Has the file read anew as somebody wishes; its last reading stays in use until the new one is ready.

    Raises Refused while it is being read, and while a run uses what it would change.
    """
    with transaction.atomic():
        dataset = Dataset.objects.select_for_update().get(pk=dataset.pk)
        if dataset.wanted is not None or dataset.state == Dataset.State.READING:
            raise Refused(
                HTTPStatus.CONFLICT,
                "dataset_not_ready",
                f"The data set {dataset.name} is still being read.",
                "Wait until it is ready, then change how it is read.",
                {"dataset": dataset.pk},
            )
        if in_use(dataset):
            raise Refused(
                HTTPStatus.CONFLICT,
                "dataset_in_use",
                "A run is using this data set.",
                "Stop the run or wait until it has ended, then change how the file is read.",
            )
        dataset.wanted = {name: wish for name, wish in wishes.items() if wish is not None}
        if dataset.state == Dataset.State.FAILED:
            dataset.state = Dataset.State.READING
        dataset.problem = None
        write_request(dataset)  # before anybody can see that it is wanted
        dataset.save()
    return dataset


def in_use(dataset: Dataset) -> bool:
    """Whether a run waits for the data set or trains on it."""
    return dataset.runs.filter(state__in=["queued", "running"]).exists()


def keep(arrived: Path, path: Path) -> str:
    """Moves an upload, which lies in the data folder already, to its place and returns its SHA-256."""
    with arrived.open("rb") as file:
        total = hashlib.file_digest(file, "sha256")
    arrived.replace(path)
    return total.hexdigest()


def sweep_arrivals() -> None:
    """Removes uploads that an earlier server did not see to their end; call it before any can be under way."""
    for dataset in Dataset.objects.filter(state=Dataset.State.ARRIVING):
        shutil.rmtree(dataset.folder, ignore_errors=True)
        dataset.delete()


def plain_name(name: str) -> str:
    """The last part of an uploaded file's name, without anything a file system could trip over."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(letter for letter in last if letter.isprintable())[-200:].strip() or "upload"


def record_profile(*, dataset: Dataset, profile: Mapping[str, Any]) -> None:
    """What the reading child found; the data set is ready."""
    dataset.state = Dataset.State.READY
    dataset.problem = None
    dataset.reading = profile.get("reading")
    dataset.rejected = profile.get("rejected") or 0
    dataset.kind = profile["kind"]
    dataset.rows = profile["rows"]
    dataset.columns = profile["columns"]
    dataset.recipe = profile["recipe"]
    dataset.graph = profile["graph"]
    dataset.settings = profile.get("settings") or {}
    dataset.warnings = profile.get("warnings") or []
    _end_reading(dataset)


def record_failure(*, dataset: Dataset, problem: Mapping[str, Any]) -> None:
    """The data set cannot be used, or not as wished, and why; what was read before stays."""
    dataset.problem = dict(problem)
    if dataset.rereading:
        dataset.wanted = None
    else:
        dataset.state = Dataset.State.FAILED
    _end_reading(dataset)


def _end_reading(dataset: Dataset) -> None:
    dataset.progress = {}
    dataset.reader = None
    if dataset.wanted is not None:
        dataset.wishes, dataset.wanted = dataset.wanted, None
    if dataset.sample and not dataset.sha256:
        dataset.sha256 = hashlib.sha256(f"sample:{dataset.sample}".encode()).hexdigest()
    if not Dataset.objects.filter(pk=dataset.pk).exists():
        return  # deleted meanwhile
    dataset.save()


def delete_dataset(*, dataset: Dataset) -> None:
    """Removes the rows and files. Refused while a run waits for it or trains on it."""
    with transaction.atomic():
        if in_use(dataset):
            raise Refused(
                HTTPStatus.CONFLICT,
                "dataset_in_use",
                "A run is using this data set.",
                "Stop the run or wait until it has ended, then delete the data set.",
            )
        folder = dataset.folder
        dataset.delete()
    shutil.rmtree(folder, ignore_errors=True)
