"""Checkpoints: when they are written, and what is said of those that are not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from engine.training import keeper
from engine.training.checkpoint import Checkpoints, Keeping
from engine.training.keeper import Keeper

SUMMARY: dict[str, Any] = {"epoch": 1, "place": 0, "value": 1.0, "better": "lower"}
SOUND, UNSOUND = ({"state.0": np.array([1.0, number], np.float32)} for number in (2.0, np.nan))


def test_weights_that_are_no_numbers_are_said_once_and_not_looked_at_after_every_call(tmp_path: Path) -> None:
    now = [0.0]
    kept = Keeper(Checkpoints(tmp_path, Keeping(seconds=30.0)), lambda: now[0])
    kept.start()
    said, copies = [], 0
    for _ in range(1000):
        now[0] += 0.1
        if kept.due():
            copies += 1
            said += kept.keep(copies, UNSOUND, {}, SUMMARY)
    assert [one["message"] for one in said] == [keeper.UNSOUND]
    assert copies == 3
    assert kept.failed
    told = kept.keep(9, SOUND, {}, SUMMARY)
    assert [one["type"] for one in told] == ["log", "checkpoint"]
    assert not kept.failed


def test_what_a_killed_trainer_was_writing_is_removed(tmp_path: Path) -> None:
    kept = Checkpoints(tmp_path)
    kept.write(1, SOUND, {}, SUMMARY)
    (kept.folder / "step-000000002.partial").write_bytes(b"half")
    kept.write(3, SOUND, {}, SUMMARY)
    assert sorted(path.name for path in kept.folder.iterdir()) == [
        "step-000000001.safetensors",
        "step-000000003.safetensors",
    ]
