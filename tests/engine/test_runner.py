"""The trainer as a process of its own: its events, its lock, how it is stopped and how it fails."""

from __future__ import annotations

import fcntl
import json
import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import psutil
import pytest

from engine.exits import ExitStatus
from engine.runner import SPOOL
from tests.engine.running import command, parsed, written


def test_it_writes_numbered_events_and_nothing_else(tmp_path: Path, cells: Path) -> None:
    done = subprocess.run(**command(str(written(tmp_path, cells))), cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stderr
    told = parsed(done.stdout)
    assert told[-1]["type"] == "finished"
    assert told[-1]["reason"] == "completed"
    times = [datetime.fromisoformat(one["time"]) for one in told]
    assert times == sorted(times)
    assert all(one["time"].endswith("Z") and len(one["time"]) == 24 for one in told)
    assert (tmp_path / "bundle.zip").exists()
    assert (tmp_path / "compiled").stat().st_mode & 0o777 == 0o700


def test_whatever_prints_does_not_reach_the_events() -> None:
    script = (
        "import os, engine.__main__ as main\n"
        "out = main._own_stdout()\n"
        "print('noise', flush=True); os.system('echo more noise')\n"
        "main.write_line(out, {'type': 'log'})\n"
    )
    asked = command()
    done = subprocess.run(**{**asked, "args": [sys.executable, "-c", script]}, check=True)
    assert done.stdout == '{"type": "log"}\n'
    assert "more noise" in done.stderr


def test_a_run_cannot_start_twice(tmp_path: Path, cells: Path) -> None:
    path = written(tmp_path, cells)
    with (tmp_path / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = subprocess.run(**command(str(path)), check=False)
    assert (done.returncode, done.stdout) == (ExitStatus.TAKEN, "")
    assert "already runs" in done.stderr


def test_it_signs_with_where_its_log_begins_and_what_was_counted_since_the_boot(tmp_path: Path) -> None:
    (tmp_path / "JOB.json").write_text("{}")
    (tmp_path / "trainer.log").write_text("The words of an earlier trainer.\n")
    with (tmp_path / "trainer.log").open("a") as log:
        subprocess.run(**{**command(str(tmp_path / "JOB.json")), "stderr": log}, check=True)
    note = json.loads((tmp_path / "lock").read_text())
    assert set(note) == {"pid", "created", "boot", "memory_kills", "log"}
    assert note["log"] == len("The words of an earlier trainer.\n")
    assert abs(note["boot"] - psutil.boot_time()) < 2


def test_a_stop_file_ends_it_with_a_bundle(tmp_path: Path, cells: Path) -> None:
    path = written(tmp_path, cells, epochs=100_000)
    with subprocess.Popen(**command(str(path))) as child:
        assert child.stdout is not None
        lines = []
        for line in child.stdout:
            lines.append(line)
            if '"phase": "training"' in line:
                (tmp_path / "stop").touch()
        assert child.wait() == 0
    told = parsed("".join(lines))
    assert told[-1]["reason"] == "stopped_by_user"
    assert (tmp_path / "bundle.zip").exists()


def test_a_stop_file_that_was_there_before_ends_it_without_a_model(tmp_path: Path, cells: Path) -> None:
    path = written(tmp_path, cells, epochs=100_000)
    (tmp_path / "stop").touch()
    done = subprocess.run(**command(str(path)), check=False)
    told = parsed(done.stdout)
    assert (done.returncode, told[-1]["problem"]["code"]) == (0, "stopped_before_start")


@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_with_the_best_epoch_so_far(tmp_path: Path, cells: Path, asked: signal.Signals) -> None:
    path = written(tmp_path, cells, epochs=100_000, early_stopping=None)
    with subprocess.Popen(**command(str(path))) as child:
        assert child.stdout is not None
        lines = []
        for line in child.stdout:
            lines.append(line)
            if '"type": "epoch"' in line:
                child.send_signal(asked)
                break
        lines += child.stdout
        assert child.wait() == 0
    told = parsed("".join(lines))
    assert told[-1]["reason"] == "stopped_by_user"
    assert told[-1]["best_epoch"] >= 1
    assert (tmp_path / "bundle.zip").exists()


@pytest.mark.parametrize("arguments", [(), ("--help",), ("missing.json",), ("nowhere/job.json",)])
def test_it_says_how_it_is_used(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = subprocess.run(**command(*arguments), cwd=tmp_path, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "python -m engine JOB.json" in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())


def test_a_job_that_begins_anew_tells_all_of_it_again(tmp_path: Path, cells: Path) -> None:
    """What an earlier one has told lies beside it, as its output was kept there."""
    path = written(tmp_path, cells)
    first = subprocess.run(**command(str(path)), check=True).stdout
    (tmp_path / SPOOL).write_text(first)
    told = parsed(subprocess.run(**command(str(path)), check=True).stdout)
    assert told[0]["seq"] == 1
    epochs = [line for line in told if line["type"] == "epoch"]
    assert [line["validation"] for line in epochs] == [
        line["validation"] for line in parsed(first) if line["type"] == "epoch"
    ]
