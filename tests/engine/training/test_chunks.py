"""That steps are gathered into calls."""

from __future__ import annotations

import pytest

from engine.training.chunks import gathered


@pytest.mark.parametrize(
    ("steps", "most", "expected"),
    [(78, 100, 78), (78, 78, 78), (78, 77, 39), (78, 16, 13), (774, 130, 86), (97, 8, 8), (5, 1, 1)],
)
def test_a_call_takes_as_many_steps_as_it_may(steps: int, most: int, expected: int) -> None:
    assert gathered(steps, most) == expected


def test_steps_that_are_measured_a_little_differently_are_gathered_in_the_same_way() -> None:
    assert len({gathered(620, most) for most in range(128, 256)}) == 1
