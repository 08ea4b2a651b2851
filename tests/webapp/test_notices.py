"""The end of a run is news: seen once on the page, told once to a webhook, whatever happens in between."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from engine import Problem
from tests.webapp.supervising import FakeLauncher, until
from webapp import outgoing
from webapp.accounts.models import User
from webapp.outgoing import post_json
from webapp.runs.deliveries import PAUSES, Deliveries, claim_delivery
from webapp.runs.models import Delivery, Run
from webapp.runs.services import delete_run, end_run, record_events
from webapp.runs.supervisor import Supervisor

Make = Callable[..., Run]
FINISHED = {"seq": 1, "type": "finished", "reason": "completed", "validation": {"loss": 0.25}, "test": {"loss": 0.5}}
FAILED = Problem("out_of_memory", {}, "The memory was not enough.", "Halve the batch size.")


class Hook(HTTPServer):
    """A webhook on this machine: it keeps what it is told and answers as it was set up to."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Caller)
        self.statuses: list[int] = []
        self.calls: list[dict[str, Any]] = []
        self.keys: list[str | None] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook?token=abc"


class Caller(BaseHTTPRequestHandler):
    server: Hook

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.calls.append({"path": self.path, **body})
        self.server.keys.append(self.headers["Idempotency-Key"])
        self.send_response(self.server.statuses.pop(0) if self.server.statuses else 204)
        self.send_header("Location", "http://169.254.169.254/")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


@pytest.fixture
def hook(settings: Any) -> Iterator[Hook]:
    settings.WEBHOOK_PRIVATE = True
    server = Hook()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def hooked(hook: Hook, anna: User) -> Hook:
    """The webhook, told to Netloom by Anna."""
    User.objects.filter(pk=anna.pk).update(webhook=hook.url)
    anna.refresh_from_db()
    return hook


def work(sender: Deliveries | None = None) -> Delivery:
    """Sends what is due, and waits until it has been written down."""
    sender = sender or Deliveries()
    sender.tick()
    end = time.monotonic() + 10
    while sender.owners and time.monotonic() < end:
        time.sleep(0.005)
        sender.tick()
    assert sender.owners == []
    return Delivery.objects.latest("pk")


def make_due() -> None:
    Delivery.objects.update(due=timezone.now() - timedelta(seconds=1))


def test_an_ended_run_is_news_until_it_is_seen(api: APIClient, make_run: Make) -> None:
    running, run = make_run(state="running"), make_run(state="running")
    assert api.get("/api/notices/").json() == {"notices": [], "total": 0}
    record_events(run=run, events=[FINISHED])
    end_run(run=make_run(state="running"), problem=FAILED)
    body = api.get("/api/notices/").json()
    assert [(notice["state"], notice["number"]) for notice in body["notices"]] == [("failed", 3), ("finished", 2)]
    assert body["notices"][0]["problem"]["message"] == "The memory was not enough."
    assert (body["notices"][1]["reason"], body["notices"][1]["project_name"]) == ("completed", "Iris")
    api.post("/api/notices/seen/", {"runs": [run.pk, running.pk]}, "json")
    assert [notice["number"] for notice in api.get("/api/notices/").json()["notices"]] == [3]
    api.post("/api/notices/seen/", {}, "json")
    assert api.get("/api/notices/").json()["total"] == 0
    record_events(run=running, events=[FINISHED])
    assert api.get("/api/notices/").json()["total"] == 1  # it had not ended when it was called seen


def test_one_cannot_take_note_for_somebody_else(api: APIClient, bens: APIClient, make_run: Make) -> None:
    record_events(run=make_run(state="running"), events=[FINISHED])
    assert bens.get("/api/notices/").json()["total"] == 0
    bens.post("/api/notices/seen/", {}, "json")
    assert api.get("/api/notices/").json()["total"] == 1


def test_the_webhook_is_told_once_of_an_end(hooked: Hook, make_run: Make) -> None:
    lead = {"key": "loss", "title": "Loss", "format": "number", "better": "lower"}
    run = record_events(run=make_run(state="running", lead=lead, name="wider"), events=[FINISHED])
    record_events(run=run, events=[FINISHED, {"seq": 2, "type": "log"}])
    assert work().state == "delivered"
    make_due()
    work()
    [call] = hooked.calls
    assert (call["path"], call["event"], call["state"], call["reason"]) == (
        "/hook?token=abc", "run.ended", "finished", "completed",
    )  # fmt: skip
    assert call["text"] == "Iris, run 1 (wider): trained through all epochs, validation Loss 0.25"
    assert call["metrics"] == {"validation": {"loss": 0.25}, "test": {"loss": 0.5}}
    assert call["run"]["address"].endswith(f"/projects/{run.project_id}/train?run={run.pk}")


def test_the_news_of_a_run_that_got_no_better_name_the_run_whose_best_it_still_has(
    api: APIClient, hooked: Hook, make_run: Make
) -> None:
    lead = {"key": "loss", "title": "Loss", "format": "number", "better": "lower"}
    origin = {"run": 7, "number": 3, "name": "Run 3", "checkpoint": "", "epoch": 9, "step": 90}
    own = {"epoch": 12, "validation": {"loss": 0.5}}
    record_events(
        run=make_run(state="running", lead=lead, origin=origin),
        events=[{**FINISHED, "best_epoch": 8, "own_best": own}],
    )
    [notice] = api.get("/api/notices/").json()["notices"]
    assert (notice["best_of"], notice["own_best"]) == ({"number": 3, "epoch": 8}, own)
    work()
    assert hooked.calls[0]["text"].endswith("Loss 0.25 (still that of run 3, epoch 8; its own best 0.5, epoch 12)")


def test_the_webhook_is_told_of_failures_too(hooked: Hook, make_run: Make) -> None:
    end_run(run=make_run(state="running"), problem=FAILED)
    work()
    [call] = hooked.calls
    assert (call["state"], call["problem"]["code"]) == ("failed", "out_of_memory")
    assert call["text"] == "Iris, run 1: failed. The memory was not enough."


def test_taking_a_run_out_of_the_queue_is_no_news(hooked: Hook, api: APIClient, make_run: Make) -> None:
    assert api.post(f"/api/runs/{make_run().pk}/stop/").json()["problem"]["code"] == "stopped_before_start"
    assert api.get("/api/notices/").json()["total"] == 0
    assert not Delivery.objects.exists()


def test_without_a_webhook_nothing_is_sent(make_run: Make) -> None:
    record_events(run=make_run(state="running"), events=[FINISHED])
    assert not Delivery.objects.exists()


def test_a_webhook_that_is_down_is_tried_again_with_the_same_key(hooked: Hook, make_run: Make) -> None:
    hooked.statuses = [503, 429, 200]
    run = record_events(run=make_run(state="running"), events=[FINISHED])
    for expected in ("waiting", "waiting", "delivered"):
        assert work().state == expected
        make_due()
    work()
    assert hooked.keys == [f"run-{run.pk}-1"] * 3
    assert Delivery.objects.get().attempts == 3


def test_the_pauses_between_attempts_grow_and_the_last_one_is_the_end(
    hooked: Hook, make_run: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    hooked.statuses = [500] * 9
    record_events(run=make_run(state="running"), events=[FINISHED])
    waits = []
    while (delivery := work()).state == "waiting":
        waits.append(round((delivery.due - timezone.now()).total_seconds(), -1))
        make_due()
    assert (waits, delivery.state, len(hooked.calls)) == ([10, 60, 300, 1800], "given_up", 5)
    assert delivery.answer == "The address answered 500 Internal Server Error."


@pytest.mark.parametrize(("status", "words"), [(302, "redirect"), (404, "404 Not Found")])
def test_what_would_not_get_better_is_given_up_at_once(hooked: Hook, make_run: Make, status: int, words: str) -> None:
    hooked.statuses = [status]
    record_events(run=make_run(state="running"), events=[FINISHED])
    delivery = work()
    assert (delivery.state, len(hooked.calls)) == ("given_up", 1)
    assert words in delivery.answer


def test_news_of_a_run_that_is_deleted_meanwhile_is_forgotten(hooked: Hook, make_run: Make) -> None:
    hooked.statuses = [503]
    run = record_events(run=make_run(state="running"), events=[FINISHED])
    sender = Deliveries()
    sender.tick()
    delete_run(run=run)
    until(lambda: (sender.tick(), sender.owners == [])[1])
    assert not Delivery.objects.exists()


def test_news_that_cannot_be_written_hold_up_no_others(hooked: Hook, make_run: Make) -> None:
    broken = record_events(run=make_run(state="running"), events=[FINISHED])
    Run.objects.filter(pk=broken.pk).update(lead={"key": "loss"}, best=1.0)
    whole = record_events(run=make_run(state="running"), events=[FINISHED])
    work()
    assert [call["run"]["id"] for call in hooked.calls] == [whole.pk]
    assert set(Delivery.objects.values_list("state", flat=True)) == {"given_up", "delivered"}


def test_two_supervisors_never_send_the_same_news(hooked: Hook, make_run: Make) -> None:
    record_events(run=make_run(state="running"), events=[FINISHED])
    assert claim_delivery() is not None
    assert claim_delivery() is None


def test_news_that_a_dead_supervisor_had_claimed_is_sent_when_its_lease_is_over(hooked: Hook, make_run: Make) -> None:
    record_events(run=make_run(state="running"), events=[FINISHED])
    claim_delivery()
    work()
    assert hooked.calls == []
    make_due()
    assert (work().state, len(hooked.calls)) == ("delivered", 1)


def test_news_whose_last_attempt_nobody_wrote_down_is_not_forgotten(hooked: Hook, make_run: Make) -> None:
    record_events(run=make_run(state="running"), events=[FINISHED])
    for _ in range(len(PAUSES) + 1):
        claim_delivery()
        make_due()
    assert (work().state, len(hooked.calls)) == ("delivered", 1)


def test_one_person_cannot_hold_up_the_news_of_others(hooked: Hook, make_run: Make, ben: User) -> None:
    for _ in range(2):
        record_events(run=make_run(state="running"), events=[FINISHED])
    first = claim_delivery()
    assert first is not None
    assert claim_delivery(but=[first.run.owner_id]) is None
    User.objects.filter(pk=ben.pk).update(webhook=hooked.url)
    record_events(run=make_run(state="running", owner=User.objects.get(pk=ben.pk)), events=[FINISHED])
    other = claim_delivery(but=[first.run.owner_id])
    assert other is not None
    assert other.run.owner_id == ben.pk


@pytest.mark.parametrize("end", ["finished", "killed"])
def test_the_supervisor_sends_the_news_of_runs_it_trains_also_when_it_is_another_one(
    hooked: Hook, make_run: Make, end: str
) -> None:
    hooked.statuses = [503]
    run = make_run(settings={"events": 1, "end": end})
    first = Supervisor(FakeLauncher(), slots=1)
    until(lambda: hooked.calls and not first.charges and Delivery.objects.get().answer, first)
    make_due()
    until(lambda: Delivery.objects.get().state == "delivered", Supervisor(FakeLauncher(), slots=1))
    assert [call["state"] for call in hooked.calls] == ["finished" if end == "finished" else "failed"] * 2
    assert set(hooked.keys) == {f"run-{run.pk}-{Run.objects.get(pk=run.pk).last_seq}"}


def test_a_webhook_that_never_answers_does_not_hold_up_the_supervisor(
    hook: Hook, anna: User, make_run: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outgoing, "CONNECT_SECONDS", 0.2)
    with outgoing.socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        User.objects.filter(pk=anna.pk).update(webhook=f"http://127.0.0.1:{silent.getsockname()[1]}/")
        record_events(run=make_run(state="running", owner=User.objects.get(pk=anna.pk)), events=[FINISHED])
        sender = Deliveries()
        sender.tick()
        assert sender.owners == [anna.pk]
        assert work(sender).answer == "127.0.0.1 did not answer in time."


def test_a_webhook_is_set_tried_and_taken_away(api: APIClient, hook: Hook, make_run: Make) -> None:
    assert api.get("/api/webhook/").json() == {"url": "", "last": None}
    assert api.patch("/api/webhook/", {"url": hook.url}, "json").json()["url"] == hook.url
    answer = api.post("/api/webhook/test/", {"url": hook.url}, "json").json()
    assert answer == {"delivered": True, "message": "Arrived: the address answered 204.", "hint": ""}
    assert hook.calls[0]["event"] == "test"
    run = record_events(run=make_run(state="running", owner=User.objects.get()), events=[FINISHED])
    assert api.get("/api/webhook/").json()["last"]["run"] == run.pk
    moved = hook.url + "elsewhere"
    assert api.patch("/api/webhook/", {"url": moved}, "json").json()["last"]["state"] == "waiting"
    assert Delivery.objects.get().url == moved
    assert api.patch("/api/webhook/", {"url": ""}, "json").json()["last"]["state"] == "given_up"
    work()
    assert len(hook.calls) == 1


def test_a_trial_says_why_nothing_arrived(api: APIClient, hook: Hook) -> None:
    hook.statuses = [500]
    assert api.post("/api/webhook/test/", {"url": hook.url}, "json").json() == {
        "delivered": False, "message": "The address answered 500 Internal Server Error.", "hint": "",
    }  # fmt: skip
    hook.server_close()
    answer = api.post("/api/webhook/test/", {"url": hook.url.replace("http:", "ftp:")}, "json").json()
    assert (answer["delivered"], answer["message"]) == (False, "This is no web address.")


def test_a_name_that_changes_its_meaning_after_the_check_gains_nothing(
    hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def lookup(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        asked.append(host)
        return [(2, 1, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(outgoing.socket, "getaddrinfo", lookup)
    assert post_json(f"http://rebinding.example:{hook.server_port}/", {"a": 1}, {}) == 204
    assert asked == ["rebinding.example", "127.0.0.1"]  # the name is asked for once, then its number is called
