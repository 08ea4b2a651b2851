"""How long a check of a 200-layer graph takes: cold, again, and after one edit."""

from __future__ import annotations

import statistics
import time

from engine.graph.check import check
from engine.graph.document import Graph
from engine.graph.shapes import trace_layer
from engine.graph.specs import DataSpecs
from engine.layers import Spec

LAYERS = 200


def chain(changed: int | None = None) -> Graph:
    """A chain of dense layers of different sizes; `changed` gives one of them another activation."""
    nodes = [{"id": "input_1", "type": "Input", "config": {"name": "features"}}]
    edges = []
    for number in range(LAYERS):
        config = {"units": 10 + number, "activation": "tanh" if number == changed else "relu"}
        nodes.append({"id": f"dense_{number}", "type": "Dense", "config": config})
        edges.append({"source": nodes[number]["id"], "target": f"dense_{number}", "port": 0})
    return Graph.model_validate({"format": 1, "nodes": nodes, "edges": edges})


def moments() -> dict[str, float]:
    """Seconds: cold, unchanged, and the median of 20 different edits."""
    data = DataSpecs({"features": Spec((30,))})
    trace_layer.cache_clear()
    check(chain(), data)
    edits = [_seconds(chain(number), data) for number in range(0, LAYERS, 10)]
    trace_layer.cache_clear()
    cold = _seconds(chain(), data)
    return {
        f"check of {LAYERS} layers, cold": cold,
        "the same again": _seconds(chain(), data),
        "after one edit (median of 20)": statistics.median(edits),
    }


def _seconds(graph: Graph, data: DataSpecs) -> float:
    began = time.perf_counter()
    check(graph, data)
    return time.perf_counter() - began
