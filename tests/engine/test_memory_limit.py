"""A trainer whose memory truly runs out, as its process may take only so much."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.engine.running import command, parsed, written
from tests.engine.samples import network

LAYERS = (("RepeatVector", {"n": 9_000}), ("Dense", {"units": 128}), ("Flatten", {}))
ROOM = 2**29
"""Bytes beside what a trainer takes before it holds anything."""

TRAINER = """
import resource, runpy, sys
import jax, psutil
import engine.export.bundle
from engine.training import chunks
if "unforeseen" in sys.argv:
    chunks.check_memory = lambda needed: None
del sys.argv[2:]
jax.devices()
most = psutil.Process().memory_info().data + {room}
resource.setrlimit(resource.RLIMIT_DATA, (most, most))
runpy.run_module("engine", run_name="__main__")
"""


def trained(folder: Path, cells: Path, *arguments: str, **settings: Any) -> dict[str, Any]:
    """The last event of a trainer with so much room."""
    folder.mkdir()
    path = written(folder, cells, epochs=1, **settings)
    path.write_text(json.dumps({**json.loads(path.read_text()), "graph": network(cells, 1, *LAYERS)}))
    asked = {**command(), "args": [sys.executable, "-c", TRAINER.format(room=ROOM), str(path), *arguments]}
    done = subprocess.run(**asked, check=False)
    assert done.returncode == 0, done.stderr
    return parsed(done.stdout)[-1]


@pytest.mark.parametrize("seen", ["foreseen", "unforeseen"])
def test_it_ends_with_the_layer_that_holds_the_memory_and_a_batch_size_that_trains(
    tmp_path: Path, cells: Path, seen: str
) -> None:
    told = trained(tmp_path / "large", cells, seen, batch_size=56)
    assert told["type"] == "failed"
    problem = told["problem"]
    assert (problem["code"], problem["where"]["node"]) == ("out_of_memory", "layer_1")
    assert re.search(r"batch size of 56 needs (\d{3} MB|1\.\d GB), \d+ MB were free", problem["message"])
    assert "what it gives for each row" in problem["message"]
    fits = problem["where"]["batch_size"]
    assert f"With a batch size of {fits} it would need " in problem["hint"]
    if seen == "foreseen":
        assert trained(tmp_path / "small", cells, batch_size=fits)["type"] == "finished"
