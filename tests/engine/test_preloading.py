"""The preloaded process: what it has loaded, and what it must leave alone before it forks."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import sys
from engine.preloading import load
load()
from jax._src import xla_bridge
assert "jax" in sys.modules and "optax" in sys.modules
assert "polars" not in sys.modules, "it starts threads, which do not survive a fork"
assert not xla_bridge.backends_are_initialized()
"""


def test_it_loads_what_trainings_need_and_touches_no_device() -> None:
    subprocess.run([sys.executable, "-c", SCRIPT], check=True)
