"""The websocket of a run: first what was missed, then live, without loss or repetition."""

from __future__ import annotations

import asyncio
import logging
from urllib.parse import parse_qs

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings

from webapp.accounts.authentication import session_user, token_in
from webapp.accounts.models import User
from webapp.accounts.services import token_user
from webapp.limits import Receive, Scope, Send
from webapp.runs.models import Run
from webapp.runs.tail import TAIL, Line, lines_after

log = logging.getLogger(__name__)
UNAUTHENTICATED = 4401
NOT_FOUND = 4404
ENDED = 1000
FRAME = 256 * 1024  # characters in one message


class RunConsumer(AsyncWebsocketConsumer):
    """`/ws/runs/{id}/?after=0` sends `{"events": […]}` until the terminal event, then closes."""

    pump: asyncio.Task[None] | None = None
    timer: asyncio.TimerHandle | None = None
    check_due: bool
    owner: int
    cursor: int  # the seq of the last event sent

    async def connect(self) -> None:
        await self.accept()  # a code reaches the browser only over an open socket
        user = await database_sync_to_async(self._user)()
        if user is None:
            await self.close(UNAUTHENTICATED)
            return
        run = await Run.objects.of(user).only("state", "last_seq", "owner_id").filter(pk=self._run).afirst()
        if run is None:
            await self.close(NOT_FOUND)
            return
        self.owner, self.cursor = run.owner_id, min(self._after(), run.last_seq)
        if run.ended and self.cursor == run.last_seq:
            await self.close(ENDED)
            return
        self.pump = asyncio.create_task(self._pump())

    async def disconnect(self, code: int) -> None:
        if self.pump is not None:
            self.pump.cancel()
        if self.timer is not None:
            self.timer.cancel()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Nothing is taken from the browser; commands are REST."""

    @property
    def _run(self) -> int:
        return int(self.scope["url_route"]["kwargs"]["pk"])

    def _after(self) -> int:
        text = parse_qs(self.scope["query_string"].decode("latin-1")).get("after", ["0"])[0]
        return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0

    def _user(self) -> User | None:
        """Who opened the socket, asked of the database anew: a session may have ended, a token been taken back."""
        header = dict(self.scope["headers"]).get(b"authorization", b"").decode("latin-1")
        if header:
            secret = token_in(header)
            return token_user(secret) if secret else None
        if not any(name == b"origin" for name, _ in self.scope["headers"]):
            return None  # a cookie counts only where a browser vouches for the page that sent it
        return session_user(self.scope["cookies"])

    async def _pump(self) -> None:
        try:
            await self._send_events()
        except asyncio.CancelledError:
            raise
        except OSError:
            log.debug("A viewer of run %s is gone.", self._run)
        except Exception:
            log.exception("The stream of run %s broke off.", self._run)
            await self.close(1011)

    async def _send_events(self) -> None:
        with TAIL.watching(self._run, self.cursor) as watch:
            self._check_later(watch.news)
            while True:
                watch.news.clear()
                if self.check_due:
                    if not await self._still_welcome():
                        return await self.close(UNAUTHENTICATED)
                    self._check_later(watch.news)
                lines = await self._lines()
                if not lines:
                    await watch.news.wait()
                    continue
                await self._send(lines)
                self.cursor = lines[-1].seq
                if lines[-1].terminal:
                    return await self.close(ENDED)

    def _check_later(self, news: asyncio.Event) -> None:
        """Wakes the pump once it is time to see whether the viewer may still watch; one timer for many waits."""
        self.check_due = False

        def due() -> None:
            self.check_due = True
            news.set()

        self.timer = asyncio.get_running_loop().call_later(settings.SOCKET_RECHECK_SECONDS, due)

    async def _lines(self) -> list[Line]:
        """What comes after the cursor: from the ring, or else from the table."""
        lines = TAIL.recent(self._run, self.cursor)
        return await database_sync_to_async(lines_after)(self._run, self.cursor) if lines is None else lines

    async def _still_welcome(self) -> bool:
        user = await database_sync_to_async(self._user)()
        return user is not None and user.pk == self.owner

    async def _send(self, lines: list[Line]) -> None:
        """Several events a message, but none too large."""
        frame: list[str] = []
        size = 0
        for line in lines:
            if frame and size + len(line.text) > FRAME:
                await self.send('{"events":[' + ",".join(frame) + "]}")
                frame, size = [], 0
            frame.append(line.text)
            size += len(line.text)
        await self.send('{"events":[' + ",".join(frame) + "]}")


async def nowhere(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers sockets to addresses that do not exist."""
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.close", "code": NOT_FOUND})
