"""What tests of whole runs share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.data.recipe import Recipe
from engine.graph.document import Graph
from engine.job import Job
from engine.problems import Refusal
from engine.training.settings import Settings
from tests.engine.drawings import graph, node
from tests.engine.samples import events, recipe

STILL = {"type": "SGD", "learning_rate": 1e-30}
"""Moves no weight, so that every epoch is the same."""


def two_targets(folder: Path, cells: Path, **settings: Any) -> Job:
    """Cells with two targets, diagnosis and texture."""
    document = recipe(cells)
    document["columns"]["texture"] |= {"role": "target"}
    nodes = [node("input", "Input"), node("trunk", "Dense", units=6, activation="relu")]
    nodes += [node("tell", "Dense", units=1), node("guess", "Dense", units=1)]
    nodes += [node("a", "Output", name="diagnosis"), node("b", "Output", name="texture")]
    drawing = graph(nodes, "input > trunk > tell > a, trunk > guess > b")
    read = Settings.model_validate({"epochs": 2, "batch_size": 16, **settings})
    return Job(folder, cells, Graph.model_validate(drawing), Recipe.model_validate(document), read)


def refused(given: Job) -> dict[str, Any]:
    with pytest.raises(Refusal) as refusal:
        events(given)
    return refusal.value.problem.document()
