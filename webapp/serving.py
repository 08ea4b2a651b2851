"""Keeping the web process and the supervisor running beside each other."""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from webapp import lifeline
from webapp.environment import CLONE

log = logging.getLogger(__name__)
FIRST_PAUSE = 0.2
LONGEST_PAUSE = 10.0
STEADY_SECONDS = 30.0  # who ran this long is forgiven earlier falls
STOP_SECONDS = 8.0
SOCKET = "NETLOOM_SOCKET"  # the variable that tells the web process its listening socket
BACKLOG = 2048


@dataclass
class Child:
    """A process that is started again whenever it falls."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    handles: Sequence[int]
    process: subprocess.Popen[bytes] | None = None
    began: float = 0.0
    pause: float = FIRST_PAUSE
    due: float = field(default=0.0)

    def tend(self, now: float) -> None:
        """Starts the process if it does not run, after a pause that grows with each fall."""
        if self.process is not None and self.process.poll() is not None:
            self.pause = FIRST_PAUSE if now - self.began > STEADY_SECONDS else min(self.pause * 2, LONGEST_PAUSE)
            self.due = now + self.pause
            log.warning("The %s ended (code %s); it is started again.", self.name, self.process.returncode)
            self.process = None
        if self.process is None and now >= self.due:
            self.began = now
            self.process = subprocess.Popen(
                self.command,
                cwd=CLONE,
                env={**os.environ, **self.environment},
                pass_fds=self.handles,
                start_new_session=True,  # Ctrl-C is for serve, which ends its children in order
            )

    def end(self) -> None:
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def keep_running(children: Sequence[Child], stop: threading.Event) -> None:
    """Tends the children until told to stop, then ends them."""
    try:
        while not stop.is_set():
            for child in children:
                child.tend(time.monotonic())
            stop.wait(0.1)
    finally:
        for child in children:
            child.end()


def children_of(listening: socket.socket, folder: str) -> tuple[list[Child], int]:
    """The web process and the supervisor, and serve's own end of their lifeline."""
    theirs, ours = os.pipe()
    shared = {lifeline.VARIABLE: str(theirs), "TMPDIR": folder}
    handle = listening.fileno()
    return [
        Child("web process", [sys.executable, "-m", "webapp.web"], {**shared, SOCKET: str(handle)}, [theirs, handle]),
        Child("supervisor", [sys.executable, "manage.py", "supervisor"], shared, [theirs]),
    ], ours


def open_port(host: str, port: int) -> socket.socket:
    """A listening socket. Raises OSError when the port is taken or the host is not of this machine."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(BACKLOG)
    except OSError:
        listening.close()
        raise
    return listening
