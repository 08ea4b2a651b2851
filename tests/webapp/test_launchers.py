"""Trainers forked from a preloaded process: in a session of their own, followed to their end, found again."""

import fcntl
import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.webapp.supervising import until
from webapp.runs.launchers import Exit, LocalLauncher


@pytest.fixture(scope="module")
def launcher() -> Iterator[LocalLauncher]:
    made = LocalLauncher(preload=True)
    assert made.preloader is not None
    until(made.preloader.ready, seconds=60.0)  # it loads all of JAX
    yield made
    made.close()


@pytest.fixture
def waiting(tmp_path: Path) -> Path:
    """A run whose trainer waits for its job until it is ended."""
    os.mkfifo(tmp_path / "job.json")
    return tmp_path


def holder(launcher: LocalLauncher, folder: Path) -> psutil.Process:
    until(lambda: launcher.find(folder))
    return psutil.Process((launcher.find(folder) or {})["pid"])


def test_a_forked_trainer_writes_its_events_and_its_end_is_known(launcher: LocalLauncher, tmp_path: Path) -> None:
    (tmp_path / "job.json").write_text("{}")
    note = launcher.launch(tmp_path)
    assert note["pid"] not in launcher.children
    until(lambda: (code := launcher.poll(note)) is not None and code == Exit(0))
    (told,) = [json.loads(line) for line in (tmp_path / "events.jsonl").read_text().splitlines()]
    assert (told["seq"], told["problem"]["code"]) == (1, "wrong_document")


def test_a_forked_trainer_gives_way_and_leads_a_session_of_its_own(launcher: LocalLauncher, waiting: Path) -> None:
    note = launcher.launch(waiting)
    trainer = holder(launcher, waiting)
    assert trainer.pid == note["pid"]
    assert trainer.nice() == (back := max(10, psutil.Process().nice()))
    assert Path(f"/proc/{trainer.pid}/oom_score_adj").read_text().strip() == "500"
    session = Path(f"/proc/{trainer.pid}/autogroup")  # not every system has it
    assert not session.exists() or session.read_text().split()[-1] == str(back)
    assert os.getsid(trainer.pid) == trainer.pid
    assert "glibc.malloc.hugetlb=1" in trainer.environ()["GLIBC_TUNABLES"]
    assert launcher.poll(note) is None
    launcher.kill(note)
    until(lambda: (code := launcher.poll(note)) is not None and code == Exit(-signal.SIGKILL))


def test_a_forked_trainer_that_finds_another_at_work_says_so(launcher: LocalLauncher, waiting: Path) -> None:
    with (waiting / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        note = launcher.launch(waiting)
        until(lambda: (code := launcher.poll(note)) is not None and code == Exit(75))
    assert "already runs" in (waiting / "trainer.log").read_text()


def test_a_forked_trainer_outlives_the_preloaded_process_and_is_found_again(waiting: Path) -> None:
    first = LocalLauncher(preload=True)
    assert first.preloader is not None
    until(first.preloader.ready)
    note = first.launch(waiting)
    holder(first, waiting)
    first.close()
    second = LocalLauncher()
    assert second.find(waiting) == note
    assert second.poll(note) is None
    second.kill(note)
    until(lambda: second.poll(note) is not None)
    assert second.find(waiting) is None


def test_a_trainer_starts_by_itself_where_the_preloaded_process_is_gone(tmp_path: Path) -> None:
    (tmp_path / "job.json").write_text("{}")
    launcher = LocalLauncher(preload=True)
    assert launcher.preloader is not None
    until(launcher.preloader.ready)
    assert launcher.preloader._child is not None
    os.kill(launcher.preloader._child.pid, signal.SIGKILL)
    launcher.preloader._child.wait()
    note = launcher.launch(tmp_path)
    assert note["pid"] in launcher.children
    until(lambda: (code := launcher.poll(note)) is not None and code == Exit(0))
    assert "wrong_document" in (tmp_path / "events.jsonl").read_text()
    launcher.close()
