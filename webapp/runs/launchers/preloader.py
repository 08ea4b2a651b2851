"""The process that trainers are forked from, so that they need not load anything."""

import json
import os
import selectors
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from webapp.processes import give_way

ANSWER_SECONDS = 5.0
END_SECONDS = 1.0  # from the end of a trainer to the word of it
PAUSE_SECONDS = 10.0  # between two starts, so that one which cannot load is not started all the time


class Preloader:
    """Starts `python -m engine preload` and keeps it; it goes when this process does, its trainers do not."""

    command: Sequence[str] = (sys.executable, "-m", "engine", "preload")

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment
        self._trainers: set[int] = set()
        self._codes: dict[int, int] = {}
        self._child: subprocess.Popen[bytes] | None = None
        self._started = float("-inf")
        self._text = b""
        self._ready = False
        self.tend()

    def tend(self) -> None:
        """Starts the process if it does not run."""
        if self._child is not None and self._child.poll() is None:
            return
        self.close()
        if time.monotonic() - self._started < PAUSE_SECONDS:
            return
        self._started = time.monotonic()
        with suppress(OSError):  # then trainers start without it
            self._child = subprocess.Popen(
                self.command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=self.environment,
                start_new_session=True,
            )
            give_way(self._child.pid)

    def ready(self) -> bool:
        """Whether it has loaded, so that a trainer starts in a moment."""
        self._hear(0.0)
        return self._child is not None and self._ready

    def fork(self, folder: Path, environment: Mapping[str, str]) -> int | None:
        """The number of a new trainer of `folder`/job.json, or None where there is no preloaded process.

        `environment` is what stands in the trainer's besides.
        """
        self.tend()
        if not self.ready():
            return None
        assert self._child is not None
        names = {"job": "job.json", "spool": "events.jsonl", "log": "trainer.log"}
        order = {name: str(folder / file) for name, file in names.items()} | {"environment": dict(environment)}
        try:
            assert self._child.stdin is not None
            self._child.stdin.write(json.dumps(order).encode() + b"\n")
            self._child.stdin.flush()
            return self._answered()
        except OSError:
            self.close()
            return None

    def code(self, pid: int) -> int | None:
        """How a trainer that has ended did so, as subprocess tells it; None where that is not known."""
        end = time.monotonic() + END_SECONDS
        while pid in self._trainers and pid not in self._codes and (left := end - time.monotonic()) > 0:
            self._hear(left)
        self._trainers.discard(pid)
        return self._codes.pop(pid, None)

    def close(self) -> None:
        """Ends the process, not its trainers."""
        child, self._child, self._ready, self._text = self._child, None, False, b""
        self._trainers.clear()
        if child is None:
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):  # an order that nobody reads any more
                    pipe.close()

    def _answered(self) -> int:
        """The number of the trainer just ordered. Raises TimeoutError."""
        end = time.monotonic() + ANSWER_SECONDS
        while (left := end - time.monotonic()) > 0 and self._child is not None:
            for told in self._hear(left):
                if "code" not in told:
                    self._trainers.add(told["pid"])
                    return int(told["pid"])
        raise TimeoutError("The preloaded process does not answer.")

    def _hear(self, seconds: float) -> list[dict[str, Any]]:
        """Takes in what the process says within some seconds; ends of trainers are remembered."""
        if self._child is None or self._child.stdout is None:
            return []
        with selectors.DefaultSelector() as selector:
            selector.register(self._child.stdout, selectors.EVENT_READ)
            if not selector.select(seconds):
                return []
        piece = os.read(self._child.stdout.fileno(), 1 << 16)
        if not piece:
            self.close()
            return []
        *lines, self._text = (self._text + piece).split(b"\n")
        told = [json.loads(line) for line in lines]
        self._ready = self._ready or any("ready" in one for one in told)
        self._codes |= {one["pid"]: one["code"] for one in told if "code" in one}
        return [one for one in told if "pid" in one]
