"""What a training uses of its machine."""

from __future__ import annotations

import os
import time
from typing import Any

import jax
import psutil

from engine.graphics import Graphics
from engine.machine import whole_memory

WINDOW_SECONDS = 1.0
"""Over how long the share of the processor is measured at the least."""


class Usage:
    """The processor time and the memory of this process, and of its device where that tells."""

    def __init__(self) -> None:
        self._process = psutil.Process()
        self._memory = whole_memory()
        self._cores = len(os.sched_getaffinity(0))
        self._graphics = Graphics() if jax.default_backend() == "gpu" else None
        self._mark, self._busy = self._spent(), 0.0

    def figures(self) -> dict[str, Any]:
        """`busy` is the share of all cores used of late; memory is in bytes.

        On a GPU `device_busy` is the share of the last moment in which it computed.
        """
        figures: dict[str, Any] = {
            "busy": round(min(self._share(), 1.0), 3),
            "memory": int(self._process.memory_info().rss),
            "memory_total": self._memory,
        }
        if self._graphics is not None and (busy := self._graphics.busy()) is not None:
            figures["device_busy"] = round(busy, 3)
        told = jax.local_devices()[0].memory_stats()
        if told and "bytes_in_use" in told:
            figures["device_memory"] = int(told["bytes_in_use"])
            figures["device_memory_total"] = int(told.get("bytes_limit", 0)) or None
        return figures

    def _share(self) -> float:
        """That of the last whole window, or of the time so far where there was none."""
        began, used = self._mark
        now, spent = self._spent()
        if now - began >= WINDOW_SECONDS or not self._busy:
            self._busy = (spent - used) / max(now - began, 1e-9) / self._cores
        if now - began >= WINDOW_SECONDS:
            self._mark = now, spent
        return self._busy

    @staticmethod
    def _spent() -> tuple[float, float]:
        """The time, and that of the processor for all threads, which psutil tells in hundredths of a second alone."""
        return time.monotonic(), time.process_time()
