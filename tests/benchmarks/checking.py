"""How long checks take: 200 different layers cold, again and after an edit, a thousand, and ResNet50."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from engine.graph.check import check
from engine.graph.document import Graph
from engine.graph.shapes import trace_layer
from engine.graph.specs import DataSpecs
from engine.layers import Spec
from tests.benchmarks.report import Bench, Moment
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


def moments(_: Path) -> Iterator[Moment]:
    """Milliseconds of each kind of check."""
    check(chain(3), DATA)  # imports are not what is measured
    yield Moment(f"check of {LAYERS} layers, cold", _cold(chain(LAYERS)), 3_000)
    yield Moment("the same again", _milliseconds(chain(LAYERS)))
    edits = [_milliseconds(chain(LAYERS, number)) for number in range(0, LAYERS, 5)]
    yield Moment("after one edit, median of 40", statistics.median(edits))
    yield Moment("after one edit, 95th percentile", statistics.quantiles(edits, n=20)[-1], 50)
    yield Moment("check of 1,000 layers, cold", _cold(chain(1_000)))
    yield Moment("check of ResNet50, cold", _cold(Graph.model_validate(nets.resnet50()), None))


BENCHES = (Bench("checks", moments),)


def _cold(graph: Graph, data: DataSpecs | None = DATA) -> float:
    trace_layer.cache_clear()
    return _milliseconds(graph, data)


def _milliseconds(graph: Graph, data: DataSpecs | None = DATA) -> float:
    began = time.perf_counter()
    check(graph, data)
    return (time.perf_counter() - began) * 1e3
