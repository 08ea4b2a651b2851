"""What knows nothing of the features answers too: measured like the model, on the same rows, it says what a figure is
worth."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from engine.data.steps import restored
from engine.graph.specs import Target
from engine.problems import Problem
from engine.training.assembly import Assembly
from engine.training.label_metrics import Labels
from engine.training.measures import Categories, Numbers

PARTS = ("validation", "test")

FAR = 1.5
"""How many times the error of a guess is far from it."""

PIECE = 2**22
"""Values measured at once; a guess is the same for all rows, but some measures spread it out."""

Document = dict[str, Any]
Guess = Callable[[str, np.ndarray], Any]
"""Answers for the rows (n,) of a target, as its measures take them; the name of a part is not needed for it."""

USUAL = {
    "category": "Always the most frequent class of the training rows, each class as probable as it is frequent there.",
    "number": "Always the mean of the training rows.",
    "numbers": "Always the means of the training rows.",
    "labels": "Each label as probable as it is frequent in the training rows.",
}
PRESENT = "The last value known at the end of the window as the forecast: nothing changes."


def baselines(made: Assembly) -> list[Document]:
    """`[{name, description, validation: {metric: value}, test}]`: what is known of the targets alone."""
    targets = made.trainer.scorer.targets
    described = dict.fromkeys(USUAL[target.kind] for target in targets.values())
    found = [_measured(made, "usual", " ".join(described), {name: _usual(made, name) for name in targets})]
    if forecasts := _forecast(made):
        found.append(_measured(made, "present", PRESENT, {name: _present(made, name) for name in forecasts}))
    return found


def worse_than_guessing(
    measures: Mapping[str, Any], known: list[Document], shown: Mapping[str, Mapping[str, str]]
) -> Problem | None:
    """What to say of a model whose errors are far larger than those of the first of the `known` baselines.

    `measures` has those of the model by part, `shown` tells how each is called. None where some measure of errors is
    in order, or none is measured.
    """
    errors = [key for key, one in shown.items() if one["better"] == "lower" and key in known[0]["test"]]
    far = [all(measures[part].get(key, 0) > FAR * known[0][part].get(key, 0) for part in PARTS) for key in errors]
    if not far or not all(far):
        return None
    key = errors[0]
    return Problem(
        "worse_than_guessing",
        {"measure": key},
        f"The model is far worse than guessing: {shown[key]['title']} {measures['test'][key]:,.4g} on the test rows, "
        f"where a guess that knows no features has {known[0]['test'][key]:,.4g}.",
        "Lower the learning rate (a tenth is a good first try), scale the features, or add normalization.",
    )


def _measured(made: Assembly, name: str, description: str, guesses: Mapping[str, Guess]) -> Document:
    document: Document = {"name": name, "description": description}
    feed, scorer = made.trainer.feed, made.trainer.scorer
    for part in PARTS:
        rows, tally = feed.rows(part), scorer.tally()
        widest = max(max(1, len(scorer.targets[target].classes or ())) for target in guesses)
        for start in range(0, len(rows), max(1, PIECE // widest)):
            piece = rows[start : start + max(1, PIECE // widest)]
            for target, guess in guesses.items():
                tally.take(target, guess(part, piece))
        document[part] = tally.scores()
    return document


def truth(made: Assembly, target: str, rows: np.ndarray) -> np.ndarray:
    """The true numbers of a target in its own unit, (n, values) float64."""
    feed = made.trainer.feed
    last = feed.last.get(target)
    start = None if last is None else last[rows]
    return restored(made.preparation["targets"][target], feed.truth[target][rows].astype(np.float64), start)


def _usual(made: Assembly, name: str) -> Guess:
    """The same answer for every row: what is usual among the training rows."""
    feed, target = made.trainer.feed, made.trainer.scorer.targets[name]
    known = feed.rows("train")
    if target.kind == "category":
        shares = np.bincount(feed.truth[name][known], minlength=_count(target)) / len(known)
        return lambda part, rows: Categories(_each(shares, rows), feed.truth[name][rows])
    if target.kind == "labels":
        likely = feed.truth[name][known].mean(axis=0, dtype=np.float64)
        return lambda part, rows: Labels(_each(likely, rows), feed.truth[name][rows])
    mean = truth(made, name, known).mean(axis=0)
    return lambda part, rows: Numbers(_each(mean, rows), truth(made, name, rows))


def _count(target: Target) -> int:
    return max(2, len(target.classes or ()))


def _each(values: np.ndarray, rows: np.ndarray) -> np.ndarray:
    return np.broadcast_to(values, (len(rows), len(values)))


def _forecast(made: Assembly) -> list[str]:
    """The number targets of a series whose present value is known wherever they are measured."""
    ahead = made.prepared.ahead
    names = ahead["test"].present if ahead else {}
    return [name for name in names if all(np.isfinite(ahead[part].present[name]).all() for part in PARTS)]


def _present(made: Assembly, name: str) -> Guess:
    """What the target is when the forecast is made."""

    def guess(part: str, rows: np.ndarray) -> Numbers:
        first = made.trainer.feed.rows(part)[0]
        return Numbers(made.prepared.ahead[part].present[name][rows - first], truth(made, name, rows))

    return guess
