"""How many rows are evaluated at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.training import evaluator
from engine.training.step import Learner
from tests.engine.samples import events, job, network


def test_wide_networks_are_evaluated_in_as_many_rows_as_are_trained_at_once(
    tmp_path: Path, houses: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    evaluated = Learner.evaluate

    def evaluate(learner: Learner, state: Any, xs: Any) -> Any:
        sizes.append(len(xs["row"]))
        return evaluated(learner, state, xs)

    monkeypatch.setattr(Learner, "evaluate", evaluate)
    drawing = network(houses, 1, ("Dense", {"units": 1000}))
    whole, narrow = tmp_path / "whole", tmp_path / "narrow"
    whole.mkdir()
    narrow.mkdir()
    *_, at_once = events(job(whole, houses, drawing, batch_size=2, epochs=1))
    assert set(sizes) != {2}
    sizes.clear()
    monkeypatch.setattr(evaluator, "EVALUATION_BYTES", 2 * 4 * 1000)
    *_, in_parts = events(job(narrow, houses, drawing, batch_size=2, epochs=1))
    assert set(sizes) == {2}
    assert in_parts["test"] == pytest.approx(at_once["test"], rel=1e-4)
