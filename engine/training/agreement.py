"""Whether training settings agree with the drawing and the data they are for, told with nothing built."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from engine.graph.model import Plan
from engine.graph.report import Report
from engine.graph.specs import DataSpecs
from engine.problems import Problem, Refusal
from engine.training.criteria import ClassWeights, Equal, Given, Loss
from engine.training.loss_choice import row_loss
from engine.training.losses import Averaged
from engine.training.scoring import Scorer
from engine.training.settings import Settings, class_weights_at, loss_at, monitors


def require_agreement(
    settings: Settings, report: Report, network: Plan, data: DataSpecs, preparation: Mapping[str, Any]
) -> None:
    """Raises Refusal for the first setting that a training of this drawing could not go by."""
    _check_names(data, settings)
    for answer in network.answers:
        target, scaled = data.targets[answer.target], preparation["targets"][answer.target]
        field, loss = loss_at(settings, answer.target)
        made = row_loss(loss, answer, target, scaled, field)
        if target.kind == "labels" and not isinstance(made, Averaged):
            _require_equal(settings, answer.target, loss)
    outputs = settings.outputs
    if all(one.target in outputs and outputs[one.target].weight == 0 for one in network.answers):
        raise Refusal(NOTHING_COUNTS)
    frozen_modules(settings, report, network)
    watching = monitors(settings)
    scorer = Scorer(settings.metrics, data.targets, preparation, list(watching.values()))
    for field, monitor in watching.items():
        scorer.watched(monitor, field)


def frozen_modules(settings: Settings, report: Report, network: Plan) -> list[str]:
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


def _require_equal(settings: Settings, target: str, loss: Loss) -> None:
    """Raises Refusal where labels have weights and the loss is of all of them together."""
    field, weights = class_weights_at(settings, target)
    if not isinstance(weights, Equal):
        raise Refusal(
            Problem(
                "class_weights_do_not_fit",
                {"target": target, "field": field},
                f"The loss {loss.type} is of all labels of {target!r} together, so that they cannot count by weights.",
                "Set the weights of its classes to equal, or take the loss binary_crossentropy.",
            )
        )


def _check_names(data: DataSpecs, settings: Settings) -> None:
    """Raises Refusal for settings about an output or a class that is not there."""
    _require_known("outputs", settings.outputs, data.targets)
    every = {name for target in data.targets.values() for name in target.classes or ()}
    _require_known("class_weights", _given(settings.class_weights), every)
    for output, own in settings.outputs.items():
        field = f"outputs.{output}.class_weights"
        _require_known(field, _given(own.class_weights), data.targets[output].classes or ())


def _given(weights: ClassWeights | None) -> Collection[str]:
    """The classes that weights are given for."""
    return weights.weights if isinstance(weights, Given) else ()


def _require_known(field: str, given: Collection[str], known: Collection[str]) -> None:
    for name in given:
        if name not in known:
            raise Refusal(
                Problem(
                    "unknown_name",
                    {"field": field},
                    f"The training settings name {name!r} under {field}, which is not in the data.",
                    f"Remove it, or use one of {', '.join(sorted(known)[:20])}." if known else "Remove it.",
                )
            )


NOTHING_COUNTS = Problem(
    "nothing_to_learn",
    {"field": "outputs"},
    "The loss of every output has the weight 0, so there is nothing to learn.",
    "Give at least one output a weight above 0.",
)
