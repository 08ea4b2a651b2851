"""The websocket of a run: who may open it, what was missed, what is live, and when it closes."""

import asyncio
import json
from collections import deque
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.test import Client

from tests.webapp.sockets import Socket
from webapp.accounts.models import ApiToken
from webapp.accounts.services import create_link, create_token
from webapp.asgi import application
from webapp.runs import tail
from webapp.runs.consumers import RunConsumer
from webapp.runs.models import Event, Run
from webapp.runs.services import record_events

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]
HOST = (b"host", b"localhost:8000")
Make = Callable[..., Run]


def event(seq: int, kind: str = "progress") -> dict[str, Any]:
    return {"seq": seq, "type": kind, "loss": 1 / seq}


def record(run: Run, first: int, last: int, kind: str = "progress") -> None:
    record_events(run=run, events=[event(seq, kind) for seq in range(first, last + 1)])


def token_header(username: str) -> tuple[bytes, bytes]:
    return (b"authorization", f"Token {create_token(username=username)}".encode())


def session_headers(username: str, origin: bytes = b"http://localhost:8000") -> list[tuple[bytes, bytes]]:
    client = Client()
    client.get("/signin", {"token": create_link(username=username)})
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    return [HOST, (b"origin", origin), (b"cookie", cookies.encode())]


def socket(run: Run | int, headers: list[tuple[bytes, bytes]], query: str = "") -> Socket:
    number = run.pk if isinstance(run, Run) else run
    return Socket(application, f"/ws/runs/{number}/", query, headers)


async def events_of(open_socket: Socket, seconds: float = 5.0) -> tuple[list[int], int]:
    """All events until the server closes, and the code with which it does."""
    found: list[int] = []
    while True:
        message = await open_socket.receive_output(timeout=seconds)
        if message["type"] == "websocket.close":
            return found, message["code"]
        found += [event["seq"] for event in json.loads(message["text"])["events"]]


async def answer_code(headers: list[tuple[bytes, bytes]], run: Run | int) -> int:
    """The code with which the server closes at once."""
    open_socket = socket(run, headers)
    connected, code = await open_socket.connect()
    return (await events_of(open_socket))[1] if connected else code


@pytest.fixture
def header(anna: Any) -> tuple[bytes, bytes]:
    return token_header(anna.username)


async def test_an_ended_run_is_replayed_and_the_socket_closed(make_run: Make, header: tuple[bytes, bytes]) -> None:
    run = await sync_to_async(make_run)(state="running")
    await sync_to_async(record)(run, 1, 1200)
    await sync_to_async(record)(run, 1201, 1201, "finished")
    open_socket = socket(run, [HOST, header])
    assert (await open_socket.connect())[0]
    assert await events_of(open_socket) == (list(range(1, 1202)), 1000)


async def test_only_what_was_missed_is_replayed(make_run: Make, header: tuple[bytes, bytes]) -> None:
    run = await sync_to_async(make_run)(state="running")
    await sync_to_async(record)(run, 1, 10)
    await sync_to_async(record)(run, 11, 11, "failed")
    for after, expected in ((8, [9, 10, 11]), (11, []), (99, [])):
        open_socket = socket(run, [HOST, header], f"after={after}")
        await open_socket.connect()
        assert await events_of(open_socket) == (expected, 1000)


@pytest.mark.parametrize("after", ["", "x", "-1", "9" * 30])
async def test_a_number_that_makes_no_sense_counts_as_none(
    make_run: Make, header: tuple[bytes, bytes], after: str
) -> None:
    run = await sync_to_async(make_run)(state="running")
    await sync_to_async(record)(run, 1, 1, "finished")
    open_socket = socket(run, [HOST, header], f"after={after}")
    await open_socket.connect()
    assert await events_of(open_socket) == ([1], 1000)


async def test_replay_goes_over_into_live_without_loss_or_repetition(
    make_run: Make, header: tuple[bytes, bytes]
) -> None:
    run = await sync_to_async(make_run)(state="running")
    await sync_to_async(record)(run, 1, 700)
    sockets = [socket(run, [HOST, header], f"after={after}") for after in (0, 0, 350, 699, 700, 5000)]
    for open_socket in sockets[:3]:
        await open_socket.connect()
    collected = [asyncio.create_task(events_of(open_socket)) for open_socket in sockets[:3]]
    for first in range(701, 1001, 20):
        await sync_to_async(record)(run, first, first + 19)
        await asyncio.sleep(0.01)
        if first == 841:
            for open_socket in sockets[3:]:
                await open_socket.connect()
            collected += [asyncio.create_task(events_of(open_socket)) for open_socket in sockets[3:]]
    await sync_to_async(record)(run, 1001, 1001, "finished")
    found = await asyncio.gather(*collected)
    # The last one asked for what is not there yet and gets what comes.
    starts = [0, 0, 350, 699, 700]
    assert found[:5] == [(list(range(start + 1, 1002)), 1000) for start in starts]
    assert found[5][0] == list(range(found[5][0][0], 1002))


async def test_what_has_left_the_ring_comes_from_the_table(
    make_run: Make, header: tuple[bytes, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tail, "RING", 8)
    monkeypatch.setattr(tail.Ring, "__init__", ring_of(8))
    run = await sync_to_async(make_run)(state="running")
    live, late = socket(run, [HOST, header]), socket(run, [HOST, header], "after=3")
    await live.connect()
    following = asyncio.create_task(events_of(live))
    for first in range(1, 101, 10):
        await sync_to_async(record)(run, first, first + 9)
        await asyncio.sleep(0.02)
    await late.connect()
    await sync_to_async(record)(run, 101, 101, "finished")
    assert await following == (list(range(1, 102)), 1000)
    assert await events_of(late) == (list(range(4, 102)), 1000)


def ring_of(size: int) -> Callable[..., None]:
    def small(self: tail.Ring, start: int) -> None:
        self.start, self.fresh, self.lines, self.watches = start, True, deque(maxlen=size), set()

    return small


async def test_several_events_share_a_message_but_none_grows_too_large(
    make_run: Make, header: tuple[bytes, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.runs.consumers.FRAME", 200)
    run = await sync_to_async(make_run)(state="running")
    await sync_to_async(record)(run, 1, 30)
    open_socket = socket(run, [HOST, header])
    await open_socket.connect()
    message = await open_socket.receive_output(timeout=5)
    assert len(message["text"]) < 260
    assert len(json.loads(message["text"])["events"]) > 1
    await open_socket.disconnect()


async def test_an_event_from_another_process_arrives_by_itself(make_run: Make, header: tuple[bytes, bytes]) -> None:
    run = await sync_to_async(make_run)(state="running")
    open_socket = socket(run, [HOST, header])
    await open_socket.connect()
    await asyncio.sleep(0.1)
    await sync_to_async(record)(run, 1, 1)
    message = await open_socket.receive_output(timeout=10)
    assert json.loads(message["text"])["events"] == [event(1)]
    await open_socket.disconnect()


async def test_nobody_hears_anything_without_signing_in(make_run: Make) -> None:
    run = await sync_to_async(make_run)()
    origin = (b"origin", b"http://localhost:8000")
    for headers in (
        [HOST],
        [HOST, origin],
        [HOST, (b"authorization", b"Token wrong")],
        [HOST, (b"authorization", b"x")],
    ):
        assert await answer_code(headers, run) == 4401


async def test_what_others_own_is_not_found(make_run: Make, ben: Any) -> None:
    run = await sync_to_async(make_run)()
    bens = await sync_to_async(token_header)(ben.username)
    assert await answer_code([HOST, bens], run) == 4404
    assert await answer_code([HOST, bens], 987_654) == 4404


async def test_an_address_that_does_not_exist_is_not_found(header: tuple[bytes, bytes]) -> None:
    open_socket = Socket(application, "/ws/elsewhere/", "", [HOST, header])
    await open_socket.connect()
    assert (await events_of(open_socket))[1] == 4404


async def test_a_session_opens_a_socket_from_the_servers_own_pages(make_run: Make, anna: Any) -> None:
    run = await sync_to_async(make_run)(state="running")
    await sync_to_async(record)(run, 1, 1, "finished")
    headers = await sync_to_async(session_headers)(anna.username)
    assert await answer_code(headers, run) == 1000


@pytest.mark.parametrize(
    "origin",
    [
        b"http://evil.example",
        b"http://localhost:9000",
        b"https://localhost:8000",
        b"http://localhost",
        b"null",
        b"://[",
    ],
)
async def test_pages_of_other_origins_open_no_socket(make_run: Make, anna: Any, origin: bytes) -> None:
    run = await sync_to_async(make_run)()
    headers = await sync_to_async(session_headers)(anna.username, origin)
    open_socket = socket(run, headers)
    assert await open_socket.connect() == (False, 4403)


async def test_a_host_that_is_not_ours_opens_no_socket(make_run: Make, header: tuple[bytes, bytes]) -> None:
    run = await sync_to_async(make_run)()
    assert await socket(run, [(b"host", b"evil.example"), header]).connect() == (False, 4403)


async def test_a_trusted_origin_behind_a_proxy_opens_a_socket(make_run: Make, anna: Any, settings: Any) -> None:
    settings.ORIGINS = ["https://netloom.example"]
    run = await sync_to_async(make_run)(state="running")
    await sync_to_async(record)(run, 1, 1, "finished")
    headers = await sync_to_async(session_headers)(anna.username, b"https://netloom.example")
    assert await answer_code(headers, run) == 1000


async def test_a_cookie_without_an_origin_opens_no_stream(make_run: Make, anna: Any) -> None:
    run = await sync_to_async(make_run)()
    headers = await sync_to_async(session_headers)(anna.username)
    assert await answer_code([headers[0], headers[2]], run) == 4401


async def test_a_socket_closes_once_its_token_is_taken_back(
    make_run: Make, header: tuple[bytes, bytes], settings: Any
) -> None:
    settings.SOCKET_RECHECK_SECONDS = 0.1
    run = await sync_to_async(make_run)(state="running")
    open_socket = socket(run, [HOST, header])
    await open_socket.connect()
    await ApiToken.objects.all().adelete()
    assert await events_of(open_socket) == ([], 4401)


async def test_what_a_browser_says_is_ignored(make_run: Make, header: tuple[bytes, bytes]) -> None:
    run = await sync_to_async(make_run)(state="running")
    open_socket = socket(run, [HOST, header])
    await open_socket.connect()
    await open_socket.send_input({"type": "websocket.receive", "text": "hello"})
    await sync_to_async(record)(run, 1, 1, "finished")
    assert await events_of(open_socket) == ([1], 1000)
    assert await Event.objects.acount() == 1


async def test_a_closed_socket_is_watched_no_longer(make_run: Make, header: tuple[bytes, bytes]) -> None:
    run = await sync_to_async(make_run)(state="running")
    open_socket = socket(run, [HOST, header])
    await open_socket.connect()
    await becomes(lambda: set(tail.TAIL.rings) == {run.pk})
    await open_socket.disconnect()
    await becomes(lambda: tail.TAIL.rings == {})


async def becomes(condition: Callable[[], bool], seconds: float = 10) -> None:
    """Waits until the condition holds; fails where it never does."""
    deadline = asyncio.get_running_loop().time() + seconds
    while not condition():
        assert asyncio.get_running_loop().time() < deadline
        await asyncio.sleep(0.01)


async def test_a_viewer_that_goes_while_it_is_sent_something_is_no_error(
    make_run: Make, header: tuple[bytes, bytes], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    gone = asyncio.Event()

    async def send(*_: Any) -> None:
        gone.set()
        raise ConnectionResetError

    run = await sync_to_async(make_run)(state="running")
    await sync_to_async(record)(run, 1, 3)
    monkeypatch.setattr(RunConsumer, "_send", send)
    open_socket = socket(run, [HOST, header])
    await open_socket.connect()
    await asyncio.wait_for(gone.wait(), 5)
    await open_socket.disconnect()
    assert "broke off" not in caplog.text
