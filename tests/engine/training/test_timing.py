"""The time left, on a clock that the test moves."""

from __future__ import annotations

import numpy as np
import pytest

from engine.training.timing import Amounts, TimeLeft

AMOUNTS = Amounts(epochs=10, steps_per_epoch=200, train_rows=7000, validation_rows=1500, test_rows=1500)


class Run:
    """A training that takes made-up time: steps in calls of five, then the end of each epoch."""

    def __init__(self, amounts: Amounts, step: float, end: float, noise: float = 0.3) -> None:
        self.now, self.amounts, self.step, self.end, self.noise = 100.0, amounts, step, end, noise
        self.time = TimeLeft(amounts, lambda: self.now)
        self.random = np.random.default_rng(0)
        self.told: list[tuple[float, float]] = []
        """(now, seconds left) after each call."""

    def train(self, slower_from: int = 10**9, by: float = 1.0) -> None:
        self.time.start()
        done = 0
        for _ in range(self.amounts.epochs):
            for _ in range(self.amounts.steps_per_epoch // 5):
                done += 5
                factor = by if done > slower_from else 1.0
                self.now += 5 * self.step * factor * self.random.uniform(1 - self.noise, 1 + self.noise)
                self.time.hear(5)
                self.told.append((self.now, self.time.left()))
            self.now += self.end * self.random.uniform(0.9, 1.1)
            self.time.end_epoch()
        self.now += self.end  # the test rows

    def errors(self) -> np.ndarray:
        """What was told over what was true, less one, once a tenth of the time is over."""
        began, total = 100.0, self.now - 100.0
        late = [(now, left) for now, left in self.told if now - began >= total / 10]
        return np.array([left / (self.now - now) - 1 for now, left in late])


@pytest.mark.parametrize(("step", "end"), [(0.01, 0.05), (0.01, 1.5), (0.5, 60.0), (0.0002, 0.01)])
def test_the_time_left_is_within_a_fifth_once_a_tenth_is_over(step: float, end: float) -> None:
    run = Run(AMOUNTS, step, end)
    run.train()
    assert np.abs(run.errors()).max() < 0.2


def test_a_single_long_epoch_counts_its_evaluation_before_it_has_been_seen() -> None:
    amounts = Amounts(epochs=1, steps_per_epoch=2000, train_rows=7000, validation_rows=3500, test_rows=3500)
    run = Run(amounts, 0.01, 2000 * 0.01 * 0.5 / 3)
    run.train()
    assert np.abs(run.errors()).max() < 0.2


def test_a_machine_that_becomes_slower_is_followed() -> None:
    run = Run(AMOUNTS, 0.05, 0.5)
    run.train(slower_from=600, by=2.0)
    late = run.errors()[len(run.errors()) // 2 :]
    assert np.abs(late).max() < 0.2


def test_a_pause_does_not_count() -> None:
    run = Run(AMOUNTS, 0.01, 0.1, noise=0.0)
    run.time.start()
    run.now += 2.0
    run.time.hear(200)
    before = run.time.left()
    run.now += 3600.0
    run.time.start(200)
    run.now += 0.01
    run.time.hear(1)
    assert run.time.left() == pytest.approx(before, rel=0.05)


def test_an_early_stop_spares_whole_epochs() -> None:
    run = Run(AMOUNTS, 0.01, 1.0, noise=0.0)
    run.time.start()
    run.now += 2.0
    run.time.hear(200)
    run.now += 1.0
    run.time.end_epoch()
    assert run.time.left() == pytest.approx(9 * 3.0 + 1.0)
    assert run.time.left_until(4) == pytest.approx(3 * 3.0 + 1.0)
