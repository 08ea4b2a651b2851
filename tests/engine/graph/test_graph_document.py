"""The graph document: what it accepts, its order, its cycles, and old formats."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from engine.graph import upgrades
from engine.graph.document import Graph
from tests.engine.drawings import graph, node, wire


def test_it_survives_json() -> None:
    document = graph([node("input", "Input"), node("dense", "Dense", units=3)], "input > dense")
    read = Graph.model_validate(document)
    assert Graph.model_validate_json(read.model_dump_json()) == read
    assert read.model_dump(mode="json") == {
        "format": 1,
        "nodes": [
            {"id": "input", "type": "Input", "config": {}, "shares": None, "position": {"x": 0.0, "y": 0.0}},
            {"id": "dense", "type": "Dense", "config": {"units": 3}, "shares": None, "position": {"x": 0.0, "y": 0.0}},
        ],
        "edges": [{"source": "input", "target": "dense", "port": 0}],
    }


def test_ports_order_what_feeds_a_node() -> None:
    edges = [wire("a", "join", 2), wire("b", "join", 0), wire("c", "join", 1)]
    nodes = [node(name, "Flatten") for name in ("join", "a", "b", "c")]
    read = Graph.model_validate({"nodes": nodes, "edges": edges})
    assert read.sources()["join"] == ["b", "c", "a"]
    assert read.order()[-1] == "join"


def test_it_names_the_nodes_of_a_cycle() -> None:
    nodes = [node(name, "Flatten") for name in "abcd"]
    assert set(Graph.model_validate(graph(nodes, "a > b > c > a, a > d")).cycle()) == {"a", "b", "c"}
    assert Graph.model_validate(graph(nodes, "a > b > c > d")).cycle() == []


@pytest.mark.parametrize(
    "document",
    [
        {"nodes": [{"id": "a"}]},
        {"nodes": [{"id": "a" * 101, "type": "Dense"}]},
        {"nodes": [{"id": "a", "type": "Dense", "position": {"x": float("nan"), "y": 0}}]},
        {"nodes": [], "edges": [{"source": "a", "target": "b", "port": -1}]},
        {"nodes": [], "more": 1},
        {"nodes": [{"id": "a", "type": "Dense", "weights": []}]},
        "a graph",
    ],
)
def test_it_refuses_a_document_that_is_no_graph(document: object) -> None:
    with pytest.raises(ValidationError):
        Graph.model_validate(document)


@pytest.mark.parametrize("number", [0, 2, "1", None, 1.5])
def test_it_refuses_a_format_it_does_not_know(number: object) -> None:
    with pytest.raises(ValidationError, match="this version reads formats 1 to 1"):
        Graph.model_validate({"format": number, "nodes": []})


def test_an_old_graph_is_upgraded_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    def rename(document: dict[str, object]) -> dict[str, object]:
        return {"nodes": document["layers"]}

    monkeypatch.setattr(upgrades, "FORMAT", 2)
    monkeypatch.setattr(upgrades, "UPGRADES", (rename,))
    assert upgrades.upgrade({"format": 1, "layers": []}) == {"format": 2, "nodes": []}
    assert upgrades.upgrade({"format": 2, "nodes": []}) == {"format": 2, "nodes": []}


def test_a_document_without_a_format_is_todays() -> None:
    assert Graph.model_validate({"nodes": []}).format == 1
