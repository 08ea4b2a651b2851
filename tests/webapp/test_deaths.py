"""Trainers that die because memory ran out: how that is known, and what a person is told."""

from __future__ import annotations

import fcntl
import json
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

import engine
from engine import ExitStatus, memory_kills
from tests.webapp.supervising import ended, last, until
from webapp.processes import sign_for
from webapp.runs import deaths
from webapp.runs.launchers import Exit
from webapp.runs.launchers.local import LocalLauncher
from webapp.runs.models import Run
from webapp.runs.supervisor import Supervisor

Make = Callable[..., Run]
KILLED = Exit(-signal.SIGKILL)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many processes the system has ended for want of memory, as it tells."""
    count = [7]
    monkeypatch.setattr(deaths, "memory_kills", lambda: count[0])
    return count


def folder_of(path: Path, said: str = "", **note: Any) -> Path:
    (path / "lock").write_text(json.dumps({"pid": 1, "created": 1.0, "boot": psutil.boot_time(), **note}))
    (path / "trainer.log").write_text(said)
    return path


@pytest.mark.parametrize("exit", [KILLED, Exit(None)])
def test_a_trainer_the_system_killed_for_memory_is_told_from_others(
    tmp_path: Path, counted: list[int], exit: Exit
) -> None:
    folder = folder_of(tmp_path, memory_kills=7)
    assert not deaths.ran_out_of_memory(exit, folder)
    counted[0] = 8
    assert deaths.ran_out_of_memory(exit, folder)
    problem = deaths.cause_of(exit, 3, folder)
    assert problem.code == "out_of_memory"
    assert "memory ran out. 3 tries in a row" in problem.message
    assert "smaller batch size" in problem.hint


def test_a_trainer_that_dies_before_it_signs_is_not_judged_by_the_one_before_it(
    tmp_path: Path, counted: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "memory_kills", lambda: counted[0])
    folder = folder_of(tmp_path, "std::bad_alloc\n", memory_kills=6, log=0)
    assert deaths.ran_out_of_memory(KILLED, folder)
    launcher = LocalLauncher([sys.executable, "-c", "import os; os.abort()"])
    note = launcher.launch(folder)
    until(lambda: launcher.find(folder) is None)
    assert deaths.ran_out_of_memory(KILLED, folder) is False
    assert deaths.ran_out_of_memory(Exit(-signal.SIGABRT), folder) is False
    counted[0] = 8
    assert deaths.ran_out_of_memory(KILLED, folder)
    until(lambda: launcher.poll(note) is not None)


def test_what_another_trainer_signed_stays(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, log=5)
    signed = deaths.signed(folder)
    with (folder / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        sign_for(folder)
    assert deaths.signed(folder) == signed


@pytest.mark.parametrize("boot", [None, 1000.0, psutil.boot_time() - 60])
def test_what_was_counted_before_the_machine_was_started_anew_proves_nothing(
    tmp_path: Path, counted: list[int], boot: float | None
) -> None:
    assert not deaths.ran_out_of_memory(KILLED, folder_of(tmp_path, memory_kills=3, boot=boot))
    assert deaths.ran_out_of_memory(KILLED, folder_of(tmp_path, memory_kills=3))


def test_without_a_count_nothing_is_claimed(tmp_path: Path, counted: list[int]) -> None:
    for folder in (folder_of(tmp_path), folder_of(tmp_path, memory_kills=None), tmp_path / "nowhere"):
        assert not deaths.ran_out_of_memory(KILLED, folder)
    assert deaths.cause_of(KILLED, 1, tmp_path).code == "trainer_killed"


@pytest.mark.parametrize(
    "words",
    [
        "terminate called after throwing an instance of 'std::bad_alloc'\n  what():  std::bad_alloc",
        "LLVM ERROR: Unable to allocate section memory!",
        "memory allocation of 336 bytes failed\nmemory allocation of 1 bytes failed\n"
        "skipping backtrace printing to avoid potential recursion",
    ],
)
def test_a_library_that_gets_no_memory_says_so_last(tmp_path: Path, words: str) -> None:
    abort = Exit(-signal.SIGABRT)
    assert deaths.ran_out_of_memory(abort, folder_of(tmp_path, f"loading\n{words}\n"))
    assert not deaths.ran_out_of_memory(abort, folder_of(tmp_path, words + "\nfine" * deaths.LAST_LINES))


STARVED = "terminate called after throwing an instance of 'std::bad_alloc'\n"


@pytest.mark.parametrize(
    ("code", "claimed"),
    [
        (None, True),  # nobody watched, but the log tells
        (1, True),
        (-signal.SIGSEGV, True),
        (-signal.SIGTERM, False),
        (0, False),
        (ExitStatus.INTERRUPTED, False),
        (ExitStatus.UNTOLD, False),
    ],
)
def test_only_the_log_of_a_trainer_that_broke_down_is_asked(tmp_path: Path, code: int | None, claimed: bool) -> None:
    folder = folder_of(tmp_path, STARVED)
    assert deaths.ran_out_of_memory(Exit(code), folder) is claimed
    assert ("because memory ran out" in deaths.what_happened(Exit(code), folder)) is claimed


def test_what_an_earlier_trainer_said_last_is_not_laid_to_the_next(tmp_path: Path) -> None:
    abort = Exit(-signal.SIGABRT)
    assert not deaths.ran_out_of_memory(abort, folder_of(tmp_path, STARVED, log=len(STARVED)))
    assert deaths.ran_out_of_memory(abort, folder_of(tmp_path, "fine\n" + STARVED, log=5))
    assert deaths.ran_out_of_memory(abort, folder_of(tmp_path, STARVED, log=10_000))  # of a log that was cut since


def test_a_trainer_told_to_go_is_not_said_to_have_lacked_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deaths, "is_limited", lambda: True)
    words = deaths.what_happened(Exit(ExitStatus.INTERRUPTED), folder_of(tmp_path, STARVED))
    assert words == "The training process was told to go by the system."


def test_a_silent_crash_under_a_limit_of_memory_is_most_likely_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crash = Exit(-signal.SIGSEGV)
    assert not deaths.ran_out_of_memory(crash, folder_of(tmp_path))
    monkeypatch.setattr(deaths, "is_limited", lambda: True)
    assert deaths.ran_out_of_memory(crash, folder_of(tmp_path))
    assert "SIGSEGV, most likely because memory ran out" in deaths.cause_of(crash, 1, tmp_path).message
    assert not deaths.ran_out_of_memory(Exit(1), folder_of(tmp_path))


@pytest.mark.parametrize("advises", [True, False])
def test_a_run_that_memory_ends_again_and_again_is_told_what_would_fit(
    supervisor: Supervisor, make_run: Make, advises: bool
) -> None:
    """The process that looks for it may find too little memory as well; then the run ends all the same."""
    starved = {"events": 3, "end": "killed", "memory_kills": (memory_kills() or 0) - 1}
    run, other = make_run(settings={**starved, "advises": advises}), make_run(settings={"events": 2})
    until(ended(run), supervisor)
    run.refresh_from_db()
    assert (run.state, run.problem["code"]) == ("failed", "out_of_memory")
    assert (last(run)["problem"]["where"] == {"node": "dense_1"}) is advises
    said = [event.body["message"] for event in run.events.filter(type="log")]
    assert len(said) == 3
    assert all(words.startswith("The training process was ended because memory ran out.") for words in said)
    assert said[-1].endswith("What would fit is looked for.")
    until(ended(other), supervisor)
    assert Run.objects.get(pk=other.pk).state == "finished"
