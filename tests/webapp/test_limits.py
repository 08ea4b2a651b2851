"""How large a body may be, while it arrives."""

import json
from collections.abc import Iterable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from webapp.accounts.services import create_token, ensure_user
from webapp.limits import BodyLimit

pytestmark = pytest.mark.asyncio
MB = 1024**2


async def answer_to(
    pieces: Iterable[bytes], headers: list[tuple[bytes, bytes]], to: str = "POST /api/check/", full: bool = False
) -> tuple[int, Any]:
    """What comes of a request whose body arrives in pieces."""
    method, path = to.split()
    sent: list[Any] = []
    arriving = iter(pieces)

    async def receive() -> dict[str, Any]:
        piece = next(arriving, None)
        return {"type": "http.request", "body": piece or b"", "more_body": piece is not None}

    async def send(message: Any) -> None:
        sent.append(message)

    async def application(_scope: Any, receive: Any, send: Any) -> None:
        if full:
            raise OSError(28, "No space left on device")
        while (await receive())["more_body"]:
            pass
        await send({"type": "http.response.start", "status": 200})
        await send({"type": "http.response.body", "body": b"{}"})

    scope = {"type": "http", "method": method, "path": path, "headers": headers}
    await BodyLimit(application)(scope, receive, send)
    return sent[0]["status"], json.loads(sent[1]["body"])


@pytest.fixture(autouse=True)
def _small(settings: Any) -> None:
    settings.BODY_LIMIT, settings.PREDICT_LIMIT, settings.UPLOAD_LIMIT = 2 * MB, 3 * MB, 4 * MB


@pytest.fixture
def token(transactional_db: None) -> tuple[bytes, bytes]:
    return (b"authorization", f"Token {create_token(username='anna')}".encode())


@pytest.fixture
def session(transactional_db: None) -> tuple[bytes, bytes]:
    client = Client()
    client.force_login(ensure_user(username="anna"))
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    return (b"cookie", f"other=1; {cookie.key}={cookie.value}".encode())


MULTIPART = (b"content-type", b"multipart/form-data; boundary=x")
CHUNKED = (b"transfer-encoding", b"chunked")
UPLOAD = "POST /api/datasets/"
APPEND = "POST /api/datasets/7/append/"
PREDICT = "POST /api/runs/7/predict/"


async def test_a_body_within_the_limit_passes() -> None:
    assert await answer_to([b"x" * MB] * 2, []) == (200, {})


@pytest.mark.parametrize(("to", "most"), [(UPLOAD, 4), (APPEND, 4), (PREDICT, 3)])
async def test_uploads_and_pictures_to_predict_have_limits_of_their_own(
    to: str, most: int, token: tuple[bytes, bytes]
) -> None:
    headers = [MULTIPART, CHUNKED, token]
    assert await answer_to([b"x" * MB] * most, headers, to) == (200, {})
    assert (await answer_to([b"x" * MB] * (most + 1), headers, to))[0] == 413


@pytest.mark.parametrize("to", ["POST /api/runs/", "PUT /api/datasets/", "POST /api/datasets/1/", "POST /signin"])
async def test_elsewhere_a_form_is_no_larger_than_any_other_body(to: str, token: tuple[bytes, bytes]) -> None:
    assert (await answer_to([b"x" * MB] * 3, [MULTIPART, token], to))[0] == 413


@pytest.mark.parametrize("says", [[CHUNKED], [(b"content-length", b"3145728")]])
@pytest.mark.parametrize("to", [UPLOAD, PREDICT])
@pytest.mark.usefixtures("transactional_db")
async def test_a_large_body_of_a_stranger_is_refused_unread(to: str, says: list[tuple[bytes, bytes]]) -> None:
    for shown in ([], [(b"authorization", b"Token made-up")], [(b"cookie", b"netloom_session_8000=made-up")]):
        pieces = iter([b"x" * MB] * 3)
        status, answer = await answer_to(pieces, [MULTIPART, *says, *shown], to)
        assert (status, answer["error"]["code"]) == (401, "not_signed_in")
        assert len(list(pieces)) == 3


async def test_a_session_is_as_good_as_a_token(session: tuple[bytes, bytes]) -> None:
    assert await answer_to([b"x" * MB] * 3, [MULTIPART, CHUNKED, session], UPLOAD) == (200, {})


async def test_a_body_that_says_it_is_too_large_is_refused_unread() -> None:
    status, answer = await answer_to([], [(b"content-length", b"99999999")])
    assert (status, answer["error"]["code"]) == (413, "request_too_large")


async def test_a_body_that_turns_out_too_large_is_refused() -> None:
    assert (await answer_to([b"x" * MB] * 3, []))[0] == 413


async def test_a_full_disk_is_said_to_be_full() -> None:
    status, answer = await answer_to([], [], full=True)
    assert (status, answer["error"]["code"]) == (507, "disk_full")
