"""Graphics: the NVIDIA GPUs of this machine, asked of their driver, so that no device is touched."""

from __future__ import annotations

import os
from contextlib import suppress
from functools import lru_cache
from itertools import takewhile
from typing import Any

import pynvml

VISIBLE = "CUDA_VISIBLE_DEVICES"
"""The variable that names the GPUs a process may use."""

FRACTIONS = ("XLA_PYTHON_CLIENT_MEM_FRACTION", "XLA_CLIENT_MEM_FRACTION")
"""How the share of a GPU's memory that JAX takes was and is called; JAX refuses both at once."""

TAKEN_BY_JAX = 0.75
"""That share, unless told otherwise."""


def gpu_share(place: int, places: int) -> dict[str, str]:
    """The environment of a process that has one of so many places on this machine, counted from 0.

    The GPUs are dealt out; where there are fewer than places, those of one GPU divide the memory that JAX takes of it.
    Empty where there is one place, and where there is no GPU.
    """
    gpus = visible_gpus()
    if places == 1 or not gpus:
        return {}
    first = place % len(gpus)
    share = {VISIBLE: ",".join(gpus[first::places])}
    if VISIBLE not in os.environ:
        share["CUDA_DEVICE_ORDER"] = "PCI_BUS_ID"  # they are numbered as their driver counts them
    together = len(range(first, places, len(gpus)))
    if together > 1:
        name = next((name for name in FRACTIONS if os.environ.get(name)), FRACTIONS[-1])
        share[name] = f"{float(os.environ.get(name) or TAKEN_BY_JAX) / together:.4f}"
    return share


def visible_gpus() -> tuple[str, ...]:
    """What the GPUs that this process may use are called in that variable; empty where there are none."""
    named = os.environ.get(VISIBLE)
    if named is None:
        return tuple(str(number) for number in range(_count()))
    return tuple(takewhile(lambda name: name not in ("", "-1"), (name.strip() for name in named.split(","))))


def least_memory() -> int | None:
    """Bytes of the smallest of these GPUs, or None where there are none or their driver does not tell."""
    with suppress(pynvml.NVMLError):
        return min((int(pynvml.nvmlDeviceGetMemoryInfo(gpu).total) for gpu in _gpus()), default=None)
    return None


class Graphics:
    """The GPUs that this process may use, watched from outside."""

    def __init__(self) -> None:
        self._gpus: list[Any] = []
        with suppress(pynvml.NVMLError):
            self._gpus = _gpus()

    def busy(self) -> float | None:
        """The share of the last moment in which they computed, in the mean; None where their driver does not tell."""
        with suppress(pynvml.NVMLError):
            shares = [pynvml.nvmlDeviceGetUtilizationRates(gpu).gpu / 100 for gpu in self._gpus]
            return sum(shares) / len(shares) if shares else None
        return None


@lru_cache(maxsize=1)
def _count() -> int:
    with suppress(pynvml.NVMLError):  # no GPU, or no driver
        pynvml.nvmlInit()
        return int(pynvml.nvmlDeviceGetCount())
    return 0


def _gpus() -> list[Any]:
    """What the driver knows the GPUs by that this process may use. Raises NVMLError where there is no driver."""
    pynvml.nvmlInit()
    return [
        pynvml.nvmlDeviceGetHandleByIndex(int(name)) if name.isdigit() else pynvml.nvmlDeviceGetHandleByUUID(name)
        for name in visible_gpus()
    ]
