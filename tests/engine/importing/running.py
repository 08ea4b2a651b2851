"""An imported model that runs: built, filled with the weights of Keras, and printed as source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np
from flax import nnx

from engine.graph.check import check
from engine.graph.model import GraphModel, Plan, plan
from engine.graph.report import Report
from engine.graph.specs import DataSpecs
from engine.importing.keras import import_keras
from tests.engine.drawings import printed
from tests.engine.recorded import fill


@dataclass
class Running:
    """One imported model with its report and plan."""

    report: Report
    plan: Plan
    model: GraphModel

    def fill(self, weights: list[np.ndarray]) -> None:
        """Takes all weights in the order of Keras: layer after layer, as the document lists them."""
        rest, modules = weights, dict(self.plan.modules)
        for name in [node.id for node in self.report.flat.graph.nodes if node.id in modules]:
            taken = fill(getattr(self.model, name), type(self.report.nodes[name].layer).__name__, rest)
            rest = rest[taken:]
        assert not rest

    def answers(self, *inputs: np.ndarray) -> Iterator[tuple[np.ndarray, ...]]:
        """What the built model and the printed one give, one array per output."""
        given = {
            source: jnp.asarray(x, spec.dtype) for (_, source, spec), x in zip(self.plan.inputs, inputs, strict=True)
        }
        copy = printed(self.plan)["Model"](nnx.Rngs(0))
        nnx.update(copy, nnx.state(self.model))
        leaving = [node.config["name"] for node in self.report.flat.graph.nodes if node.type == "Output"]
        models: tuple[Any, ...] = (self.model, copy)
        for model in models:
            model.eval()
            found = model(given)
            yield tuple(np.asarray(found[name]) for name in leaving)


def running(document: Any) -> Running:
    """The model in a Keras document; it must be checked without a problem."""
    report = check(import_keras(document).graph)
    assert [problem.message for problem in report.problems] == []
    made = plan(report, DataSpecs())
    return Running(report, made, GraphModel(made, nnx.Rngs(0)))
