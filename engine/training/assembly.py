"""Everything one training is made of, put together from its documents."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jax.numpy as jnp

from engine.data.prepare import Prepared, load, specs
from engine.data.raw import RawRows
from engine.data.recipe import Recipe
from engine.graph.check import check
from engine.graph.document import Graph
from engine.graph.model import Plan, plan
from engine.graph.precision import WHOLE, Precision
from engine.graph.report import Report
from engine.graph.specs import DataSpecs
from engine.problems import Refusal
from engine.training.agreement import frozen_modules, require_agreement
from engine.training.devices import device_name
from engine.training.events import Event, event
from engine.training.examples import Examples
from engine.training.feeding import PARTS, Feed
from engine.training.loop import Trainer
from engine.training.loss_choice import of_scaled, row_loss
from engine.training.loss_weights import class_weights
from engine.training.lost import OutputLoss
from engine.training.metrics import loss_shown
from engine.training.probe import Probe
from engine.training.scoring import Scorer
from engine.training.settings import Settings, class_weights_at, loss_at, monitors
from engine.training.sight import Sight
from engine.training.spread import Spread
from engine.training.standing import as_read
from engine.training.step import Learner
from engine.training.watching import Watched


@dataclass(frozen=True)
class Built:
    """A checked network on rows: what a training needs besides what it measures and shows."""

    plan: Plan
    learner: Learner
    feed: Feed
    prepared: Prepared
    report: Report
    data: DataSpecs


@dataclass(frozen=True)
class Assembly:
    """A training that is ready to run."""

    plan: Plan
    learner: Learner
    trainer: Trainer
    prepared: Prepared

    @property
    def preparation(self) -> dict[str, Any]:
        """What was fitted on the training rows, as a document."""
        return self.prepared.preparation

    def started(self) -> Event:
        """The event that tells what is about to be trained."""
        scorer, rule = self.trainer.scorer, self.trainer.settings.early_stopping
        penalised, scaled = any(step.penalties for step in self.plan.steps), self._scaled()
        weighed = {name: self.learner.losses[name].classes is not None for name in scaled}
        whole = {"loss": loss_shown(any(scaled.values()), penalised, any(weighed.values()))}
        losses = {
            scorer.key(name, "loss"): loss_shown(scaled[name], weighed=weighed[name], output=name) for name in scaled
        } | whole
        return event(
            "started",
            parameters=self.learner.parameters,
            epochs=self.trainer.settings.epochs,
            steps_per_epoch=self.trainer.steps_per_epoch,
            rows={part: len(self.prepared.rows[part]) for part in PARTS},
            device=device_name(self.trainer.feed.spread.count),
            targets=specs(self.preparation)[1],
            metrics=[*scorer.measures()],
            measures=scorer.measures() | losses,
            watched=scorer.watched(rule.monitor, "early_stopping").key if rule else Watched().key,
        )

    def _scaled(self) -> dict[str, bool]:
        """Whether the loss of each target is that of a scaled one."""
        settings, targets = self.trainer.settings, self.preparation["targets"]
        return {name: of_scaled(loss_at(settings, name)[1], prepared) for name, prepared in targets.items()}


def assemble(dataset: Path, graph: Graph, recipe: Recipe, settings: Settings) -> Assembly:
    """Prepares the data, checks the graph and builds the training. Raises Refusal with the first problem."""
    prepared = load(dataset, recipe)
    made = built(prepared, graph, settings)
    learner, feed, report = made.learner, made.feed, made.report
    scorer = Scorer(settings.metrics, made.data.targets, prepared.preparation, list(monitors(settings).values()))
    raw = RawRows(dataset, recipe, prepared.rows["validation"])
    probe, examples = (
        Probe(learner, settings.batch_size, settings.seed),
        Examples(feed, prepared.preparation, raw, settings.seed),
    )
    sight = Sight(probe, examples, {step.name: report.flat.shown(step.name) for step in made.plan.steps})
    trainer = Trainer(learner, feed, scorer, settings, sight)
    trainer.data = as_read(prepared.preparation)
    return Assembly(made.plan, learner, trainer, prepared)


def built(prepared: Prepared, graph: Graph, settings: Settings, batch: int | None = None) -> Built:
    """Checks the graph and builds the network on prepared rows. Raises Refusal with the first problem.

    `batch` is the number of rows to a step where the rows only stand in for more.
    """
    data = DataSpecs.read(*specs(prepared.preparation))
    report = check(graph, data)
    if report.problems:
        raise Refusal(report.problems[0])
    network = plan(report, data)
    require_agreement(settings, report, network, data, prepared.preparation)
    feed = Feed(prepared, spread=Spread(batch or min(settings.batch_size, len(prepared.rows["train"]))))
    losses = _losses(network, data, prepared, feed, settings)
    precision = Precision(jnp.bfloat16) if settings.precision == "bfloat16" else WHOLE
    frozen = frozen_modules(settings, report, network)
    learner = Learner(network, losses, settings.optimizer, feed, frozen, precision)
    return Built(network, learner, feed, prepared, report, data)


def _losses(
    network: Plan, data: DataSpecs, prepared: Prepared, feed: Feed, settings: Settings
) -> dict[str, OutputLoss]:
    """The loss of every output, with the weights of the output and of its classes."""
    losses = {}
    for answer in network.answers:
        target, own = data.targets[answer.target], settings.outputs.get(answer.target)
        scaled = prepared.preparation["targets"][answer.target]
        loss = row_loss(loss_at(settings, answer.target)[1], answer, target, scaled)
        counting = class_weights_at(settings, answer.target)[1]
        classes = class_weights(counting, target, feed.truth[answer.target][feed.rows("train")])
        losses[answer.target] = OutputLoss(loss, own.weight if own else 1.0, classes)
    return losses
