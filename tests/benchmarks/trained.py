"""What one side of a comparison did, as it tells the process that asked for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


class Trained(NamedTuple):
    """So many examples trained on between two moments, by a network with so many learned weights, on a device."""

    examples: int
    began: float
    """By `time.perf_counter`, which is one clock for all processes on Linux; so is `ended`."""
    ended: float
    parameters: int
    device: str

    @property
    def speed(self) -> float:
        """Examples per second."""
        return self.examples / (self.ended - self.began)

    @property
    def on_cpu(self) -> bool:
        return self.device.lower().startswith("cpu")


Run = Callable[[int], Trained]
"""Trains for so many epochs, of which the first does not count."""
