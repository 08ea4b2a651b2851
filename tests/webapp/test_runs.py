"""Runs over HTTP: asked for once, frozen, stopped, followed and taken away."""

import asyncio
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import AsyncClient
from rest_framework.test import APIClient

from engine import Problem, Refusal
from tests.webapp.examples import GRAPH, NO_PROBLEMS, RECIPE
from webapp.accounts.services import create_token
from webapp.datasets.models import Dataset
from webapp.datasets.services import read_again
from webapp.projects.models import Project
from webapp.runs.models import Event, Run


def test_a_run_of_a_project_is_queued_with_everything_frozen(
    api: APIClient, project: Project, dataset: Dataset, worker: Any
) -> None:
    answer = api.post("/api/runs/", {"project": project.pk}, format="json")
    assert answer.status_code == 201
    body = answer.json()
    assert (body["state"], body["number"], body["name"], body["queue_position"]) == ("queued", 1, "Run 1", 1)
    assert (body["graph"], body["recipe"], body["settings"]) == (GRAPH, RECIPE, project.settings)
    assert (body["project"], body["dataset"], body["dataset_sha256"]) == (project.pk, dataset.pk, dataset.sha256)
    Project.objects.update(name="Changed", recipe=None)
    assert api.get(f"/api/runs/{body['id']}/").json()["recipe"] == RECIPE
    assert worker.questions[0][1] == {"graph": GRAPH, "dataset": str(dataset.folder), "recipe": RECIPE}


def test_runs_are_numbered_within_their_project(api: APIClient, project: Project, worker: Any) -> None:
    assert worker
    numbers = [api.post("/api/runs/", {"project": project.pk}, format="json").json()["number"] for _ in range(2)]
    assert numbers == [1, 2]


def test_the_documents_may_be_sent_directly(api: APIClient, dataset: Dataset, worker: Any) -> None:
    assert worker
    sent = {"graph": GRAPH, "dataset": dataset.pk, "recipe": RECIPE, "settings": {"epochs": 3}, "name": "By hand"}
    body = api.post("/api/runs/", sent, format="json").json()
    assert (body["project"], body["name"], body["settings"]["epochs"]) == (None, "By hand", 3)


def test_a_downloaded_model_is_titled_by_its_project_and_run(api: APIClient, project: Project, worker: Any) -> None:
    assert worker
    for name, title in (("", "Iris, run 1"), ("wider", "Iris, run 2 (wider)")):
        body = api.post("/api/runs/", {"project": project.pk, "name": name}, format="json").json()
        assert Run.objects.get(pk=body["id"]).job()["name"] == title
    sent = {"graph": GRAPH, "dataset": Dataset.objects.get().pk, "recipe": RECIPE, "settings": {}, "name": "By hand"}
    loose = api.post("/api/runs/", sent, format="json").json()
    assert Run.objects.get(pk=loose["id"]).job()["name"] == f"Run {loose['number']} (By hand)"


def test_the_same_key_asks_for_the_same_run(api: APIClient, project: Project, worker: Any) -> None:
    assert worker
    headers = {"Idempotency-Key": "abc"}
    answers = [api.post("/api/runs/", {"project": project.pk}, format="json", headers=headers) for _ in range(3)]
    assert {answer.json()["id"] for answer in answers} == {Run.objects.get().pk}
    other = api.post("/api/runs/", {"project": project.pk, "name": "x"}, format="json", headers=headers)
    assert (other.status_code, other.json()["error"]["code"]) == (422, "idempotency_key_reused")


@pytest.mark.parametrize("direct", [False, True])
def test_the_same_key_asks_for_the_same_run_even_when_its_data_set_is_gone(
    api: APIClient, project: Project, dataset: Dataset, worker: Any, direct: bool
) -> None:
    assert worker
    sent = {"graph": GRAPH, "dataset": dataset.pk} if direct else {"project": project.pk}
    first = api.post("/api/runs/", sent, format="json", headers={"Idempotency-Key": "abc"})
    dataset.delete()
    again = api.post("/api/runs/", sent, format="json", headers={"Idempotency-Key": "abc"})
    assert (again.status_code, again.json().get("id")) == (201, first.json()["id"])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("gone", "noun"), [(Dataset, "data set"), (Project, "project")])
def test_what_is_deleted_while_its_drawing_is_checked_is_said_to_be_gone(
    api: APIClient, project: Project, worker: Any, monkeypatch: pytest.MonkeyPatch, gone: Any, noun: str
) -> None:
    def ask(op: str, **_: Any) -> Any:
        gone.objects.all().delete()
        return worker.answers[op]

    monkeypatch.setattr(worker, "ask", ask)
    answer = api.post("/api/runs/", {"project": project.pk}, format="json")
    assert answer.status_code == 404
    assert answer.json()["error"]["message"] == f"There is no such {noun}."
    assert not Run.objects.exists()


def test_a_run_whose_check_takes_too_long_is_left_to_its_trainer(api: APIClient, project: Project, worker: Any) -> None:
    worker.answers["check"] = Refusal(Problem("took_too_long", {}, "This took longer than 10 seconds.", "Wait."))
    assert api.post("/api/runs/", {"project": project.pk}, format="json").status_code == 201


def test_two_people_may_use_the_same_key(
    api: APIClient, bens: APIClient, ben: Any, project: Project, worker: Any
) -> None:
    assert worker
    his = Dataset.objects.create(owner=ben, name="His", state="ready", recipe=RECIPE)
    headers = {"Idempotency-Key": "abc"}
    first = api.post("/api/runs/", {"project": project.pk}, format="json", headers=headers)
    second = bens.post("/api/runs/", {"graph": GRAPH, "dataset": his.pk}, format="json", headers=headers)
    assert first.json()["id"] != second.json()["id"]


def test_a_drawing_with_problems_is_refused_with_the_first(api: APIClient, project: Project, worker: Any) -> None:
    problems = [
        {"code": "not_connected", "node": "b", "message": "b has no input.", "hint": "Connect it.", "fix": None},
        {"code": "other", "node": None, "message": "m", "hint": "h", "fix": None},
    ]
    worker.answers["check"] = {**NO_PROBLEMS, "problems": problems}
    answer = api.post("/api/runs/", {"project": project.pk}, format="json")
    assert answer.status_code == 422
    assert answer.json()["error"] == {
        "code": "not_connected", "message": "b has no input.", "hint": "Connect it.", "where": {"node": "b"},
    }  # fmt: skip
    assert not Run.objects.exists()


@pytest.mark.parametrize(("state", "code"), [("reading", "dataset_not_ready"), ("failed", "dataset_failed")])
def test_a_data_set_that_is_not_ready_is_refused(
    api: APIClient, project: Project, worker: Any, state: str, code: str
) -> None:
    assert worker
    Dataset.objects.update(state=state)
    answer = api.post("/api/runs/", {"project": project.pk}, format="json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, code)


def test_no_run_begins_while_its_data_set_is_read_again(
    api: APIClient, project: Project, dataset: Dataset, worker: Any
) -> None:
    assert worker
    read_again(dataset=dataset, wishes={"skip": 3})
    answer = api.post("/api/runs/", {"project": project.pk}, format="json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "dataset_not_ready")
    Dataset.objects.update(wanted=None)
    assert api.post("/api/runs/", {"project": project.pk}, format="json").status_code == 201


def test_documents_with_nul_characters_are_refused(api: APIClient, project: Project, worker: Any) -> None:
    assert worker
    sent = {"project": project.pk, "settings": {"outputs": {"a\0": {}}}}
    answer = api.post("/api/runs/", sent, format="json")
    assert (answer.status_code, "NUL" in answer.json()["error"]["message"]) == (400, True)


def test_a_project_without_a_data_set_is_refused(api: APIClient, project: Project) -> None:
    Project.objects.update(dataset=None)
    answer = api.post("/api/runs/", {"project": project.pk}, format="json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "no_dataset")


def test_a_list_holds_no_documents_and_can_be_of_one_project(api: APIClient, make_run: Any, project: Project) -> None:
    make_run()
    make_run(project=None)
    assert len(api.get("/api/runs/").json()) == 2
    (found,) = api.get("/api/runs/", {"project": project.pk}).json()
    assert found["project"] == project.pk
    assert not {"graph", "recipe", "settings"} & set(found)


def test_a_run_gets_another_name_and_nothing_else(api: APIClient, make_run: Any) -> None:
    run = make_run()
    body = api.patch(f"/api/runs/{run.pk}/", {"name": "Wider", "state": "finished"}, format="json").json()
    assert (body["name"], body["state"]) == ("Wider", "queued")
    assert api.patch(f"/api/runs/{run.pk}/", {"name": ""}, format="json").status_code == 400


def test_a_waiting_run_is_stopped_at_once_with_one_last_event(api: APIClient, make_run: Any) -> None:
    run = make_run()
    for _ in range(2):
        answer = api.post(f"/api/runs/{run.pk}/stop/")
        assert answer.status_code == 202
    assert (answer.json()["state"], answer.json()["problem"]["code"]) == ("failed", "stopped_before_start")
    assert [event.type for event in Event.objects.all()] == ["failed"]


def test_a_training_run_is_asked_to_stop(api: APIClient, make_run: Any) -> None:
    run = make_run(state="running")
    body = api.post(f"/api/runs/{run.pk}/stop/").json()
    assert (body["state"], body["stopping"]) == ("running", True)
    run.refresh_from_db()
    assert run.stop_requested is not None


def test_stopping_what_has_ended_changes_nothing(api: APIClient, make_run: Any) -> None:
    run = make_run(state="finished")
    body = api.post(f"/api/runs/{run.pk}/stop/").json()
    assert (body["state"], body["stopping"]) == ("finished", False)


def test_only_what_has_ended_is_deleted(api: APIClient, make_run: Any) -> None:
    run, over = make_run(state="running"), make_run(state="failed")
    over.folder.mkdir(parents=True)
    answer = api.delete(f"/api/runs/{run.pk}/")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "run_not_ended")
    assert api.delete(f"/api/runs/{over.pk}/").status_code == 204
    assert not over.folder.exists()


def test_events_are_given_after_a_number(api: APIClient, make_run: Any) -> None:
    run = make_run(state="running")
    Event.objects.bulk_create(
        Event(run=run, seq=seq, type="log", body={"seq": seq, "type": "log", "more": "kept"}) for seq in range(1, 11)
    )
    path = f"/api/runs/{run.pk}/events/"
    assert [event["seq"] for event in api.get(path, {"after": 7}).json()["events"]] == [8, 9, 10]
    assert api.get(path, {"after": 2, "limit": 1}).json() == {"events": [{"seq": 3, "type": "log", "more": "kept"}]}
    assert api.get(path, {"after": 10}).json() == {"events": []}


def test_rows_are_predicted_by_the_worker(api: APIClient, make_run: Any, worker: Any) -> None:
    run = make_run(state="finished")
    worker.answers["predict"] = {"predictions": [{"species": "a", "species_probabilities": {"a": 0.9, "b": 0.1}}]}
    answer = api.post(f"/api/runs/{run.pk}/predict/", {"rows": [{"length": "1,5", "width": None}]}, format="json")
    assert answer.json() == worker.answers["predict"]
    expected = {"run_folder": str(run.folder), "rows": [{"length": "1,5", "width": None}]}
    assert worker.questions == [("predict", expected)]


def test_images_are_predicted_by_the_worker(
    api: APIClient, make_run: Any, worker: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask(op: str, images: list[str], **others: Any) -> dict[str, Any]:
        return {"predictions": [{"label": Path(image).read_text()} for image in images]}

    monkeypatch.setattr(worker, "ask", ask)
    run = make_run(state="finished")
    files = {"image": [SimpleUploadedFile("a.png", b"one"), SimpleUploadedFile("b.png", b"two")]}
    answer = api.post(f"/api/runs/{run.pk}/predict/", files, format="multipart")
    assert answer.json() == {"predictions": [{"label": "one"}, {"label": "two"}]}


def test_predictions_without_rows_or_images_are_refused(api: APIClient, make_run: Any) -> None:
    run = make_run(state="finished")
    path = f"/api/runs/{run.pk}/predict/"
    assert api.post(path, {"rows": []}, format="json").status_code == 400
    assert api.post(path, {"rows": [7]}, format="json").status_code == 400
    assert api.post(path, {}, format="multipart").status_code == 400


def test_a_row_that_cannot_be_predicted_is_refused_in_plain_words(api: APIClient, make_run: Any, worker: Any) -> None:
    run = make_run(state="finished")
    worker.answers["predict"] = Refusal(Problem("missing_column", {"column": "width"}, "width is missing.", "Give it."))
    answer = api.post(f"/api/runs/{run.pk}/predict/", {"rows": [{}]}, format="json")
    assert (answer.status_code, answer.json()["error"]["where"]) == (422, {"column": "width"})


@pytest.mark.parametrize(
    ("state", "code"),
    [("queued", "run_not_finished"), ("running", "run_not_finished"), ("failed", "run_has_no_model")],
)
@pytest.mark.parametrize("path", ["predict/", "bundle/"])
def test_a_run_without_a_model_gives_none(api: APIClient, make_run: Any, state: str, code: str, path: str) -> None:
    run = make_run(state=state)
    if path == "bundle/":
        answer = api.get(f"/api/runs/{run.pk}/{path}")
    else:
        answer = api.post(f"/api/runs/{run.pk}/{path}", {"rows": [{}]}, format="json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, code)


def test_a_bundle_that_is_gone_is_said_to_be(api: APIClient, make_run: Any) -> None:
    run = make_run(state="finished")
    assert api.get(f"/api/runs/{run.pk}/bundle/").json()["error"]["code"] == "run_has_no_model"


@pytest.mark.django_db(transaction=True)
def test_a_bundle_is_streamed_under_its_name(make_run: Any) -> None:
    run = make_run(state="finished", name="Wide & deep")
    run.folder.mkdir(parents=True)
    content = bytes(range(256)) * 4096
    (run.folder / "bundle.zip").write_bytes(content)
    token = create_token(username="anna")

    async def fetch() -> tuple[Any, bytes]:
        answer = await AsyncClient().get(f"/api/runs/{run.pk}/bundle/", headers={"Authorization": f"Token {token}"})
        assert answer.status_code == 200, answer.content
        taken = BytesIO()
        async for piece in answer.streaming_content:
            taken.write(piece)
        return answer, taken.getvalue()

    answer, taken = asyncio.run(fetch())
    assert taken == content
    assert answer.headers["Content-Disposition"] == 'attachment; filename="iris-wide-deep.zip"'
    assert answer.headers["Content-Length"] == str(len(content))
