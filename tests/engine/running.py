"""What tests of the trainer as a process share: a job in its folder, how it is started, and what it says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.engine.samples import network, recipe

ROOT = Path(__file__).parents[2]


def command(*arguments: str) -> dict[str, Any]:
    """What starts the engine as a launcher does."""
    return {
        "args": [sys.executable, "-m", "engine", *arguments],
        "env": {**os.environ, "PYTHONPATH": str(ROOT)},
        "stdout": subprocess.PIPE,
        "stderr": subprocess.PIPE,
        "start_new_session": True,
        "text": True,
    }


def written(folder: Path, dataset: Path, **settings: Any) -> Path:
    """A JOB.json in its run folder."""
    document = {
        "run": 1,
        "folder": str(folder),
        "dataset": str(dataset),
        "graph": network(dataset, 1),
        "recipe": recipe(dataset),
        "settings": {"epochs": 2, "batch_size": 16, **settings},
        "name": "Cells",
        "cache": str(folder / "compiled"),
    }
    path = folder / "JOB.json"
    path.write_text(json.dumps(document))
    return path


def parsed(text: str) -> list[dict[str, Any]]:
    """The events on standard output, which must hold nothing else."""
    told = [json.loads(line) for line in text.splitlines()]
    assert [one["seq"] for one in told] == list(range(1, len(told) + 1))
    assert [one["type"] in ("finished", "failed") for one in told] == [False] * (len(told) - 1) + [True]
    return told
