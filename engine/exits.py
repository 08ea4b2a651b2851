"""How a trainer's process ends where its events do not tell."""

from __future__ import annotations

from enum import IntEnum


class ExitStatus(IntEnum):
    """The exit statuses of `python -m engine JOB.json`, besides 0."""

    UNTOLD = 74
    """It could not write its last event, as the disk is full."""
    TAKEN = 75
    """Another process already runs the job."""
    INTERRUPTED = 76
    """It was told to go and left a checkpoint."""
