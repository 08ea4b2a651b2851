"""How large a request may be, and from whom; checked while it arrives, before it fills the disk."""

import errno
import json
import re
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from http import HTTPStatus
from typing import Any

from channels.db import database_sync_to_async
from django.conf import settings
from django.http import parse_cookie

from webapp.accounts.authentication import is_known
from webapp.exceptions import HINTS, Refused, body, disk_full
from webapp.parsers import too_large

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


class BodyTooLarge(Exception):
    pass


class BodyLimit:
    """ASGI middleware: files and images up to their own limits and from people we know, else the body limit."""

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        limit, length = limit_of(scope), length_in(headers)
        if length is not None and length > limit:
            await refuse(send, too_large(limit))
            return
        if length is not None and length <= settings.BODY_LIMIT:
            limit = settings.BODY_LIMIT
        elif limit > settings.BODY_LIMIT and not await database_sync_to_async(sender_is_known)(headers):
            await refuse(send, Refused(HTTPStatus.UNAUTHORIZED, *HINTS[HTTPStatus.UNAUTHORIZED]))
            return
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise BodyTooLarge
            return message

        try:
            await self.application(scope, counted, send)
        except BodyTooLarge:
            await refuse(send, too_large(limit))
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            await refuse(send, disk_full())


def limit_of(scope: Scope) -> int:
    """What this address takes."""
    if scope["method"] == "POST" and re.fullmatch(r"/api/datasets/(\d+/append/)?", scope["path"]):
        return int(settings.UPLOAD_LIMIT)
    if scope["method"] == "PATCH" and re.fullmatch(r"/api/uploads/[^/]+/", scope["path"]):
        return int(settings.UPLOAD_LIMIT)
    if scope["method"] == "POST" and re.fullmatch(r"/api/runs/\d+/predict/", scope["path"]):
        return int(settings.PREDICT_LIMIT)
    return int(settings.BODY_LIMIT)


def length_in(headers: Mapping[bytes, bytes]) -> int | None:
    """How long the body says it is; None for one that comes in chunks."""
    if b"transfer-encoding" in headers:
        return None
    length = headers.get(b"content-length", b"0")
    return int(length) if length.isdigit() else None


def sender_is_known(headers: Mapping[bytes, bytes]) -> bool:
    return is_known(
        headers.get(b"authorization", b"").decode("latin-1"),
        parse_cookie(headers.get(b"cookie", b"").decode("latin-1")),
    )


async def refuse(send: Send, refused: Refused) -> None:
    answer = json.dumps(body(refused.problem.document())).encode()
    headers = [(b"content-type", b"application/json"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": int(refused.status), "headers": headers})
    await send({"type": "http.response.body", "body": answer})
