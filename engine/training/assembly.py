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
from engine.problems import Problem, Refusal
from engine.training.criteria import Given
from engine.training.devices import device_name
from engine.training.events import Event, event
from engine.training.examples import Examples
from engine.training.feeding import PARTS, Feed
from engine.training.loop import Trainer
from engine.training.losses import RowLoss, class_weights, of_scaled, row_loss, weighted
from engine.training.metrics import SCALED_LOSS
from engine.training.probe import Probe
from engine.training.scoring import Scorer
from engine.training.settings import Settings, monitors
from engine.training.sight import Sight
from engine.training.spread import Spread
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
        measures = scorer.measures() | ({"loss": SCALED_LOSS} if self._scaled() else {})
        return event(
            "started",
            parameters=self.learner.parameters,
            epochs=self.trainer.settings.epochs,
            steps_per_epoch=self.trainer.steps_per_epoch,
            rows={part: len(self.prepared.rows[part]) for part in PARTS},
            device=device_name(self.trainer.feed.spread.count),
            targets=specs(self.preparation)[1],
            metrics=["loss", *scorer.names()],
            measures=measures,
            watched=scorer.watched(rule.monitor, "early_stopping").key if rule else Watched().key,
        )

    def _scaled(self) -> bool:
        """Whether a part of the loss is that of a scaled target."""
        settings, targets = self.trainer.settings, self.preparation["targets"]
        chosen = {name: settings.outputs[name].loss if name in settings.outputs else settings.loss for name in targets}
        return any(of_scaled(chosen[name], targets[name]) for name in targets)


def assemble(dataset: Path, graph: Graph, recipe: Recipe, settings: Settings) -> Assembly:
    """Prepares the data, checks the graph and builds the training. Raises Refusal with the first problem."""
    prepared = load(dataset, recipe)
    made = built(prepared, graph, settings)
    learner, feed, report = made.learner, made.feed, made.report
    scorer = Scorer(settings.metrics, made.data.targets, prepared.preparation, monitors(settings))
    raw = RawRows(dataset, recipe, prepared.rows["validation"])
    probe, examples = (
        Probe(learner, settings.batch_size, settings.seed),
        Examples(feed, prepared.preparation, raw, settings.seed),
    )
    sight = Sight(probe, examples, {step.name: report.flat.shown(step.name) for step in made.plan.steps})
    return Assembly(made.plan, learner, Trainer(learner, feed, scorer, settings, sight), prepared)


def built(prepared: Prepared, graph: Graph, settings: Settings) -> Built:
    """Checks the graph and builds the network on prepared rows. Raises Refusal with the first problem."""
    data = DataSpecs.read(*specs(prepared.preparation))
    report = check(graph, data)
    if report.problems:
        raise Refusal(report.problems[0])
    network = plan(report, data)
    feed = Feed(prepared, spread=Spread(min(settings.batch_size, len(prepared.rows["train"]))))
    losses = _losses(network, data, prepared, feed, settings)
    precision = Precision(jnp.bfloat16) if settings.precision == "bfloat16" else WHOLE
    frozen = _frozen(report, network, settings)
    learner = Learner(network, losses, settings.optimizer, feed, frozen, precision)
    return Built(network, learner, feed, prepared, report, data)


def _losses(network: Plan, data: DataSpecs, prepared: Prepared, feed: Feed, settings: Settings) -> dict[str, RowLoss]:
    """The loss of every output, with the weights of the output and of its classes."""
    _check_names(data, settings)
    losses = {}
    for answer in network.answers:
        target, own = data.targets[answer.target], settings.outputs.get(answer.target)
        scaled = prepared.preparation["targets"][answer.target]
        loss = row_loss(own.loss if own else settings.loss, answer, target, scaled)
        classes = class_weights(settings.class_weights, target, feed.truth[answer.target][feed.rows("train")])
        losses[answer.target] = weighted(loss, own.weight if own else 1.0, classes)
    if all(name in settings.outputs and settings.outputs[name].weight == 0 for name in losses):
        raise Refusal(NOTHING_COUNTS)
    return losses


def _frozen(report: Report, network: Plan, settings: Settings) -> list[str]:
    """The modules whose weights stay as they are; a block stands for all within it. Raises Refusal."""
    shown = {module: report.flat.shown(module) for module, _ in network.modules}
    for name in settings.frozen:
        if not any(_within(place, name) for place in shown.values()):
            raise Refusal(
                Problem(
                    "unknown_name",
                    {"field": "frozen"},
                    f"The training settings freeze {name!r}, and no layer with weights of its own is called that.",
                    "Remove it from the frozen layers, or use the name of a layer.",
                )
            )
    return [module for module, place in shown.items() if any(_within(place, name) for name in settings.frozen)]


def _within(place: str, name: str) -> bool:
    return place == name or place.startswith(f"{name}/")


def _check_names(data: DataSpecs, settings: Settings) -> None:
    """Raises Refusal for settings about an output or a class that is not there."""
    classes = {name for target in data.targets.values() for name in target.names or ()}
    weights = settings.class_weights.weights if isinstance(settings.class_weights, Given) else {}
    for field, given, known in (("outputs", settings.outputs, data.targets), ("class_weights", weights, classes)):
        unknown = [name for name in given if name not in known]
        if unknown:
            raise Refusal(
                Problem(
                    "unknown_name",
                    {"field": field},
                    f"The training settings name {unknown[0]!r} under {field}, which is not in the data.",
                    f"Remove it, or use one of {', '.join(sorted(known)[:20])}." if known else "Remove it.",
                )
            )


NOTHING_COUNTS = Problem(
    "nothing_to_learn",
    {"field": "outputs"},
    "The loss of every output has the weight 0, so there is nothing to learn.",
    "Give at least one output a weight above 0.",
)
