"""The real server as a test sees it: its processes, its sign-in links, its API."""

from __future__ import annotations

import os
import queue
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx
import psutil

from webapp.processes import holder_of

CLONE = Path(__file__).resolve().parents[2]


class Server:
    """`manage.py serve` on a free port, with a data folder of its own."""

    def __init__(self, home: Path, **settings: str) -> None:
        """`settings` are variables of its environment."""
        self.home, self.settings = home, settings
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.address = f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Server:
        environment = {**os.environ, "NETLOOM_HOME": str(self.home), "HOST": "127.0.0.1", "PORT": str(self.port)}
        environment |= self.settings
        self.environment = {key: value for key, value in environment.items() if key != "DJANGO_SETTINGS_MODULE"}
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "serve"],
            cwd=CLONE,
            env=self.environment,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        lines: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read, args=(lines,), daemon=True)
        self._reader.start()
        self.printed_link = ""
        while not self.printed_link:
            found = re.search(r"http://\S+/signin\?token=\S+", lines.get(timeout=60))
            self.printed_link = found.group() if found else ""
        wait_for(lambda: self._answers("/ready/"), 30, "the server to be ready")
        self.client = httpx.Client(
            base_url=self.address, headers={"Authorization": f"Token {self.manage('token', 'owner')}"}, timeout=60
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.client.close()
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self._reader.join(5)
        for trainer in self.trainers():
            trainer.kill()

    def manage(self, *arguments: str) -> str:
        """The last line a management command prints."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=CLONE,
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip().splitlines()[-1]

    def sign_in_link(self, username: str = "owner") -> str:
        """A fresh one-time link."""
        found = re.search(r"http://\S+", self.manage("link", username))
        assert found is not None
        return found.group()

    def get(self, path: str) -> Any:
        """The JSON answer of the API to the owner."""
        answer = self.client.get(path)
        answer.raise_for_status()
        return answer.json()

    def events(self, run: int) -> list[dict[str, Any]]:
        """Every event of a run, from the event table."""
        events: list[dict[str, Any]] = []
        while True:
            page = self.get(f"/api/runs/{run}/events/?after={events[-1]['seq'] if events else 0}")["events"]
            if not page:
                return events
            events += page

    def wait_for_end(self, run: int, seconds: float = 120) -> dict[str, Any]:
        """The run once it is finished or failed."""
        wait_for(lambda: self.get(f"/api/runs/{run}/")["state"] in ("finished", "failed"), seconds, "the run to end")
        ended: dict[str, Any] = self.get(f"/api/runs/{run}/")
        return ended

    def child(self, word: str) -> psutil.Process:
        """The web process ("webapp.web") or the supervisor ("supervisor")."""
        children = psutil.Process(self.process.pid).children()
        return next(child for child in children if word in child.cmdline())

    def trainers(self) -> list[psutil.Process]:
        """Trainers of this server's runs."""
        notes = [holder_of(lock) for lock in self.home.glob("runs/*/lock")]
        return [psutil.Process(note["pid"]) for note in notes if note is not None]

    def _read(self, lines: queue.Queue[str]) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as stream:
            for line in stream:
                lines.put(line)

    def _answers(self, path: str) -> bool:
        try:
            return httpx.get(self.address + path, timeout=5).status_code == 200
        except httpx.HTTPError:
            return False


def wait_for(condition: Callable[[], bool], seconds: float, what: str) -> None:
    """Waits until the condition holds. Raises TimeoutError naming what did not happen."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"Waited {seconds:g} s for {what}.")
        time.sleep(0.1)
