"""import_keras(document) → Imported: a Keras model, written down as JSON, as a drawing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from engine.graph.blocks import BLOCK
from engine.graph.check import TAKEN
from engine.graph.document import Block, Edge, Graph, Node
from engine.graph.drawing import name_problem
from engine.graph.layout import arrange
from engine.importing.keras_calls import Tensor, Use, tensors, uses
from engine.importing.keras_document import (
    ARITHMETIC,
    KerasLayer,
    KerasModel,
    entries,
    first_shape,
    read_document,
    refused,
    sizes_of,
    without_masks,
)
from engine.importing.keras_layers import Translated, ignored, translate
from engine.importing.keras_values import snake
from engine.importing.open_sizes import settle
from engine.importing.sheet import MOST_PORTS, Names, Sheet
from engine.layers import layer_class
from engine.problems import Problem

INPUT, OUTPUT, EMBEDDING = "Input", "Output", "Embedding"

LONGEST_NAME = 80
"""Leaves room for a number behind it."""

PREPROCESSING = ("Random", "Resizing", "Rescaling", "CenterCrop")
"""Layers that Keras 3 always notes as called for training."""

End = tuple[str, int]
"""A node and the number of its output."""


@dataclass
class Imported:
    """The drawing, what could not be taken over, and for each layer of the top level the nodes of its calls."""

    graph: Graph
    problems: list[Problem]
    nodes: dict[str, list[str]]


def import_keras(document: Any) -> Imported:
    """The drawing of a model of Keras 1, 2 or 3. Raises Refusal for a document that holds no model.

    Code that the document may hold is never looked at: such layers are drawn by name alone, each with a problem.
    """
    try:
        model = read_document(document)
        sheet = Sheet(model.version, model.order)
        level = _Level(sheet, ())
        level.draw(model)
    except RecursionError:
        raise refused("The model is nested too deeply to be read.") from None
    graph = Graph(nodes=level.nodes, edges=level.edges, blocks=sheet.blocks)
    return Imported(graph, [*sheet.problems, *settle(graph)], level.calls)


@dataclass
class _Level:
    """Draws one model; `around` are the nodes of the blocks it is in. A model inside it becomes a block."""

    sheet: Sheet
    around: tuple[str, ...]
    nodes: list[Node] = field(default_factory=list)
    drawn: dict[str, Node] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)
    calls: dict[str, list[str]] = field(default_factory=dict)
    names: Names = field(default_factory=Names)
    labels: dict[str, Names] = field(default_factory=lambda: {INPUT: Names(), OUTPUT: Names()})
    ports: dict[str, int] = field(default_factory=dict)

    def draw(self, model: KerasModel) -> None:
        """All nodes and wires of a model, with an Input and an Output at each of its ends."""
        if model.ends is None:
            leaving = [end for end in [self._sequence(model)] if end is not None]
        else:
            leaving = self._functional(model.layers, *model.ends)
        for end in leaving:
            name = self._name(f"{end[0]}_output")
            label = self.labels[OUTPUT].free(end[0][:LONGEST_NAME])
            self._add(Node(id=name, type=OUTPUT, config={"name": label}))
            self._connect(end, name)
        self._index_inputs()
        arrange(self.nodes, self.edges)

    # Sequences

    def _sequence(self, model: KerasModel) -> End | None:
        """Draws one layer after the other; gives the last."""
        end: End | None = None
        for layer in model.layers:
            branches = model.branches.get(layer.name, [])
            feeding = [one for one in [end] if one is not None]
            if branches and end is None:
                feeding = [one for one in map(self._sequence_or_block, branches) if one is not None]
            elif end is None and layer.kind != "InputLayer":
                feeding = self._begin(layer, model.first_shape)
            (name,) = self._calls(layer, [Use()])
            for source in feeding:
                self._connect(source, name)
            end = (name, 0)
        return end

    def _sequence_or_block(self, model: KerasModel) -> End | None:
        """A branch of a Merge layer."""
        if model.ends is None:
            return self._sequence(model)
        layer = KerasLayer("Model", "model", {}, model=model)
        feeding = self._begin(layer, None)
        (name,) = self._calls(layer, [Use()])
        for source in feeding:
            self._connect(source, name)
        return name, 0

    def _begin(self, layer: KerasLayer, shape: Any) -> list[End]:
        """The Inputs a sequence begins with, as its first layer describes them."""
        if layer.model is not None:
            inner = entries(layer.model)
        else:
            inner = [KerasLayer("InputLayer", "", {**layer.config, "batch_input_shape": first_shape(layer) or shape})]
        return [(self._input(f"{layer.name}_input", one), 0) for one in inner]

    # Functional models

    def _functional(self, layers: list[KerasLayer], entering: Any, leaving: Any) -> list[End]:
        """Draws all layers, then their wires; gives what leaves."""
        first = {tensor.layer: place for place, tensor in enumerate(tensors(entering))}
        ordered = sorted(layers, key=lambda layer: first.get(layer.name, len(first)))
        drawn = []
        for layer, calls in without_masks([(one, uses(one.nodes) or [Use()]) for one in ordered], leaving):
            if layer.kind in ARITHMETIC.values() and any(call.left_out for call in calls):
                layer.custom = True  # a calculation with a fixed number, which no layer does
            drawn.append((layer, calls, self._calls(layer, calls)))
        for layer, calls, names in drawn:
            for call, name in zip(calls, names, strict=True):
                self._wire(layer, call, name)
        ends = [end for tensor in tensors(leaving) if (end := self._end(tensor)) is not None]
        return ends or self._loose()

    def _wire(self, layer: KerasLayer, call: Use, name: str) -> None:
        for tensor in call.tensors:
            end = self._end(tensor)
            if end is not None:
                self._connect(end, name)
            else:
                self._tell(name, ignored(f"a wire from {tensor.layer!r}, which the model does not contain"))
        node = self.drawn[name]
        kind = layer_class(node.type)
        for switch in call.switches:
            if kind is not None and switch in kind.model_fields:
                node.config = {**node.config, switch: True}
            elif switch != "training" or not layer.kind.startswith(PREPROCESSING):
                call.left_out.append(switch)
        if any(mask.layer in self.calls for mask in call.masks):
            call.left_out.append("mask")
        left = ", ".join(argument or "a fixed value" for argument in call.left_out)
        if left:
            self._tell(name, ignored(f"what the layer is called with besides its inputs: {left}"))

    def _end(self, tensor: Tensor) -> End | None:
        names = self.calls.get(tensor.layer, [])
        if not names:
            return None
        return names[tensor.call if tensor.call < len(names) else 0], min(tensor.output, MOST_PORTS)

    def _loose(self) -> list[End]:
        """What feeds nothing, where a model does not say what leaves it."""
        feeding = {edge.source for edge in self.edges}
        return [(node.id, 0) for node in self.nodes if node.id not in feeding and node.type != INPUT]

    # Nodes

    def _calls(self, layer: KerasLayer, calls: list[Use]) -> list[str]:
        """One node for each call of a layer; all but the first share its weights."""
        draw = self._drawer(layer)
        names = [draw(layer.name)]
        for _ in calls[1:]:
            names.append(draw(layer.name))
            node = self.nodes[-1]
            if node.type == BLOCK or _has_weights(node):
                node.shares = names[0]
        self.calls[layer.name] = [*self.calls.get(layer.name, []), *names]
        return names

    def _drawer(self, layer: KerasLayer) -> Callable[[str], str]:
        """A function that draws the layer once more and gives the name of the node."""
        if layer.kind == "InputLayer":
            return lambda name: self._input(name, layer)
        if layer.model is not None:
            return self._block(layer.model)
        found = translate(layer.kind, layer.config, self.sheet.version, self.sheet.order)
        if layer.custom:
            found = Translated(layer.kind, known=False)
        return lambda name: self._layer(name, found)

    def _layer(self, name: str, found: Translated) -> str:
        node = Node(id=self._name(name, found.type), type=found.type[:100], config=found.config)
        self._add(node)
        for problem in found.problems():
            self._tell(node.id, problem)
        return node.id

    def _input(self, name: str, layer: KerasLayer) -> str:
        told = str(layer.config.get("dtype", layer.config.get("input_dtype")))
        dtype = "int32" if told.startswith("int") else None  # uint8 are pictures, which layers calculate with
        shape = sizes_of(first_shape(layer))
        label = self.labels[INPUT].free((name or "input")[:LONGEST_NAME])
        config = {"name": label, "shape": shape, "dtype": dtype}
        return self._add(Node(id=self._name(name, "input"), type=INPUT, config=config))

    def _block(self, model: KerasModel) -> Callable[[str], str]:
        """A function that draws a node for the block of a model, which is drawn the first time."""
        known: list[str] = []

        def draw(name: str) -> str:
            node = Node(id=self._name(name, "block"), type=BLOCK)
            if not known:
                level = _Level(self.sheet, (*self.around, node.id))
                level.draw(model)
                known.append(self.sheet.titles.free(node.id))
                self.sheet.blocks[known[0]] = Block(title=node.id, nodes=level.nodes, edges=level.edges)
            node.config = {"block": known[0]}
            return self._add(node)

        return draw

    def _add(self, node: Node) -> str:
        self.sheet.count(nodes=1)
        self.nodes.append(node)
        self.drawn[node.id] = node
        return node.id

    def _connect(self, end: End, target: str) -> None:
        port = self.ports.get(target, 0)
        self.sheet.count(wires=1, port=port)
        self.ports[target] = port + 1
        self.edges.append(Edge(source=end[0], target=target, port=port, output=end[1]))

    def _tell(self, name: str, problem: Problem) -> None:
        self.sheet.problems.append(replace(problem, where={"node": "/".join([*self.around, name])}))

    def _name(self, wanted: str, kind: str = "layer") -> str:
        """A free node id, as near to the name in Keras as Python allows."""
        text = re.sub(r"\W", "_", unicodedata.normalize("NFKC", wanted))[:LONGEST_NAME].lstrip("_")
        if not text.isidentifier():
            text = f"{re.sub(r'[^a-z0-9_]', '', snake(kind))[:15] or 'layer'}_{text}".rstrip("_")
        if name_problem(text, 1, TAKEN):
            text = f"{text.strip('_').lower()}_1"
        return self.names.free(text)

    def _index_inputs(self) -> None:
        """Marks the Inputs whose values name entries of an Embedding as whole numbers."""
        feeding = {edge.target: edge.source for edge in self.edges}
        nodes = self.drawn
        passed: set[str] = set()
        for edge in self.edges:
            name = edge.source
            if not self._takes_index(nodes[edge.target], edge.port):
                continue
            while name in feeding and name not in passed and _keeps_values(nodes[name]):
                passed.add(name)
                name = feeding[name]
            if nodes[name].type == INPUT:
                nodes[name].config["dtype"] = "int32"

    def _takes_index(self, node: Node, port: int) -> bool:
        """Whether a node looks up what comes in at a port."""
        if node.type != BLOCK:
            return node.type == EMBEDDING
        doors = [inner for inner in self.sheet.blocks[node.config["block"]].nodes if inner.type == INPUT]
        return port < len(doors) and doors[port].config["dtype"] == "int32"


def _has_weights(node: Node) -> bool:
    layer = layer_class(node.type)
    return layer is not None and any(key == "layer" or key.endswith("_initializer") for key in layer.model_fields)


def _keeps_values(node: Node) -> bool:
    layer = layer_class(node.type)
    return layer is not None and layer.keeps_values
