"""How long checks take: 200 different layers cold, again and after an edit, a thousand, and ResNet50."""

from __future__ import annotations

import statistics
import time

from engine.graph.check import check
from engine.graph.document import Graph
from engine.graph.shapes import trace_layer
from engine.graph.specs import DataSpecs
from engine.layers import Spec
from tests.engine import nets

LAYERS = 200
DATA = DataSpecs({"features": Spec((30,))})


def chain(length: int, changed: int | None = None) -> Graph:
    """A chain of dense layers of different sizes; `changed` gives one of them more units."""
    nodes = [{"id": "input_1", "type": "Input", "config": {"name": "features"}}]
    edges = []
    for number in range(length):
        config = {"units": 10 + number + (5_000 if number == changed else 0), "activation": "relu"}
        nodes.append({"id": f"dense_{number}", "type": "Dense", "config": config})
        edges.append({"source": nodes[number]["id"], "target": f"dense_{number}", "port": 0})
    return Graph.model_validate({"format": 1, "nodes": nodes, "edges": edges})


def moments() -> dict[str, float]:
    """Seconds of each kind of check."""
    check(chain(3), DATA)  # imports are not what is measured
    cold = _cold(chain(LAYERS))
    again = _seconds(chain(LAYERS))
    edits = [_seconds(chain(LAYERS, number)) for number in range(0, LAYERS, 5)]
    return {
        f"check of {LAYERS} layers, cold": cold,
        "the same again": again,
        "after one edit, median of 40": statistics.median(edits),
        "after one edit, 95th percentile": statistics.quantiles(edits, n=20)[-1],
        "check of 1,000 layers, cold": _cold(chain(1_000)),
        "check of ResNet50, cold": _cold(Graph.model_validate(nets.resnet50()), None),
    }


def _cold(graph: Graph, data: DataSpecs | None = DATA) -> float:
    trace_layer.cache_clear()
    return _seconds(graph, data)


def _seconds(graph: Graph, data: DataSpecs | None = DATA) -> float:
    began = time.perf_counter()
    check(graph, data)
    return time.perf_counter() - began
