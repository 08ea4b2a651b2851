"""How much the session of a process stands back for others, on systems that share time out among sessions first."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

AGAIN_SECONDS = 0.1
"""From one such setting to the next, whoever makes them: those without rights are refused in between."""


def hold_back(pid: int | str, nice: int) -> None:
    """Gives the session that a process, or "self", belongs to a nice value. Does nothing where there is no such thing.

    Takes a moment where another was set just now. See sched(7), autogroup.
    """
    file = Path(f"/proc/{pid}/autogroup")
    with suppress(OSError):  # it has ended, or this system has no such file
        try:
            file.write_text(str(nice))
        except BlockingIOError:
            time.sleep(AGAIN_SECONDS)
            file.write_text(str(nice))
