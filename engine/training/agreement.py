"""Whether training settings agree with the drawing and the data they are for, told with nothing built."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.graph.model import Plan
from engine.graph.report import Report
from engine.graph.specs import DataSpecs
from engine.problems import Problem, Refusal
from engine.training.criteria import Given
from engine.training.losses import row_loss
from engine.training.scoring import Scorer
from engine.training.settings import Settings, loss_at, monitors


def require_agreement(
    settings: Settings, report: Report, network: Plan, data: DataSpecs, preparation: Mapping[str, Any]
) -> None:
    """Raises Refusal for the first setting that a training of this drawing could not go by."""
    _check_names(data, settings)
    for answer in network.answers:
        target, scaled = data.targets[answer.target], preparation["targets"][answer.target]
        field, loss = loss_at(settings, answer.target)
        row_loss(loss, answer, target, scaled, field)
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
