"""Imported drawings can be read: nothing overlaps, wires lead down, and a skip has room beside what it skips."""

from __future__ import annotations

import time

import pytest

from engine.graph.document import Edge, Node
from engine.graph.layout import HEIGHT, WIDTH, arrange


def arranged(count: int, wires: str) -> dict[str, tuple[float, float]]:
    """The places of nodes a, b, c, … with wires such as "ab bc ac", in columns and rows."""
    nodes = [Node(id=chr(97 + place), type="Dense") for place in range(count)]
    arrange(nodes, [Edge(source=wire[0], target=wire[1]) for wire in wires.split()])
    return {node.id: (node.position.x / WIDTH, node.position.y / HEIGHT) for node in nodes}


def test_a_chain_stands_in_one_column() -> None:
    assert arranged(3, "ab bc") == {"a": (0, 0), "b": (0, 1), "c": (0, 2)}


def test_two_branches_stand_side_by_side() -> None:
    assert arranged(4, "ab ac bd cd") == {"a": (0, 0), "b": (-0.5, 1), "c": (0.5, 1), "d": (0, 2)}


def test_a_wire_that_skips_layers_runs_beside_them() -> None:
    places = arranged(4, "ab bc cd ad")
    assert places["a"][0] == places["d"][0]
    assert all(abs(places[name][0] - places["a"][0]) >= 0.5 for name in "bc")


@pytest.mark.parametrize("wires", ["ab ac ad be ce de", "ab bc cd de ae be ce", "ae be ce de", "ab ba cd"])
def test_no_two_nodes_stand_in_the_same_place(wires: str) -> None:
    places = list(arranged(5, wires).values())
    for place, (x, y) in enumerate(places):
        assert all(y != other[1] or abs(x - other[0]) >= 0.99 for other in places[:place])


def test_thousands_of_densely_wired_nodes_are_arranged_quickly() -> None:
    nodes = [Node(id=f"n{place}", type="Dense") for place in range(4_000)]
    wires = [(start, end) for start in range(4_000) for end in (start + 1, start + 7, 3_999) if start < end < 4_000]
    before = time.process_time()
    arrange(nodes, [Edge(source=f"n{start}", target=f"n{end}") for start, end in wires])
    assert time.process_time() - before < 3
