"""Runs are paused, resumed, changed and continued over HTTP; what cannot be is refused with a remedy."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from django.db import connections
from django.utils import timezone
from rest_framework.test import APIClient

from engine import Checkpoints
from webapp.accounts.models import User
from webapp.folders import new_folder
from webapp.projects.models import Project
from webapp.runs import steering
from webapp.runs.models import Event, Run

Make = Callable[..., Run]
SETTINGS = {
    "epochs": 10,
    "optimizer": {"type": "Adam", "learning_rate": 0.01},
    "early_stopping": {"monitor": "validation_loss", "patience": 5},
    "stop_when": {"monitor": "validation_loss", "value": 0.5},
}


def keep(run: Run, epoch: int, value: float | None) -> None:
    """A checkpoint of a run, at the end of an epoch where it has a value."""
    run.folder.mkdir(parents=True, exist_ok=True)
    measures = {"loss": value} if value is not None else None
    summary = {"epoch": epoch, "step": 7 * epoch, "place": 0 if measures else 3, "value": value, "better": "lower"}
    tensors = {"state.0": np.zeros(3, np.float32)}
    Checkpoints(run.folder).write(7 * epoch, tensors, {}, {**summary, "train": measures, "validation": measures})


def change(run: Run, number: int, step: int, **settings: Any) -> None:
    """What the trainer of a run tells once it has made a change."""
    body = {"seq": number, "type": "log", "step": step, "change": number, "settings": settings}
    Event.objects.create(run=run, seq=number, type="log", body=body)


def test_a_training_run_is_asked_to_pause_until_that_is_taken_back(api: APIClient, make_run: Make) -> None:
    run = make_run(state="running")
    answer = api.post(f"/api/runs/{run.pk}/pause/")
    assert (answer.status_code, answer.json()["state"], answer.json()["pausing"]) == (202, "running", True)
    run.refresh_from_db()
    assert run.wishes() == {"pause": True, "changes": []}
    answer = api.post(f"/api/runs/{run.pk}/resume/")
    assert (answer.status_code, answer.json()["state"], answer.json()["pausing"]) == (202, "running", False)


def test_a_waiting_run_pauses_at_once_and_waits_again(api: APIClient, make_run: Make) -> None:
    run = make_run()
    for _ in range(2):
        assert api.post(f"/api/runs/{run.pk}/pause/").json()["state"] == "paused"
    assert api.post(f"/api/runs/{run.pk}/resume/").json()["state"] == "queued"
    assert [event.body["phase"] for event in Event.objects.all()] == ["paused", "queued"]
    assert [event.seq for event in Event.objects.all()] == [1, 2]


def test_a_run_that_never_trained_is_stopped_at_once_even_when_it_is_paused(api: APIClient, make_run: Make) -> None:
    run = make_run()
    api.post(f"/api/runs/{run.pk}/pause/")
    assert api.post(f"/api/runs/{run.pk}/stop/").json()["problem"]["code"] == "stopped_before_start"


@pytest.mark.parametrize(
    ("kept", "state"),
    [({}, "failed"), ({"checkpoint": {"epoch": 1, "step": 4}}, "queued"), ({"step": 4}, "queued")],
)
def test_a_run_paused_before_its_first_step_is_stopped_without_a_trainer(
    api: APIClient, make_run: Make, kept: dict[str, Any], state: str
) -> None:
    run = make_run(state="paused", started=timezone.now(), progress={"phase": "paused", **kept})
    assert api.post(f"/api/runs/{run.pk}/stop/").json()["state"] == state


@pytest.mark.parametrize("action", ["pause", "resume", "change"])
def test_what_has_ended_is_not_steered_any_more(api: APIClient, make_run: Make, action: str) -> None:
    run = make_run(state="finished")
    answer = api.post(f"/api/runs/{run.pk}/{action}/", {"epochs": 3}, format="json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "run_has_ended")
    assert "Continue it" in answer.json()["error"]["hint"]


@pytest.mark.parametrize("action", ["pause", "change"])
def test_what_is_only_being_saved_is_not_steered_any_more(api: APIClient, make_run: Make, action: str) -> None:
    run = make_run(state="running", progress={"phase": "saving"})
    answer = api.post(f"/api/runs/{run.pk}/{action}/", {"epochs": 3}, format="json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "run_is_ending")
    run.refresh_from_db()
    assert run.wishes() == {"pause": False, "changes": []}


def test_a_trainer_is_told_of_a_stop_before_the_supervisor_looks(api: APIClient, make_run: Make) -> None:
    """The supervisor tells it where there is no folder yet."""
    run, starting = make_run(state="running"), make_run(state="running")
    new_folder(run.folder)
    for one in (run, starting):
        assert api.post(f"/api/runs/{one.pk}/stop/").status_code == 202
        one.refresh_from_db()
        assert one.stop_requested is not None
    assert (run.folder / "stop").exists()
    assert not starting.folder.exists()


def test_a_run_that_is_being_stopped_is_not_paused(api: APIClient, make_run: Make) -> None:
    run = make_run(state="running")
    api.post(f"/api/runs/{run.pk}/stop/")
    assert api.post(f"/api/runs/{run.pk}/pause/").json()["error"]["code"] == "run_is_stopping"


def test_changes_add_up_for_the_trainer(api: APIClient, make_run: Make) -> None:
    run = make_run(state="running", settings=SETTINGS, progress={"epoch": 4})
    for change in ({"learning_rate": 0.001}, {"patience": 9, "epochs": 4}):
        answer = api.post(f"/api/runs/{run.pk}/change/", change, format="json")
        assert answer.status_code == 202
    assert answer.json()["changes"] == [{"learning_rate": 0.001}, {"patience": 9, "epochs": 4}]
    run.refresh_from_db()
    assert run.wishes()["changes"] == answer.json()["changes"]
    assert run.settings == SETTINGS  # what was asked for stays on record


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({}, 400),
        ({"learning_rate": 0}, 400),
        ({"learning_rate": "fast"}, 400),
        ({"learning_rate": 1e9}, 400),
        ({"patience": 0}, 400),
        ({"epochs": 1_000_000}, 400),
        ({"epochs": 3}, 422),
        ({"patience": 3}, 422),
    ],
)
def test_a_change_that_makes_no_sense_is_refused(api: APIClient, make_run: Make, change: Any, status: int) -> None:
    run = make_run(state="running", settings={**SETTINGS, "early_stopping": None}, progress={"epoch": 4})
    answer = api.post(f"/api/runs/{run.pk}/change/", change, format="json")
    assert answer.status_code == status
    run.refresh_from_db()
    assert run.changes == []


def test_the_checkpoints_of_a_run_are_listed_with_the_best_marked(api: APIClient, make_run: Make) -> None:
    run = make_run(state="running")
    assert api.get(f"/api/runs/{run.pk}/checkpoints/").json() == []
    for epoch, value in ((1, 0.9), (2, 0.4), (3, 0.6), (4, None)):
        keep(run, epoch, value)
    (run.folder / "checkpoints" / "step-000000099.safetensors").write_bytes(b"half")
    every = api.get(f"/api/runs/{run.pk}/checkpoints/").json()
    assert [(one["epoch"], one["best"], one["whole"]) for one in every] == [
        (1, False, True), (2, True, True), (3, False, True), (4, False, False),
    ]  # fmt: skip
    assert (every[1]["name"], every[1]["validation"], every[1]["step"]) == ("step-000000014", {"loss": 0.4}, 14)


def test_a_run_is_continued_from_its_newest_checkpoint_by_a_new_one(api: APIClient, make_run: Make) -> None:
    run = make_run(state="finished", settings=SETTINGS, metrics={"reason": "target_reached"})
    change(run, 1, 60, learning_rate=0.002)
    keep(run, 9, 0.3)
    keep(run, 10, 0.2)
    answer = api.post(f"/api/runs/{run.pk}/continue/", {"epochs": 30, "patience": 8}, format="json")
    assert answer.status_code == 201
    new = answer.json()
    assert (new["state"], new["number"]) == ("queued", 2)
    assert new["origin"] == {
        "run": run.pk, "number": 1, "name": "Run 1", "checkpoint": "step-000000070", "epoch": 10, "step": 70,
        "changes": [{"step": 60, "learning_rate": 0.002}], "otherwise": {"epochs": 30, "patience": 8},
        "runs": [{"number": 1, "epoch": 10}],
    }  # fmt: skip
    assert (new["settings"]["epochs"], new["settings"]["optimizer"]["learning_rate"]) == (30, 0.002)
    assert (new["settings"]["early_stopping"]["patience"], new["settings"]["stop_when"]) == (8, None)
    made = Run.objects.get(pk=new["id"])
    assert made.job()["origin"] == {"checkpoint": str(made.origin_checkpoint), "name": "run 1"}
    assert api.delete(f"/api/runs/{run.pk}/").status_code == 204
    assert made.origin_checkpoint.stat().st_size > 0
    again = api.post(f"/api/runs/{new['id']}/continue/", {}, format="json")
    assert again.json()["error"]["code"] == "no_checkpoint"


def test_a_continued_run_keeps_what_was_changed_before_it_began_however_often(api: APIClient, make_run: Make) -> None:
    run = make_run(state="finished", settings=SETTINGS)
    change(run, 1, 10, learning_rate=0.002)
    change(run, 2, 25, epochs=40)
    keep(run, 2, 0.3)
    keep(run, 4, 0.5)
    earlier = {"checkpoint": "step-000000014", "patience": 8}
    early = api.post(f"/api/runs/{run.pk}/continue/", earlier, format="json").json()
    assert early["origin"]["changes"] == [{"step": 10, "learning_rate": 0.002}]
    assert early["origin"]["otherwise"] == {"patience": 8}
    second = Run.objects.get(pk=early["id"])
    keep(second, 6, 0.2)
    assert api.delete(f"/api/runs/{run.pk}/").status_code == 204
    third = api.post(f"/api/runs/{second.pk}/continue/", {}, format="json").json()
    assert third["origin"]["changes"] == [
        {"step": 10, "learning_rate": 0.002},
        {"step": 14, "patience": 8},
    ]
    assert third["origin"]["otherwise"] == {}
    assert third["origin"]["runs"] == [{"number": 1, "epoch": 2}, {"number": 2, "epoch": 6}]


def test_a_checkpoint_tells_the_settings_that_held_there(api: APIClient, make_run: Make) -> None:
    origin = {"step": 7, "changes": [{"step": 3, "patience": 2}], "otherwise": {"patience": 5}}
    run = make_run(state="finished", settings=SETTINGS, origin={**origin, "run": 1, "number": 1, "epoch": 1})
    change(run, 1, 10, learning_rate=0.002)
    change(run, 2, 25, epochs=40)
    for epoch in (1, 2, 4):
        keep(run, epoch, 0.3)
    assert [one["settings"] for one in api.get(f"/api/runs/{run.pk}/checkpoints/").json()] == [
        {"learning_rate": 0.01, "patience": 5, "epochs": 10},
        {"learning_rate": 0.002, "patience": 5, "epochs": 10},
        {"learning_rate": 0.002, "patience": 5, "epochs": 40},
    ]


def test_the_same_wish_to_continue_sent_twice_makes_one_run(api: APIClient, make_run: Make) -> None:
    run = make_run(state="finished", settings=SETTINGS)
    keep(run, 3, 0.3)
    path = f"/api/runs/{run.pk}/continue/"
    ids = {api.post(path, {}, format="json", HTTP_IDEMPOTENCY_KEY="twice").json()["id"] for _ in range(2)}
    assert len(ids) == 1
    other = api.post(path, {"epochs": 20}, format="json", HTTP_IDEMPOTENCY_KEY="twice")
    assert other.json()["error"]["code"] == "idempotency_key_reused"


@pytest.mark.django_db(transaction=True)
def test_the_same_wish_to_continue_sent_twice_at_once_makes_one_run(
    client_of: Callable[[User], APIClient], anna: User, make_run: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = make_run(state="finished", settings=SETTINGS)
    keep(run, 3, 0.3)
    both, check = threading.Barrier(2), steering.refuse_dataset_gone

    def meet(run: Run) -> None:
        both.wait(10)
        check(run)

    def ask(client: APIClient) -> int:
        try:
            path = f"/api/runs/{run.pk}/continue/"
            return int(client.post(path, {}, format="json", HTTP_IDEMPOTENCY_KEY="twice").json()["id"])
        finally:
            connections.close_all()

    monkeypatch.setattr(steering, "refuse_dataset_gone", meet)
    with ThreadPoolExecutor(2) as pool:
        assert len(set(pool.map(ask, [client_of(anna), client_of(anna)]))) == 1


def test_a_run_is_not_continued_once_its_project_is_deleted(
    api: APIClient, make_run: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = make_run(state="finished", settings=SETTINGS)
    keep(run, 3, 0.3)
    assert run.project is not None
    monkeypatch.setattr(steering, "refuse_dataset_gone", lambda run: Project.objects.all().delete())
    assert api.post(f"/api/runs/{run.pk}/continue/", {}, format="json").status_code == 404


def test_a_run_is_changed_often_but_not_for_ever(
    api: APIClient, make_run: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steering, "MOST_CHANGES", 2)
    run = make_run(state="running", settings=SETTINGS)
    path, wanted = f"/api/runs/{run.pk}/change/", {"learning_rate": 0.1}
    assert [api.post(path, wanted, format="json").status_code for _ in range(3)] == [202, 202, 409]
    assert len(Run.objects.get().changes) == 2


@pytest.mark.parametrize("action", ["change", "continue"])
def test_a_mistyped_setting_is_refused_by_name(api: APIClient, make_run: Make, action: str) -> None:
    run = make_run(state="running", settings=SETTINGS)
    answer = api.post(f"/api/runs/{run.pk}/{action}/", {"learing_rate": 0.1, "epochs": 20}, format="json")
    assert answer.status_code == 400
    assert "learing_rate" in answer.json()["error"]["message"]


def test_a_run_that_still_trains_is_branched_from_with_fewer_epochs_than_it_has_by_now(
    api: APIClient, make_run: Make
) -> None:
    run = make_run(state="running", settings=SETTINGS, progress={"epoch": 8})
    keep(run, 2, 0.3)
    keep(run, 7, 0.5)
    wanted = {"checkpoint": "step-000000014", "epochs": 5}
    answer = api.post(f"/api/runs/{run.pk}/continue/", wanted, format="json")
    assert answer.status_code == 201
    new = answer.json()
    assert (new["state"], new["origin"]["epoch"], new["settings"]["epochs"]) == ("queued", 2, 5)
    assert Run.objects.get(pk=new["id"]).origin_checkpoint.stat().st_size > 0
    run.refresh_from_db()
    assert (run.state, run.settings, run.wishes()) == ("running", SETTINGS, {"pause": False, "changes": []})


def test_a_run_begins_anew_from_an_earlier_checkpoint(api: APIClient, make_run: Make) -> None:
    run = make_run(state="running", settings=SETTINGS)
    keep(run, 2, 0.3)
    keep(run, 3, 0.5)
    path = f"/api/runs/{run.pk}/continue/"
    new = api.post(path, {"checkpoint": "step-000000014", "learning_rate": 0.1}, format="json").json()
    assert (new["origin"]["epoch"], new["settings"]["optimizer"]["learning_rate"]) == (2, 0.1)
    unknown = api.post(path, {"checkpoint": "../secret"}, format="json").json()["error"]
    assert (unknown["code"], unknown["hint"]) == ("no_checkpoint", "Use one of step-000000014, step-000000021.")
    over = api.post(path, {"epochs": 3}, format="json").json()["error"]
    assert (over["code"], over["where"]) == ("no_epochs_left", {"field": "epochs"})
