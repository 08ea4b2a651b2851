"""Files that arrive together, and rows that are added to what is there: one data set, or a new version of it."""

import hashlib
import json
from pathlib import Path
from typing import Any

from rest_framework.test import APIClient

from tests.webapp.uploading import CSV, SIZE, arrive
from webapp.datasets.models import Dataset
from webapp.datasets.services import with_rows


def test_files_that_come_together_become_one_data_set(api: APIClient, home: Path) -> None:
    plan = api.post("/api/datasets/together/", {"names": ["adult.data.gz", "adult.test.gz"]}, format="json").json()
    assert (plan["way"], plan["name"], plan["files"][1]["part"]) == ("parts", "adult", "test")
    ids = [arrive(api, CSV, "adult.data"), arrive(api, CSV + b"5,6,c\n", "adult.test")]
    body = api.post("/api/datasets/", {"uploads": ids}, format="json").json()
    assert (body["name"], body["size"], len(body["files"])) == ("adult", 2 * SIZE + 6, 2)
    hashes = [hashlib.sha256(content).hexdigest() for content in (CSV, CSV + b"5,6,c\n")]
    assert body["sha256"] == hashlib.sha256("\n".join(hashes).encode()).hexdigest()
    folder = home / "datasets" / str(body["id"])
    request = json.loads((folder / "request.json").read_text())
    assert request["files"] == [{"path": "upload", "name": "adult.data"}, {"path": "upload_1", "name": "adult.test"}]
    assert ((folder / "upload").read_bytes(), (folder / "upload_1").read_bytes()) == (CSV, CSV + b"5,6,c\n")


def test_files_that_make_no_sense_together_are_refused_before_they_are_sent(api: APIClient) -> None:
    answer = api.post("/api/datasets/together/", {"names": ["a.csv", "cat.png"]}, format="json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "several_files")


def test_more_rows_make_a_new_version_and_leave_the_data_set_as_it_was(
    api: APIClient, dataset: Dataset, make_run: Any
) -> None:
    (dataset.folder / "upload").write_bytes(CSV)
    run = make_run(state="running")
    answer = api.post(f"/api/datasets/{dataset.pk}/append/", {"uploads": [arrive(api, CSV, "more.csv")]}, format="json")
    body = answer.json()
    assert (answer.status_code, body["state"], body["version"]) == (201, "reading", 2)
    assert (body["name"], body["appended_to"]) == (dataset.name, dataset.pk)
    version = Dataset.objects.get(pk=body["id"])
    request = json.loads((version.folder / "request.json").read_text())
    assert request["files"] == [{"path": "upload", "name": "flowers.csv"}]
    assert request["appended"] == [{"path": "upload_1", "name": "more.csv"}]
    assert (version.folder / "upload").read_bytes() == CSV
    before = api.get(f"/api/datasets/{dataset.pk}/").json()
    assert (before["state"], before["rows"], before["sha256"]) == ("ready", 150, "5" * 64)
    assert before["newer"] == version.pk
    run.refresh_from_db()
    assert (run.dataset_id, version.sha256 == dataset.sha256) == (dataset.pk, False)


def test_a_version_that_could_not_be_read_is_no_newer_one(api: APIClient, dataset: Dataset) -> None:
    Dataset.objects.create(owner=dataset.owner, name="x", appended_to=dataset, version=2, state="failed")
    assert api.get(f"/api/datasets/{dataset.pk}/").json()["newer"] is None


def test_the_newest_of_many_versions_is_found_also_past_one_that_was_deleted(
    api: APIClient, dataset: Dataset, django_assert_max_num_queries: Any
) -> None:
    versions = [dataset]
    for number in range(2, 1200):
        versions.append(
            Dataset(
                pk=dataset.pk + number, owner=dataset.owner, appended_to=versions[-1], version=number, state="ready"
            )
        )
    Dataset.objects.bulk_create(versions[1:])
    with django_assert_max_num_queries(10):
        assert api.get(f"/api/datasets/{dataset.pk}/").json()["newer"] == versions[-1].pk
    assert api.delete(f"/api/datasets/{versions[600].pk}/").status_code == 204
    assert api.get(f"/api/datasets/{dataset.pk}/").json()["newer"] == versions[-1].pk
    assert api.get(f"/api/datasets/{versions[-1].pk}/").json()["newer"] is None


def test_pictures_and_what_is_not_ready_take_no_rows(api: APIClient, dataset: Dataset) -> None:
    for change in ({"kind": "images"}, {"kind": "table", "state": "failed"}):
        Dataset.objects.filter(pk=dataset.pk).update(**change)
        given = arrive(api, CSV, "more.csv")
        answer = api.post(f"/api/datasets/{dataset.pk}/append/", {"uploads": [given]}, format="json")
        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "dataset_takes_no_rows")
        assert given in [row["id"] for row in api.get("/api/uploads/").json()]  # and need not be sent again


def test_how_many_rows_each_file_gave_is_kept(api: APIClient, dataset: Dataset) -> None:
    two = with_rows([{"name": "a"}, {"name": "b"}], [{"name": "a", "rows": 2}, {"name": "b", "rows": 1}], 3)
    assert [one["rows"] for one in two] == [2, 1]
    assert with_rows([{"name": "a"}], [], 3) == [{"name": "a", "rows": 3}]
    assert with_rows([{"name": "a"}, {"name": "b"}], [], 3) == [
        {"name": "a", "rows": None},
        {"name": "b", "rows": None},
    ]
