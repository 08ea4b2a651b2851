"""Old saved graphs to today's: one function per step from a format number to the next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

FORMAT = 1

UPGRADES: tuple[Callable[[dict[str, Any]], dict[str, Any]], ...] = ()
"""UPGRADES[n - 1] turns a document of format n into one of format n + 1."""


def upgrade(document: dict[str, Any]) -> dict[str, Any]:
    """The same graph in today's format. Raises ValueError for a format this version does not know."""
    number = document.get("format", FORMAT)
    if not isinstance(number, int) or not 1 <= number <= FORMAT:
        raise ValueError(
            f"The graph has format {number!r}; this version reads formats 1 to {FORMAT}. "
            "Open it with the version of Netloom that saved it, or a newer one."
        )
    for step in UPGRADES[number - 1 :]:
        document = step(document)
    return {**document, "format": FORMAT}
