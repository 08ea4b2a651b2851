"""What is wished of a run while it trains: changes, a pause, a stop, which wait for nothing long."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from engine.job import train
from engine.training import chunks, evaluator
from engine.training.control import Change, Numbered
from engine.training.step import Learner
from tests.engine.samples import events
from tests.engine.training.conftest import Set
from tests.engine.training.lives import Wishes, given, live, lives, of_type, same_curve, told

pytestmark = pytest.mark.usefixtures("optimized")


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The first step of each call that was made so far."""
    made: list[int] = []
    run = chunks.Chunks.run

    def running(given: chunks.Chunks, state: Any, first: int, *others: Any) -> Any:
        made.append(first)
        return run(given, state, first, *others)

    monkeypatch.setattr(chunks.Chunks, "run", running)
    return made


class Replayed(Wishes):
    """Wishes that come at given steps, where each call makes one."""

    def __init__(self, made: Sequence[dict[str, Any]], calls: list[int]) -> None:
        super().__init__()
        self.made, self.calls = made, calls

    def changes(self) -> Sequence[Numbered]:
        given = [{name: value for name, value in one.items() if name not in ("number", "step")} for one in self.made]
        due = [one["step"] <= len(self.calls) for one in self.made]
        return [Numbered(place, Change(**one)) for place, one in enumerate(given, 1) if due[place - 1]]


class LatePause(Wishes):
    """A pause that is wanted once so many calls are made and looked after, as are all of an epoch at its end."""

    def __init__(self, last: int, calls: list[int]) -> None:
        super().__init__()
        self.last, self.calls, self.asked = last, calls, 0

    def pausing(self) -> bool:
        self.asked += len(self.calls) >= self.last
        return self.asked > 1


def test_a_run_is_changed_paused_and_killed_and_its_changes_hold_from_their_own_step_on(
    tmp_path: Path, cells: Path, each_step: Set, calls: list[int]
) -> None:
    each_step(3)
    wishes = Wishes()
    paused = given(tmp_path / "run", cells, early_stopping={"patience": 2})
    live(paused, wishes, events=12)
    wishes.wanted.append(Change(learning_rate=1e-3, patience=5))
    live(paused, wishes, events=8)
    wishes.wanted.append(Change(epochs=4))
    live(paused, wishes, events=5)
    for path in (tmp_path / "run" / "checkpoints").iterdir():  # what is left is older than the changes
        if path.name > "step-000000006":
            path.unlink()
    calls.clear()
    pausing = LatePause(1, calls)
    pausing.wanted = wishes.wanted
    ended = live(paused, pausing)
    assert (ended[-1]["type"], ended[-1]["phase"]) == ("phase", "paused")
    live(paused, wishes)
    lived = told(tmp_path / "run")
    first, second = [one for one in lived if "change" in one]
    assert first["settings"] == {"learning_rate": 1e-3, "patience": 5}
    assert second["settings"] == {"epochs": 4}
    rates = {one["step"]: one["learning_rate"] for one in of_type("progress", lived)}
    assert {rate for step, rate in rates.items() if step <= first["step"]} == {0.02}
    assert {rate for step, rate in rates.items() if step > first["step"]} == {1e-3}
    assert [one["epoch"] for one in of_type("epoch", lived)] == [1, 2, 3, 4]
    made = [
        {"number": 1, "step": first["step"], **first["settings"]},
        {"number": 2, "step": second["step"], "epochs": 4},
    ]
    assert lived[-1]["changes"] == made

    each_step(1)
    calls.clear()
    again = Replayed(made, calls)
    whole = live(given(tmp_path / "whole", cells, early_stopping={"patience": 2}), again)
    same_curve(lived, whole)


@pytest.mark.parametrize(
    ("settings", "change"),
    [
        ({"schedule": {"type": "plateau", "patience": 1, "drop": 0.5, "min_delta": 10.0}}, Change(learning_rate=0.03)),
        ({"early_stopping": {"patience": 1, "min_delta": 10.0}}, Change(epochs=9)),
        ({"early_stopping": {"patience": 5, "min_delta": 10.0}}, Change(patience=1)),
        ({"early_stopping": {"patience": 2, "min_delta": 10.0}}, Change(patience=1)),
    ],
)
def test_a_change_between_two_epochs_is_made_again_where_it_was(
    tmp_path: Path, cells: Path, each_step: Set, settings: dict[str, Any], change: Change
) -> None:
    """Its step is also that of the last checkpoint within the epoch, which is not measured there yet."""
    each_step(1)
    lived = {}
    for name in ("whole", "parted"):
        job, wishes = given(tmp_path / name, cells, **settings), Wishes()
        for one in lives(job, wishes):
            if one["type"] == "epoch" and one["epoch"] == 2:
                wishes.wanted = [change]
            if name == "parted" and "change" in one:
                break
        if name == "parted":
            live(job, wishes)
        lived[name] = told(tmp_path / name)
    assert of_type("epoch", lived["parted"]) == of_type("epoch", lived["whole"])
    assert lived["parted"][-1]["reason"] == lived["whole"][-1]["reason"]


def test_a_changed_patience_holds_for_the_lives_that_follow(tmp_path: Path, cells: Path, each_step: Set) -> None:
    each_step(1)
    job, wishes = given(tmp_path, cells, epochs=9, early_stopping={"patience": 2, "min_delta": 10.0}), Wishes()
    for one in lives(job, wishes):
        if one["type"] == "epoch" and one["epoch"] == 1:
            wishes.wanted = [Change(patience=4)]
        if one["type"] == "epoch" and one["epoch"] == 2:
            break
    live(job, wishes)
    assert [one["epoch"] for one in of_type("epoch", told(tmp_path))] == [1, 2, 3, 4, 5]


def test_a_pause_does_not_wait_until_the_epoch_is_measured(
    tmp_path: Path, cells: Path, each_step: Set, calls: list[int]
) -> None:
    each_step(1)
    whole = events(given(tmp_path / "whole", cells, epochs=2))
    paused = given(tmp_path / "run", cells, epochs=2)
    last = len(calls) // 2
    calls.clear()
    lived = live(paused, LatePause(last, calls))
    assert (lived[-1]["type"], lived[-1]["phase"]) == ("phase", "paused")
    assert of_type("epoch", lived) == []
    live(paused)
    same_curve(told(tmp_path / "run"), whole)


@pytest.mark.parametrize("wish", ["pause", "stop"])
def test_a_wish_does_not_wait_until_all_validation_rows_are_measured(
    tmp_path: Path, cells: Path, each_step: Set, monkeypatch: pytest.MonkeyPatch, wish: str
) -> None:
    each_step(1)
    monkeypatch.setattr(evaluator, "EVALUATION_BATCH", 1)
    settings = {"epochs": 2, "batch_size": 1}
    whole = events(given(tmp_path / "whole", cells, **settings))
    run, wishes, measured = given(tmp_path / "run", cells, **settings), Wishes(), Learner.evaluate

    asked: list[int] = []

    def evaluate(learner: Learner, *given: Any) -> Any:
        if threading.current_thread() is threading.main_thread():
            asked.append(1)
            setattr(wishes, wish, len(asked) > 1)  # when the second batch is asked for
        return measured(learner, *given)

    monkeypatch.setattr(Learner, "evaluate", evaluate)
    lived = live(run, wishes)
    assert len(asked) >= 2
    assert of_type("epoch", lived) == []
    if wish == "stop":
        assert lived[-1]["reason"] == "stopped_by_user"
        return
    assert (lived[-1]["type"], lived[-1]["phase"]) == ("phase", "paused")
    monkeypatch.setattr(Learner, "evaluate", measured)
    live(run)
    same_curve(told(tmp_path / "run"), whole)


def test_a_stop_does_not_wait_for_the_compiler_of_what_evaluates(
    tmp_path: Path, cells: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured, ready, wishes = Learner.evaluate, threading.Event(), Wishes()

    def evaluate(learner: Learner, *given: Any) -> Any:
        if threading.current_thread() is not threading.main_thread():
            wishes.stop = ready.wait(2.0) or True  # nobody stops before the first epoch waits
            ready.wait(60.0)
        return measured(learner, *given)

    monkeypatch.setattr(Learner, "evaluate", evaluate)
    lived = live(given(tmp_path, cells), wishes)
    assert not ready.is_set()
    ready.set()
    assert of_type("epoch", lived) == []
    assert lived[-1]["reason"] == "stopped_by_user"


def test_who_stops_a_run_while_it_pauses_gets_its_model(tmp_path: Path, cells: Path, each_step: Set) -> None:
    each_step(1)
    wishes, told = Wishes(), []
    for one in train(given(tmp_path, cells), wishes):
        told.append(one)
        wishes.pause = wishes.pause or one.get("phase") == "training"
        wishes.stop = wishes.stop or one["type"] == "checkpoint"
    assert (told[-1]["type"], told[-1]["reason"]) == ("finished", "stopped_by_user")


def test_the_last_checkpoint_is_written_after_it_is_said_that_training_is_over(
    tmp_path: Path, cells: Path, each_step: Set
) -> None:
    """Whoever waits for it to stop knows that it does."""
    each_step(3)
    wishes, lived = Wishes(), []
    for one in train(given(tmp_path / "run", cells), wishes):
        lived.append(one)
        wishes.stop = wishes.stop or one.get("phase") == "training"
    ends = [place for place, one in enumerate(lived) if one.get("phase") == "evaluating"]
    written = [place for place, one in enumerate(lived) if one["type"] == "checkpoint"]
    assert len(ends) == 1
    assert written[-1] > ends[0]
    assert "progress" not in [one["type"] for one in lived[ends[0] :]]
