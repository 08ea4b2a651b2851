"""The learning rate that each step has, as a run tells it."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.training import pulse
from tests.engine.samples import events, job, network
from tests.engine.training.whole_runs import STILL


def test_a_fall_of_the_learning_rate_is_told_when_it_happens_and_holds_from_the_next_step_on(
    tmp_path: Path, cells: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulse, "EVENT_SECONDS", 0.0)
    schedule = {"type": "plateau", "patience": 2, "drop": 0.1}
    told = events(job(tmp_path, cells, network(cells, 1), epochs=4, optimizer=STILL, schedule=schedule))
    (fall,) = [one for one in told if "fell_to" in one]
    assert fall["message"].endswith("as validation loss had not improved for 2 epochs.")
    rates = {one["step"]: one["learning_rate"] for one in told if one["type"] == "progress"}
    before = {rate for step, rate in rates.items() if step <= fall["step"]}
    assert {rate for step, rate in rates.items() if step > fall["step"]} == {fall["fell_to"]}
    assert fall["fell_to"] == pytest.approx(0.1 * before.pop())
    assert not before


def test_however_short_a_run_is_each_epoch_tells_the_learning_rate_that_it_had(
    tmp_path: Path, cells: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulse, "EVENT_SECONDS", 1e9)  # as if all were over before the first event is due
    schedule = {"type": "step", "drop": 0.5, "every": 2}
    told = events(job(tmp_path, cells, network(cells, 1), epochs=6, optimizer=STILL, schedule=schedule))
    progress = [one for one in told if one["type"] == "progress"]
    first = progress[0]["learning_rate"]
    changed = {one["epoch"]: one["learning_rate"] / first for one in progress}
    assert {epoch: changed[epoch] for epoch in (3, 5)} == pytest.approx({3: 0.5, 5: 0.25})
    assert len(progress) <= 6
