"""What a run will take, told beforehand; a run that can never fit is not queued."""

from typing import Any

import pytest
from django.conf import settings
from rest_framework.test import APIClient

from engine import Problem, Refusal
from webapp import workers
from webapp.projects.models import Project
from webapp.runs.launchers.local import LocalLauncher
from webapp.runs.models import Run

GB = 10**9
TOLD: dict[str, Any] = {
    "parameters": 12_345,
    "memory": 2 * GB,
    "rows_memory": GB,
    "room": 24 * GB,
    "free": 20 * GB,
    "disk": 3000,
    "compile_seconds": 0.5,
    "steps_per_epoch": 10,
    "seconds_per_epoch": 3.0,
    "epochs": 20,
    "total_seconds": 60.5,
    "may_end_sooner": ["early_stopping"],
    "problem": None,
}
TOO_LARGE = Problem("out_of_memory", {"field": "batch_size", "node": "conv"}, "It needs 161 GB.", "Take 64.")


def told(**changes: Any) -> dict[str, Any]:
    return {**TOLD, **changes}


def test_it_tells_what_a_run_of_the_project_takes(api: APIClient, project: Project, worker: Any) -> None:
    worker.answers["preflight"] = told()
    answer = api.post("/api/preflight/", {"project": project.pk}, format="json")
    assert answer.status_code == 200
    body = answer.json()
    assert (body["memory"], body["seconds_per_epoch"], body["problem"]) == (2 * GB, 3.0, None)
    assert (body["epochs"], body["total_seconds"], body["may_end_sooner"]) == (20, 60.5, ["early_stopping"])
    assert body["disk"] == 3000 < body["disk_free"]
    (asked,) = [arguments for op, arguments in worker.questions if op == "preflight"]
    assert asked["keeping"] == settings.CHECKPOINTS
    assert not Run.objects.exists()


def test_a_run_far_from_the_limit_is_queued_without_an_exact_answer(
    api: APIClient, project: Project, worker: Any
) -> None:
    assert api.post("/api/runs/", {"project": project.pk}, format="json").status_code == 201
    assert [op for op, _ in worker.questions] == ["check", "rough"]


def test_a_run_near_the_limit_is_looked_at_closely_and_refused(api: APIClient, project: Project, worker: Any) -> None:
    worker.answers |= {"rough": {"memory": 60, "room": 100}, "preflight": told(problem=TOO_LARGE.document())}
    answer = api.post("/api/runs/", {"project": project.pk}, format="json")
    assert answer.status_code == 422
    assert answer.json()["error"] == TOO_LARGE.document()
    assert not Run.objects.exists()
    worker.answers["preflight"] = told()
    assert api.post("/api/runs/", {"project": project.pk}, format="json").status_code == 201
    assert all(not arguments["measure"] for op, arguments in worker.questions if op == "preflight")


@pytest.mark.parametrize("op", ["rough", "preflight"])
def test_what_cannot_be_told_in_time_is_left_to_the_trainer(
    api: APIClient, project: Project, worker: Any, op: str
) -> None:
    late = Refusal(Problem("took_too_long", {}, "This took longer than 60 seconds.", "Make it smaller."))
    worker.answers |= {"rough": {"memory": 60, "room": 100}, op: late}
    assert api.post("/api/runs/", {"project": project.pk}, format="json").status_code == 201


@pytest.mark.parametrize("near", [False, True])
def test_settings_that_do_not_fit_are_refused_and_not_queued(
    api: APIClient, project: Project, worker: Any, near: bool
) -> None:
    misfit = Problem("monitor_is_not_measured", {"field": "early_stopping"}, "It cannot be watched.", "Take another.")
    limit = {"memory": 60, "room": 100}
    worker.answers |= {"rough": limit if near else Refusal(misfit), "preflight": Refusal(misfit)}
    answer = api.post("/api/runs/", {"project": project.pk}, format="json")
    assert (answer.status_code, answer.json()["error"]) == (422, misfit.document())
    assert not Run.objects.exists()


def test_a_disk_without_room_for_checkpoints_is_told(
    api: APIClient, project: Project, worker: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker.answers["preflight"] = told(disk=3 * 10**15)
    problem = api.post("/api/preflight/", {"project": project.pk}, format="json").json()["problem"]
    assert problem["code"] == "disk_full"
    assert "checkpoints of this run need 3,000,000 GB" in problem["message"]


def test_what_a_run_takes_is_measured_on_pages_as_large_as_those_it_trains_on() -> None:
    trainer = LocalLauncher().environment["GLIBC_TUNABLES"]
    assert workers.estimating().environment["GLIBC_TUNABLES"] == trainer == "glibc.malloc.hugetlb=1"
