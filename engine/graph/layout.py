"""Where nodes stand that nobody has placed: in layers from top to bottom, near what feeds them, with room for skips."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from engine.graph.document import Edge, Node, Position

WIDTH, HEIGHT = 246.0, 124.0
"""From one node to the next, in pixels of the canvas."""

MOST_PLACES = 30_000
"""With more places along wires than this, wires that skip rows get no room of their own."""


@dataclass
class _Place:
    """A node, or a wire on its way through a row; `above` is what feeds it."""

    above: list[_Place] = field(default_factory=list)
    column: float = 0.0


def arrange(nodes: list[Node], edges: list[Edge]) -> None:
    """Gives each node its position: its row is the longest way to it, its column that of what feeds it."""
    rows = _rows(nodes, edges)
    places = {node.id: _Place() for node in nodes}
    filled: dict[int, list[_Place]] = defaultdict(list)
    for node in nodes:
        filled[rows[node.id]].append(places[node.id])
    targets: dict[str, list[str]] = defaultdict(list)
    for edge in edges:
        targets[edge.source].append(edge.target)
    skipped = sum(max(rows[target] for target in fed) - rows[name] - 1 for name, fed in targets.items())
    for name, fed in targets.items():
        passing, row = places[name], rows[name] + 1
        for target in sorted(fed, key=lambda target: rows[target]):
            while skipped <= MOST_PLACES and row < rows[target]:
                passing = _Place([passing])
                filled[row].append(passing)
                row += 1
            places[target].above.append(passing)
    for row in sorted(filled):
        _spread(filled[row])
    for node in nodes:
        node.position = Position(x=round(places[node.id].column * WIDTH), y=rows[node.id] * HEIGHT)


def _spread(row: list[_Place]) -> None:
    """Puts the places of a row side by side, each as near as it gets to the middle of what feeds it."""
    wanted = {id(place): _middle([above.column for above in place.above]) for place in row}
    left: float | None = None
    for place in sorted(row, key=lambda place: wanted[id(place)]):
        left = wanted[id(place)] if left is None else max(left + 1, wanted[id(place)])
        place.column = left
    drift = _middle([place.column - wanted[id(place)] for place in row])
    for place in row:
        place.column -= drift


def _rows(nodes: list[Node], edges: list[Edge]) -> dict[str, int]:
    """For each node the longest way to it; nodes in a circle stand below the rest."""
    rows = {node.id: 0 for node in nodes}
    waiting = dict.fromkeys(rows, 0)
    targets: dict[str, list[str]] = defaultdict(list)
    for edge in edges:
        targets[edge.source].append(edge.target)
        waiting[edge.target] += 1
    ready = [name for name, count in waiting.items() if not count]
    while ready:
        name = ready.pop()
        for target in targets[name]:
            rows[target] = max(rows[target], rows[name] + 1)
            waiting[target] -= 1
            if not waiting[target]:
                ready.append(target)
    return rows


def _middle(values: list[float]) -> float:
    return sum(values) / len(values) if values else 0.0
