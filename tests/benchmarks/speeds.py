"""Examples per second of the real train(job), with all its events, against peers; all sides take turns."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

from tests.benchmarks.report import Bench, Missing, Speed, interleaved
from tests.benchmarks.works import COMPILED, EAGER, KERAS, LOOP, SKLEARN, WORKS, Work

ROOT = Path(__file__).parents[2]
GUESTS = ROOT / ".venv-bench" / "bin" / "python"
"""The environment of peers that Netloom itself does not need."""

TITLES = {
    LOOP: "hand-written JAX loop",
    KERAS: "Keras 3 on JAX",
    EAGER: "PyTorch eager",
    COMPILED: "PyTorch compiled",
    SKLEARN: "scikit-learn",
}


class Side:
    """A side as a process of its own, with what a trainer has in its environment. Raises RuntimeError."""

    def __init__(self, name: str, folder: Path) -> None:
        python = str(GUESTS) if name in (KERAS, EAGER, COMPILED) else sys.executable
        self._log = (folder / f"{name}.log").open("w+")
        try:
            self._child = subprocess.Popen(
                [python, "-m", "tests.benchmarks.peers", name, str(folder)],
                cwd=ROOT,
                env={**os.environ, "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._log,
                text=True,
            )
        except OSError as error:
            raise RuntimeError(f"it is not installed: {error.strerror}") from error
        self._line()

    def speed(self) -> float:
        """Trains once more; examples per second."""
        assert self._child.stdin is not None
        with suppress(BrokenPipeError):  # the missing answer tells why
            self._child.stdin.write("go\n")
            self._child.stdin.flush()
        return float(self._line())

    def close(self) -> None:
        self._child.communicate()
        self._log.close()

    def _line(self) -> str:
        assert self._child.stdout is not None
        line = self._child.stdout.readline()
        if not line:
            self._child.wait()
            self._log.seek(0)
            raise RuntimeError((self._log.read().strip().splitlines() or ["it ended without a word"])[-1])
        return line


def measure(work: Work, folder: Path) -> Iterator[Speed | Missing]:
    """Netloom beside each peer that can be started."""
    work.write(folder)
    sides: dict[str, Side] = {}
    for name in ("netloom", *work.wanted):
        try:
            side = sides[name] = Side(name, folder)
            side.speed()  # compiles
        except RuntimeError as error:
            sides.pop(name, None)
            yield Missing(f"{work.title}: {TITLES.get(name, name)}", str(error))
    speeds = interleaved({name: side.speed for name, side in sides.items()})
    for side in sides.values():
        side.close()
    ours = speeds.pop("netloom", None)
    if ours is not None:
        for name, theirs in speeds.items():
            yield Speed(work.title, ours, TITLES[name], theirs, work.wanted[name])


BENCHES = tuple(Bench(work.name, partial(measure, work)) for work in WORKS)
