"""A sensible first network for a data set, so that the first curve is one click away."""

from __future__ import annotations

import math
from typing import Any

from engine.graph.document import Edge, Graph, Node, Position
from engine.graph.specs import DataSpecs
from engine.layers import Spec
from engine.training.settings import EarlyStopping

STEPS = 3_000
"""Steps a first training of a table should have; of pictures, whose steps are slower, a third."""

SPACING = 112
"""Pixels between two nodes of a column."""

Stack = list[tuple[str, dict[str, Any]]]


def starter_graph(data: DataSpecs) -> Graph:
    """One branch per input, joined if there are several, a few hidden layers, one Output per target."""
    drawing = _Drawing()
    ends = []
    for column, (name, spec) in enumerate(data.inputs.items()):
        start = drawing.add("Input", {"name": name}, [], column)
        ends.append(drawing.chain(start, _branch(spec), column))
    joined = ends[0] if len(ends) == 1 else drawing.add("Concatenate", {}, ends, 0)
    trunk = drawing.chain(joined, _trunk(data), 0)
    for column, (name, target) in enumerate(data.targets.items()):
        answer = drawing.add("Dense", {"units": target.widths()[0]}, [trunk], column)
        drawing.add("Output", {"name": name}, [answer], column)
    return drawing.graph


def starter_settings(rows: int, data: DataSpecs) -> dict[str, Any]:
    """Epochs, batch size and patience for a number of training rows: few rows want small batches and many epochs."""
    batch = 32 if rows < 5_000 else 64 if rows < 20_000 else 128
    pictures = any(len(spec.shape) == 3 for spec in data.inputs.values())
    epochs = math.ceil((STEPS // 3 if pictures else STEPS) / math.ceil(max(rows, 1) / batch))
    epochs = min(200, max(20, epochs))
    usual = EarlyStopping()
    rule = usual.model_copy(update={"patience": max(usual.patience, epochs // 8)})
    return {"epochs": epochs, "batch_size": batch, "early_stopping": rule.model_dump(mode="json")}


def _branch(spec: Spec) -> Stack:
    if spec.dtype.startswith("int"):
        entries = spec.high or 1000
        return [
            ("Embedding", {"input_dim": entries, "output_dim": min(50, max(2, round(1.6 * entries**0.56)))}),
            ("Flatten", {}),
        ]
    if len(spec.shape) == 3:
        return _convolutions(spec)
    return [] if len(spec.shape) == 1 else [("Flatten", {})]


def _convolutions(spec: Spec) -> Stack:
    """Blocks of convolution and pooling until the picture is small."""
    side, filters = min(spec.shape[:2]), 32
    layers: Stack = []
    for _ in range(max(1, min(4, round(math.log2(max(side, 2) / 6))))):
        layers.append(("Conv2D", {"filters": filters, "kernel_size": [3, 3], "padding": "same", "activation": "relu"}))
        if side >= 4:
            layers.append(("MaxPooling2D", {"pool_size": [2, 2]}))
        side, filters = side // 2, min(128, filters * 2)
    return [*layers, ("Flatten", {})]


def _trunk(data: DataSpecs) -> Stack:
    if any(len(spec.shape) == 3 for spec in data.inputs.values()):
        return [("Dense", {"units": 128, "activation": "relu"}), ("Dropout", {"rate": 0.25})]
    width = sum(spec.shape[-1] for spec in data.inputs.values())
    units = 64 if width >= 16 else 32
    return [
        ("Dense", {"units": units, "activation": "relu"}),
        ("Dropout", {"rate": 0.2}),
        ("Dense", {"units": units // 2, "activation": "relu"}),
    ]


class _Drawing:
    """A graph under construction."""

    def __init__(self) -> None:
        self.graph = Graph()
        self._counts: dict[str, int] = {}

    def add(self, kind: str, config: dict[str, Any], sources: list[str], column: int) -> str:
        self._counts[kind] = self._counts.get(kind, 0) + 1
        name = f"{kind.lower()}_{self._counts[kind]}"
        above = [node.position.y + SPACING for node in self.graph.nodes if node.id in sources]
        position = Position(x=260.0 * column, y=max(above, default=0.0))
        self.graph.nodes.append(Node(id=name, type=kind, config=config, position=position))
        self.graph.edges += [Edge(source=source, target=name, port=port) for port, source in enumerate(sources)]
        return name

    def chain(self, start: str, layers: Stack, column: int) -> str:
        for kind, config in layers:
            start = self.add(kind, config, [start], column)
        return start
