"""Where imported nodes stand: in layers from top to bottom, each near what feeds it."""

from __future__ import annotations

from collections import defaultdict

from engine.graph.document import Edge, Node, Position

WIDTH, HEIGHT = 246.0, 124.0
"""From one node to the next, in pixels of the canvas."""


def arrange(nodes: list[Node], edges: list[Edge]) -> None:
    """Gives each node its position: its row is the longest way to it, its column that of what feeds it."""
    sources: dict[str, list[str]] = defaultdict(list)
    for edge in edges:
        sources[edge.target].append(edge.source)
    rows = _rows(nodes, edges)
    places: dict[int, list[Node]] = defaultdict(list)
    for node in nodes:
        places[rows[node.id]].append(node)
    columns: dict[str, float] = {}
    for row in sorted(places):
        wanted = {
            node.id: _middle([columns[name] for name in sources[node.id] if name in columns]) for node in places[row]
        }
        left: float | None = None
        for node in sorted(places[row], key=lambda node: wanted[node.id]):
            left = wanted[node.id] if left is None else max(left + 1, wanted[node.id])
            columns[node.id] = left
        drift = _middle([columns[node.id] - wanted[node.id] for node in places[row]])
        for node in places[row]:
            columns[node.id] -= drift
            node.position = Position(x=round(columns[node.id] * WIDTH), y=row * HEIGHT)


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
