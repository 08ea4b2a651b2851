"""What a benchmark finds: speeds beside those of peers, and moments beside their limits; how they are printed."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

ROUNDS = 5


@dataclass(frozen=True)
class Speed:
    """Examples per second of Netloom and of a peer, measured in turns. `wanted` is the least ratio aimed at."""

    work: str
    ours: float
    peer: str
    theirs: float
    wanted: float | None = None

    HEAD = ("work", "Netloom, examples/s", "peer", "peer, examples/s", "ratio", "wanted", "reached")

    def cells(self) -> tuple[str, ...]:
        ratio = self.ours / self.theirs
        wanted = "–" if self.wanted is None else f"{self.wanted:.2f}"
        reached = "–" if self.wanted is None else ("yes" if round(ratio, 2) >= self.wanted else "no")
        return self.work, f"{self.ours:,.0f}", self.peer, f"{self.theirs:,.0f}", f"{ratio:.2f}", wanted, reached


@dataclass(frozen=True)
class Moment:
    """How long something takes, or how much it takes, beside the most it should."""

    what: str
    value: float
    limit: float | None = None
    unit: str = "ms"

    HEAD = ("moment", "measured", "limit", "reached")

    def cells(self) -> tuple[str, ...]:
        if self.limit is None:
            return self.what, f"{self.value:,.1f} {self.unit}", "–", "–"
        reached = "yes" if self.value <= self.limit else "no"
        return self.what, f"{self.value:,.1f} {self.unit}", f"{self.limit:,g} {self.unit}", reached


@dataclass(frozen=True)
class Missing:
    """What could not be measured, and why."""

    what: str
    why: str

    HEAD = ("not measured", "why")

    def cells(self) -> tuple[str, ...]:
        return self.what, self.why


Finding = Speed | Moment | Missing


@dataclass(frozen=True)
class Bench:
    """One benchmark, by whose `name` it is asked for; `measure` may write into a folder of its own."""

    name: str
    measure: Callable[[Path], Iterable[Finding]]
    left_out: Callable[[], str | None] = lambda: None
    """Why it is left out here unless it is asked for; None where it is not."""


def interleaved(sides: Mapping[str, Callable[[], float]], rounds: int = ROUNDS) -> dict[str, float]:
    """The median of each side over rounds in which every side runs once."""
    taken: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(rounds):
        for name, side in sides.items():
            taken[name].append(side())
    return {name: statistics.median(values) for name, values in taken.items()}


def table(findings: Iterable[Finding]) -> str:
    """The findings as Markdown: one table of each kind."""
    found = list(findings)
    return "\n\n".join(
        _rows(kind.HEAD, [one.cells() for one in found if isinstance(one, kind)]) for kind in _kinds(found)
    )


def _kinds(found: list[Finding]) -> list[type[Finding]]:
    return [kind for kind in (Speed, Moment, Missing) if any(isinstance(one, kind) for one in found)]


def _rows(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
