"""The graph document: nodes, edges, and the order in which they are computed."""

from __future__ import annotations

from collections import defaultdict
from graphlib import CycleError, TopologicalSorter
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from engine.graph.upgrades import FORMAT, upgrade


class Position(BaseModel):
    """Where a node stands on the canvas, in pixels."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    x: float = 0.0
    y: float = 0.0


class Node(BaseModel):
    """One layer of the drawing. `id` becomes an attribute name in the exported code."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(max_length=100)
    type: str = Field(max_length=100)
    config: dict[str, Any] = Field(default_factory=dict)
    shares: str | None = Field(None, max_length=100)
    position: Position = Field(default_factory=Position)


class Edge(BaseModel):
    """A wire from one node's output to another node's input number `port`."""

    model_config = ConfigDict(extra="forbid")

    source: str = Field(max_length=100)
    target: str = Field(max_length=100)
    port: int = Field(0, ge=0, le=10_000)


class Graph(BaseModel):
    """A drawn network. Documents of older formats are upgraded while they are read."""

    model_config = ConfigDict(extra="forbid")

    format: int = FORMAT
    nodes: list[Node] = Field(default_factory=list)
    edges: list[Edge] = Field(default_factory=list)

    @model_validator(mode="before")
    @classmethod
    def _upgrade(cls, document: Any) -> Any:
        return upgrade(document) if isinstance(document, dict) else document

    def sources(self) -> dict[str, list[str]]:
        """For each node id the ids that feed it, in the order of their ports."""
        wires: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for edge in self.edges:
            wires[edge.target].append((edge.port, edge.source))
        return {
            node.id: [source for _, source in sorted(wires[node.id], key=lambda wire: wire[0])] for node in self.nodes
        }

    def order(self) -> list[str]:
        """The node ids so that each comes after those that feed it. Raises graphlib.CycleError."""
        return list(TopologicalSorter(self.sources()).static_order())

    def cycle(self) -> list[str]:
        """The ids along one cycle, or an empty list."""
        try:
            self.order()
        except CycleError as error:
            return list(error.args[1])[:-1]
        return []
