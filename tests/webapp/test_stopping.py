"""A process that is told to stop ends, however often it is told."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from webapp.stopping import stop_on_signals


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_that_comes_while_an_earlier_one_is_heard_stops_the_process(number: signal.Signals) -> None:
    stop = stop_on_signals()
    with stop._cond:  # type: ignore[attr-defined]  # held in the moment in which the earlier one sets the event
        signal.raise_signal(number)
        signal.raise_signal(number)
    assert stop.wait(10)
