"""Progress events: what they say of the steps since the last one."""

from __future__ import annotations

import os
from pathlib import Path

import jax
import numpy as np
import pytest

from engine.graphics import Graphics
from engine.training.pulse import EVENT_SECONDS, Pulse
from engine.training.timing import Amounts

AMOUNTS = Amounts(epochs=2, steps_per_epoch=10, train_rows=315, validation_rows=40, test_rows=40)


class Clock:
    def __init__(self) -> None:
        self.now = 5.0

    def __call__(self) -> float:
        return self.now


def test_an_event_holds_mean_and_range_of_every_step_since_the_last() -> None:
    clock = Clock()
    pulse = Pulse(AMOUNTS, clock)
    pulse.start()
    losses = np.random.default_rng(0).uniform(0, 3, 8).astype(np.float32)
    clock.now += 0.25
    pulse.hear(losses[:5])
    assert pulse.due()
    told = pulse.event(1, 0.01)
    assert (told["step"], told["steps"], told["epoch"], told["learning_rate"]) == (5, 20, 1, 0.01)
    assert (told["loss_min"], told["loss_max"]) == (losses[:5].min(), losses[:5].max())
    assert told["loss"] == pytest.approx(losses[:5].mean())
    assert told["examples_per_second"] == pytest.approx(5 * 31.5 / 0.25)
    pulse.hear(losses[5:])
    assert not pulse.due()
    clock.now += EVENT_SECONDS
    assert pulse.due()
    told = pulse.event(1, 0.01)
    assert (told["step"], told["loss_min"], told["loss_max"]) == (8, losses[5:].min(), losses[5:].max())
    assert not pulse.waits()


def test_the_mean_of_losses_near_the_largest_number_is_a_number() -> None:
    pulse = Pulse(AMOUNTS)
    pulse.start()
    pulse.hear(np.full(4, 3e38, np.float32))
    assert pulse.event(1, 0.01)["loss"] == pytest.approx(3e38)


def test_it_tells_what_early_stopping_may_spare_where_that_can_happen() -> None:
    clock = Clock()
    pulse = Pulse(AMOUNTS, clock)
    pulse.start()
    clock.now += 1.0
    pulse.hear(np.ones(5, np.float32))
    told = pulse.event(1, 0.01, may_stop_after=1)
    assert 0 < told["eta_earliest_seconds"] < told["eta_seconds"]
    pulse.hear(np.ones(5, np.float32))
    assert "eta_earliest_seconds" not in pulse.event(1, 0.01, may_stop_after=2)


def test_it_tells_of_this_process() -> None:
    pulse = Pulse(AMOUNTS)
    pulse.start()
    pulse.hear(np.ones(1, np.float32))
    told = pulse.event(1, 0.01)
    assert 0 <= told["busy"] <= 1
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    assert told["memory"] == pytest.approx(pages * os.sysconf("SC_PAGE_SIZE"), rel=0.2)
    assert told["memory"] < told["memory_total"]
    assert "device_busy" not in told


def test_on_a_gpu_it_tells_how_busy_that_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jax, "default_backend", lambda: "gpu")
    monkeypatch.setattr(Graphics, "busy", lambda _: 0.87654)
    pulse = Pulse(AMOUNTS)
    pulse.start()
    pulse.hear(np.ones(1, np.float32))
    assert pulse.event(1, 0.01)["device_busy"] == 0.877
