"""Data sets: taken in, listed, looked into and removed."""

import hashlib
import json
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

import engine
from webapp.datasets.models import Dataset
from webapp.datasets.services import plain_name, sweep_arrivals

CSV = b"length,width,species\n1,2,a\n3,4,b\n"


def upload(api: APIClient, content: bytes = CSV, name: str = "flowers.csv", **fields: Any) -> Any:
    return api.post("/api/datasets/", {"file": SimpleUploadedFile(name, content), **fields}, format="multipart")


def test_an_upload_is_kept_with_its_size_and_hash_and_waits_to_be_read(api: APIClient, home: Path) -> None:
    answer = upload(api)
    assert answer.status_code == 201
    body = answer.json()
    assert (body["state"], body["name"], body["filename"], body["size"]) == ("reading", "flowers", "flowers.csv", 33)
    assert body["sha256"] == hashlib.sha256(CSV).hexdigest()
    folder = home / "datasets" / str(body["id"])
    assert (folder / "upload").read_bytes() == CSV
    assert json.loads((folder / "request.json").read_text()) == {
        "filename": "flowers.csv", "sample": None, "reading": {},
    }  # fmt: skip
    assert list((home / "tmp").iterdir()) == []


def test_an_upload_may_have_a_name_of_its_own(api: APIClient) -> None:
    assert upload(api, name="x.csv").json()["name"] == "x"
    assert upload(api, name="x.csv").json()["name"] == "x"
    body = api.post("/api/datasets/", {"file": SimpleUploadedFile("x.csv", CSV), "name": "Irises"}, format="multipart")
    assert body.json()["name"] == "Irises"


def test_an_empty_file_is_refused_and_nothing_is_left(api: APIClient, home: Path) -> None:
    answer = upload(api, b"", "empty.csv")
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "file_is_empty"
    assert not Dataset.objects.exists()
    assert not (home / "datasets").exists()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"), ("C:\\data\\a.csv", "a.csv"), ("a\x00b\n.csv", "ab.csv"), ("", "upload"),
        ("..", ".."), ("é" * 300 + ".csv", ("é" * 300 + ".csv")[-200:]),
    ],
)  # fmt: skip
def test_names_of_files_are_made_harmless(given: str, kept: str) -> None:
    assert plain_name(given) == kept


def test_nothing_but_a_file_or_a_sample_is_taken(api: APIClient) -> None:
    assert api.post("/api/datasets/", {}, format="json").status_code == 400
    assert upload(api, sample="digits").status_code == 400


@pytest.mark.parametrize("sample", [entry["name"] for entry in engine.samples()])
def test_a_sample_is_copied(api: APIClient, home: Path, sample: str) -> None:
    body = api.post("/api/datasets/", {"sample": sample}, format="json").json()
    assert (body["state"], body["sample"]) == ("reading", sample)
    assert json.loads((home / "datasets" / str(body["id"]) / "request.json").read_text())["sample"] == sample


def test_an_unknown_sample_is_refused(api: APIClient) -> None:
    answer = api.post("/api/datasets/", {"sample": "nothing"}, format="json")
    assert answer.json()["error"]["code"] == "unknown_sample"


def test_samples_are_listed(api: APIClient) -> None:
    assert set(api.get("/api/samples/").json()[0]) == {"name", "title", "description", "kind", "rows", "columns"}


def test_an_upload_that_has_not_arrived_is_not_seen(api: APIClient, dataset: Dataset) -> None:
    Dataset.objects.update(state=Dataset.State.ARRIVING)
    assert api.get("/api/datasets/").json() == []
    assert api.get(f"/api/datasets/{dataset.pk}/").status_code == 404


def test_an_upload_that_fails_on_its_way_leaves_nothing(
    api: APIClient, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("webapp.datasets.services.digest", full)
    answer = upload(api)
    assert (answer.status_code, answer.json()["error"]["code"]) == (507, "disk_full")
    assert not Dataset.objects.exists()
    assert list((home / "datasets").iterdir()) == []


def test_uploads_that_never_arrived_are_swept_away(dataset: Dataset, anna: Any) -> None:
    lost = Dataset.objects.create(owner=anna, name="Lost")
    lost.folder.mkdir()
    sweep_arrivals()
    assert list(Dataset.objects.all()) == [dataset]
    assert dataset.folder.exists()
    assert not lost.folder.exists()


def test_the_details_of_a_data_set_are_all_there(api: APIClient, dataset: Dataset) -> None:
    body = api.get(f"/api/datasets/{dataset.pk}/").json()
    expected = {"id", "name", "state", "kind", "rows", "columns", "recipe", "graph", "problem", "warnings", "progress"}
    assert expected | {"size", "filename"} <= set(body)
    assert (body["kind"], body["rows"]) == ("table", 150)


def test_rows_come_from_the_worker_with_their_offset(api: APIClient, dataset: Dataset, worker: Any) -> None:
    worker.answers["rows"] = {"columns": ["length"], "rows": [[1], [None]], "total": 150}
    body = api.get(f"/api/datasets/{dataset.pk}/rows/", {"offset": 5, "limit": 5000}).json()
    assert body == {"columns": ["length"], "rows": [[1], [None]], "total": 150, "offset": 5}
    assert worker.questions == [("rows", {"dataset": str(dataset.folder), "offset": 5, "limit": 1000, "view": {}})]


@pytest.mark.parametrize("offset", ["-1", "x", "1.5", "9" * 40, "٣"])
def test_an_offset_that_is_no_number_is_refused(api: APIClient, dataset: Dataset, offset: str) -> None:
    answer = api.get(f"/api/datasets/{dataset.pk}/rows/", {"offset": offset})
    assert answer.status_code == 400
    assert answer.json()["error"]["where"] == {"path": ["offset"]}


def test_a_file_is_read_again_as_wished(api: APIClient, dataset: Dataset) -> None:
    answer = api.patch(f"/api/datasets/{dataset.pk}/", {"reading": {"separator": ";", "header": None}}, format="json")
    body = answer.json()
    assert (answer.status_code, body["state"], body["rereading"]) == (200, "ready", True)
    assert json.loads((dataset.folder / "request.json").read_text())["reading"] == {"separator": ";"}
    assert api.get(f"/api/datasets/{dataset.pk}/").json()["columns"] == dataset.columns
    again = api.patch(f"/api/datasets/{dataset.pk}/", {"reading": {}}, format="json")
    assert (again.status_code, again.json()["error"]["code"]) == (409, "dataset_not_ready")


@pytest.mark.parametrize(
    ("wishes", "field"),
    [({"separator": ""}, "separator"), ({"encoding": "rot13"}, "encoding"), ({"colour": 1}, "colour"), ([], "reading")],
)
def test_wishes_that_make_no_sense_are_refused(api: APIClient, dataset: Dataset, wishes: Any, field: str) -> None:
    answer = api.patch(f"/api/datasets/{dataset.pk}/", {"reading": wishes}, format="json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_reading")
    assert field in answer.json()["error"]["message"]


def test_a_data_set_in_use_is_not_read_again(api: APIClient, make_run: Any, dataset: Dataset) -> None:
    make_run(state="queued")
    answer = api.patch(f"/api/datasets/{dataset.pk}/", {"reading": {}}, format="json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "dataset_in_use")


def test_a_data_set_that_failed_is_read_again_as_wished(api: APIClient, dataset: Dataset) -> None:
    Dataset.objects.update(state="failed", problem={"code": "x", "message": "m", "hint": "h", "where": {}})
    body = api.patch(f"/api/datasets/{dataset.pk}/", {"reading": {"separator": "x"}}, format="json").json()
    assert (body["state"], body["problem"], body["rereading"]) == ("reading", None, False)


def test_what_was_rejected_can_be_taken_away(api: APIClient, dataset: Dataset) -> None:
    assert api.get(f"/api/datasets/{dataset.pk}/rejected/").status_code == 404
    (dataset.folder / "rejected.csv").write_text("line,reason,text\n3,has 1 value,x\n")
    answer = api.get(f"/api/datasets/{dataset.pk}/rejected/")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="flowers-rejected.csv"'
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"

    async def whole() -> bytes:
        return b"".join([piece async for piece in answer.streaming_content])

    assert async_to_sync(whole)() == b"line,reason,text\n3,has 1 value,x\n"


def test_an_image_comes_as_png(api: APIClient, dataset: Dataset, worker: Any) -> None:
    worker.answers["image"] = {"png": b64encode(b"\x89PNG").decode()}
    answer = api.get(f"/api/datasets/{dataset.pk}/images/7/")
    assert (answer.content, answer.headers["Content-Type"]) == (b"\x89PNG", "image/png")


@pytest.mark.parametrize(("state", "code"), [("reading", "dataset_not_ready"), ("failed", "dataset_failed")])
def test_what_is_not_ready_shows_no_rows(api: APIClient, dataset: Dataset, state: str, code: str) -> None:
    Dataset.objects.update(state=state)
    answer = api.get(f"/api/datasets/{dataset.pk}/rows/")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, code)


def test_a_deleted_data_set_is_gone_and_its_project_stays(api: APIClient, project: Any, dataset: Dataset) -> None:
    assert api.delete(f"/api/datasets/{dataset.pk}/").status_code == 204
    assert not dataset.folder.exists()
    body = api.get(f"/api/projects/{project.pk}/").json()
    assert (body["dataset"], body["dataset_name"]) == (None, None)


def test_a_data_set_in_use_is_not_deleted(api: APIClient, make_run: Any, dataset: Dataset) -> None:
    make_run(state="running")
    answer = api.delete(f"/api/datasets/{dataset.pk}/")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "dataset_in_use")
    assert dataset.folder.exists()


def test_rows_are_sorted_and_filtered_by_the_worker(api: APIClient, dataset: Dataset, worker: Any) -> None:
    worker.answers["rows"] = {"columns": ["length"], "rows": [[3]], "numbers": [2], "total": 1}
    view = {"sort": "length", "filters": [{"column": "length", "test": "at_least", "value": 3}]}
    body = api.get(f"/api/datasets/{dataset.pk}/rows/", {"view": json.dumps(view)}).json()
    assert body["numbers"] == [2]
    assert worker.questions[0][1]["view"] == view


def test_a_view_that_is_no_json_is_refused(api: APIClient, dataset: Dataset, worker: Any) -> None:
    answer = api.get(f"/api/datasets/{dataset.pk}/rows/", {"view": "{sort"})
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "invalid_request"


def test_a_column_and_relations_are_asked_of_the_worker(api: APIClient, dataset: Dataset, worker: Any) -> None:
    worker.answers["column"] = {"name": "length", "facts": [["Rows", 3]], "figures": []}
    worker.answers["relations"] = {"matrix": {}, "target": None, "strongest": [], "rows": 3}
    place = f"/api/datasets/{dataset.pk}"
    assert api.get(f"{place}/column/", {"name": "length", "target": "", "time": "day"}).json()["facts"] == [["Rows", 3]]
    assert api.get(f"{place}/relations/", {"columns": '["length", "width"]', "target": "width"}).json()["rows"] == 3
    folder = str(dataset.folder)
    assert worker.questions == [
        ("column", {"dataset": folder, "name": "length", "target": None, "time": "day"}),
        ("relations", {"dataset": folder, "columns": ["length", "width"], "target": "width"}),
    ]
    assert api.get(f"{place}/relations/", {"columns": '{"a": 1}'}).status_code == 400
