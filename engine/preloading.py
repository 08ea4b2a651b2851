"""A process that has loaded everything and touched no device: trainers are forked from it in a moment.

It reads orders, one JSON line each, `{"job", "spool", "log", "environment"}`: the paths of a job, of the file that
takes its events and of the one that takes its log, and what is to stand in its environment besides. It answers
`{"ready": true}` once it has loaded, `{"pid"}` to each order, and `{"pid", "code"}` when a trainer has ended; the code
is negative where a signal ended it. It goes when its orders end; its trainers, each in a session of its own, do not.

No device may be in use before a fork: neither the runtime of a processor nor that of a GPU survives one.
"""

from __future__ import annotations

import gc
import json
import os
import selectors
import signal
from pathlib import Path
from typing import IO, Any, TextIO

from engine.lines import write_line
from engine.sessions import hold_back

Order = dict[str, Any]


def preload(orders: IO[bytes], answers: TextIO) -> int:
    """Serves until the orders end. In a forked trainer it returns the exit status of its job."""
    load()
    ends = _ends_pipe()
    write_line(answers, {"ready": True})
    with selectors.DefaultSelector() as selector:
        selector.register(orders, selectors.EVENT_READ)
        selector.register(ends, selectors.EVENT_READ)
        while True:
            ready = [key.fileobj for key, _ in selector.select()]
            if ends in ready:
                os.read(ends, 1024)
                _tell_ends(answers)
            if orders in ready:
                line = orders.readline()
                if not line:
                    return 0
                order = json.loads(line)
                pid = os.fork()
                if pid == 0:
                    break
                write_line(answers, {"pid": pid})
    return _become_trainer(order, (orders, answers), ends)


def load() -> None:
    """Imports what every training needs and freezes it, so that forks share it."""
    import engine.export.bundle
    import engine.training.assembly  # noqa: F401

    gc.collect()
    gc.freeze()


def _ends_pipe() -> int:
    """A pipe that can be read from when a child has ended."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    return reading


def _tell_ends(answers: TextIO) -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        write_line(answers, {"pid": pid, "code": os.waitstatus_to_exitcode(status)})


def _become_trainer(order: Order, theirs: tuple[IO[bytes], TextIO], ends: int) -> int:
    """Lets go of what is the parent's, leads a session of its own, and trains."""
    from engine.runner import run_job

    os.environ.update(order["environment"])
    os.setsid()
    hold_back("self", os.nice(0))  # a new session stands back for nobody yet
    os.close(signal.set_wakeup_fd(-1))
    os.close(ends)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for stream in theirs:
        stream.close()
    _redirect(os.devnull, os.O_RDONLY, 0)
    _redirect(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 1)
    os.dup2(1, 2)
    with open(order["spool"], "a", encoding="utf-8") as spool:
        return run_job(Path(order["job"]), lambda line: write_line(spool, line))


def _redirect(path: str, flags: int, number: int) -> None:
    handle = os.open(path, flags, 0o666)
    os.dup2(handle, number)
    os.close(handle)
