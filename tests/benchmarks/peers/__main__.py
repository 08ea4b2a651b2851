"""Trains the work of a folder for so many epochs as each line says, and answers what it did, set-up excluded."""

from __future__ import annotations

import importlib
import json
import os
import sys
from pathlib import Path

from tests.benchmarks import works
from tests.benchmarks.trained import Run

SIDES = {
    "netloom": "netloom",
    works.LOOP: "handwritten",
    works.KERAS: "keras_fit",
    works.EAGER: "torch_loop",
    works.COMPILED: "torch_loop",
    works.SKLEARN: "sklearn_fit",
}
"""The module of each side; it has `side(name, folder) → run`."""


def main(name: str, folder: Path) -> None:
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print is no answer
    run: Run = importlib.import_module(f"tests.benchmarks.peers.{SIDES[name]}").side(name, folder)
    print("ready", file=out, flush=True)
    for epochs in sys.stdin:
        print(json.dumps(run(int(epochs))), file=out, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
