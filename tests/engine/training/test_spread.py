"""Training shared among several devices: the curve is that of one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.engine.samples import curve, events, job, network

LAYERS = [("Dense", {"units": 8, "activation": "relu"}), ("BatchNormalization", {}), ("Dropout", {"rate": 0.3})]

CONVOLUTIONS = [
    ("Conv2D", {"filters": 4, "kernel_size": [3, 3], "padding": "same", "activation": "relu"}),
    ("BatchNormalization", {}),
    ("MaxPooling2D", {}),
    ("Flatten", {}),
]

WORKS = {"dense": (LAYERS, 8), "convolutions": (CONVOLUTIONS, 9)}
"""Hidden layers, and a batch size; four devices do not divide that of the convolutions, three do."""

SCRIPT = """
import json, os, sys
from pathlib import Path
from engine.training import feeding
from tests.engine.training.test_spread import trained
feeding.SHARE = float(sys.argv[3])
print(json.dumps(trained(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[4])), flush=True)
os._exit(0)
"""


def trained(folder: Path, dataset: Path, work: str) -> dict[str, Any]:
    """The curve of a small run, and what it ran on."""
    layers, batch = WORKS[work]
    told = events(job(folder, dataset, network(dataset, 1, *layers), batch_size=batch, epochs=3))
    started = next(one for one in told if one["type"] == "started")
    return {"curve": curve(told), "device": started["device"], "test": told[-1]["test"]["loss"]}


@pytest.mark.parametrize(
    ("name", "work", "share", "count"),
    [("cells", "dense", 0.25, 4), ("cells", "dense", 0.0, 4), ("bars", "convolutions", 0.25, 3)],
    ids=["resident", "streamed", "convolutions"],
)
def test_several_devices_train_as_one(
    tmp_path: Path, request: pytest.FixtureRequest, name: str, work: str, share: float, count: int
) -> None:
    dataset: Path = request.getfixturevalue(name)
    flags = f"{os.environ['XLA_FLAGS']} --xla_force_host_platform_device_count=4"
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path), str(dataset), str(share), work],
        env={**os.environ, "XLA_FLAGS": flags},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    several, one = json.loads(done.stdout.splitlines()[-1]), trained(tmp_path, dataset, work)
    assert several["device"].startswith(f"{count} × ")
    assert "×" not in one["device"]
    np.testing.assert_allclose(several["curve"], one["curve"], rtol=2e-5)
    assert several["test"] == pytest.approx(one["test"], rel=2e-5)
