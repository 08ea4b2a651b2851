"""Everything one training is made of, put together from its documents."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.data.prepare import Prepared, load, specs
from engine.data.recipe import Recipe
from engine.graph.check import check
from engine.graph.document import Graph
from engine.graph.model import Plan, plan
from engine.graph.specs import DataSpecs
from engine.problems import Refusal
from engine.training.devices import device_name
from engine.training.events import Event, event
from engine.training.feeding import PARTS, Feed
from engine.training.loop import Trainer
from engine.training.losses import row_loss
from engine.training.metrics import Scorer
from engine.training.settings import Settings
from engine.training.step import Machine


@dataclass(frozen=True)
class Assembly:
    """A training that is ready to run."""

    plan: Plan
    machine: Machine
    trainer: Trainer
    prepared: Prepared

    @property
    def preparation(self) -> dict[str, Any]:
        """What was fitted on the training rows, as a document."""
        return self.prepared.preparation

    def started(self) -> Event:
        """The event that tells what is about to be trained."""
        scorer = self.trainer.scorer
        return event(
            "started",
            parameters=self.machine.parameters,
            epochs=self.trainer.settings.epochs,
            steps_per_epoch=self.trainer.steps_per_epoch,
            rows={part: len(self.prepared.rows[part]) for part in PARTS},
            device=device_name(),
            targets=specs(self.preparation)[1],
            metrics=["loss", *scorer.names()],
            measures=scorer.measures(),
        )


def assemble(dataset: Path, graph: Graph, recipe: Recipe, settings: Settings) -> Assembly:
    """Prepares the data, checks the graph and builds the training. Raises Refusal with the first problem."""
    prepared = load(dataset, recipe)
    data = DataSpecs.read(*specs(prepared.preparation))
    report = check(graph, data)
    if report.problems:
        raise Refusal(report.problems[0])
    network = plan(report, data)
    scorer = Scorer(settings.metrics, data.targets, prepared.preparation)
    losses = {
        answer.target: row_loss(settings.loss, answer, data.targets[answer.target], answer.width)
        for answer in network.answers
    }
    feed = Feed(prepared)
    machine = Machine(network, losses, settings.optimizer, feed)
    return Assembly(network, machine, Trainer(machine, feed, scorer, settings), prepared)
