"""The one GPU that is measured on: whether there is one, and how much of the time it is at work."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from functools import lru_cache
from typing import Self

ASKED = "import jax; device = jax.devices()[0]; print(device.platform, device.device_kind)"

INTERVAL = 100
"""Milliseconds between two readings of how busy the GPU is."""

MEMORY = 1.0
"""A reading tells of up to as many seconds before it, so those at the beginning are left out."""


def environment() -> dict[str, str]:
    """With what a process takes this one GPU, and no more of its memory than it needs, as others are on it."""
    return {
        "CUDA_DEVICE_ORDER": "PCI_BUS_ID",  # that of nvidia-smi
        "CUDA_VISIBLE_DEVICES": number(),
        "XLA_PYTHON_CLIENT_PREALLOCATE": "false",
    }


def number() -> str:
    """What the GPU is called in CUDA_VISIBLE_DEVICES, and by nvidia-smi."""
    return os.environ.get("CUDA_VISIBLE_DEVICES", "0").split(",")[0]


@lru_cache(maxsize=1)
def name() -> str | None:
    """What JAX calls the GPU that it computes on; None where that is a CPU. Asked in a process of its own."""
    command = [sys.executable, "-c", ASKED]
    told = subprocess.run(command, env={**os.environ, **environment()}, capture_output=True, text=True, check=True)
    platform, kind = told.stdout.strip().split(maxsplit=1)
    return None if platform == "cpu" else kind


class Busy:
    """Hears from nvidia-smi, while it is open, which share of the time some program runs on the GPU."""

    def __init__(self) -> None:
        self.readings: list[tuple[float, float]] = []
        """(moment by `time.perf_counter`, percent)."""
        self._asked: subprocess.Popen[str] | None = None
        self._hearing = threading.Thread(target=self._hear, daemon=True)

    def __enter__(self) -> Self:
        command = ["nvidia-smi", f"--id={number()}", "--query-gpu=utilization.gpu", "--format=csv,noheader,nounits"]
        try:
            self._asked = subprocess.Popen([*command, f"-lms={INTERVAL}"], stdout=subprocess.PIPE, text=True)
        except OSError:
            return self  # nothing is heard
        self._hearing.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._asked is not None:
            self._asked.terminate()
            self._hearing.join()
            self._asked.communicate()

    def percent(self, times: Iterable[tuple[float, float]]) -> float | None:
        """The mean over spells of time (began, ended); None where nothing was heard in them."""
        spells = [(began + MEMORY, ended) for began, ended in times]
        heard = [share for at, share in self.readings if any(began <= at <= ended for began, ended in spells)]
        return statistics.fmean(heard) if heard else None

    def _hear(self) -> None:
        assert self._asked is not None
        assert self._asked.stdout is not None
        for line in self._asked.stdout:
            if line.strip().isdigit():  # some GPUs do not tell
                self.readings.append((time.perf_counter(), float(line)))
