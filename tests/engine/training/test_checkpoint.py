"""What of a run's checkpoints stays: places from all over it, bounded in number and bytes, never without the best."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from engine.training.checkpoint import Checkpoints, Keeping

AMPLE = 10**9
WEIGHTS = 10_000


def steps_kept(folder: Path, keeping: Keeping, values: list[float]) -> list[int]:
    """The epochs, from 1, whose checkpoints stay after one was written at the end of each."""
    checkpoints = Checkpoints(folder, keeping)
    for step, value in enumerate(values, start=1):
        summary = {"epoch": step, "step": step, "place": 0, "value": value, "better": "lower"}
        checkpoints.write(step, {"weights": np.zeros(WEIGHTS, np.float32)}, {}, summary)
    return [one.summary["step"] for one in checkpoints.listed()]


def bytes_of_one(folder: Path) -> int:
    folder.mkdir()
    steps_kept(folder, Keeping(), [1.0])
    return sum(one.path.stat().st_size for one in Checkpoints(folder).listed())


def test_besides_the_two_newest_and_the_best_as_many_ends_of_epochs_stay_as_asked_for(tmp_path: Path) -> None:
    kept = steps_kept(tmp_path, Keeping(epochs=4, bytes=AMPLE), [5, 5, 1, *[5] * 17])
    assert kept == [3, 7, 11, 14, 17, 19, 20]


@pytest.mark.parametrize("length", [6, 9, 13, 40, 77, 150])
def test_what_stays_is_spread_out_over_the_run_however_long_it_is(tmp_path: Path, length: int) -> None:
    checkpoints = Checkpoints(tmp_path, Keeping())
    while_it_trains = steps_kept(tmp_path, Keeping(), [1 / epoch for epoch in range(1, length + 1)])
    checkpoints.conclude()
    after_its_end = [one.summary["epoch"] for one in checkpoints.listed()]
    for kept in (while_it_trains, after_its_end):
        assert kept[-1] == length
        assert max(later - earlier for earlier, later in pairwise([0, *kept])) <= length / 3
    assert (len(while_it_trains), len(after_its_end)) == (6, 5)


def test_without_ends_to_keep_only_the_newest_and_the_best_stay(tmp_path: Path) -> None:
    assert steps_kept(tmp_path, Keeping(epochs=0), [5, 1, 5, 5, 5, 5]) == [2, 5, 6]


@pytest.mark.parametrize(("room", "kept"), [(2.5, [4, 5]), (3.5, [2, 4, 5])])
def test_the_two_newest_stay_and_others_go_where_the_bytes_do_not_suffice(
    tmp_path: Path, room: float, kept: list[int]
) -> None:
    keeping = Keeping(epochs=4, bytes=int(room * bytes_of_one(tmp_path / "one")))
    assert steps_kept(tmp_path, keeping, [5, 4, 3, 2, 1]) == kept


def test_the_best_stays_where_the_bytes_do_not_suffice_for_all(tmp_path: Path) -> None:
    room = int(2.5 * bytes_of_one(tmp_path / "one"))
    assert steps_kept(tmp_path, Keeping(epochs=4, bytes=room), [5, 1, 5, 5, 5]) == [2, 5]


def test_the_newest_and_the_best_stay_whatever_their_size(tmp_path: Path) -> None:
    assert steps_kept(tmp_path, Keeping(epochs=4, bytes=1), [5, 1, 5, 5, 5]) == [2, 5]


def test_the_latest_step_is_the_newest_however_many_digits_it_has(tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path)
    for step in (999_999_999, 1_000_000_000):
        checkpoints.write(step, {"weights": np.zeros(1, np.float32)}, {}, {"step": step, "place": 1, "value": None})
    assert [one.summary["step"] for one in checkpoints.listed()] == [999_999_999, 1_000_000_000]


@pytest.mark.parametrize("room", [0.5, 2.5, 4.5, 100])
def test_what_is_foretold_of_the_disk_is_enough_for_what_stays(tmp_path: Path, room: float) -> None:
    one = bytes_of_one(tmp_path / "one") + 8  # the tale of one differs by a digit or two
    keeping = Keeping(epochs=3, bytes=int(room * one))
    (tmp_path / "run").mkdir()
    steps = steps_kept(tmp_path / "run", keeping, [5, 1, 5, 5, 5, 5, 5])
    assert len(steps) >= 2
    assert sum(kept.path.stat().st_size for kept in Checkpoints(tmp_path / "run").listed()) <= keeping.most(one)


@pytest.mark.parametrize(("room", "kept"), [(0, [2, 9]), (3.5, [2, 6, 9]), (100, [2, 4, 6, 7, 8, 9])])
def test_a_run_that_has_ended_keeps_its_newest_its_best_and_as_many_others_as_have_room(
    tmp_path: Path, room: float, kept: list[int]
) -> None:
    keeping = Keeping(ended_bytes=int(room * bytes_of_one(tmp_path / "one")))
    steps_kept(tmp_path, keeping, [5, 1, 5, 5, 5, 5, 5, 5, 5])
    checkpoints = Checkpoints(tmp_path, keeping)
    checkpoints.conclude()
    assert [one.summary["epoch"] for one in checkpoints.listed()] == kept
