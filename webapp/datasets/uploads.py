"""Files on their way to the server: begun, continued after any interruption, and taken or dropped in the end."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from io import FileIO
from pathlib import Path

from django.conf import settings
from django.http import UnreadablePostError

from engine import size_in_words
from webapp import locks
from webapp.accounts.models import User
from webapp.bodies import Body
from webapp.datasets.models import Upload
from webapp.exceptions import Refused, disk_full, not_found
from webapp.folders import new_folder, uploads_folder

PIECE = 1024 * 1024
PATIENCE = 2.0  # seconds for the end of an earlier connection
KEPT = timedelta(days=1)  # after the last byte that came


def begin_upload(*, owner: User, filename: str, size: int) -> Upload:
    """Makes room for a file that will come in pieces. Raises Refused where it is empty, too large or one too many."""
    sweep_uploads()
    if size == 0:
        raise empty(filename)
    if size > settings.UPLOAD_LIMIT:
        raise too_large(filename)
    waiting = [one.size for one in Upload.objects.filter(owner=owner)]
    if len(waiting) >= settings.UNFINISHED_UPLOADS or sum(waiting) + size > settings.UNFINISHED_BYTES:
        raise too_many(len(waiting), sum(waiting))
    to_come = sum(one.size - one.offset for one in Upload.objects.all())
    if shutil.disk_usage(new_folder(uploads_folder())).free < size + to_come:
        raise disk_full()
    upload = Upload(owner=owner, filename=filename, size=size)
    upload.path.touch(mode=0o600)
    upload.save()
    return upload


def continue_upload(*, upload: Upload, offset: int, body: Body) -> int:
    """Adds what arrives to the file, and returns its length; what came before an interruption stays.

    Raises Refused where the sender is at another place, sends too much, or sends from two connections at once, and
    where the upload was dropped or taken meanwhile.
    """
    with alone(upload):
        check_there(upload)
        if offset != upload.offset:
            raise elsewhere(upload, offset)
        with upload.path.open("r+b", buffering=0) as file:
            file.seek(offset)
            _write(upload, file, body)
            return file.tell()


def _write(upload: Upload, file: FileIO, body: Body) -> None:
    try:
        while piece := body.read(PIECE):
            if file.tell() + len(piece) > upload.size:
                raise longer(upload)
            rest = memoryview(piece)
            while rest:
                rest = rest[file.write(rest) :]
    except UnreadablePostError:  # mostly nobody is left to hear it
        message = "The connection broke before all bytes had come."
        raise Refused(HTTPStatus.REQUEST_TIMEOUT, "upload_interrupted", message, "Continue the upload.") from None


def arrived_of(upload: Upload) -> int:
    """How much of a file has arrived, once nothing more of it comes over a connection that broke."""
    with alone(upload):
        check_there(upload)
        return upload.offset


def check_there(upload: Upload) -> None:
    """Raises Refused where there is nothing of an upload any more."""
    if not upload.path.exists():
        raise not_found("upload")


@contextmanager
def alone(upload: Upload) -> Iterator[None]:
    """Nobody else writes the file meanwhile. Waits for what a broken connection still delivers; raises Refused."""
    late = time.monotonic() + PATIENCE
    while (lock := locks.take(upload.lock)) is None:
        if time.monotonic() > late:
            message = f"The file {upload.filename} is arriving or being stored over another connection."
            raise Refused(HTTPStatus.LOCKED, "upload_is_busy", message, "Wait a moment, then ask how far it is.")
        time.sleep(0.05)
    with lock:
        yield


def discard_upload(*, upload: Upload) -> None:
    """Drops the file and what came of it. Raises Refused while it arrives or is made a data set."""
    with alone(upload):
        drop(upload)


def drop(upload: Upload) -> None:
    """Removes an upload; nobody else may be at it."""
    paths = upload.path, upload.lock  # a deleted row has no name any more
    upload.delete()
    for path in paths:
        path.unlink(missing_ok=True)


def sweep_uploads() -> None:
    """Drops the uploads of which nothing came for a day, and files that belong to none."""
    folder = new_folder(uploads_folder())
    for upload in Upload.objects.all():
        if is_old(upload.path) and (lock := locks.take(upload.lock)):
            with lock:
                if is_old(upload.path):  # still
                    drop(upload)
    begun = {str(key) for key in Upload.objects.values_list("pk", flat=True)}
    for path in folder.iterdir():
        if path.stem not in begun and path.is_file() and is_old(path):
            path.unlink(missing_ok=True)


def expiry(path: Path) -> datetime:
    """When a file goes, unless more of it comes; one that is gone already went now."""
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC) + KEPT
    except FileNotFoundError:
        return datetime.now(UTC)


def is_old(path: Path) -> bool:
    """Whether nothing came of a file for a day, or nothing is left of it."""
    return expiry(path) <= datetime.now(UTC)


def empty(filename: str) -> Refused:
    return Refused(
        HTTPStatus.BAD_REQUEST,
        "file_is_empty",
        f"The file {filename} is empty.",
        "Choose a CSV file with a header row, or a zip of images in class folders.",
    )


def too_large(filename: str) -> Refused:
    return Refused(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "upload_too_large",
        f"The file {filename} is larger than {size_in_words(settings.UPLOAD_LIMIT)}.",
        "Upload a part of it, or have the limit raised: NETLOOM_UPLOAD_LIMIT, in bytes.",
    )


def too_many(count: int, size: int) -> Refused:
    limits = f"{settings.UNFINISHED_UPLOADS} files and {size_in_words(settings.UNFINISHED_BYTES)}"
    return Refused(
        HTTPStatus.CONFLICT,
        "too_many_uploads",
        f"{count} uploads of yours with {size_in_words(size)} are not finished, and {limits} are the most.",
        "Finish or discard some of them, then go on. After a day without a byte they go by themselves.",
    )


def elsewhere(upload: Upload, offset: int) -> Refused:
    return Refused(
        HTTPStatus.CONFLICT,
        "upload_offset_differs",
        f"{upload.offset} bytes of {upload.filename} have arrived, and this request begins after {offset}.",
        "Ask how much has arrived (HEAD), and send the rest.",
        {"offset": upload.offset},
    )


def longer(upload: Upload) -> Refused:
    return Refused(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "upload_too_long",
        f"More than the {upload.size} bytes came that {upload.filename} was said to have.",
        "Begin a new upload with the right length.",
    )
