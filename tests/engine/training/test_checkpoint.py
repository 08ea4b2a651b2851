"""What of a run's checkpoints stays while it trains: bounded in number and bytes, never without the best."""

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
        summary = {"step": step, "place": 0, "value": value, "better": "lower"}
        checkpoints.write(step, {"weights": np.zeros(WEIGHTS, np.float32)}, {}, summary)
    return [one.summary["step"] for one in checkpoints.listed()]


def bytes_of_one(folder: Path) -> int:
    folder.mkdir()
    steps_kept(folder, Keeping(), [1.0])
    return sum(one.path.stat().st_size for one in Checkpoints(folder).listed())


def test_as_many_ends_of_epochs_stay_as_asked_for_and_the_best(tmp_path: Path) -> None:
    assert steps_kept(tmp_path, Keeping(epochs=4, bytes=AMPLE), [5, 1, 5, 5, 5, 5, 5, 5]) == [2, 5, 6, 7, 8]


def test_the_earlier_go_first_where_the_bytes_do_not_suffice(tmp_path: Path) -> None:
    room = int(2.5 * bytes_of_one(tmp_path / "one"))
    assert steps_kept(tmp_path, Keeping(epochs=4, bytes=room), [5, 4, 3, 2, 1]) == [4, 5]


def test_the_best_stays_where_the_bytes_do_not_suffice_for_all(tmp_path: Path) -> None:
    room = int(2.5 * bytes_of_one(tmp_path / "one"))
    assert steps_kept(tmp_path, Keeping(epochs=4, bytes=room), [5, 1, 5, 5, 5]) == [2, 5]


def test_the_newest_and_the_best_stay_whatever_their_size(tmp_path: Path) -> None:
    assert steps_kept(tmp_path, Keeping(epochs=4, bytes=1), [5, 1, 5, 5, 5]) == [2, 5]


@pytest.mark.parametrize("room", [0.5, 2.5, 4.5, 100])
def test_what_is_foretold_of_the_disk_is_enough_for_what_stays(tmp_path: Path, room: float) -> None:
    one = bytes_of_one(tmp_path / "one") + 8  # the tale of one differs by a digit or two
    keeping = Keeping(epochs=3, bytes=int(room * one))
    (tmp_path / "run").mkdir()
    steps = steps_kept(tmp_path / "run", keeping, [5, 1, 5, 5, 5, 5, 5])
    assert len(steps) >= 2
    assert sum(kept.path.stat().st_size for kept in Checkpoints(tmp_path / "run").listed()) <= keeping.most(one)
