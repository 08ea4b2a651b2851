"""That steps are gathered into calls."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.training.assembly import assemble
from engine.training.chunks import gathered
from tests.engine.samples import job, network


@pytest.mark.parametrize(
    ("steps", "most", "expected"),
    [(78, 100, 78), (78, 78, 78), (78, 77, 39), (78, 16, 13), (774, 130, 86), (97, 8, 8), (5, 1, 1)],
)
def test_a_call_takes_as_many_steps_as_it_may(steps: int, most: int, expected: int) -> None:
    assert gathered(steps, most) == expected


def test_steps_that_are_measured_a_little_differently_are_gathered_in_the_same_way() -> None:
    assert len({gathered(620, most) for most in range(128, 256)}) == 1


@pytest.mark.parametrize(
    ("layers", "convolves"),
    [
        ([], False),
        (
            [("Reshape", {"target_shape": [2, 2, 2]}), ("Conv2D", {"filters": 2, "padding": "same"}), ("Flatten", {})],
            True,
        ),
    ],
)
def test_steps_that_convolve_are_told_from_others_even_where_convolutions_are_products(
    tmp_path: Path, houses: Path, layers: list[tuple[str, dict[str, Any]]], convolves: bool
) -> None:
    given = job(tmp_path, houses, network(houses, 1, ("Dense", {"units": 8}), *layers))
    trainer = assemble(given.dataset, given.graph, given.recipe, given.settings).trainer
    xs = trainer.feed.chunk(trainer._chunks.batches(1), 0, 1)
    learner = trainer.learner
    assert learner.compile(learner.start(0), xs, trainer._needs(0, 1)).convolves == convolves
