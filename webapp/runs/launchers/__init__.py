"""Where trainers run."""

from webapp.runs.launchers.base import Exit, Launcher, Note, Slot, ask_to_stop
from webapp.runs.launchers.local import LocalLauncher

__all__ = ["Exit", "Launcher", "LocalLauncher", "Note", "Slot", "ask_to_stop"]
