"""How large a request may be, checked while it arrives, before it fills the disk."""

import errno
import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from django.conf import settings

from webapp.exceptions import Refused, body, disk_full
from webapp.parsers import too_large

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


class BodyTooLarge(Exception):
    pass


class BodyLimit:
    """ASGI middleware: multipart bodies up to the upload limit, all others up to the body limit."""

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        multipart = headers.get(b"content-type", b"").lower().startswith(b"multipart/form-data")
        limit = settings.UPLOAD_LIMIT if multipart else settings.BODY_LIMIT
        length = headers.get(b"content-length", b"0")
        if length.isdigit() and int(length) > limit:
            await refuse(send, too_large(limit))
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


async def refuse(send: Send, refused: Refused) -> None:
    answer = json.dumps(body(refused.problem.document())).encode()
    headers = [(b"content-type", b"application/json"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": int(refused.status), "headers": headers})
    await send({"type": "http.response.body", "body": answer})
