"""What a training tells of the processor's use."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from engine.training import usage


def test_the_share_of_the_processor_is_that_of_the_last_whole_second_to_the_millisecond(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Events follow each other in less time than the system counts in; a share of so short a time means nothing."""
    now = {"wall": 10.0, "spent": 3.0}
    clocks = SimpleNamespace(monotonic=lambda: now["wall"], process_time=lambda: now["spent"])
    monkeypatch.setattr(usage, "time", clocks)
    monkeypatch.setattr("os.sched_getaffinity", lambda pid: {0, 1})
    seen, told = usage.Usage(), []
    for busy in [0.004] * 25 + [0.044] * 25:
        now["wall"] += 0.05
        now["spent"] += busy
        told.append(seen.figures()["busy"])
    assert told[0] == pytest.approx(0.04)
    assert told[24] == told[28] == pytest.approx(0.04)
    assert told[-1] == pytest.approx(0.44, abs=0.11)
