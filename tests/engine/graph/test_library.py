"""Every block of the library works where it is put, once and (where it can) repeated."""

from __future__ import annotations

from typing import Any

import pytest

import engine
from engine.graph.check import check
from engine.graph.document import Graph, Position
from engine.graph.library import LIBRARY, Entry

IDS = [entry.name for entry in LIBRARY]
REPEATED = [entry for entry in LIBRARY if len(entry.inputs) == len(entry.outputs) == 1]


def drawing(entry: Entry, repeat: int = 1) -> Graph:
    """Inputs that fit → the block → one Output for each of its outputs."""
    nodes: list[dict[str, Any]] = [
        {"id": f"start_{place}", "type": "Input", "config": {"name": f"start_{place}", "shape": shape}}
        for place, shape in enumerate(entry.takes)
    ]
    nodes.append({"id": "it", "type": "Block", "config": {"block": entry.name, "repeat": repeat}})
    edges = [{"source": f"start_{place}", "target": "it", "port": place} for place in range(len(entry.takes))]
    for place, name in enumerate(entry.outputs):
        nodes.append({"id": f"end_{place}", "type": "Output", "config": {"name": name, "activation": "linear"}})
        edges.append({"source": "it", "target": f"end_{place}", "port": 0, "output": place})
    block = entry.document().model_dump(mode="json")
    return Graph.model_validate({"nodes": nodes, "edges": edges, "blocks": {entry.name: block}})


@pytest.mark.parametrize("entry", LIBRARY, ids=IDS)
def test_it_works_in_a_small_drawing(entry: Entry) -> None:
    report = check(drawing(entry)).document()
    assert report["problems"] == []
    assert report["nodes"]["it"]["parameters"] == report["parameters"]["total"] > 0
    assert len(report["nodes"]["it"].get("shapes", [None])) == len(entry.outputs)


@pytest.mark.parametrize("entry", LIBRARY, ids=IDS)
def test_it_says_what_it_is_and_its_nodes_stand_apart(entry: Entry) -> None:
    block = entry.document()
    assert block.title
    assert block.description.endswith(".")
    assert len(entry.takes) == len(entry.inputs)
    places = {(node.position.x, node.position.y) for node in block.nodes}
    assert len(places) == len(block.nodes)


WIDE, HIGH = 206, 78
"""A node on the canvas, in its pixels."""


def wire(source: Position, target: Position) -> list[tuple[float, float]]:
    """Points along the curve that the canvas draws, from the lower middle of one node to the upper middle of another.

    A Bézier curve that leaves and arrives upright, as that of React Flow.
    """
    start, end = (source.x + WIDE / 2, source.y + HIGH), (target.x + WIDE / 2, target.y)
    half = (end[1] - start[1]) / 2
    points = [start, (start[0], start[1] + half), (end[0], end[1] - half), end]
    weights = [((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3) for t in (n / 40 for n in range(41))]
    return [
        (
            sum(w * x for w, (x, _) in zip(each, points, strict=True)),
            sum(w * y for w, (_, y) in zip(each, points, strict=True)),
        )
        for each in weights
    ]


@pytest.mark.parametrize("entry", LIBRARY, ids=IDS)
def test_no_wire_runs_behind_a_node(entry: Entry) -> None:
    block = entry.document()
    places = {node.id: node.position for node in block.nodes}
    for edge in block.edges:
        others = [place for name, place in places.items() if name not in (edge.source, edge.target)]
        for x, y in wire(places[edge.source], places[edge.target]):
            behind = [at for at in others if at.x < x < at.x + WIDE and at.y < y < at.y + HIGH]
            assert not behind, f"{edge.source} > {edge.target}"


@pytest.mark.parametrize("entry", REPEATED, ids=[entry.name for entry in REPEATED])
def test_it_can_be_repeated(entry: Entry) -> None:
    assert check(drawing(entry, repeat=3)).document()["problems"] == []


def test_names_and_titles_are_told_once() -> None:
    assert len({entry.name for entry in LIBRARY}) == len({entry.title for entry in LIBRARY}) == len(LIBRARY)


def test_a_block_of_the_library_is_a_block_document() -> None:
    for entry in engine.library():
        assert engine.BlockDocument.model_validate(entry["block"]).model_dump(mode="json") == entry["block"]


def test_the_palette_has_blocks_and_says_which_layers_are_their_ports() -> None:
    roles = {entry["role"]: entry["type"] for entry in engine.palette() if entry["role"]}
    assert sorted(roles) == ["block", "input", "output"]
    assert roles["block"] not in [entry["type"] for entry in engine.palette() if not entry["role"]]
