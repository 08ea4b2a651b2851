"""How a trainer hears of wishes: at once where it is woken, and by looking where nothing can wake it."""

from __future__ import annotations

import errno
import json
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine import desk as desks
from engine import wakeup
from engine.desk import Desk
from engine.wakeup import WakeupPipe, wake


def resources() -> tuple[int, int]:
    """How many threads and open files this process has."""
    return threading.active_count(), len(os.listdir("/proc/self/fd"))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk that leaves neither a thread nor an open file."""
    before, had = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}, resources()
    made = Desk(tmp_path, resumable=True)
    yield made
    for number, handler in before.items():
        signal.signal(number, handler)
    made.close()
    assert resources() == had


def soon(true: Callable[[], object]) -> bool:
    end = time.monotonic() + 10
    while not true() and time.monotonic() < end:
        time.sleep(0.005)
    return bool(true())


def test_a_wakeup_reaches_a_trainer_that_would_look_much_later(
    tmp_path: Path, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desks, "LOOK_SECONDS", 3600.0)
    desk.open()
    (tmp_path / "control.json").write_text(json.dumps({"pause": True, "changes": []}))
    wake(tmp_path)
    assert soon(desk.pausing)
    assert not desk.stopping()
    (tmp_path / "stop").touch()
    wake(tmp_path)
    assert soon(desk.stopping)


def test_a_trainer_goes_on_looking_where_nothing_can_wake_it(
    tmp_path: Path, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr("os.mkfifo", refused)
    desk.open()
    (tmp_path / "stop").touch()
    assert soon(desk.stopping)


@pytest.mark.parametrize("wishes", ['{"changes": 7}', "[1]", '{"changes": [{"epochs": -1}]}', "{"])
def test_wishes_that_make_no_sense_are_passed_over_and_later_ones_heard(
    tmp_path: Path, desk: Desk, wishes: str
) -> None:
    (tmp_path / "control.json").write_text(wishes)
    assert not Desk(tmp_path).pausing()
    desk.open()
    (tmp_path / "whole").write_text('{"pause": true}')
    (tmp_path / "whole").replace(tmp_path / "control.json")
    assert soon(desk.pausing)
    assert not desk.changes()


def test_a_folder_that_cannot_be_read_for_a_moment_costs_no_later_stop(
    tmp_path: Path, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Path] = []

    def gone(path: Path, **_: object) -> bool:
        asked.append(path)
        raise OSError(errno.EIO, "Input/output error")

    desk.open()
    with monkeypatch.context() as broken:
        broken.setattr(Path, "exists", gone)
        assert soon(lambda: asked)
    (tmp_path / "stop").touch()
    assert soon(desk.stopping)


def test_a_desk_is_closed_also_where_its_pipe_cannot_be_taken_down(
    tmp_path: Path, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError

    desk.open()
    with monkeypatch.context() as broken:
        broken.setattr(Path, "unlink", refused)
        desk.close()


@pytest.fixture
def hung(tmp_path: Path) -> Iterator[Callable[[], WakeupPipe]]:
    """Makes pipes in the folder of the test, and takes them down."""
    made: list[WakeupPipe] = []
    yield lambda: made.append(WakeupPipe(tmp_path)) or made[-1]
    for one in made:
        one.remove()


def test_a_pipe_left_by_a_killed_trainer_serves_the_next(tmp_path: Path, hung: Callable[[], WakeupPipe]) -> None:
    hung()
    second = hung()
    wake(tmp_path)
    second.wait(3600)
    second.remove()
    assert list(tmp_path.iterdir()) == []


def test_a_file_with_the_name_of_the_pipe_is_no_pipe(tmp_path: Path, hung: Callable[[], WakeupPipe]) -> None:
    (tmp_path / wakeup.NAME).write_text("Kept by somebody.")
    began = time.monotonic()
    hung().wait(0.2)
    assert time.monotonic() - began >= 0.2  # it slept, as where there is none
    wake(tmp_path)
    assert (tmp_path / wakeup.NAME).read_text() == "Kept by somebody."


def test_waking_where_nobody_waits_does_nothing(tmp_path: Path) -> None:
    wake(tmp_path)
    os.mkfifo(tmp_path / wakeup.NAME)
    wake(tmp_path)
