"""python -m engine JOB.json | profile FOLDER | worker | stream | preload: the engine as a process of its own."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TextIO

from engine.lines import write_line

USAGE = "Usage: python -m engine JOB.json | profile FOLDER | worker | stream | preload"


def main(arguments: list[str]) -> int:
    """Runs what the arguments ask for; standard output carries nothing but JSON lines."""
    out = _own_stdout()
    match arguments:
        case ["worker"]:
            from engine.service import serve

            return serve(sys.stdin.buffer, out)
        case ["stream"]:
            from engine.streaming import stream

            return stream(sys.stdin.buffer, lambda line: write_line(out, line))
        case ["preload"]:
            from engine.preloading import preload

            return preload(os.fdopen(os.dup(0), "rb", buffering=0), out)
        case ["profile", folder]:
            from engine.reading import profile_folder

            return profile_folder(Path(folder), lambda line: write_line(out, line))
        case [job] if Path(job).is_file():
            from engine.runner import run_job

            return run_job(Path(job), lambda line: write_line(out, line))
        case [job] if not job.startswith("-"):
            print(f"There is no job file {job}.", file=sys.stderr)
    print(USAGE, file=sys.stderr)
    return 2


def _own_stdout() -> TextIO:
    """A private copy of standard output; whatever else prints goes to standard error."""
    private = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return private


if __name__ == "__main__":
    status = main(sys.argv[1:])
    sys.stderr.flush()
    os._exit(status)  # a compiler still at work in a thread would bring down the orderly way out
