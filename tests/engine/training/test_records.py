"""What is known of the rows so far is kept with a checkpoint, and gone on from."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.graph.specs import Target
from engine.training import records
from engine.training.measures import Categories, Numbers
from engine.training.metrics import METRICS
from engine.training.names import MetricName, kinds
from engine.training.records import Records
from engine.training.scoring import Scorer


@pytest.mark.parametrize("name", METRICS)
def test_what_a_metric_knows_is_kept_and_recalled_to_the_last_digit(name: MetricName) -> None:
    dice = np.random.default_rng(7)
    numbers = "number" in kinds(name)

    def rows() -> Any:
        if numbers:
            return Numbers(dice.normal(size=(50, 1)), dice.normal(size=(50, 1)))
        chances = dice.random((50, 6)).astype(np.float32)
        return Categories(chances / chances.sum(axis=1, keepdims=True), dice.integers(0, 6, 50))

    parts = [rows() for _ in range(4)]
    whole, first, second = (METRICS[name].begin(6, 2**20) for _ in range(3))
    second.recall(first.memory())  # of nothing yet
    for part in parts:
        whole.add(part)
    for part in parts[:2]:
        first.add(part)
    second.recall(first.memory())
    for part in parts[2:]:
        second.add(part)
    assert second.value() == whole.value() is not None


def test_what_waited_longer_in_an_earlier_version_is_counted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    truth = {"y": np.arange(4000.0)[:, None].astype(np.float32)}

    def fresh(waiting: int) -> Records:
        monkeypatch.setattr(records, "WAITING", waiting)
        return Records(
            Scorer(["mae"], {"y": Target("number")}, {"targets": {"y": {"spread": 1.0, "center": 0.0}}}).tally(), truth
        )

    def steps(known: Records, first: int) -> None:
        rows = np.arange(first, first + 400).reshape(4, 100)
        known.add_steps(np.ones(4), {"y": np.zeros((4, 100, 1), np.float32)}, rows, np.ones((4, 100), bool))

    before, after, whole = fresh(4000), fresh(400), fresh(400)
    monkeypatch.setattr(records, "WAITING", 4000)
    steps(before, 0)
    monkeypatch.setattr(records, "WAITING", 400)
    after.recall(before.memory())
    steps(after, 400)
    for first in (0, 400):
        steps(whole, first)
    assert after.measures() == whole.measures()
