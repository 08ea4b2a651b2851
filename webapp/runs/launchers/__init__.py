"""Where trainers run."""

from webapp.runs.launchers.base import Exit, Launcher, Note
from webapp.runs.launchers.local import LocalLauncher, ask_to_stop

__all__ = ["Exit", "Launcher", "LocalLauncher", "Note", "ask_to_stop"]
