"""Finding: one thing the guard found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Level = Literal["serious", "warning", "note"]
LEVELS: tuple[Level, ...] = ("serious", "warning", "note")


@dataclass(frozen=True)
class Finding:
    """What was found, how one sees it, and what mends it: an edit of the recipe, of the wishes for the reading, or of
    the training settings.

    All are JSON merge patches; a new reading brings new columns, and a recipe that fits them.
    """

    code: str
    level: Level
    message: str
    evidence: str
    columns: tuple[str, ...] = ()
    mend: dict[str, Any] | None = field(default=None)  # {label, patch, reading, settings}

    def document(self) -> dict[str, Any]:
        """The finding as JSON; `help` is where the guide explains it."""
        return {**asdict(self), "columns": list(self.columns), "help": f"/guide/#{self.code.replace('_', '-')}"}


def mend(label: str, **patch: Any) -> dict[str, Any]:
    """A one-click remedy: its label and the fields of the recipe it changes."""
    return {"label": label, "patch": patch, "reading": {}, "settings": {}}


def train_otherwise(label: str, **settings: Any) -> dict[str, Any]:
    """A one-click remedy of the training: its label and the settings it changes."""
    return {**mend(label), "settings": settings}


def leave_out(*columns: str) -> dict[str, Any]:
    """The remedy that takes columns out of the features."""
    return mend(f"Leave out {listed(columns)}", columns={column: {"role": "ignore"} for column in columns})


def listed(names: Sequence[str]) -> str:
    """The first five of them, and how many more there are."""
    rest = len(names) - 5
    return ", ".join(names[:5]) + (f" and {rest} more" if rest > 0 else "")
