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

SCRIPT = """
import json, os, sys
from pathlib import Path
from engine.training import feeding
from tests.engine.training.test_spread import trained
feeding.SHARE = float(sys.argv[3])
print(json.dumps(trained(Path(sys.argv[1]), Path(sys.argv[2]))), flush=True)
os._exit(0)
"""


def trained(folder: Path, dataset: Path) -> dict[str, Any]:
    """The curve of a small run, and what it ran on."""
    told = events(job(folder, dataset, network(dataset, 1, *LAYERS), batch_size=8, epochs=3))
    started = next(one for one in told if one["type"] == "started")
    return {"curve": curve(told), "device": started["device"], "test": told[-1]["test"]["loss"]}


@pytest.mark.parametrize("share", [0.25, 0.0], ids=["resident", "streamed"])
def test_several_devices_train_as_one(tmp_path: Path, cells: Path, share: float) -> None:
    flags = f"{os.environ['XLA_FLAGS']} --xla_force_host_platform_device_count=4"
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path), str(cells), str(share)],
        env={**os.environ, "XLA_FLAGS": flags},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    several, one = json.loads(done.stdout.splitlines()[-1]), trained(tmp_path, cells)
    assert several["device"].startswith("4 × ")
    assert not one["device"].startswith("4 × ")
    np.testing.assert_allclose(several["curve"], one["curve"], rtol=2e-5)
    assert several["test"] == pytest.approx(one["test"], rel=2e-5)
