"""Runs that train at the same time: each in a slot of its own, with the GPUs of that slot."""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.webapp.supervising import FakeLauncher, pid_of, until
from webapp import workers
from webapp.runs.launchers import LocalLauncher, Slot
from webapp.runs.launchers.preloader import Preloader
from webapp.runs.models import Run
from webapp.runs.steering import stop_run
from webapp.runs.supervisor import Supervisor

Make = Callable[..., Run]
Supervising = Callable[[int], Supervisor]
LONG = {"events": 1000, "delay": 0.02}

TELLING = """
import json, os, sys
import engine.preloading, engine.runner

def tell(path, write):
    write({"gpus": os.environ["CUDA_VISIBLE_DEVICES"], "memory": os.environ.get("XLA_CLIENT_MEM_FRACTION")})
    return 0

engine.preloading.load = lambda: None
engine.runner.run_job = tell
sys.exit(engine.preloading.preload(sys.stdin.buffer, sys.stdout))
"""
"""A preloaded process whose trainers tell what they find in their environment, which is not seen from outside."""


@pytest.fixture(autouse=True)
def _gpus(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that may use the GPUs 2 and 5 of its machine."""
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "2,5")
    for name in ("XLA_CLIENT_MEM_FRACTION", "XLA_PYTHON_CLIENT_MEM_FRACTION"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def supervising(db: None, home: Path) -> Iterator[Supervising]:
    """Makes supervisors of so many slots, one after the other; no trainer is left behind."""
    launcher = FakeLauncher()
    yield lambda slots: Supervisor(launcher, slots)
    for child in launcher.children.values():
        child.kill()
        child.wait(5)


def share_of(run: Run) -> tuple[str | None, str | None]:
    """What the trainer of a run finds in its environment: its GPUs, and the share of their memory."""
    process = psutil.Process(pid_of(run))
    until(process.environ)  # one that is just being started shows none yet
    found = process.environ()
    return found.get("CUDA_VISIBLE_DEVICES"), found.get("XLA_CLIENT_MEM_FRACTION")


def test_runs_that_train_together_have_gpus_of_their_own(supervising: Supervising, make_run: Make) -> None:
    first, second, third = (make_run(settings=LONG) for _ in range(3))
    supervisor = supervising(2)
    supervisor.tick()
    assert [share_of(first), share_of(second)] == [("2", None), ("5", None)]
    stop_run(run=first)
    until(lambda: third.pk in supervisor.charges, supervisor)
    assert share_of(third) == ("2", None)


def test_more_runs_than_gpus_divide_the_memory_of_those_they_share(supervising: Supervising, make_run: Make) -> None:
    runs = [make_run(settings=LONG) for _ in range(3)]
    supervising(3).tick()
    assert [share_of(run) for run in runs] == [("2", "0.3750"), ("5", None), ("2", "0.3750")]


def test_another_supervisor_knows_which_gpus_are_taken(supervising: Supervising, make_run: Make) -> None:
    first, second = make_run(settings=LONG), make_run(settings=LONG)
    supervisor = supervising(2)
    supervisor.tick()
    stop_run(run=first)
    until(lambda: first.pk not in supervisor.charges, supervisor)
    third, other = make_run(settings=LONG), supervising(2)
    until(lambda: third.pk in other.charges, other)
    assert (share_of(second), share_of(third)) == (("5", None), ("2", None))


def test_one_run_at_a_time_has_all_that_the_server_has(supervising: Supervising, make_run: Make) -> None:
    run = make_run(settings=LONG)
    supervising(1).tick()
    assert share_of(run) == ("2,5", None)


def test_a_forked_trainer_has_the_gpus_of_its_slot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command: Sequence[str] = (sys.executable, "-c", TELLING)
    monkeypatch.setattr(Preloader, "command", command)
    launcher = LocalLauncher(preload=True)
    assert launcher.preloader is not None
    until(launcher.preloader.ready, seconds=60.0)
    folders = [tmp_path / str(number) for number in range(3)]
    for number, folder in enumerate(folders):
        folder.mkdir()
        assert launcher.launch(folder, Slot(number, 3))["pid"] not in launcher.children
    until(lambda: all(launcher.read(folder, 0, 4096).endswith(b"\n") for folder in folders))
    launcher.close()
    assert [json.loads((folder / "events.jsonl").read_text()) for folder in folders] == [
        {"gpus": "2", "memory": "0.3750"},
        {"gpus": "5", "memory": None},
        {"gpus": "2", "memory": "0.3750"},
    ]


def test_what_a_run_takes_is_told_for_the_gpus_that_it_would_have(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SLOTS = 2
    monkeypatch.setattr(workers, "_workers", {})
    assert workers.estimating().environment["CUDA_VISIBLE_DEVICES"] == "2"
