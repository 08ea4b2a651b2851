"""Every error, of every endpoint and every kind, comes in the one envelope."""

import json
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from engine import Problem, Refusal
from tests.webapp.examples import address, api_routes
from webapp import workers

pytestmark = pytest.mark.django_db


def error_of(answer: Any) -> dict[str, Any]:
    body = answer.json()
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "message", "hint", "where"}
    assert body["error"]["message"]
    assert isinstance(body["error"]["where"], dict)
    error: dict[str, Any] = body["error"]
    return error


@pytest.mark.parametrize("route", sorted(api_routes() - {"docs/"}))
def test_a_method_that_does_not_exist_is_answered_with_the_envelope(api: APIClient, route: str) -> None:
    answer = api.put(address(route), {}, format="json")
    assert answer.status_code == 405
    assert error_of(answer)["code"] == "method_not_allowed"
    assert "PUT" not in answer.headers["Allow"]


@pytest.mark.parametrize("route", sorted(route for route in api_routes() if "<int:pk>" in route))
def test_a_row_that_does_not_exist_is_answered_with_the_envelope(api: APIClient, route: str) -> None:
    posted = ("restore/", "stop/", "pause/", "resume/", "change/", "continue/", "predict/", "append/")
    method = "post" if route.endswith(posted) else "get"
    for number in ("1", "99999999999999999999999999"):
        answer = getattr(api, method)(address(route).replace("1", number, 1))
        assert answer.status_code == 404
        assert error_of(answer)["code"] == "not_found"


WRITES = [
    "signin/",
    "projects/",
    "blocks/",
    "datasets/",
    "runs/",
    "check/",
    "code/",
    "import/",
    "starter/",
    "findings/",
]


@pytest.mark.parametrize("route", WRITES)
@pytest.mark.parametrize(
    "text",
    [b"{", b"[]", b'"text"', b"7", b"null", b"[" * 100_000, b'{"name": NaN}', b"\xff\xfe", b'{"name": "\\ud800"}'],
)
def test_a_body_that_makes_no_sense_is_answered_with_the_envelope(api: APIClient, route: str, text: bytes) -> None:
    answer = api.post(address(route), text, content_type="application/json")
    assert answer.status_code == 400
    error_of(answer)


@pytest.mark.parametrize("route", WRITES)
def test_an_unknown_media_type_is_answered_with_the_envelope(api: APIClient, route: str) -> None:
    answer = api.post(address(route), b"<a/>", content_type="text/xml")
    assert answer.status_code == 415
    assert error_of(answer)["code"] == "unsupported_media_type"


def test_a_validation_error_names_the_field(api: APIClient) -> None:
    error = error_of(api.post("/api/projects/", {"name": ""}, format="json"))
    assert error["code"] == "invalid_request"
    assert error["message"].startswith("name: ")
    assert error["where"] == {"path": ["name"]}


def test_a_document_that_is_not_valid_names_the_place(api: APIClient) -> None:
    body = {"graph": {"format": 1, "nodes": [{"id": 7, "type": "x"}], "edges": []}}
    error = error_of(api.post("/api/check/", body, format="json"))
    assert error["code"] == "invalid_graph"
    assert error["where"] == {"document": "graph", "path": ["nodes", 0, "id"]}
    assert error["message"] == "The graph is not valid. nodes.0.id: it must be text."
    assert error["hint"] == "Change nodes.0.id."
    error = error_of(api.post("/api/rates/", {"settings": {"epochs": 0}}, format="json"))
    assert error["message"].startswith("The settings are not valid.")


def test_a_refusal_of_the_engine_is_answered_with_its_own_words(api: APIClient, worker: Any) -> None:
    worker.answers["check"] = Refusal(Problem("too_much", {"node": "a"}, "This is too much.", "Do less."))
    answer = api.post("/api/check/", {"graph": {}}, format="json")
    assert answer.status_code == 422
    assert error_of(answer) == {
        "code": "too_much", "message": "This is too much.", "hint": "Do less.", "where": {"node": "a"},
    }  # fmt: skip


@pytest.mark.parametrize(("code", "status"), [("internal_error", 500), ("worker_stopped", 503)])
def test_what_fails_inside_the_engine_is_no_fault_of_the_request(
    api: APIClient, worker: Any, code: str, status: int
) -> None:
    worker.answers["check"] = Refusal(Problem(code, {}, "It failed.", "Try again."))
    answer = api.post("/api/check/", {"graph": {}}, format="json")
    assert (answer.status_code, error_of(answer)["code"]) == (status, code)


def test_an_address_that_does_not_exist_is_answered_with_the_envelope(api: APIClient) -> None:
    answer = api.get("/api/nothing/")
    assert answer.status_code == 404
    assert "end with a slash" in error_of(answer)["hint"]
    assert "end with a slash" in error_of(api.get("/api/projects"))["hint"]


def test_a_bug_is_answered_with_the_envelope_and_without_its_traceback(
    api: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise RuntimeError("a secret of the inside")

    monkeypatch.setattr(workers, "drawing", broken)
    answer = api.post("/api/check/", {"graph": {}}, format="json")
    assert answer.status_code == 500
    assert error_of(answer)["code"] == "server_error"
    assert "secret" not in answer.content.decode()


def test_a_host_that_is_not_ours_is_answered_with_the_envelope() -> None:
    answer = Client().get("/api/me/", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    error_of(answer)


def test_a_body_that_is_too_large_is_refused_before_it_is_parsed(
    api: APIClient, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.BODY_LIMIT = 1024**2
    monkeypatch.setattr("rest_framework.parsers.JSONParser.parse", None)
    text = json.dumps({"name": "x" * 1024**2}).encode()
    answer = api.post("/api/projects/", text, content_type="application/json")
    assert answer.status_code == 413
    assert error_of(answer)["code"] == "request_too_large"
