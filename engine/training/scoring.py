"""Measures the answers of a set, target by target, in the targets' own units."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, get_args

import numpy as np

from engine.data.steps import restored
from engine.graph.specs import Target
from engine.problems import Problem, Refusal
from engine.training.label_metrics import LABEL_METRICS, Labels
from engine.training.measures import Categories, Measure, Numbers, Rows, Whole
from engine.training.metrics import METRICS, Metric, loss_shown
from engine.training.names import LOSS as WATCHED_LOSS
from engine.training.names import PART, TITLES, MetricName, fits, suits, top_of, watched_title
from engine.training.watching import Watched

KEPT = 2**30
"""Bytes that a measure which needs all rows at once may keep of a set."""

FEW_CLASSES = 20
"""Up to so many classes what needs all probabilities is measured without being asked for."""


class Scorer:
    """What is measured of each target of a run."""

    def __init__(
        self,
        names: Sequence[MetricName] | None,
        targets: Mapping[str, Target],
        preparation: Mapping[str, Any],
        monitors: Sequence[str] = (),
    ) -> None:
        """Without any `names` the usual metrics are measured, with None no metric; what `monitors` name is too.

        Raises Refusal for a metric that suits no target.
        """
        self.targets = targets
        self.metrics = chosen_metrics(names, targets, monitors)
        self.scales = preparation["targets"]

    def names(self) -> list[str]:
        """The keys of all scores, in order."""
        return [self.key(target, metric) for target, metrics in self.metrics.items() for metric in metrics]

    def measures(self) -> dict[str, dict[str, str]]:
        """How the loss, that of each of several outputs, and each key of the scores is shown."""
        shown = {self.key(target, "loss"): loss_shown(output=target) for target in self.metrics}
        shown = {"loss": loss_shown()} | (shown if len(self.metrics) > 1 else {})
        for target, metrics in self.metrics.items():
            for metric in metrics:
                document = metric_of(self.targets[target], metric).document()
                if len(self.metrics) > 1:
                    document["title"] = f"{document['title']} of {target}"
                shown[self.key(target, metric)] = document
        return shown

    def key(self, target: str, metric: str) -> str:
        """What the score of a metric, or the loss of one of several outputs, is called."""
        if len(self.metrics) == 1:
            return metric
        return loss_key(target, self.metrics) if metric == "loss" else f"{target}_{metric}"

    def watched(self, monitor: str, field: str) -> Watched:
        """What a monitor such as `validation_auc` means; with several targets `validation_<target>_auc`.

        The name of a metric alone will do where only one target has it. Raises Refusal; `field` is the setting.
        """
        name = monitor.removeprefix(PART)
        known = self.measures()
        found = [key for key in known if key == name] or [
            self.key(target, metric) for target, metrics in self.metrics.items() for metric in metrics if metric == name
        ]
        if len(found) == 1:
            return Watched(found[0], "higher" if known[found[0]]["better"] == "higher" else "lower")
        raise Refusal(
            Problem(
                "monitor_is_not_measured",
                {"field": field},
                f"{monitor} cannot be watched: "
                + ("several targets have that measure." if found else "no target of this run has that measure."),
                f"Set it to one of {', '.join(f'{PART}{key}' for key in found or known)}.",
            )
        )

    def tally(self, limit: int = KEPT) -> Tally:
        """Measures one set; what needs all rows at once may keep `limit` bytes."""
        return Tally(self, limit)

    def score(self, answers: Mapping[str, np.ndarray], truth: Mapping[str, np.ndarray]) -> dict[str, float]:
        """`{metric: value}` of one set; a metric that is undefined for these rows is left out."""
        tally = self.tally()
        tally.add(answers, truth)
        return tally.scores()


class Tally:
    """Measures one set, whose rows come part by part."""

    def __init__(self, scorer: Scorer, limit: int) -> None:
        self.scorer = scorer
        self._measures: dict[str, dict[str, Measure]] = {
            target: {
                metric: metric_of(scorer.targets[target], metric).begin(_count(scorer.targets[target]), limit)
                for metric in metrics
            }
            for target, metrics in scorer.metrics.items()
        }

    def add(
        self,
        answers: Mapping[str, np.ndarray],
        truth: Mapping[str, np.ndarray],
        last: Mapping[str, np.ndarray] | None = None,
    ) -> None:
        """Takes in answers (n, values) and the truth, (n,) classes or (n, values) numbers, of some rows.

        `last` (n, 1) is what a target learned as a change starts from.
        """
        for target in self._measures:
            if not len(truth[target]):
                continue
            start = (last or {}).get(target)
            if self.scorer.targets[target].kind == "labels":
                rows: Rows = Labels(answers[target], truth[target])
            else:
                rows = _comparable(answers[target], truth[target], self.scorer.scales[target], start)
            self.take(target, rows)

    def take(self, target: str, rows: Rows) -> None:
        """Takes in some rows of one target, as its measures have them."""
        for measure in self._measures[target].values():
            measure.add(rows)

    def scores(self) -> dict[str, float]:
        """`{metric: value}`; what is undefined or was too large to be kept is left out."""
        scores = {}
        for target, measures in self._measures.items():
            for metric, measure in measures.items():
                value = measure.value()
                if value is not None and np.isfinite(value):
                    scores[self.scorer.key(target, metric)] = value
        return scores

    def memory(self) -> dict[str, np.ndarray]:
        """What all measures know of the rows so far, as `target/metric/name`."""
        return {
            f"{target}/{metric}/{name}": values
            for target, measures in self._measures.items()
            for metric, measure in measures.items()
            for name, values in measure.memory().items()
        }

    def recall(self, memory: Mapping[str, np.ndarray]) -> None:
        """Goes on from such a memory, exactly."""
        for target, measures in self._measures.items():
            for metric, measure in measures.items():
                place = f"{target}/{metric}/"
                own = {name.removeprefix(place): kept for name, kept in memory.items() if name.startswith(place)}
                measure.recall(own)

    def left_out(self) -> list[str]:
        """The keys of what was too large to be measured."""
        return [
            self.scorer.key(target, metric)
            for target, measures in self._measures.items()
            for metric, measure in measures.items()
            if isinstance(measure, Whole) and measure.gave_up
        ]


def metric_of(target: Target, name: MetricName) -> Metric:
    """How a metric is worked out and told for a target; of two classes, which of them it is about."""
    if target.kind == "labels":
        return LABEL_METRICS[name]
    return METRICS[name].about(target.names[1]) if target.names and len(target.names) == 2 else METRICS[name]


def fitting_metrics(target: Target) -> dict[MetricName, str]:
    """The metrics that suit a target, and what they are called there."""
    return {name: metric_of(target, name).title for name in TITLES if _fits(name, target)}


def _fits(name: MetricName, target: Target) -> bool:
    return fits(name, target.kind, _count(target))


def _count(target: Target) -> int:
    """The classes or labels a measure counts; one probability stands for two classes."""
    least = 1 if target.kind == "labels" else 2
    return max(least, len(target.classes or ()))


def _comparable(
    answers: np.ndarray, truth: np.ndarray, scaled: Mapping[str, Any], last: np.ndarray | None
) -> Categories | Numbers:
    if truth.ndim == 1:
        wide = answers if answers.shape[1] > 1 else np.concatenate([1 - answers, answers], axis=1)
        return Categories(wide, truth)
    given, true = answers.astype(np.float64), truth.astype(np.float64)
    return Numbers(restored(scaled, given, last), restored(scaled, true, last))


def chosen_metrics(
    names: Sequence[MetricName] | None, targets: Mapping[str, Target], monitors: Sequence[str] = ()
) -> dict[str, list[MetricName]]:
    """The metrics of each target: those named, the usual ones where there are no names, and none for None.

    Raises Refusal for one that suits no target.
    """
    for name in names or ():
        if not any(_fits(name, target) for target in targets.values()):
            lacking = "has so many" if top_of(name) else "is of that kind"
            raise Refusal(
                Problem(
                    "metric_does_not_fit",
                    {"field": "metrics"},
                    f"The metric {name} is for {suits(name)}, and no target {lacking}.",
                    "Remove it from the metrics; leave them empty for the usual ones.",
                )
            )
    return {
        key: [
            name for name in dict.fromkeys([*_asked(names, target), *_watched_at(key, monitors)]) if _fits(name, target)
        ]
        for key, target in targets.items()
    }


def _asked(names: Sequence[MetricName] | None, target: Target) -> Sequence[MetricName]:
    if names is None:
        return ()
    return names or usual_metrics(target)


def _watched_at(target: str, monitors: Sequence[str]) -> list[MetricName]:
    """The metrics of a target that are watched, whether or not their names begin with that of the target."""
    watched = {monitor.removeprefix(PART) for monitor in monitors}
    return [name for name in get_args(MetricName) if name in watched or f"{target}_{name}" in watched]


def loss_key(target: str, targets: Collection[str]) -> str:
    """What the loss of one of several outputs is called: no log loss of another is, as that of `a` beside `a_log`."""
    taken = target.endswith("_log") and target.removesuffix("_log") in targets
    return f"{target}_own_loss" if taken else f"{target}_loss"


def watchable(targets: Mapping[str, Target]) -> list[dict[str, Any]]:
    """Everything that can be watched of these targets, as `{name, title, also}`; `also` are other names of the same."""
    found: list[dict[str, Any]] = [{"name": WATCHED_LOSS, "title": watched_title("Loss"), "also": []}]
    if len(targets) > 1:
        own = f"{watched_title('Loss')} of"
        found += [{"name": f"{PART}{loss_key(key, targets)}", "title": f"{own} {key}", "also": []} for key in targets]
    fitting = {key: fitting_metrics(target) for key, target in targets.items()}
    for key, titles in fitting.items():
        for name, called in titles.items():
            title, short = watched_title(called), f"{PART}{name}"
            if len(targets) == 1:
                found.append({"name": short, "title": title, "also": []})
                continue
            alone = sum(name in others for others in fitting.values()) == 1
            whole = f"{PART}{key}_{name}"
            found.append({"name": whole, "title": f"{title} of {key}", "also": [short] if alone else []})
    return found


def usual_metrics(target: Target) -> list[MetricName]:
    """What is measured without being asked for. A run is known by the first, which is not accuracy where classes are
    out of balance: there it says little, and never stands alone."""
    if target.classes is None:
        return ["mae", "rmse"]
    if target.kind == "labels":
        return ["accuracy", "f1", "auc"]
    usual: list[MetricName] = ["accuracy", "auc"] if len(target.classes) == 2 else ["accuracy"]
    if not target.imbalanced:
        return usual
    few: list[MetricName] = ["average_precision"] if len(target.classes) <= FEW_CLASSES else []
    return [*few, "balanced_accuracy", *reversed(usual)]
