"""Taking in data sets, recording what the engine read, and removing them."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

import engine
from webapp.accounts.models import User
from webapp.datasets.models import Dataset, Upload
from webapp.datasets.uploads import KEPT, alone, check_there, drop, empty
from webapp.exceptions import Refused
from webapp.folders import new_folder


@dataclass(frozen=True)
class Arrived:
    """A file that has arrived whole, somewhere in the data folder."""

    filename: str
    path: Path
    size: int
    upload: str = ""  # its id, where it came by a resumable upload


def create_dataset(*, owner: User, files: Sequence[Arrived], name: str = "") -> Dataset:
    """Keeps uploaded files as one data set; the supervisor has it read. Raises Refused for an empty file."""
    names = [plain_name(file.filename) for file in files]
    title = (name.strip() or engine.dataset_name(names))[:200]
    dataset = Dataset(owner=owner, name=title, filename=names[0])
    return take_in(dataset, [], files)


def append_files(*, dataset: Dataset, files: Sequence[Arrived]) -> Dataset:
    """A new version of a data set with the rows of more files; the data set itself stays, as do its runs.

    Raises Refused where it holds no table, or cannot be used itself.
    """
    if dataset.kind != "table" or dataset.state != Dataset.State.READY:
        raise Refused(
            HTTPStatus.CONFLICT,
            "dataset_takes_no_rows",
            f"Rows can be added to tables that have been read, which {dataset.name} is not.",
            "Upload the files as a data set of their own.",
            {"dataset": dataset.pk},
        )
    version = Dataset(
        owner=dataset.owner,
        name=dataset.name,
        filename=dataset.filename,
        wishes=dataset.wishes,
        appended_to=dataset,
        version=dataset.version + 1,
    )
    return take_in(version, own_files(dataset), files)


def own_files(dataset: Dataset) -> list[dict[str, Any]]:
    """The files of a data set; those of before several could come together have no list."""
    one = {"path": "upload", "name": dataset.filename or "upload", "size": dataset.size, "sha256": dataset.sha256}
    return dataset.files or [{**one, "appended": False}]


def take_in(dataset: Dataset, before: Sequence[Mapping[str, Any]], files: Sequence[Arrived]) -> Dataset:
    """Puts files into a new data set's folder, behind those of the version before, which are not copied."""
    for file in files:
        if not file.size:
            raise empty(plain_name(file.filename))
    dataset.save()
    folder, moved = dataset.folder, dict[Path, Path]()
    try:
        new_folder(folder)
        new = [entry_of(file, place, appended=bool(before)) for place, file in enumerate(files, len(before))]
        for one in before:
            assert dataset.appended_to is not None
            link(dataset.appended_to.folder / one["path"], folder / one["path"])
        for file, one in zip(files, new, strict=True):
            moved[file.path] = file.path.replace(folder / one["path"])
        dataset.files = [*map(dict, before), *new]
        dataset.size = sum(one["size"] for one in dataset.files)
        dataset.sha256 = hash_of([one["sha256"] for one in dataset.files])
        return hand_over(dataset)
    except BaseException:
        for origin, path in moved.items():
            path.replace(origin)
        shutil.rmtree(folder, ignore_errors=True)
        dataset.delete()
        raise


def entry_of(file: Arrived, place: int, appended: bool) -> dict[str, Any]:
    """What a data set keeps of one of its files: {path, name, size, sha256, appended, upload}."""
    return {
        "path": f"upload_{place}" if place else "upload",
        "name": plain_name(file.filename),
        "size": file.size,
        "sha256": digest(file.path),
        "appended": appended,
        "upload": file.upload,
    }


def link(path: Path, other: Path) -> None:
    """The same file under another name; a copy where the file system has no links."""
    try:
        os.link(path, other)
    except OSError:
        shutil.copyfile(path, other)


def hash_of(hashes: Sequence[str]) -> str:
    """The hash of one file, or the hash of the hashes of several."""
    return hashes[0] if len(hashes) == 1 else hashlib.sha256("\n".join(hashes).encode()).hexdigest()


@contextmanager
def claimed(uploads: Sequence[Upload]) -> Iterator[list[Arrived]]:
    """Complete resumable uploads, to be made a data set; they stay where that fails.

    Raises Refused while one is incomplete, and when one was taken already.
    """
    with ExitStack() as locked:
        for upload in uploads:
            locked.enter_context(alone(upload))
            check_whole(upload)
        yield [Arrived(upload.filename, upload.path, upload.size, str(upload.pk)) for upload in uploads]
        for upload in uploads:
            drop(upload)


def check_whole(upload: Upload) -> None:
    """Raises Refused where not all of an upload is there."""
    check_there(upload)
    if upload.offset < upload.size:
        raise Refused(
            HTTPStatus.CONFLICT,
            "upload_not_complete",
            f"Only {upload.offset} of the {upload.size} bytes of {upload.filename} have arrived.",
            "Send the rest first.",
            {"upload": str(upload.pk)},
        )


def made_of(*, owner: User, uploads: Sequence[UUID]) -> Dataset | None:
    """The data set that these uploads were made before, for a sender to whom the answer was lost."""
    wanted = {str(key) for key in uploads}
    if not wanted or Upload.objects.filter(owner=owner, pk__in=wanted).exists():
        return None
    recent = Dataset.objects.of(owner).filter(created__gt=timezone.now() - KEPT).order_by("pk")
    for key, files in recent.values_list("pk", "files"):
        if wanted <= {file.get("upload") for file in files}:
            return Dataset.objects.get(pk=key)
    return None


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
    dataset.save(update_fields=["state", "sha256", "size", "files"])
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
    return dataset.runs.filter(state__in=["queued", "running", "paused"]).exists()


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


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
    dataset.files = with_rows(dataset.files, profile.get("files") or [], profile["rows"])
    dataset.columns = profile["columns"]
    dataset.recipe = profile["recipe"]
    dataset.graph = profile["graph"]
    dataset.settings = profile.get("settings") or {}
    dataset.warnings = profile.get("warnings") or []
    _end_reading(dataset)


def with_rows(
    files: Sequence[Mapping[str, Any]], read: Sequence[Mapping[str, Any]], total: int
) -> list[dict[str, Any]]:
    """The files, with how many rows each has given, as far as that is known."""
    counts = [one["rows"] for one in read] if read else [total] * (len(files) == 1)
    return [{**one, "rows": count} for one, count in zip(files, counts or [None] * len(files), strict=True)]


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
        dataset.versions.update(appended_to=dataset.appended_to)  # later versions still have the rows of the first
        dataset.delete()
    shutil.rmtree(folder, ignore_errors=True)
