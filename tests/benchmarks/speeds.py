"""Examples per second of the real train(job), with all its events, against peers; all sides take turns.

Where there is a GPU, it is measured there, with the share of the time that our training keeps it at work.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

from tests.benchmarks import gpu
from tests.benchmarks.report import ROUNDS, Bench, Finding, Missing, Moment, Speed, interleaved
from tests.benchmarks.trained import Trained
from tests.benchmarks.works import COMPILED, EAGER, KERAS, LOOP, SKLEARN, WORKS, Work, on_gpu

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


SECONDS = 2.5
"""How long the training is that is timed on a GPU, whose speed is not known before."""


class Side:
    """A side as a process of its own, with what a trainer has in its environment. Raises RuntimeError.

    One that is to be measured `on_gpu` must compute there.
    """

    def __init__(self, name: str, folder: Path, on_gpu: bool = False) -> None:
        self.on_gpu = on_gpu
        self.trained: list[Trained] = []
        """What it did so far."""
        python = str(GUESTS) if name in (KERAS, EAGER, COMPILED) else sys.executable
        self._log = (folder / f"{name}.log").open("w+")
        try:
            self._child = subprocess.Popen(
                [python, "-m", "tests.benchmarks.peers", name, str(folder)],
                cwd=ROOT,
                env={**os.environ, **gpu.environment(), "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._log,
                text=True,
            )
        except OSError as error:
            raise RuntimeError(f"it is not installed: {error.strerror}") from error
        self._line()

    def speed(self, epochs: int) -> float:
        """Trains once more, for so many epochs where they matter; examples per second."""
        assert self._child.stdin is not None
        with suppress(BrokenPipeError):  # the missing answer tells why
            self._child.stdin.write(f"{epochs}\n")
            self._child.stdin.flush()
        trained = Trained(*json.loads(self._line()))
        if self.on_gpu and trained.on_cpu:
            raise RuntimeError("it does not find the GPU; its driver may be too old for it")
        self.trained.append(trained)
        return trained.speed

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


def measure(work: Work, folder: Path) -> Iterator[Finding]:
    """Netloom beside each peer that can be started; on a GPU where there is one."""
    if gpu.name() is None:
        yield from _beside_peers(work, folder, None)
        return
    with gpu.Busy() as busy:
        yield from _beside_peers(on_gpu(work), folder, busy)


def _beside_peers(work: Work, folder: Path, busy: gpu.Busy | None) -> Iterator[Finding]:
    work.write(folder)
    sides: dict[str, Side] = {}
    for name in ("netloom", *work.wanted):
        try:
            side = sides[name] = Side(name, folder, busy is not None)
            side.speed(work.epochs)  # compiles
        except RuntimeError as error:
            if failed := sides.pop(name, None):
                failed.close()
            yield Missing(f"{work.called}: {TITLES.get(name, name)}", str(error))
    epochs = work.epochs if busy is None or "netloom" not in sides else _enough(work, sides["netloom"])
    speeds = interleaved({name: partial(side.speed, epochs) for name, side in sides.items()})
    for side in sides.values():
        side.close()
    ours = speeds.pop("netloom", None)
    if ours is None:
        return
    for name, theirs in speeds.items():
        yield Speed(work.called, ours, TITLES[name], theirs, work.wanted[name])
    if busy is not None:
        yield _at_work(f"{work.called}: GPU at work", busy, sides["netloom"].trained[-ROUNDS:])


def _enough(work: Work, ours: Side) -> int:
    """How many epochs take SECONDS, as our side trains once all is compiled."""
    ours.speed(work.epochs)
    trained = ours.trained[-1]
    return 1 + math.ceil(SECONDS * (work.epochs - 1) / (trained.ended - trained.began))


def _at_work(what: str, busy: gpu.Busy, trained: list[Trained]) -> Moment | Missing:
    percent = busy.percent((one.began, one.ended) for one in trained)
    if percent is None:
        return Missing(what, "nvidia-smi did not tell, or the training was too short")
    return Moment(what, percent, None, "% of the time")


def _too_slow_here() -> str | None:
    return None if gpu.name() else "there is no GPU; a processor takes minutes for it, where it is asked for by name"


BENCHES = tuple(
    Bench(work.name, partial(measure, work), _too_slow_here if work.name == "resnet" else lambda: None)
    for work in WORKS
)
