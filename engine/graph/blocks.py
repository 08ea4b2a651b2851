"""Blocks written out: a drawing with blocks becomes the flat drawing it stands for."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from engine.graph.document import Block, Edge, Graph, Node
from engine.problems import Problem

BLOCK = "Block"
"""The type of a node that stands for a block."""

DEEPEST = 20
"""How many blocks may stand inside each other."""

Place = tuple[str, ...]
"""Where a node stands: the blocks around it from the outside, then its own id."""


class BlockConfig(BaseModel):
    """The settings of a node that stands for a block."""

    model_config = ConfigDict(extra="forbid")

    block: str = Field(min_length=1, max_length=100, json_schema_extra={"x-hidden": True})
    repeat: int = Field(
        1, ge=1, le=1_000, description="How often it follows itself, each time with weights of its own."
    )


@dataclass
class Flat:
    """A drawing without blocks. `places` tells where each of its nodes stands in the drawing it was made from.

    `blocks` names, for each block drawn, the flat nodes of its outputs (of the last repetition).
    """

    graph: Graph
    places: dict[str, Place] = field(default_factory=dict)
    blocks: dict[Place, list[tuple[str, int]]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def shown(self, name: str) -> str:
        """The name of a flat node as the canvas knows it: block/…/node."""
        return "/".join(self.places.get(name, (name,)))


def size(graph: Graph) -> int:
    """How many nodes the flat drawing has, counted without making it."""
    known: dict[str, int] = {}

    def count(nodes: list[Node]) -> int:
        return sum(map(one, nodes))

    def one(node: Node) -> int:
        name = node.config.get("block") if node.type == BLOCK else None
        if not isinstance(name, str) or name not in graph.blocks:
            return 1
        if name not in known:
            known[name] = 0  # in a circle, which is refused later, it counts for nothing
            known[name] = count(graph.blocks[name].nodes)
        repeat = node.config.get("repeat", 1)
        return known[name] * (repeat if isinstance(repeat, int) and repeat > 0 else 1)

    return count(graph.nodes)


def flatten(graph: Graph) -> Flat:
    """The drawing with every block written out."""
    if not any(node.type == BLOCK for node in graph.nodes):
        return Flat(graph)
    flat = Flat(Graph())
    _Level(graph.blocks, flat, Scope(), {}).write(graph.nodes, graph.edges)
    return flat


End = tuple[str, int]
"""A flat node and the number of its output."""


@dataclass(frozen=True)
class Scope:
    """Where a level stands: the nodes around it, what its flat names begin with, the blocks it is part of."""

    around: Place = ()
    prefix: str = ""
    blocks: frozenset[str] = frozenset()


class _Level:
    """Writes the drawing of one level; `doors` are its Inputs and what enters at each."""

    def __init__(self, blocks: dict[str, Block], flat: Flat, scope: Scope, doors: dict[str, End]) -> None:
        self.blocks, self.flat, self.scope, self.doors = blocks, flat, scope, doors
        self._wires: dict[str, list[Edge]] = defaultdict(list)
        self._drawn: dict[str, Node] = {}
        self._exits: dict[str, list[End]] = {}

    def write(self, nodes: list[Node], edges: list[Edge]) -> list[End]:
        """Writes all nodes with their wires; gives what leaves at the Outputs of a block."""
        for edge in sorted(edges, key=lambda edge: edge.port):
            self._wires[edge.target].append(edge)
        self._drawn = {node.id: node for node in nodes if node.type == BLOCK}
        exits = [node.id for node in nodes if node.type == "Output"] if self.scope.around else []
        for node in nodes:
            if node.type == BLOCK:
                self._through(node)
            elif node.id not in self.doors and node.id not in exits:
                self._write_node(node)
        self._require_exits(exits)
        return [self._end(edge) for name in exits for edge in self._wires[name][:1]]

    def _require_exits(self, exits: list[str]) -> None:
        """A problem for each output of a block that nothing is connected to; told once, however often it repeats."""
        for name in exits:
            problem = Problem(
                "missing_connection",
                {"node": "/".join((*self.scope.around, name))},
                f"{name} takes 1 input and has 0.",
                "Connect another layer to it, or remove it.",
            )
            if not self._wires[name] and problem not in self.flat.problems:
                self.flat.problems.append(problem)

    def _write_node(self, node: Node) -> None:
        name = self.scope.prefix + node.id
        shares = self.scope.prefix + node.shares if node.shares is not None else None
        if self.scope.around:
            self.flat.places[name] = (*self.scope.around, node.id)
        self.flat.graph.nodes.append(node.model_copy(update={"id": name, "shares": shares}))
        for edge in self._wires[node.id]:
            source, output = self._end(edge)
            wire = Edge.model_construct(source=source, target=name, port=edge.port, output=output)
            self.flat.graph.edges.append(wire)

    def _end(self, edge: Edge) -> End:
        """What a wire brings: from outside, from within a block, or from a plain node."""
        if edge.source in self.doors:
            return self.doors[edge.source]
        if edge.source in self._drawn:
            exits = self._through(self._drawn[edge.source])
            if edge.output < len(exits):
                return exits[edge.output]
        return self.scope.prefix + edge.source, edge.output

    def _through(self, node: Node) -> list[End]:
        """What leaves a block, which is written the first time it is asked for."""
        if node.id not in self._exits:
            self._exits[node.id] = []  # in a circle of blocks, nothing leaves
            place = (*self.scope.around, node.id)
            found = self._read(node, place)
            if isinstance(found, Problem):
                self.flat.problems.append(found)
            else:
                entering = [self._end(edge) for edge in self._wires[node.id]]
                self._exits[node.id] = self._repeat(node, found[0], found[1], entering)
            self.flat.blocks[place] = self._exits[node.id]
        return self._exits[node.id]

    def _repeat(self, node: Node, config: BlockConfig, block: Block, entering: list[End]) -> list[End]:
        """Writes a block as often as it repeats, each after the one before; the other inputs stay the same."""
        doors = [inner.id for inner in block.nodes if inner.type == "Input"]
        for turn in range(1, config.repeat + 1):
            mark = "_" if turn == 1 else f"_x{turn}_"
            prefix = f"{self.scope.prefix}{node.id}{mark}"
            written = len(self.flat.graph.nodes)
            scope = Scope((*self.scope.around, node.id), prefix, self.scope.blocks | {config.block})
            level = _Level(self.blocks, self.flat, scope, dict(zip(doors, entering, strict=True)))
            exits = level.write(block.nodes, block.edges)
            if node.shares is not None:
                self._share(written, prefix, f"{self.scope.prefix}{node.shares}{mark}")
            if not exits:
                break  # nothing leaves, which is told, so nothing enters the next
            entering = [*exits, *entering[1:]]
        return exits

    def _share(self, written: int, own: str, others: str) -> None:
        """Lets the nodes just written reuse the weights of those of another copy of the block."""
        nodes = self.flat.graph.nodes
        nodes[written:] = [
            node.model_copy(update={"shares": node.shares or others + node.id.removeprefix(own)})
            for node in nodes[written:]
        ]

    def _read(self, node: Node, place: Place) -> tuple[BlockConfig, Block] | Problem:
        where = {"node": "/".join(place)}
        try:
            config = BlockConfig.model_validate(node.config)
        except ValidationError:
            return Problem(
                "wrong_setting",
                where,
                f"{node.id} does not say which block it is, or how often it repeats (1 to 1,000).",
                "Remove it and insert the block again.",
            )
        block = self.blocks.get(config.block)
        if block is None:
            return Problem(
                "unknown_block",
                where,
                f"{node.id} stands for the block {config.block!r}, which is not in this drawing.",
                "Remove it, or insert another block.",
                {"label": f"Remove {node.id}", "remove": {"node": where["node"]}},
            )
        if config.block in self.scope.blocks or len(place) > DEEPEST:
            return Problem(
                "block_in_itself",
                where,
                f"The block {config.block!r} stands inside itself, or more than {DEEPEST} blocks deep.",
                "Remove it from the block.",
            )
        return self._fits(node, config, block, where) or (config, block)

    def _fits(self, node: Node, config: BlockConfig, block: Block, where: dict[str, str]) -> Problem | None:
        """The problem of a block with the wrong number of wires, or one that cannot be repeated."""
        takes = sum(inner.type == "Input" for inner in block.nodes)
        gives = sum(inner.type == "Output" for inner in block.nodes)
        wires = len(self._wires[node.id])
        if wires != takes:
            return Problem(
                "missing_connection" if wires < takes else "too_many_connections",
                where,
                f"{node.id} takes {takes} {'input' if takes == 1 else 'inputs'} and has {wires}.",
                "Connect another layer to it." if wires < takes else "Remove wires to it.",
            )
        if not gives:
            return Problem(
                "block_without_output",
                where,
                f"The block {config.block!r} has no Output, so nothing comes out of {node.id}.",
                "Open it, add an Output inside, and connect the last layer to it.",
            )
        if config.repeat > 1 and (takes == 0 or gives != 1):
            return Problem(
                "block_cannot_repeat",
                where,
                f"{node.id} cannot be repeated {config.repeat} times: it has {takes} inputs and {gives} outputs.",
                "Give the block at least one input and exactly one output, or set the repetitions to 1.",
                {"label": "Do not repeat it", "set": {"node": where["node"], "config": {"repeat": 1}}},
            )
        return None
