"""Sheet: what is drawn of an imported model so far, and how much may be drawn."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.graph.document import Block
from engine.graph.drawing import MOST_NODES
from engine.importing.keras_document import refused
from engine.problems import Problem

MOST_PORTS = 10_000
"""The last port a wire can lead to."""


class Names(dict[str, int]):
    """Names in use; each with the last number that was put behind it."""

    def free(self, wanted: str) -> str:
        """`wanted`, or with the first number behind it that nobody has; it is in use from now on."""
        name = wanted
        while name in self:
            self[wanted] += 1
            name = f"{wanted}_{self[wanted]}"
        self[name] = 1
        return name


@dataclass
class Sheet:
    """What all levels of a drawing have in common: its blocks, its problems, and how much has been drawn."""

    version: int
    order: str | None = None
    blocks: dict[str, Block] = field(default_factory=dict)
    titles: Names = field(default_factory=Names)
    problems: list[Problem] = field(default_factory=list)
    nodes: int = 0
    wires: int = 0

    def count(self, nodes: int = 0, wires: int = 0, port: int = 0) -> None:
        """Raises Refusal for more than can be checked."""
        self.nodes += nodes
        self.wires += wires
        if self.nodes > MOST_NODES or self.wires > 4 * MOST_NODES or port > MOST_PORTS:
            raise refused(
                f"The model has more than {MOST_NODES:,} layers and calls of layers, or more wires than can be drawn.",
                "Import a part of it, or make it smaller first.",
            )
