"""How much memory a process may have: by its own limits, and by the containers around it, old and new."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from engine import machine

GB = 2**30


@pytest.fixture
def groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where files of control groups may be put; the process is in /outer/inner of both versions."""
    (tmp_path / "cgroup").write_text("9:cpu:/elsewhere\n4:memory:/outer/inner\n0::/outer/inner\n")
    monkeypatch.setattr(machine, "GROUPS", tmp_path / "cgroup")
    monkeypatch.setattr(machine, "MOUNT", tmp_path / "mount")
    monkeypatch.setattr(machine, "COUNTS", tmp_path / "vmstat")
    return tmp_path / "mount"


def put(folder: Path, **files: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text)


def test_without_limits_the_machine_itself_is_the_limit(groups: Path) -> None:
    assert machine.whole_memory() == psutil.virtual_memory().total
    assert 0 < machine.free_memory() < machine.whole_memory()
    assert machine.memory_kills() is None


def test_the_tightest_container_counts_without_what_files_could_give_back(groups: Path) -> None:
    put(
        groups / "outer",
        memory__max=f"{GB}\n",
        memory__current=f"{GB // 2}\n",
        memory__stat="active_file 600\ninactive_file 300\nslab_reclaimable 100\n",
    )
    put(groups / "outer" / "inner", memory__max="max\n", memory__current="5\n")
    assert machine.whole_memory() == GB
    assert machine.free_memory() == GB // 2 + 1000


def test_containers_of_the_old_kind_count_as_well(groups: Path) -> None:
    base = groups / "memory"
    put(base, memory__limit_in_bytes=f"{2 * GB}", memory__usage_in_bytes=f"{3 * GB}", memory__stat="total_rss 1\n")
    assert machine.whole_memory() == 2 * GB
    assert machine.free_memory() == 0


def test_kills_are_counted_in_the_own_container_before_the_machine(groups: Path) -> None:
    (groups.parent / "vmstat").write_text("nr_free_pages 12\noom_kill 40\n")
    assert machine.memory_kills() == 40
    put(groups / "outer" / "inner", memory__events="low 0\noom 3\noom_kill 2\n")
    assert machine.memory_kills() == 2
    put(groups / "memory" / "outer" / "inner", memory__oom_control="oom_kill_disable 0\nunder_oom 0\noom_kill 1\n")
    assert machine.memory_kills() == 1


@pytest.mark.parametrize("limit", [resource.RLIMIT_AS, resource.RLIMIT_DATA])
def test_a_limit_of_the_process_leaves_what_it_has_not_reserved_yet(limit: int) -> None:
    script = (
        f"import resource; resource.setrlimit({limit}, ({GB}, {GB}))\n"
        "from engine import machine\n"
        "first = machine.free_memory(); kept = bytearray(200 * 2**20)\n"
        "print(machine.is_limited(), machine.whole_memory(), first, machine.free_memory(), machine.reachable_memory())"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    limited, whole, first, then, reachable = done.stdout.split()
    assert limited == "True"
    assert int(whole) <= GB
    assert 0 < int(first) < GB
    assert int(then) == pytest.approx(int(first) - 200 * 2**20, abs=2**20)
    assert int(reachable) == pytest.approx(int(whole), abs=2**20)
