"""How large a body may be, while it arrives."""

import json
from typing import Any

import pytest

from webapp.limits import BodyLimit

pytestmark = pytest.mark.asyncio


async def answer_to(pieces: list[bytes], headers: list[tuple[bytes, bytes]], full: bool = False) -> tuple[int, Any]:
    """What comes of a request whose body arrives in pieces."""
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

    await BodyLimit(application)({"type": "http", "headers": headers}, receive, send)
    return sent[0]["status"], json.loads(sent[1]["body"])


@pytest.fixture(autouse=True)
def _small(settings: Any) -> None:
    settings.BODY_LIMIT, settings.UPLOAD_LIMIT = 2 * 1024**2, 4 * 1024**2


MULTIPART = (b"content-type", b"multipart/form-data; boundary=x")


async def test_a_body_within_the_limit_passes() -> None:
    assert await answer_to([b"x" * 1024**2] * 2, []) == (200, {})
    assert await answer_to([b"x" * 1024**2] * 4, [MULTIPART]) == (200, {})


async def test_a_body_that_says_it_is_too_large_is_refused_unread() -> None:
    status, answer = await answer_to([], [(b"content-length", b"99999999")])
    assert (status, answer["error"]["code"]) == (413, "request_too_large")


async def test_a_body_that_turns_out_too_large_is_refused() -> None:
    assert (await answer_to([b"x" * 1024**2] * 3, []))[0] == 413
    assert (await answer_to([b"x" * 1024**2] * 5, [MULTIPART]))[0] == 413


async def test_a_full_disk_is_said_to_be_full() -> None:
    status, answer = await answer_to([], [], full=True)
    assert (status, answer["error"]["code"]) == (507, "disk_full")
