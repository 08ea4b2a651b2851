"""Speed against peers and against limits: python -m tests.benchmarks [name …]; without names, all of them."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
import traceback
from pathlib import Path

from tests.benchmarks import checking, gpu, moments, reading, speeds
from tests.benchmarks.report import ROUNDS, Bench, Finding, Missing, table

BENCHES: tuple[Bench, ...] = (*speeds.BENCHES, *moments.BENCHES, *checking.BENCHES, *reading.BENCHES)


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(bench.name for bench in BENCHES))
    wanted = parser.parse_args(arguments).names
    if unknown := set(wanted) - {bench.name for bench in BENCHES}:
        parser.error(f"no benchmark is called {', '.join(sorted(unknown))}")
    cores = f"{platform.processor() or platform.machine()}, {len(os.sched_getaffinity(0))} cores"
    print(f"{cores}, {gpu.name() or 'no GPU'}, {ROUNDS} rounds")
    found: list[Finding] = []
    for bench in BENCHES:
        if bench.name in wanted:
            found += _measured(bench)
        elif not wanted:
            why = bench.left_out()
            found += _measured(bench) if why is None else [Missing(bench.name, why)]
    print(f"\n{table(found)}")


def _measured(bench: Bench) -> list[Finding]:
    """What a benchmark finds, told as it is found, with the load of the machine around it."""
    before, found = os.getloadavg()[0], []
    with tempfile.TemporaryDirectory() as folder:
        try:
            for finding in bench.measure(Path(folder)):
                print(f"  {bench.name}: {' · '.join(finding.cells())}", flush=True)
                found.append(finding)
        except Exception as error:  # the other benchmarks go on
            traceback.print_exc()
            found.append(Missing(bench.name, f"it broke off: {error}"))
    print(f"  {bench.name}: load {before:.1f} before, {os.getloadavg()[0]:.1f} after", flush=True)
    return found


if __name__ == "__main__":
    main(sys.argv[1:])
