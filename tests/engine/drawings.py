"""Drawings for tests, the remedies of their problems, and the model printed from them."""

from __future__ import annotations

import copy
from itertools import pairwise
from typing import Any

from engine.export.source import model_source
from engine.graph.check import check
from engine.graph.document import Graph
from engine.graph.model import Plan
from engine.graph.report import Report
from engine.graph.specs import DataSpecs, Target
from engine.layers import Spec

Document = dict[str, Any]


def node(name: str, kind: str, /, shares: str | None = None, **config: Any) -> Document:
    """One node of a graph document."""
    return {"id": name, "type": kind, "config": config, "shares": shares}


def wire(source: str, target: str, port: int = 0) -> Document:
    return {"source": source, "target": target, "port": port}


def graph(nodes: list[Document], wires: str) -> Document:
    """A graph document; `wires` reads "a > b > c, d > c" and counts the ports of each target from 0."""
    edges: list[Document] = []
    for chain in filter(None, wires.split(",")):
        names = [name.strip() for name in chain.split(">")]
        for source, target in pairwise(names):
            edges.append(wire(source, target, sum(edge["target"] == target for edge in edges)))
    return {"format": 1, "nodes": nodes, "edges": edges}


def stack(*layers: tuple[str, Document], target: str = "target", name: str = "features") -> Document:
    """Input → layers → Output, with nodes called after their place: input, layer_0, layer_1, …, output."""
    nodes = [node("input", "Input", name=name)]
    nodes += [node(f"layer_{place}", kind, **config) for place, (kind, config) in enumerate(layers)]
    nodes.append(node("output", "Output", name=target))
    return graph(nodes, " > ".join(one["id"] for one in nodes))


def checked(document: Document, data: DataSpecs | None = None) -> Report:
    return check(Graph.model_validate(document), data)


def table(width: int = 4, classes: int | None = 3) -> DataSpecs:
    """Data of `width` features and one target: so many classes, or a number."""
    names = tuple(f"class {place}" for place in range(classes or 0))
    target = Target("category", names) if classes else Target("number")
    return DataSpecs({"features": Spec((width,))}, {"target": target})


def pictures(side: int = 8, channels: int = 1, classes: int = 10) -> DataSpecs:
    names = tuple(map(str, range(classes)))
    return DataSpecs({"image": Spec((side, side, channels))}, {"target": Target("category", names)})


def apply_fix(document: Document, fix: Document) -> Document:
    """The graph after one click on a remedy, edited as the front end edits it."""
    mended = copy.deepcopy(document)
    nodes, edges = mended["nodes"], mended["edges"]
    if "insert" in fix:
        asked = fix["insert"]
        name = f"{asked['type'].lower()}_new"
        nodes.append(node(name, asked["type"], **asked["config"]))
        for edge in edges:
            if edge["target"] == asked["before"] and edge["port"] == asked["port"]:
                edges += [wire(edge["source"], name)]
                edge["source"] = name
                return mended
        edges.append(wire(name, asked["before"], asked["port"]))
    elif "set" in fix:
        (changed,) = [one for one in nodes if one["id"] == fix["set"]["node"]]
        changed["config"] = {**changed["config"], **fix["set"]["config"]}
    elif "connect" in fix:
        asked = fix["connect"]
        edges.append(wire(asked["source"], asked["target"], asked["port"]))
    else:
        gone = fix["remove"]["node"]
        mended["nodes"] = [one for one in nodes if one["id"] != gone]
        mended["edges"] = [edge for edge in edges if gone not in (edge["source"], edge["target"])]
    return mended


def printed(plan: Plan) -> dict[str, Any]:
    """The names a printed model defines, after running its source as a file of its own."""
    source = model_source(plan)
    assert "engine" not in source
    names: dict[str, Any] = {"__name__": "model"}
    exec(compile(source, "model.py", "exec"), names)
    return names
