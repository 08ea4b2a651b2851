"""One thread per web process that follows the event table for all its sockets."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import takewhile

from django.db import DatabaseError, connection

from webapp.runs.changes import Changes
from webapp.runs.models import TERMINAL, Event

log = logging.getLogger(__name__)
LOOK_SECONDS = 0.02
TELL_SECONDS = 0.00005
"""What telling one viewer takes, roughly (30 µs), and as much again for all else that the server does.

Many viewers are told less often, of several events at once.
"""

IDLE_SECONDS = 0.5
RING = 2000
BATCH = 500


@dataclass(frozen=True, slots=True)
class Line:
    """One event, ready to be sent."""

    seq: int
    text: str
    terminal: bool


@dataclass(eq=False, slots=True)
class Watch:
    """A socket's wish to be woken when its run has news."""

    loop: asyncio.AbstractEventLoop
    news: asyncio.Event


@dataclass(slots=True)
class Ring:
    """The newest events of one watched run. `start` is the seq before the first one it holds."""

    start: int
    fresh: bool = True  # never yet filled from the table
    lines: deque[Line] = field(default_factory=lambda: deque(maxlen=RING))
    watches: set[Watch] = field(default_factory=set)

    @property
    def last(self) -> int:
        return self.lines[-1].seq if self.lines else self.start

    def add(self, line: Line) -> None:
        if len(self.lines) == RING:
            self.start = self.lines[0].seq
        self.lines.append(line)


def lines_after(run: int, after: int, limit: int = BATCH) -> list[Line]:
    """Events of a run from the table, in order."""
    rows = Event.objects.filter(run=run, seq__gt=after).order_by("seq").values_list("seq", "type", "body")
    return [Line(seq, json.dumps(body, separators=(",", ":")), kind in TERMINAL) for seq, kind, body in rows[:limit]]


def _wake(watches: Iterable[Watch]) -> None:
    """Goes to each event loop once, however many sockets it has to wake: that hand-over costs more than the waking."""
    waiting: dict[asyncio.AbstractEventLoop, list[asyncio.Event]] = {}
    for watch in watches:
        waiting.setdefault(watch.loop, []).append(watch.news)
    for loop, events in waiting.items():
        try:
            loop.call_soon_threadsafe(_set, events)
        except RuntimeError:
            log.debug("An event loop has ended before its sockets were told.")


def _set(events: Iterable[asyncio.Event]) -> None:
    for event in events:
        event.set()


class Tail:
    """Reads each new event once, however many sockets wait for it."""

    def __init__(self) -> None:
        self.rings: dict[int, Ring] = {}
        self.lock = threading.Lock()
        self.wanted = threading.Event()
        self.thread: threading.Thread | None = None
        self.stopped = False

    @contextmanager
    def watching(self, run: int, after: int) -> Iterator[Watch]:
        """Wakes the running event loop on news of a run. A first watch follows the run from `after` on."""
        watch = Watch(asyncio.get_running_loop(), asyncio.Event())
        with self.lock:
            self.rings.setdefault(run, Ring(start=after)).watches.add(watch)
            self._start()
        self.wanted.set()
        try:
            yield watch
        finally:
            with self.lock:
                ring = self.rings[run]
                ring.watches.discard(watch)
                if not ring.watches:
                    del self.rings[run]

    def recent(self, run: int, after: int) -> list[Line] | None:
        """What the ring holds after a seq; None when that lies before the ring, in the table only."""
        with self.lock:
            ring = self.rings.get(run)
            if ring is None or after < ring.start:
                return None
            newer = list(takewhile(lambda line: line.seq > after, reversed(ring.lines)))
        return newer[::-1][:BATCH]

    def stop(self) -> None:
        """Ends the thread; it starts again with the next watch."""
        with self.lock:
            self.stopped, thread = True, self.thread
        self.wanted.set()
        if thread is not None:
            thread.join(timeout=5)

    def _start(self) -> None:
        if self.thread is None or not self.thread.is_alive():
            self.stopped = False
            self.thread = threading.Thread(target=self._follow, name="tail", daemon=True)
            self.thread.start()

    def _follow(self) -> None:
        changes = Changes()
        while not self.stopped:
            rings = self._snapshot()
            if not rings:
                self._pause(IDLE_SECONDS)
                continue
            try:
                if changes.happened() or any(ring.fresh for ring in rings.values()):
                    for run, ring in rings.items():
                        self._fetch(run, ring)
            except DatabaseError:
                log.exception("The tail cannot read the database; it tries again.")
                connection.close()
                changes = Changes()  # what was seen of the lost connection says nothing about the next
                time.sleep(1.0)
            viewers = sum(len(ring.watches) for ring in rings.values())
            self._pause(max(LOOK_SECONDS, viewers * TELL_SECONDS))
        connection.close()

    def _pause(self, seconds: float) -> None:
        self.wanted.wait(seconds)
        self.wanted.clear()

    def _snapshot(self) -> dict[int, Ring]:
        with self.lock:
            return dict(self.rings)

    def _fetch(self, run: int, ring: Ring) -> None:
        """Brings one ring up to date and wakes its sockets; only this thread adds to rings."""
        while lines := lines_after(run, ring.last):
            with self.lock:
                for line in lines:
                    ring.add(line)
                watches = list(ring.watches)
            _wake(watches)
        ring.fresh = False


TAIL = Tail()
