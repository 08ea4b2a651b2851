"""Tables beyond memory: their rows lie in files, and train as if they did not."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from engine.data import prepare, shelf, table
from engine.data.recipe import Recipe
from engine.data.shelf import Shelf
from engine.problems import Refusal

WIDTH = 40
COLUMNS = {
    **{f"x{n}": {"role": "feature", "kind": "number"} for n in range(WIDTH)},
    "kind": {"role": "feature", "kind": "category"},
    "y": {"role": "target", "kind": "number"},
}
RECIPE = Recipe.model_validate({"kind": "table", "columns": COLUMNS, "inputs": {"features": []}})


def large(folder: Path, rows: int) -> Path:
    """A data set of so many rows, with gaps and a category."""
    rng = np.random.default_rng(0)
    numbers = {f"x{n}": rng.normal(size=rows) for n in range(WIDTH)}
    numbers["x1"][::7] = np.nan
    kinds = np.array(["a", "b", "c"])[rng.integers(0, 3, rows)]
    frame = pl.DataFrame({**numbers, "kind": kinds, "y": rng.normal(size=rows)})
    frame = frame.with_columns(pl.col("x1").fill_nan(None))
    frame.write_ipc(folder / table.TABLE, compression="uncompressed")
    reading = {"missing": [""], "decimal": ".", "names": frame.columns}
    columns = [{"name": name, "type": "text" if name == "kind" else "float"} for name in frame.columns]
    found = {"kind": "table", "rows": rows, "columns": columns, "reading": reading}
    (folder / "profile.json").write_text(json.dumps(found))
    return folder


def test_arrays_go_to_files_once_memory_is_taken() -> None:
    given = Shelf(memory=int(100 / shelf.SHARE))
    first, second = given.empty((10,), "float64"), given.empty((10,), "float64")
    assert isinstance(first, np.ndarray)
    assert (first.base, type(second.base).__name__) == (None, "mmap")
    second[:] = 7
    kept = given.keep(np.arange(10.0))
    assert type(kept.base).__name__ == "mmap"
    np.testing.assert_array_equal(kept, np.arange(10.0))


def test_a_disk_without_room_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.posix_fallocate", full)
    with pytest.raises(Refusal, match="disk is full"):
        Shelf(memory=0).empty((10,), "float64")


def test_rows_in_files_are_the_rows_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepare, "BLOCK", 64)
    folder = large(tmp_path, 1_000)
    resident, filed = prepare.load(folder, RECIPE), prepare.load(folder, RECIPE, memory=0)
    for part in prepare.PARTS:
        np.testing.assert_array_equal(resident.inputs[part]["features"].values, filed.inputs[part]["features"].values)
        np.testing.assert_array_equal(resident.targets[part]["y"], filed.targets[part]["y"])


def test_more_than_memory_and_disk_hold_is_refused_with_both_sizes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prepare, "LARGEST", 1_000)
    monkeypatch.setattr(shelf, "room", lambda: 10_000)
    with pytest.raises(Refusal, match=r"would take [\d.]+ .B; this machine has room"):
        prepare.fit(large(tmp_path, 1_000), RECIPE)


SCRIPT = """
import sys, threading, time
from pathlib import Path
from engine.data import prepare
from engine.data.batches import shuffled
from engine.training.feeding import Feed
from tests.engine.data.test_shelf import RECIPE

def held():  # what only this process holds, and no file backs
    return int(next(line for line in open("/proc/self/status") if line.startswith("RssAnon")).split()[1]) * 1024

import polars as pl
memory, before, most, done = int(sys.argv[2]), held(), 0, False
def watch():
    global most
    while not done:
        most = max(most, held())
        time.sleep(0.002)
watching = threading.Thread(target=watch)
watching.start()
prepared = prepare.load(Path(sys.argv[1]), RECIPE, memory=memory)
feed = Feed(prepared, memory=memory)
batches = shuffled(feed.rows("train"), 256, 0, 0)
for start in range(0, 400, 8):
    feed.chunk(batches, start, 8)
done = True
watching.join()
print(feed.streams(), most - before)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="asks Linux what a process holds")
def test_a_table_beyond_memory_streams_instead_of_being_held(tmp_path: Path) -> None:
    rows = 500_000
    folder = large(tmp_path, rows)
    prepare.fit(folder, RECIPE)
    held = {}
    for memory in (0, 2**36):
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT, str(folder), str(memory)],
            capture_output=True, text=True, check=True, env={"PATH": "", "JAX_PLATFORMS": "cpu", "PYTHONPATH": "."},
        )  # fmt: skip
        streams, most = done.stdout.split()
        held[streams] = int(most)
    raw, prepared = rows * 8 * WIDTH, rows * 4 * WIDTH
    assert held["False"] > raw + prepared
    assert held["True"] < prepared + 50_000_000
