"""What a training uses of its machine."""

from __future__ import annotations

import os
from typing import Any

import jax
import psutil

from engine.graphics import Graphics
from engine.machine import whole_memory


class Usage:
    """The processor time and the memory of this process, and of its device where that tells."""

    def __init__(self) -> None:
        self._process = psutil.Process()
        self._memory = whole_memory()
        self._cores = len(os.sched_getaffinity(0))
        self._graphics = Graphics() if jax.default_backend() == "gpu" else None
        self._process.cpu_percent()  # the first call only begins to count

    def figures(self) -> dict[str, Any]:
        """`busy` is the share of all cores used since the last call; memory is in bytes.

        On a GPU `device_busy` is the share of the last moment in which it computed.
        """
        figures: dict[str, Any] = {
            "busy": round(min(self._process.cpu_percent() / (100 * self._cores), 1.0), 3),
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
