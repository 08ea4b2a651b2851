"""How a trainer hears of wishes: at once where the bell rings, and by looking where there is none."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine import bell
from engine import desk as desks
from engine.bell import ring
from engine.desk import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    before = signal.getsignal(signal.SIGTERM)
    made = Desk(tmp_path, resumable=True)
    yield made
    signal.signal(signal.SIGTERM, before)
    made.close()


def soon(true: Callable[[], object]) -> bool:
    end = time.monotonic() + 10
    while not true() and time.monotonic() < end:
        time.sleep(0.005)
    return bool(true())


def test_a_bell_wakes_a_trainer_that_would_look_much_later(
    tmp_path: Path, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desks, "LOOK_SECONDS", 3600.0)
    desk.open()
    (tmp_path / "control.json").write_text(json.dumps({"pause": True, "changes": []}))
    ring(tmp_path)
    assert soon(desk.pausing)
    assert not desk.stopping()
    (tmp_path / "stop").touch()
    ring(tmp_path)
    assert soon(desk.stopping)


def test_a_trainer_goes_on_looking_where_nothing_can_ring(
    tmp_path: Path, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr("os.mkfifo", refused)
    desk.open()
    (tmp_path / "stop").touch()
    assert soon(desk.stopping)


def test_a_bell_left_by_a_killed_trainer_serves_the_next(tmp_path: Path) -> None:
    bell.Bell(tmp_path)
    second = bell.Bell(tmp_path)
    ring(tmp_path)
    second.wait(3600)
    second.remove()
    assert list(tmp_path.iterdir()) == []


def test_ringing_where_nobody_waits_does_nothing(tmp_path: Path) -> None:
    ring(tmp_path)
    os.mkfifo(tmp_path / bell.NAME)
    ring(tmp_path)
