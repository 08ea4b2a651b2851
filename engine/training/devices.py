"""What the computation runs on, and whether it has room for it."""

from __future__ import annotations

import hashlib
import os
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

import jax
from jax.experimental.compilation_cache.compilation_cache import reset_cache

from engine import machine
from engine.graphics import TAKEN_BY_JAX, least_memory
from engine.problems import OUT_OF_MEMORY, Refusal

NETLOOM = "netloom"
"""The fact that tells which Netloom it was."""

DECIDING = ("layers", "modules", "graph", "data", "training")
"""The rooms of the engine whose source decides what a training does."""

LARGEST_CACHE = 2**30
"""Bytes of compiled programs to keep; those unused for longest go first."""


def device_name(count: int = 1) -> str:
    """What so many devices are in words: "CPU · 2 cores", "NVIDIA H200", "4 × NVIDIA H200"."""
    device = jax.devices()[0]
    cpu = device.platform == "cpu"
    name = f"CPU · {len(os.sched_getaffinity(0))} cores" if cpu else str(device.device_kind)
    return name if count == 1 else f"{count} × {name}"


@lru_cache(maxsize=1)
def machine_facts() -> dict[str, str]:
    """What a training depends on besides its documents: versions, the device and its cores."""
    versions = {NETLOOM: _own_version()}
    versions |= {package: version(package) for package in ("jax", "jaxlib", "flax", "numpy")}
    return {**versions, "device": device_name()}


def _own_version() -> str:
    """A digest of all source that a training depends on: what an update left alone goes on as before."""
    engine, digest = Path(__file__).parents[1], hashlib.sha256()
    for path in sorted(path for room in DECIDING for path in (engine / room).rglob("*.py")):
        digest.update(path.relative_to(engine).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:10]


def keep_compiled(folder: Path) -> None:
    """Keeps compiled programs in `folder`, which only its owner can read, for later runs of the same network."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if jax.config.values["jax_compilation_cache_dir"] != str(folder):
        reset_cache()  # else JAX stays with the folder that it opened first
    jax.config.update("jax_compilation_cache_dir", str(folder))
    jax.config.update("jax_compilation_cache_max_size", LARGEST_CACHE)
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)


def free_memory() -> int:
    """Bytes that can be used: of the GPU's memory, or of the machine's."""
    stats = jax.devices()[0].memory_stats()
    if stats and "bytes_limit" in stats:
        return int(stats["bytes_limit"] - stats.get("bytes_in_use", 0))
    return machine.free_memory()


def whole_memory() -> int:
    """Bytes there are at all: of the GPU's memory as far as JAX may take it, or of the machine's."""
    stats = jax.devices()[0].memory_stats()
    if stats and "bytes_limit" in stats:
        return int(stats["bytes_limit"])
    return machine.whole_memory()


def reachable_memory() -> int:
    """Bytes that this process has and may still take: of the GPU's memory, or of the machine's."""
    stats = jax.devices()[0].memory_stats()
    return whole_memory() if stats and "bytes_limit" in stats else machine.reachable_memory()


def rough_room() -> int:
    """As `whole_memory`, told without touching a device."""
    graphics, whole = least_memory(), machine.whole_memory()
    return whole if graphics is None else min(int(TAKEN_BY_JAX * graphics), whole)


def check_memory(needed: int) -> None:
    """Raises Refusal where one step needs more memory than there is."""
    if needed > free_memory():
        raise Refusal(OUT_OF_MEMORY)
