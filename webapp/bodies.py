"""Bodies that a view reads while they arrive, instead of finding them stored whole."""

import asyncio
import re
from typing import Any, Protocol

from asgiref.sync import async_to_sync
from django.http import UnreadablePostError
from rest_framework.request import Request

from webapp.limits import Application, Message, Receive, Scope, Send

KEY = "netloom.body"
SILENCE = 30.0  # seconds without a byte; a network that is gone ends no connection


class Body(Protocol):
    """Whatever bytes can be read from; b"" is the end."""

    def read(self, size: int) -> bytes: ...


class Arriving:
    """The body of a request, as it comes in; read from the thread of a view."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._rest, self._ended, self._gone = b"", False, False

    def read(self, size: int) -> bytes:
        """Up to `size` bytes. Raises UnreadablePostError once all is read that came before the sender was gone."""
        while len(self._rest) < size and not (self._ended or self._gone):
            self._rest += async_to_sync(self._gather)(size - len(self._rest))
        if self._gone and not self._rest:
            raise UnreadablePostError("The sender is gone.")
        piece, self._rest = self._rest[:size], self._rest[size:]
        return piece

    async def _gather(self, size: int) -> bytes:
        """What comes next, together: changing threads costs more than a network's small pieces take."""
        pieces: list[bytes] = []
        while size > 0 and not (self._ended or self._gone):
            message = await self._next()
            self._gone = message["type"] == "http.disconnect"
            self._ended = not message.get("more_body", False)
            pieces.append(message.get("body", b""))
            size -= len(pieces[-1])
        return b"".join(pieces)

    async def _next(self) -> Message:
        try:
            async with asyncio.timeout(SILENCE):
                return await self._receive()
        except TimeoutError:
            return {"type": "http.disconnect"}


class StreamedBody:
    """ASGI middleware: hands uploads on as `Arriving`; Django, which would store them first, sees an empty body."""

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not (scope["method"] == "PATCH" and re.fullmatch(r"/api/uploads/[^/]+/", scope["path"])):
            await self.application(scope, receive, send)
            return
        asked = False

        async def nothing() -> Message:
            nonlocal asked
            if asked:
                await asyncio.Event().wait()  # Django waits for the end of the connection, which the view sees first
            asked = True
            return {"type": "http.request", "body": b"", "more_body": False}

        await self.application({**scope, KEY: Arriving(receive)}, nothing, send)


def body_of(request: Request) -> Body:
    """The body of a request, to be read in pieces; `data` must not have been touched."""
    plain: Any = request._request
    arriving: Body | None = getattr(plain, "scope", {}).get(KEY)
    return arriving or plain
