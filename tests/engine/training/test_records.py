"""What is known of the rows so far is kept with a checkpoint, and gone on from."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.graph.specs import Target
from engine.training import records
from engine.training.lost import Lost
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
        known.add_steps(Lost(np.ones(4), {}), {"y": np.zeros((4, 100, 1), np.float32)}, rows, np.ones((4, 100), bool))

    before, after, whole = fresh(4000), fresh(400), fresh(400)
    monkeypatch.setattr(records, "WAITING", 4000)
    steps(before, 0)
    monkeypatch.setattr(records, "WAITING", 400)
    after.recall(before.memory())
    steps(after, 400)
    for first in (0, 400):
        steps(whole, first)
    assert after.measures() == whole.measures()


def two_outputs() -> Records:
    """Records of two numbers, none of which is measured."""
    targets = {"near": Target("number"), "far": Target("number")}
    scorer = Scorer(None, targets, {"targets": {name: {"spread": 1.0, "center": 0.0} for name in targets}})
    return Records(scorer.tally(), {name: np.zeros((100, 1), np.float32) for name in targets})


def add(known: Records, *, whole: float, near: float, far: float) -> None:
    """Two steps of five rows."""
    means = [np.full(2, value, np.float32) for value in (whole, near, far)]
    rows, answers = np.arange(10).reshape(2, 5), np.zeros((2, 5, 1), np.float32)
    lost = Lost(means[0], {"near": means[1], "far": means[2]})
    known.add_steps(lost, {"near": answers, "far": answers}, rows, np.ones((2, 5), bool))


def test_the_loss_of_each_of_several_outputs_is_kept_and_recalled() -> None:
    first, second = two_outputs(), two_outputs()
    add(first, whole=3.0, near=1.0, far=2.0)
    second.recall(first.memory())
    add(second, whole=5.0, near=2.0, far=3.0)
    assert second.measures() == {"loss": 4.0, "near_loss": 1.5, "far_loss": 2.5}


def test_what_an_earlier_version_did_not_keep_of_the_outputs_is_left_out_of_that_epoch() -> None:
    first, second = two_outputs(), two_outputs()
    add(first, whole=3.0, near=1.0, far=2.0)
    second.recall({name: values for name, values in first.memory().items() if not name.startswith("own/")})
    add(second, whole=5.0, near=2.0, far=3.0)
    assert second.measures() == {"loss": 4.0}
