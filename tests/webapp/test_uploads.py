"""Resumable uploads: begun, continued after any interruption, and made data sets."""

import asyncio
import hashlib
import os
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings as django_settings
from django.core.asgi import get_asgi_application
from rest_framework.test import APIClient

from engine.data.gathered import MOST_FILES
from tests.webapp.uploading import BYTES, CSV, SIZE, TUS, arrive, begin, code_of, send
from webapp import locks
from webapp.accounts.services import create_token
from webapp.bodies import StreamedBody
from webapp.datasets.models import Dataset, Upload
from webapp.datasets.serializers import UploadSerializer
from webapp.datasets.uploads import sweep_uploads


@pytest.fixture
def place(api: APIClient) -> str:
    """The address of an upload that has begun."""
    answer = begin(api)
    assert answer.status_code == 201
    return str(answer.headers["Location"])


def test_what_the_server_speaks_is_told_to_whom_it_may_concern(api: APIClient) -> None:
    answer = api.options("/api/uploads/")
    assert (answer.status_code, answer.headers["Tus-Version"]) == (204, "1.0.0")
    assert answer.headers["Tus-Extension"] == "creation,termination,expiration"
    assert answer.headers["Tus-Max-Size"] == str(django_settings.UPLOAD_LIMIT)


def test_a_file_that_arrives_in_pieces_becomes_a_data_set(api: APIClient, home: Path, place: str) -> None:
    first = send(api, place, CSV[:10])
    assert (first.status_code, first.headers["Upload-Offset"]) == (204, "10")
    asked = api.head(place, headers=TUS)
    assert (asked.headers["Upload-Offset"], asked.headers["Upload-Length"]) == ("10", "33")
    assert asked.headers["Cache-Control"] == "no-store"
    assert asked.headers["Upload-Expires"].endswith("GMT")
    assert [(row["filename"], row["offset"]) for row in api.get("/api/uploads/").json()] == [("flowers.csv", 10)]
    assert send(api, place, CSV[10:], 10).headers["Upload-Offset"] == "33"
    answer = api.post("/api/datasets/", {"uploads": [place.split("/")[-2]]}, format="json")
    body = answer.json()
    assert (answer.status_code, body["state"], body["name"], body["size"]) == (201, "reading", "flowers", 33)
    assert body["sha256"] == hashlib.sha256(CSV).hexdigest()
    assert (home / "datasets" / str(body["id"]) / "upload").read_bytes() == CSV
    assert list((home / "uploads").iterdir()) == []
    assert api.head(place, headers=TUS).status_code == 404


def test_another_place_of_the_file_is_refused_and_told(api: APIClient, place: str) -> None:
    send(api, place, CSV[:10])
    answer = send(api, place, CSV[8:], 8)
    assert (answer.status_code, code_of(answer)) == (409, "upload_offset_differs")
    assert answer.json()["error"]["where"] == {"offset": 10}
    assert api.head(place, headers=TUS).headers["Upload-Offset"] == "10"


def test_more_than_was_said_is_refused_and_not_kept(api: APIClient, place: str) -> None:
    answer = send(api, place, CSV + b"more")
    assert (answer.status_code, code_of(answer)) == (413, "upload_too_long")
    assert api.head(place, headers=TUS).headers["Upload-Offset"] == "0"


@pytest.mark.parametrize("method", ["post", "patch", "head", "delete"])
def test_another_version_of_the_protocol_is_refused(api: APIClient, place: str, method: str) -> None:
    address = "/api/uploads/" if method == "post" else place
    for headers in ({}, {"Tus-Resumable": "0.2.2"}):
        answer = getattr(api, method)(address, headers=headers)
        assert (answer.status_code, answer.headers["Tus-Version"]) == (412, "1.0.0")


def test_bytes_that_are_not_said_to_be_some_are_refused(api: APIClient, place: str) -> None:
    answer = api.patch(place, CSV, content_type="text/csv", headers={**TUS, "Upload-Offset": "0"})
    assert (answer.status_code, code_of(answer)) == (415, "unsupported_media_type")


@pytest.mark.parametrize("offset", ["-1", "x", "", "9" * 40, "٣"])
def test_an_offset_that_is_no_number_is_refused(api: APIClient, place: str, offset: str) -> None:
    answer = send(api, place, CSV, offset.encode().decode("latin-1"))
    assert (answer.status_code, answer.json()["error"]["where"]) == (400, {"path": ["Upload-Offset"]})


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"Upload-Length": "0"}, 400, "file_is_empty"),
        ({"Upload-Length": "many"}, 400, "invalid_request"),
        ({"Upload-Length": "5000001"}, 413, "upload_too_large"),
        ({"Upload-Metadata": "filename ???"}, 400, "invalid_request"),
    ],
)
def test_what_cannot_be_taken_is_refused_at_once(
    api: APIClient, settings: Any, headers: dict[str, str], status: int, code: str
) -> None:
    settings.UPLOAD_LIMIT = 5_000_000
    answer = begin(api, **headers)
    assert (answer.status_code, code_of(answer)) == (status, code)
    assert not Upload.objects.exists()


def test_a_person_may_have_so_many_files_and_bytes_on_their_way(api: APIClient, bens: APIClient, settings: Any) -> None:
    settings.UNFINISHED_UPLOADS, settings.UNFINISHED_BYTES = 2, 1000
    assert begin(api, 600).status_code == 201
    assert code_of(begin(api, 600)) == "too_many_uploads"
    assert begin(api, 100).status_code == 201
    assert code_of(begin(api, 100)) == "too_many_uploads"
    assert begin(bens, 600).status_code == 201


def test_as_many_files_as_may_come_together_may_be_on_their_way(api: APIClient) -> None:
    assert django_settings.UNFINISHED_UPLOADS >= MOST_FILES + 20
    names = [f"{number}.csv" for number in range(MOST_FILES)]
    assert api.post("/api/datasets/together/", {"names": names}, format="json").json()["way"] == "rows"
    fields = UploadSerializer(data={"uploads": [str(uuid4()) for _ in names]})
    assert fields.is_valid()


def test_a_disk_without_room_is_said_to_be_full(api: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def usage(_: Any) -> Any:
        return type("Usage", (), {"free": 20})()

    monkeypatch.setattr("shutil.disk_usage", usage)
    answer = begin(api)
    assert (answer.status_code, code_of(answer)) == (507, "disk_full")


def test_room_is_kept_for_what_is_still_to_come_of_all_uploads(
    api: APIClient, bens: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 2 * SIZE})())
    place = begin(bens).headers["Location"]
    assert begin(api).status_code == 201
    assert begin(api).status_code == 507
    send(bens, place, CSV)  # what has arrived needs no more room
    assert begin(api).status_code == 201


def test_uploads_are_their_owners_alone(api: APIClient, bens: APIClient, place: str) -> None:
    assert bens.get("/api/uploads/").json() == []
    for answer in (bens.head(place, headers=TUS), bens.delete(place, headers=TUS), send(bens, place, CSV)):
        assert answer.status_code == 404
    send(api, place, CSV)
    assert bens.post("/api/datasets/", {"uploads": [place.split("/")[-2]]}, format="json").status_code == 404
    assert APIClient().head(place, headers=TUS).status_code == 401
    assert Upload.objects.count() == 1


def test_what_has_not_arrived_whole_becomes_no_data_set(api: APIClient, place: str) -> None:
    send(api, place, CSV[:10])
    answer = api.post("/api/datasets/", {"uploads": [place.split("/")[-2]]}, format="json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "upload_not_complete")
    assert not Dataset.objects.exists()
    assert send(api, place, CSV[10:], 10).status_code == 204


def test_an_upload_can_be_dropped(api: APIClient, home: Path, place: str) -> None:
    send(api, place, CSV[:10])
    assert api.delete(place, headers=TUS).status_code == 204
    assert list((home / "uploads").iterdir()) == []
    assert api.get("/api/uploads/").json() == []


def test_two_connections_do_not_write_the_same_file(
    api: APIClient, home: Path, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.datasets.uploads.PATIENCE", 0.1)
    other = locks.take(home / "uploads" / f"{place.split('/')[-2]}.lock")
    assert other is not None
    with other:
        answer = send(api, place, CSV)
        assert api.head(place, headers=TUS).status_code == 423
    assert (answer.status_code, code_of(answer)) == (423, "upload_is_busy")
    assert send(api, place, CSV).status_code == 204


def test_an_upload_that_was_dropped_or_taken_meanwhile_is_not_found(
    api: APIClient, home: Path, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.datasets.uploads.PATIENCE", 0.1)
    file = home / "uploads" / place.split("/")[-2]
    other = locks.take(file.with_suffix(".lock"))
    assert other is not None
    with other:
        assert api.delete(place, headers=TUS).status_code == 423  # it is being written
    file.unlink()
    for answer in (send(api, place, CSV), api.head(place, headers=TUS)):
        assert answer.status_code == 404
    assert api.delete(place, headers=TUS).status_code == 204


def test_what_is_being_made_a_data_set_is_not_swept_away(
    api: APIClient, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = arrive(api, CSV, "flowers.csv")
    os.utime(home / "uploads" / given, (1, 1))

    def slow(path: Path) -> str:
        sweep_uploads()
        return hashlib.sha256(path.read_bytes()).hexdigest()

    monkeypatch.setattr("webapp.datasets.services.digest", slow)
    assert api.post("/api/datasets/", {"uploads": [given]}, format="json").status_code == 201
    assert list((home / "uploads").iterdir()) == []


def test_files_that_could_not_be_stored_need_not_be_sent_again(
    api: APIClient, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    ids = [arrive(api, CSV, name) for name in ("may.csv", "june.csv")]
    with monkeypatch.context() as patch:
        patch.setattr("webapp.datasets.services.write_request", full)
        assert api.post("/api/datasets/", {"uploads": ids}, format="json").status_code == 507
    assert not Dataset.objects.exists()
    assert [(row["id"], row["offset"]) for row in api.get("/api/uploads/").json()] == [(one, SIZE) for one in ids]
    assert api.post("/api/datasets/", {"uploads": ids}, format="json").status_code == 201


def test_asking_again_after_a_lost_answer_gives_the_data_set_that_was_made(api: APIClient, bens: APIClient) -> None:
    ids = [arrive(api, CSV, name) for name in ("may.csv", "june.csv")]
    made, again = (api.post("/api/datasets/", {"uploads": ids}, format="json") for _ in range(2))
    assert (again.status_code, again.json()["id"]) == (201, made.json()["id"])
    assert bens.post("/api/datasets/", {"uploads": ids}, format="json").status_code == 404
    Dataset.objects.update(state="ready", kind="table")
    more = [arrive(api, CSV, "july.csv")]
    place = f"/api/datasets/{made.json()['id']}/append/"
    version, again = (api.post(place, {"uploads": more}, format="json") for _ in range(2))
    assert (version.json()["version"], again.json()["id"]) == (2, version.json()["id"])


def test_what_nobody_continued_for_a_day_is_swept_away(api: APIClient, home: Path, place: str) -> None:
    kept = begin(api).headers["Location"].split("/")[-2]
    old = time.time() - 25 * 3600
    stray = home / "uploads" / "stray"
    stray.touch()
    for path in (stray, home / "uploads" / place.split("/")[-2]):
        os.utime(path, (old, old))
    sweep_uploads()
    assert [str(upload.pk) for upload in Upload.objects.all()] == [kept]
    assert [path.name for path in (home / "uploads").iterdir()] == [kept]


@pytest.mark.asyncio
@pytest.mark.usefixtures("transactional_db")
@pytest.mark.parametrize("silent", [False, True])
async def test_what_came_before_the_connection_broke_stays(
    home: Path, monkeypatch: pytest.MonkeyPatch, silent: bool
) -> None:
    monkeypatch.setattr("webapp.bodies.SILENCE", 0.2)
    token = await asyncio.to_thread(lambda: create_token(username="carla"))

    def begun() -> str:
        api = APIClient(headers={"Authorization": f"Token {token}"})
        return str(begin(api).headers["Location"])

    place = await asyncio.to_thread(begun)
    arriving = [{"type": "http.request", "body": CSV[:10], "more_body": True}, {"type": "http.disconnect"}]

    async def receive() -> dict[str, Any]:
        if silent and len(arriving) == 1:
            await asyncio.Event().wait()  # a network that is gone ends no connection
        return arriving.pop(0)

    async def nobody(_message: Any) -> None:
        pass

    said = {**TUS, "Content-Type": BYTES, "Upload-Offset": "0", "Authorization": f"Token {token}", "Host": "localhost"}
    headers = [(name.lower().encode(), value.encode()) for name, value in said.items()]
    scope = {"type": "http", "method": "PATCH", "path": place, "headers": headers, "query_string": b""}
    application: Any = get_asgi_application()
    async with asyncio.timeout(10):
        await StreamedBody(application)(scope, receive, nobody)
    assert (home / "uploads" / place.split("/")[-2]).read_bytes() == CSV[:10]
