"""Viewers of a run: sockets that take the time at which bytes reach them and read them afterwards.

A thousand browsers have a thousand machines. Were each message read as it comes, the viewers would share the two cores
of the server and mostly wait for each other.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import psutil
import uvloop
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.uri import parse_uri

from tests.e2e.server import Server

RATE = 20
"""Events per second that viewers follow."""

EVENTS = 200
MARK = b'"seq"'
"""Stands once in every event, and in nothing else that the server sends."""

FEED = """
from webapp.accounts.models import User
from webapp.folders import new_folder
from webapp.runs.models import Run
run = Run.objects.create(owner=User.objects.get(username="owner"), number=1, name="Bench", state="running",
    graph={{}}, recipe=None, settings={{}}, trainer={note})
new_folder(run.folder)
print(run.pk, run.folder)
"""


@dataclass(frozen=True)
class Seen:
    """How late each event was with each viewer, in seconds, and how many were missing or out of order."""

    delays: list[float]
    lost: int


def seen(server: Server, viewers: int) -> Seen:
    """What so many viewers see of a run whose events are written one after another, as a trainer does."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_seen(server, viewers))


class Viewer(asyncio.Protocol):
    """One socket, from the request for it to the last event."""

    def __init__(self, address: str, headers: dict[str, str]) -> None:
        self.protocol = ClientProtocol(parse_uri(address), max_size=None)
        self.headers = headers
        self.chunks: list[tuple[float, bytes]] = []
        self.left = EVENTS
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        request = self.protocol.connect()
        request.headers.update(self.headers)
        self.protocol.send_request(request)
        self.transport.write(b"".join(self.protocol.data_to_send()))

    def data_received(self, data: bytes) -> None:
        self.chunks.append((time.time(), data))
        self.left -= data.count(MARK)
        if not self.opened.done():
            self.opened.set_result(None)
        if self.left <= 0 and not self.done.done():
            self.done.set_result(None)

    def events(self) -> Iterator[tuple[float, dict[str, Any]]]:
        """Each event with the time at which it was there."""
        for when, data in self.chunks:
            self.protocol.receive_data(data)
            for message in self.protocol.events_received():
                if isinstance(message, Frame) and message.opcode is Opcode.TEXT:
                    yield from ((when, event) for event in json.loads(message.data)["events"])
        if self.protocol.handshake_exc is not None:
            raise self.protocol.handshake_exc


async def _seen(server: Server, viewers: int) -> Seen:
    waiting = subprocess.Popen(["sleep", "600"])
    try:
        note = {"pid": waiting.pid, "created": psutil.Process(waiting.pid).create_time()}
        run, place = server.manage("shell", "-c", FEED.format(note=note)).split()
        audience = await _gathered(server, f"ws://127.0.0.1:{server.port}/ws/runs/{run}/?after=0", viewers)
        await _told(Path(place))
        await asyncio.wait_for(asyncio.gather(*(viewer.done for viewer in audience)), 120)
        for viewer in audience:
            viewer.transport.abort()
    finally:
        waiting.kill()
        waiting.wait()
    return _judged(audience)


async def _gathered(server: Server, address: str, viewers: int) -> list[Viewer]:
    headers = {"Authorization": str(server.client.headers["Authorization"]), "Origin": server.address}
    audience = []
    for _ in range(viewers):
        made = await asyncio.get_running_loop().create_connection(
            lambda: Viewer(address, headers), "127.0.0.1", server.port
        )
        await asyncio.wait_for(made[1].opened, 60)
        audience.append(made[1])
    return audience


async def _told(folder: Path) -> None:
    with (folder / "events.jsonl").open("a", buffering=1) as spool:
        for seq in range(1, EVENTS + 1):
            spool.write(json.dumps({"seq": seq, "type": "log", "message": "m", "at": time.time()}) + "\n")
            await asyncio.sleep(1 / RATE)
        spool.write(json.dumps({"seq": EVENTS + 1, "type": "failed", "problem": {"code": "bench"}}) + "\n")


def _judged(audience: list[Viewer]) -> Seen:
    delays = []
    lost = 0
    for viewer in audience:
        followed = [(when, event) for when, event in viewer.events() if event["seq"] <= EVENTS]
        delays += [when - event["at"] for when, event in followed]
        seqs = [event["seq"] for _, event in followed]
        lost += sum(seq != place for place, seq in enumerate(seqs, 1)) + EVENTS - len(seqs)
    return Seen(delays, lost)
