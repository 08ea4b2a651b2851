"""How a trainer fails: in one last event, in plain words, whatever goes wrong."""

from __future__ import annotations

import io
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.exits import ExitStatus
from engine.lines import write_line
from engine.problems import Problem, Refusal
from engine.runner import SPOOL, _breakdown, _guarded, run_job
from engine.training import devices, preflight
from engine.training.checkpoint import Checkpoints
from engine.training.control import Control
from engine.training.past import Past
from tests.engine.running import command, parsed, written


def failure(path: Path) -> dict[str, Any]:
    """The problem a job fails with, worked out in this process."""
    events = _guarded(path, Control(), Past.read(path.parent / SPOOL))
    (told,) = [one for one in events if one["type"] in ("finished", "failed")]
    assert told["type"] == "failed"
    problem: dict[str, Any] = told["problem"]
    assert set(problem) == {"code", "message", "hint", "where"}
    assert all(problem[words] for words in ("message", "hint"))
    return problem


@pytest.mark.parametrize(
    ("place", "value", "code", "words"),
    [
        (("settings", "epochs"), 0, "wrong_document", "settings.epochs: it must be 1 or more"),
        (("settings", "optimizer"), {"type": "Newton"}, "wrong_document", "settings.optimizer: "),
        (("settings", "loss"), "sudden", "wrong_document", "settings.loss: choose "),
        (("graph", "nodes"), "none", "wrong_document", "graph.nodes: it must be a list"),
        (("graph", "format"), 7, "wrong_document", "this version reads formats 1 to 1"),
        (("graph", "extra"), 1, "wrong_document", "graph.extra: there is no such setting"),
        (("recipe", "kind"), "clouds", "wrong_document", "recipe.kind: choose "),
        (("recipe", "columns"), {}, "wrong_document", "lists the column"),
        (("dataset",), "/nowhere", "dataset_is_gone", "no longer there"),
        (("settings", "loss"), "categorical_crossentropy", "loss_does_not_fit", "does not suit 'diagnosis'"),
    ],
)
def test_a_wrong_document_fails_in_plain_words(
    tmp_path: Path, cells: Path, place: tuple[str, ...], value: Any, code: str, words: str
) -> None:
    path = written(tmp_path, cells)
    document = json.loads(path.read_text())
    inner = document
    for name in place[:-1]:
        inner = inner[name]
    inner[place[-1]] = value
    path.write_text(json.dumps(document))
    problem = failure(path)
    assert problem["code"] == code
    assert words in problem["message"]


def test_a_job_that_runs_out_of_memory_names_the_layer_that_holds_it(
    tmp_path: Path, cells: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(devices, "free_memory", lambda: 2000)
    monkeypatch.setattr(preflight, "reachable_memory", lambda: 2000)
    problem = failure(written(tmp_path, cells))
    assert problem["code"] == "out_of_memory"
    assert problem["where"]["node"] == "layer_0"
    assert "2000" not in problem["message"]
    assert problem["message"].endswith("Most of it is held by layer_0: what it gives for each row.")
    assert "2 kB were free" in problem["message"]


def test_the_last_process_of_a_run_that_memory_ended_trains_nothing_and_tells_what_would_fit(
    tmp_path: Path, cells: Path
) -> None:
    """Here all would fit, so something else had the memory, and half of what it takes is the advice."""
    path = written(tmp_path, cells)
    path.write_text(json.dumps({**json.loads(path.read_text()), "ran_out": True}))
    progress = {"seq": 1, "type": "progress", "step": 3, "memory": 3_100_000_000, "memory_total": 4_000_000_000}
    (tmp_path / "events.jsonl").write_text(json.dumps(progress) + "\n")
    problem = failure(path)
    assert (problem["code"], problem["where"]["node"]) == ("out_of_memory", "layer_0")
    assert problem["message"].startswith(
        "The training was ended without a word while it had 3.1 GB of 4.0 GB, most likely for want of memory. "
        "Training with a batch size of 16 needs "
    )
    assert "Train again when less else runs on this machine." in problem["hint"]
    assert not (tmp_path / "checkpoints").exists()


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"folder": "x"}', "null"])
def test_a_job_that_is_no_job_fails_in_plain_words(tmp_path: Path, text: str) -> None:
    (tmp_path / "JOB.json").write_text(text)
    problem = failure(tmp_path / "JOB.json")
    assert problem["code"] == "wrong_document"
    assert "internal" not in problem["message"]


def test_a_job_that_cannot_be_read_ends_as_a_process_should(tmp_path: Path) -> None:
    (tmp_path / "JOB.json").write_text("{")
    done = subprocess.run(**command(str(tmp_path / "JOB.json")), check=False)
    assert done.returncode == 0
    (told,) = parsed(done.stdout)
    assert told["problem"]["code"] == "wrong_document"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (RuntimeError("RESOURCE_EXHAUSTED: Out of memory allocating 4 bytes"), "out_of_memory"),
        (MemoryError(), "out_of_memory"),
        (OSError(28, "No space left on device"), "disk_full"),
        (OSError(13, "Permission denied"), "internal_error"),
        (ZeroDivisionError("division by zero"), "internal_error"),
    ],
)
def test_a_breakdown_is_told_without_its_internals(tmp_path: Path, error: Exception, code: str) -> None:
    problem = _breakdown(error, tmp_path)
    assert problem.code == code
    assert str(error) not in problem.message + problem.hint or not str(error)


@pytest.mark.parametrize(("kept", "way"), [(True, "continue this run"), (False, "train again")])
def test_who_runs_out_of_disk_is_told_whether_a_checkpoint_is_kept(tmp_path: Path, kept: bool, way: str) -> None:
    if kept:
        Checkpoints(tmp_path).write(1, {"state.0": np.zeros(3, np.float32)}, {}, {"epoch": 1})
    assert way in _breakdown(OSError(28, "No space left on device"), tmp_path).hint


def test_events_before_a_failure_are_kept(
    tmp_path: Path, cells: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def breaking(*_: Any) -> Iterator[dict[str, Any]]:
        yield {"type": "phase", "phase": "preparing"}
        raise ZeroDivisionError

    monkeypatch.setattr("engine.runner.train", breaking)
    told = list(_guarded(written(tmp_path, cells), Control(), Past()))
    assert [one["type"] for one in told] == ["phase", "failed"]
    assert "ZeroDivisionError" in capsys.readouterr().err

    def refusing(*_: Any) -> Iterator[dict[str, Any]]:
        raise Refusal(Problem("odd", {"node": "a"}, "It is odd.", "Make it even."))
        yield

    monkeypatch.setattr("engine.runner.train", refusing)
    (only,) = _guarded(tmp_path / "JOB.json", Control(), Past())
    assert only["problem"] == {"code": "odd", "where": {"node": "a"}, "message": "It is odd.", "hint": "Make it even."}


def ran(folder: Path, monkeypatch: pytest.MonkeyPatch, told: list[dict[str, Any]], write: Any) -> int:
    """The status of a job that tells this, in this process."""
    monkeypatch.setattr("engine.runner._guarded", lambda *_: iter(told))
    monkeypatch.setattr("engine.desk.Desk.open", lambda desk: None)
    monkeypatch.setattr("engine.runner.time.sleep", lambda seconds: None)
    return run_job(folder / "JOB.json", write)


@pytest.mark.parametrize("room", [True, False])
def test_a_disk_too_full_for_events_ends_a_run_in_plain_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], room: bool
) -> None:
    """The event that did not fit may stand there in part, so its number is not used again."""
    lines: list[dict[str, Any]] = []
    tries: list[int] = []

    def write(line: dict[str, Any]) -> None:
        tries.append(line["seq"])
        if len(tries) >= 2 and (len(tries) <= 4 or not room):
            raise OSError(28, "No space left on device")
        lines.append(line)

    given = [{"type": "phase", "phase": "training"}, {"type": "progress", "step": 1}, {"type": "progress", "step": 2}]
    assert ran(tmp_path, monkeypatch, given, write) == (0 if room else ExitStatus.UNTOLD)
    assert set(tries[2:]) == {3}
    assert [one["seq"] for one in lines] == ([1, 3] if room else [1])
    if room:
        assert (lines[-1]["type"], lines[-1]["problem"]["code"]) == ("failed", "disk_full")
    assert "No space left" in capsys.readouterr().err


def test_a_number_that_is_none_ends_a_run_in_plain_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = io.StringIO()
    given = [{"type": "progress", "loss": 1.0}, {"type": "progress", "loss": float("inf")}]
    assert ran(tmp_path, monkeypatch, given, lambda line: write_line(out, line)) == 0
    first, last = [json.loads(line) for line in out.getvalue().splitlines()]
    assert (first["loss"], last["type"], last["problem"]["code"]) == (1.0, "failed", "internal_error")
    assert "ValueError" in capsys.readouterr().err


def test_a_job_whose_numbers_are_none_is_refused(tmp_path: Path, cells: Path) -> None:
    path = written(tmp_path, cells)
    path.write_text(json.dumps({**json.loads(path.read_text()), "after": "abc"}))
    done = subprocess.run(**command(str(path)), check=False)
    (told,) = parsed(done.stdout)
    assert told["problem"]["code"] == "wrong_document"
