"""Machine: how much memory a process may have, whoever sets the limit, and how often memory ran out."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from pathlib import Path

import psutil

GROUPS = Path("/proc/self/cgroup")
MOUNT = Path("/sys/fs/cgroup")
COUNTS = Path("/proc/vmstat")

LIMIT_FILES = ("memory.max", "memory.limit_in_bytes")
USED_FILES = ("memory.current", "memory.usage_in_bytes")
EVENT_FILES = ("memory.events", "memory.oom_control")
"""The names of version 2 of control groups, then those of version 1."""


GIVEN_BACK = ("active_file", "inactive_file", "slab_reclaimable")
"""What a container has in memory of files and about them, and gives back where it is needed."""


def whole_memory() -> int:
    """Bytes that this process may have in all: of the machine, of its container, and by its own limits."""
    own = psutil.Process().memory_info().rss
    containers = (limit for limit, _ in _containers())
    limits = (min(limit, own + limit - used) for limit, used in _limits())
    return min([psutil.virtual_memory().total, *containers, *limits])


def free_memory() -> int:
    """Bytes that this process may still take."""
    left = (max(limit - used, 0) for limit, used in (*_containers(), *_limits()))
    return min([psutil.virtual_memory().available, *left])


def reachable_memory() -> int:
    """Bytes that this process has and may still take."""
    return min(whole_memory(), free_memory() + psutil.Process().memory_info().rss)


def is_limited() -> bool:
    """Whether processes have a limit of their own, past which an allocation fails."""
    return any(True for _ in _limits())


def memory_kills() -> int | None:
    """How many processes the system has ended so far because memory ran out; None where it does not count them.

    Counted are those of the container, or else of the machine.
    """
    for folder in _groups():
        for name in EVENT_FILES:
            if (count := _counts(folder / name).get("oom_kill")) is not None:
                return count
    return _counts(COUNTS).get("oom_kill")


def _limits() -> Iterator[tuple[int, int]]:
    """(limit, used) of each limit of the process itself: `ulimit -v` and `ulimit -d`."""
    info = psutil.Process().memory_info()
    for limit, used in ((resource.RLIMIT_AS, info.vms), (resource.RLIMIT_DATA, getattr(info, "data", 0))):
        most, _ = resource.getrlimit(limit)
        if most != resource.RLIM_INFINITY:
            yield most, used


def _containers() -> Iterator[tuple[int, int]]:
    """(limit, used) of each container around this process that has a limit; what files could give back is not used."""
    for folder in _groups():
        limit, used = _number(folder, LIMIT_FILES), _number(folder, USED_FILES)
        if limit is not None and used is not None:
            stat = _counts(folder / "memory.stat")
            back = sum(stat.get(f"total_{name}", stat.get(name, 0)) for name in GIVEN_BACK)
            yield limit, max(used - back, 0)


def _groups() -> Iterator[Path]:
    """The folders of the control groups that count this process's memory, the innermost first."""
    try:
        lines = GROUPS.read_text().splitlines()
    except OSError:
        return
    for _, controllers, path in (line.split(":", 2) for line in lines):
        if controllers and "memory" not in controllers.split(","):
            continue
        base = MOUNT / "memory" if controllers else MOUNT
        folder = base / path.lstrip("/")
        while folder != base and ".." not in folder.parts:
            yield folder
            folder = folder.parent
        yield base


def _number(folder: Path, names: tuple[str, ...]) -> int | None:
    """The number in the first of these files that is there; None for none, and for "max"."""
    for name in names:
        try:
            text = (folder / name).read_text().strip()
        except OSError:
            continue
        return int(text) if text.isdigit() else None
    return None


def _counts(path: Path) -> dict[str, int]:
    """The lines `name number` of a file."""
    try:
        lines = [line.split() for line in path.read_text().splitlines()]
    except OSError:
        return {}
    return {line[0]: int(line[1]) for line in lines if len(line) == 2 and line[1].isdigit()}
