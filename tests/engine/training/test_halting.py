"""What is asked for before a training's first step: it does not wait for the compiler."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from safetensors.numpy import load_file

from engine.job import Job, Origin, train
from engine.problems import Refusal
from engine.training import chunks
from engine.training.checkpoint import Checkpoints, Keeping
from engine.training.step import Learner
from tests.engine.samples import events, job, network
from tests.engine.training.lives import Wishes, live, of_type, told


class Slow:
    """A compiler of steps that does not get ready before the test is over, and asks for something meanwhile."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.wishes, self.wish = Wishes(), ""
        self.over = threading.Event()
        compile = Learner.compile

        def slowly(learner: Learner, *given: Any) -> Any:
            if self.wish:
                setattr(self.wishes, self.wish, True)
                self.over.wait(60.0)
            return compile(learner, *given)

        monkeypatch.setattr(Learner, "compile", slowly)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[Slow]:
    made = Slow(monkeypatch)
    yield made
    made.over.set()


def given(folder: Path, dataset: Path, **settings: Any) -> Job:
    """A job that writes a checkpoint after every step."""
    folder.mkdir(exist_ok=True)
    return replace(job(folder, dataset, network(dataset, 1), batch_size=8, **settings), keeping=Keeping(seconds=0.0))


def test_a_stop_while_the_first_step_compiles_ends_a_run_that_learned_nothing(
    tmp_path: Path, cells: Path, slow: Slow
) -> None:
    slow.wish = "stop"
    with pytest.raises(Refusal, match="before its first step, so nothing was trained") as refusal:
        live(given(tmp_path, cells), slow.wishes)
    assert not slow.over.is_set()
    assert refusal.value.problem.code == "stopped_before_start"
    assert not (tmp_path / "bundle.zip").exists()


def test_a_run_paused_while_its_first_step_compiles_begins_anew(tmp_path: Path, cells: Path, slow: Slow) -> None:
    whole = events(given(tmp_path / "whole", cells))
    slow.wish, run = "pause", given(tmp_path / "run", cells)
    lived = live(run, slow.wishes)
    assert (lived[-1]["type"], lived[-1]["phase"]) == ("phase", "paused")
    assert not slow.over.is_set()
    slow.wish = ""
    live(run)
    assert of_type("epoch", told(tmp_path / "run")) == of_type("epoch", whole)
    assert (tmp_path / "run" / "weights.safetensors").read_bytes() == (
        tmp_path / "whole" / "weights.safetensors"
    ).read_bytes()


def test_a_continued_run_stopped_while_its_first_step_compiles_keeps_the_best_it_came_with(
    tmp_path: Path, cells: Path, slow: Slow
) -> None:
    live(given(tmp_path / "first", cells))
    (*_, last) = Checkpoints(tmp_path / "first").listed()
    own = tmp_path / "origin.safetensors"
    shutil.copy(last.path, own)
    slow.wish = "stop"
    lived = live(replace(given(tmp_path / "second", cells, epochs=9), origin=Origin(own, "run 1")), slow.wishes)
    assert not slow.over.is_set()
    assert (lived[-1]["type"], lived[-1]["reason"]) == ("finished", "stopped_by_user")
    assert lived[-1]["best_epoch"] == told(tmp_path / "first")[-1]["best_epoch"]
    assert "before its first step" in of_type("log", lived)[-1]["message"]
    kept, brought = (load_file(tmp_path / name / "weights.safetensors") for name in ("second", "first"))
    assert all((kept[name] == brought[name]).all() for name in brought)


def test_a_run_that_died_in_its_first_epoch_and_is_stopped_as_it_comes_back_keeps_what_it_learned(
    tmp_path: Path, cells: Path, slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunks, "CHUNK_SECONDS", 0.0)
    run = given(tmp_path, cells)
    for event in train(run):
        if event["type"] == "checkpoint":
            break
    slow.wish = "stop"
    lived = live(run, slow.wishes)
    assert not slow.over.is_set()
    assert (lived[-1]["reason"], lived[-1]["best_epoch"]) == ("stopped_by_user", 0)
    assert (tmp_path / "bundle.zip").exists()
