"""Worker: a long-lived child process that answers questions, so that the asking process never loads JAX."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from typing import Any

from engine.problems import Problem, Refusal

STOPPED = Problem(
    "worker_stopped",
    {},
    "The process that works this out stopped unexpectedly.",
    "Try again; if it happens again, make the network or the data smaller.",
)


ON_CPU = {"JAX_PLATFORMS": "cpu"}

BUSY = Problem(
    "worker_is_busy",
    {},
    "The server is still working out what others have asked.",
    "Try again in a moment.",
)
PATIENCE = 3
"""How many times the limit of one question another waits for its turn."""


class Worker:
    """A child process that answers one question at a time. Safe to share between threads.

    A question that takes longer than `limit_s` seconds, or that ends the child, is refused; the next one
    meets a fresh child.
    """

    def __init__(self, limit_s: float = 10.0, environment: Mapping[str, str] = ON_CPU, nice: int = 0) -> None:
        """`environment` is added to that of this process, `nice` tells how far the child stands back for others."""
        self.limit_s, self.environment, self.nice = limit_s, environment, nice
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts the child ahead of the first question."""
        with self._lock:
            self._running()

    def ask(self, op: str, **arguments: Any) -> dict[str, Any]:
        """The answer to one operation of `engine.service`. Raises Refusal with the problem to show."""
        question = json.dumps({"op": op, "arguments": arguments}).encode() + b"\n"
        if not self._lock.acquire(timeout=self.limit_s * PATIENCE):
            raise Refusal(BUSY)
        try:
            answer = self._exchange(question)
        finally:
            self._lock.release()
        if "problem" in answer:
            raise Refusal(Problem(**answer["problem"]))
        result: dict[str, Any] = answer["result"]
        return result

    def close(self) -> None:
        """Ends the child."""
        with self._lock:
            self._end()

    def _exchange(self, question: bytes) -> dict[str, Any]:
        try:
            child, deadline = self._running(), time.monotonic() + self.limit_s
            self._send(child, question, deadline)
            line = self._line(child, deadline)
        except (OSError, EOFError, ValueError):  # the child is gone, or a pipe to it is closed
            self._end()
            raise Refusal(STOPPED) from None
        except BaseException:
            self._end()  # an answer that nobody waits for must not meet the next question
            raise
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _send(self, child: subprocess.Popen[bytes], question: bytes, deadline: float) -> None:
        """Writes the question; a child that takes in nothing runs into the time limit as well."""
        assert child.stdin is not None
        os.set_blocking(child.stdin.fileno(), False)
        rest = memoryview(question)
        with selectors.DefaultSelector() as selector:
            selector.register(child.stdin, selectors.EVENT_WRITE)
            while rest:
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    raise Refusal(self._too_slow())
                rest = rest[os.write(child.stdin.fileno(), rest) :]

    def _line(self, child: subprocess.Popen[bytes], deadline: float) -> bytes:
        assert child.stdout is not None
        parts: list[bytes] = []
        with selectors.DefaultSelector() as selector:
            selector.register(child.stdout, selectors.EVENT_READ)
            while not (parts and parts[-1].endswith(b"\n")):
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    raise Refusal(self._too_slow())
                part = os.read(child.stdout.fileno(), 1 << 20)
                if not part:
                    raise EOFError
                parts.append(part)
        return b"".join(parts)

    def _too_slow(self) -> Problem:
        return Problem(
            "took_too_long",
            {},
            f"This took longer than {self.limit_s:g} seconds and was stopped.",
            "Make the network or the request smaller and try again.",
        )

    def _running(self) -> subprocess.Popen[bytes]:
        if self._child is not None and self._child.poll() is not None:
            self._end()
        if self._child is None:
            self._child = subprocess.Popen(
                [sys.executable, "-m", "engine", "worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=child_environment(**self.environment),
                start_new_session=True,
            )
            if self.nice:
                os.setpriority(os.PRIO_PROCESS, self._child.pid, self.nice)
        return self._child

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):  # what was still to be written has no reader
                    pipe.close()


def on_device() -> dict[str, str]:
    """The environment of a child that works on the device that trains, and takes of its memory only what it needs."""
    return {**large_pages(), "XLA_PYTHON_CLIENT_PREALLOCATE": "false"}


def large_pages() -> dict[str, str]:
    """The environment of whatever trains, or measures what training takes: a CPU computes convolutions faster so."""
    return {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}


def child_environment(**extra: str) -> dict[str, str]:
    """This process's environment, with the folder of the engine where Python looks for modules."""
    home = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    path = os.pathsep.join(filter(None, [home, os.environ.get("PYTHONPATH", "")]))
    return {**os.environ, "PYTHONPATH": path, **extra}
