"""The graph document: nodes, wires, blocks, and the order in which nodes are computed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from engine.graph.upgrades import FORMAT, upgrade

OMITTED: dict[str, Any] = {"x-omitted": True}
"""Marks in the JSON Schema a field that documents leave out while it is empty."""


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
    """A wire from output number `output` of one node to input number `port` of another."""

    model_config = ConfigDict(extra="forbid")

    source: str = Field(max_length=100)
    target: str = Field(max_length=100)
    port: int = Field(0, ge=0, le=10_000)
    output: int = Field(0, ge=0, le=10_000, exclude_if=lambda output: not output, json_schema_extra=OMITTED)


class Block(BaseModel):
    """A drawing used as one node in other drawings; its Inputs and Outputs are its ports, in their order."""

    model_config = ConfigDict(extra="forbid")

    title: str = Field("", max_length=100)
    description: str = Field("", max_length=1_000)
    nodes: list[Node] = Field(default_factory=list)
    edges: list[Edge] = Field(default_factory=list)


class BlockDocument(Block):
    """A block on its own, with the blocks it is made of: what is kept and carried to other drawings."""

    blocks: dict[str, Block] = Field(
        default_factory=dict, exclude_if=lambda blocks: not blocks, json_schema_extra=OMITTED
    )


class Graph(BaseModel):
    """A drawn network. Documents of older formats are upgraded while they are read.

    A node of type "Block" with the config `{"block": name, "repeat": n}` stands for the block of that name.
    """

    model_config = ConfigDict(extra="forbid")

    format: int = FORMAT
    nodes: list[Node] = Field(default_factory=list)
    edges: list[Edge] = Field(default_factory=list)
    blocks: dict[str, Block] = Field(
        default_factory=dict, exclude_if=lambda blocks: not blocks, json_schema_extra=OMITTED
    )

    @model_validator(mode="before")
    @classmethod
    def _upgrade(cls, document: Any) -> Any:
        return upgrade(document) if isinstance(document, dict) else document

    def wires(self) -> dict[str, list[Edge]]:
        """For each node id the wires that feed it, in the order of their ports."""
        wires: dict[str, list[Edge]] = defaultdict(list)
        for edge in self.edges:
            wires[edge.target].append(edge)
        return {node.id: sorted(wires[node.id], key=lambda edge: edge.port) for node in self.nodes}

    def sources(self) -> dict[str, list[str]]:
        """For each node id the ids that feed it, in the order of their ports."""
        return {name: [edge.source for edge in wires] for name, wires in self.wires().items()}

    def order(self) -> list[str]:
        """The node ids so that each comes after those that feed it. Raises graphlib.CycleError."""
        return list(TopologicalSorter(self.sources()).static_order())

    def cycle(self) -> list[str]:
        """The ids along one cycle, or an empty list."""
        return cycle(self.sources())


def cycle(sources: Mapping[str, list[str]]) -> list[str]:
    """The names along one cycle of `{name: names that come before it}`, or an empty list."""
    try:
        TopologicalSorter(sources).prepare()
    except CycleError as error:
        return list(error.args[1])[:-1]
    return []
