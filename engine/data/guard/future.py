"""Columns of a series that tell what is to be predicted, because they were written down after it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from engine.data.columns import Numbers
from engine.data.guard.finding import Finding, leave_out, mend
from engine.data.guard.look import SAMPLE, Look
from engine.data.series import SeriesSource

TELLS = 0.98  # how much of the change to come a column may explain alone
FEWEST = 30  # windows below which nothing is said


def future_columns(look: Look) -> Iterator[Finding]:
    """A feature whose present value, or value known ahead, tells the target at the time to be predicted."""
    if look.recipe.kind != "series":
        return
    windows = SeriesSource(look.source)
    ends, ahead = windows.windows["train"]
    if len(ends) < FEWEST:
        return
    some = np.linspace(0, len(ends) - 1, min(len(ends), SAMPLE)).astype(int)
    now, later = windows.order.rows[ends[some]], windows.order.rows[ahead[some]]
    for target in look.recipe.targets():
        if not isinstance(look.source.columns[target], Numbers):
            continue
        truth = look.values(target, later)
        for name in look.recipe.features():
            column = look.source.columns[name]
            if not isinstance(column, Numbers):
                continue
            known = look.recipe.columns[name].ahead
            told = _told(look.values(target, now), truth, column.values[later if known else now])
            if told >= TELLS:
                yield _finding(name, target, known, told)


def _told(before: np.ndarray, truth: np.ndarray, given: np.ndarray) -> float:
    """The share of the target's change that the present value and one column explain by a line, 0 to 1."""
    both = np.isfinite(before) & np.isfinite(truth) & np.isfinite(given)
    before, truth, given = before[both], truth[both], given[both]
    if len(truth) < FEWEST or not np.ptp(given) or not np.ptp(truth - before):
        return 0.0
    scaled = [(one - one.mean()) / (one.std() or 1) for one in (before, given)]
    facts = np.stack([np.ones(len(truth)), *scaled], axis=1)
    change = truth - before
    fitted = facts @ np.linalg.lstsq(facts, change, rcond=None)[0]
    return float(1 - np.square(change - fitted).sum() / np.square(change - change.mean()).sum())


def _finding(name: str, target: str, known: bool, told: float) -> Finding:
    if known:
        message = (
            f"{name} at the time to be predicted tells {target}. It is marked as known ahead; make sure that it really "
            f"is, and not written down together with {target}."
        )
        remedy = mend(f"Take {name} as not known ahead", columns={name: {"ahead": False}})
    else:
        message = f"{name} tells now what {target} will be. It seems to have been written down afterwards."
        remedy = leave_out(name)
    evidence = f"With the present {target} it explains {told:.1%} of the change to come in the training windows."
    return Finding("future_column", "warning" if known else "serious", message, evidence, (name, target), remedy)
