"""What the target and the number of rows allow to be said at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from engine.data.columns import Categories, Numbers
from engine.data.guard.finding import Finding, listed, mend, train_otherwise
from engine.data.guard.look import Look
from engine.data.split import PARTS
from engine.data.weighing import weights

UNEVEN, EXTREME = 0.7, 0.95  # share of the commonest class that is worth a note, a warning
FEW_TEST, FEW_OF_CLASS, ROWS_PER_FEATURE = 50, 10, 5
FAR_FROM_ONE = 10  # how many times more or less than 1 weights may be on average without a note


def imbalance(look: Look) -> Iterator[Finding]:
    """A target whose commonest class is so common that accuracy says little."""
    for name in look.recipe.targets():
        target = look.source.columns[name]
        if not isinstance(target, Categories):
            continue
        counts = np.bincount(target.codes[look.source.usable], minlength=len(target.names))
        share = counts.max() / max(counts.sum(), 1)
        if share < UNEVEN:
            continue
        common = target.names[int(counts.argmax())]
        rare = target.names[int(np.where(counts, counts, np.inf).argmin())]
        many, few = int(counts.max()), int(counts[counts > 0].min())
        message = (
            f"{many:,} of {int(counts.sum()):,} rows are {common!r}: answering always that is right as often. "
            f"Do not judge by accuracy alone; look at AUC, and at how many {rare!r} are found."
        )
        evidence = f"That would be an accuracy of {share:.2%}. Of {rare!r} there are {few:,} rows."
        chance = look.recipe.split.method == "random"
        remedy = mend("Split in proportion", split={"method": "stratified"}) if chance else _balanced(look, name)
        yield Finding("imbalance", "warning" if share >= EXTREME else "note", message, evidence, (name,), remedy)


def _balanced(look: Look, name: str) -> dict[str, Any]:
    """Balanced weights of the classes of a target, for the output that answers for it."""
    answers, weights = look.recipe.answers(), {"class_weights": {"type": "balanced", "weights": None}}
    output = next(output for output, names in answers.items() if name in names)
    patch = weights if len(answers) == 1 else {"outputs": {output: weights}}
    return train_otherwise("Let rare classes count more", **patch)


def rare_classes(look: Look) -> Iterator[Finding]:
    """Classes with fewer rows than there are parts, or folds and a test, which a split refuses."""
    folds = look.recipe.split.folds
    least = len(PARTS) if folds is None else folds + 1
    for name in look.recipe.targets():
        target = look.source.columns[name]
        if not isinstance(target, Categories) or look.recipe.columns[name].minimum_count >= least:
            continue
        counts = np.bincount(target.codes[look.source.usable], minlength=len(target.names))
        rare = [repr(target.names[code]) for code in np.flatnonzero((counts > 0) & (counts < least))]
        if not rare or (counts >= least).sum() < 2:
            continue
        message = f"{listed(rare)} of {name} cannot be in every part: fewer than {least} rows have each."
        evidence = f"{len(rare)} of {int((counts > 0).sum())} classes; {int(counts[counts < least].sum())} rows."
        chance = look.recipe.split.method in ("random", "stratified")
        patch = {"split": {"method": "stratified"}} if chance else {}
        remedy = mend("Leave out rare classes", columns={name: {"minimum_count": least}}, **patch)
        yield Finding("rare_classes", "serious", message, evidence, (name,), remedy)


def far_weights(look: Look) -> Iterator[Finding]:
    """Weights of rows that are far from 1 on average, and the loss with them."""
    given = weights(look.source, {"train": look.learned}).get("train")
    name = look.recipe.of_role("weight")
    if given is None or name is None:
        return
    mean = float(given.mean(dtype=np.float64))
    if 1 / FAR_FROM_ONE <= mean <= FAR_FROM_ONE:
        return
    message = (
        f"The weights in {name} average {mean:,.4g}: the loss, and with plain SGD every step, is as many times larger. "
        f"Only how they relate matters; divided by their mean they would leave the loss in its usual range."
    )
    evidence = f"In the training rows they run from {given.min():,.4g} to {given.max():,.4g}."
    yield Finding("weights_far_from_1", "note", message, evidence, (name,))


def _margin(look: Look, rows: int) -> str:
    """How far measures of so few rows lie from those of all: half the 95 % interval, of a share or of a mean."""
    if all(isinstance(look.source.columns[name], Numbers) for name in look.recipe.targets()):
        return (
            f"Their mean error could lie {1.96 / np.sqrt(rows):.2f} standard deviations of the errors off that of all."
        )
    return f"With 90 % of them right, the share of all rows could lie {1.96 * np.sqrt(0.09 / rows):.0%} off."


def few_rows(look: Look) -> Iterator[Finding]:
    """So few rows that the results depend on chance."""
    train, test = len(look.parts["train"]), look.parts["test"]
    features = 0 if look.pictures else len(look.features)
    if len(test) < FEW_TEST:
        message = f"The test part has {len(test)} rows: its measures would be quite different with other rows."
        evidence = _margin(look, len(test))
        yield Finding("too_few_rows", "warning", message, evidence)
    elif train < ROWS_PER_FEATURE * features:
        message = f"{train:,} training rows for {features:,} features: the network can learn them by heart."
        yield Finding("too_few_rows", "warning", message, f"{train / max(features, 1):.1f} rows per feature.")
    for name in look.recipe.targets():
        target = look.source.columns[name]
        if not isinstance(target, Categories) or look.recipe.kind == "series":
            continue
        counts = np.bincount(target.codes[test], minlength=len(target.names))
        rare = [target.names[code] for code in np.flatnonzero((counts > 0) & (counts < FEW_OF_CLASS))]
        if rare and len(test) >= FEW_TEST:
            some = listed([repr(one) for one in rare])
            message = f"Some classes of {name} have very few test rows: {some}. Little can be said about them."
            evidence = f"The fewest have {int(counts[counts > 0].min())}."
            yield Finding("too_few_rows", "note", message, evidence, (name,))
