"""The search for a learning rate over HTTP: its lines, its end, and that nothing of it is left."""

from __future__ import annotations

import asyncio
import json
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from django.test import AsyncClient
from rest_framework.test import APIClient

from tests.webapp.examples import GRAPH, RECIPE
from webapp.accounts.services import create_token
from webapp.datasets.models import Dataset
from webapp.projects.models import Project
from webapp.runs import rate_finder
from webapp.runs.models import Run

SAYS = """
import json, os, sys, time
question = json.loads(sys.stdin.readline())
print(json.dumps({"progress": 0.0, "pid": os.getpid(), "asked": question}), flush=True)
"""


def script(monkeypatch: pytest.MonkeyPatch, rest: str) -> None:
    """A child that says what it was asked, then what a test wants."""
    monkeypatch.setattr(rate_finder, "COMMAND", (sys.executable, "-c", SAYS + rest))


def lines_of(question: dict[str, Any]) -> list[dict[str, Any]]:
    async def read() -> list[dict[str, Any]]:
        return [json.loads(line) async for line in rate_finder.searched(question)]

    return asyncio.run(read())


@pytest.mark.django_db(transaction=True)
def test_the_lines_of_a_search_arrive_and_nothing_is_stored(
    project: Project, dataset: Dataset, worker: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    script(monkeypatch, 'print(json.dumps({"result": {"suggestion": 0.01}}))')
    token = create_token(username=project.owner.username)
    sent = {"graph": GRAPH, "dataset": dataset.pk, "recipe": RECIPE, "settings": {"epochs": 3}}

    async def ask() -> Any:
        answer: Any = await AsyncClient().post(
            "/api/rates/find/", sent, content_type="application/json", headers={"Authorization": f"Token {token}"}
        )
        return answer.headers["Content-Type"], [json.loads(line) async for line in answer.streaming_content]

    kind, (first, last) = asyncio.run(ask())
    assert kind == "application/x-ndjson"
    assert last == {"result": {"suggestion": 0.01}}
    arguments = first["asked"]["arguments"]
    assert (arguments["dataset"], arguments["settings"]["epochs"]) == (str(dataset.folder), 3)
    assert [op for op, _ in worker.questions] == ["rough"]
    assert not Run.objects.exists()
    assert rate_finder._free._value == rate_finder.AT_ONCE


def test_the_child_ends_when_nobody_listens_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    script(monkeypatch, "time.sleep(60)")

    async def leave() -> int:
        lines: Any = rate_finder.searched({})
        pid: int = json.loads(await anext(lines))["pid"]
        assert Path(f"/proc/{pid}").exists()
        await lines.aclose()
        return pid

    assert not Path(f"/proc/{asyncio.run(leave())}").exists()


@pytest.mark.parametrize(("rest", "code"), [("sys.exit(9)", "worker_stopped"), ("time.sleep(60)", "took_too_long")])
def test_a_search_that_dies_or_hangs_ends_with_a_problem(
    monkeypatch: pytest.MonkeyPatch, settings: Any, rest: str, code: str
) -> None:
    script(monkeypatch, rest)
    settings.RATE_SECONDS = 1.5
    assert lines_of({})[-1]["problem"]["code"] == code


def test_no_more_searches_than_the_server_can_bear(
    api: APIClient, project: Project, worker: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rate_finder, "_free", threading.BoundedSemaphore(1))
    rate_finder._free.acquire()
    answer = api.post("/api/rates/find/", {"project": project.pk}, format="json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "searches_under_way")


def test_the_place_of_a_search_that_was_never_read_is_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_finder, "_free", threading.BoundedSemaphore(1))
    rate_finder._free.acquire()
    lines = rate_finder.Lines({})
    lines.close()
    lines.close()
    assert rate_finder._free._value == 1


def test_a_network_that_cannot_fit_is_not_searched(api: APIClient, project: Project, worker: Any) -> None:
    problem = {"code": "out_of_memory", "message": "It needs 161 GB.", "hint": "Take 64.", "where": {}}
    worker.answers |= {"rough": {"memory": 60, "room": 100}, "preflight": {"problem": problem, "disk": 1}}
    answer = api.post("/api/rates/find/", {"project": project.pk}, format="json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "out_of_memory")


def test_what_was_found_stays_with_its_project_until_another_is_found_or_it_is_dropped(
    api: APIClient, bens: APIClient, project: Project
) -> None:
    address, before = f"/api/projects/{project.pk}/rate/", api.get(f"/api/projects/{project.pk}/").headers["ETag"]
    assert api.get(address).json() == {"kept": None}
    found = {"suggestion": 0.0061, "steps": 200, "regardless": ["epochs"], "figure": {"data": [], "layout": {}}}
    kept = {"asked": {"graph": GRAPH, "settings": {"epochs": 3}, "reading": None}, "found": found}
    for sent in (kept, {**kept, "found": {**found, "suggestion": None}}):
        assert api.post(address, sent, format="json").status_code == 204
        assert api.get(address).json() == {"kept": sent}
    assert api.get(f"/api/projects/{project.pk}/").headers["ETag"] == before
    assert bens.get(address).status_code == bens.post(address, kept, format="json").status_code == 404
    assert api.post(address, {"found": found}, format="json").status_code == 400
    assert api.delete(address).status_code == 204
    assert api.get(address).json() == {"kept": None}
