"""Features that give the target away: copies of it, and columns that predict it alone."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from engine.data.columns import Categories
from engine.data.guard.finding import Finding, leave_out, listed
from engine.data.guard.look import Look

COPY = 0.999999  # correlation from which a column counts as a copy
ALONE = 0.98  # how much of the target a column may explain alone
BINS = 100
FEWEST = 30  # rows below which nothing is said


def copies(look: Look) -> Iterator[Finding]:
    """A feature that is the target once more, in the same or another unit or spelling."""
    for target in look.recipe.targets():
        for name in _candidates(look, target):
            evidence = _copy(look, name, target)
            if evidence:
                message = f"{name} is a copy of the target {target}. The network would only have to read it off."
                yield Finding("target_copy", "serious", message, evidence, (name, target), leave_out(name))


def lone_predictors(look: Look) -> Iterator[Finding]:
    """A feature that alone predicts the target almost perfectly, and so may not be known when it matters."""
    for target in look.recipe.targets():
        skills = {name: _skill(look, name, target) for name in _candidates(look, target)}
        able = [name for name in skills if skills[name] >= ALONE and not _copy(look, name, target)]
        if not able:
            continue
        message = (
            f"{listed(able)} {'predicts' if len(able) == 1 else 'each predict'} {target} almost alone. If that is only "
            f"known once {target} is known, the results are worth nothing in use."
        )
        told = listed([f"{skills[name]:.1%}{'' if len(able) == 1 else f' by {name}'}" for name in able])
        evidence = f"Of what there is to explain, {told} is explained in the rows looked at."
        remedy = leave_out(*able) if len(able) < len(look.features) else None
        yield Finding("lone_predictor", "warning", message, evidence, (*able, target), remedy)


def _candidates(look: Look, target: str) -> list[str]:
    """Features that vary as richly as a leak must; of a series, those of the present cannot give the future away."""
    if look.pictures or look.recipe.kind == "series" or len(look.rows) < FEWEST:
        return []
    rows = len(look.rows)
    return [
        name for name, column in look.features.items() if _distinct(look, name) < rows / 2 or column.kind == "number"
    ]


def _distinct(look: Look, name: str) -> int:
    return int(look.described(name)["distinct"])


def _copy(look: Look, name: str, target: str) -> str | None:
    """How one sees that a column is a copy of the target; None where it is none."""
    feature, truth = look.source.columns[name], look.source.columns[target]
    mine, theirs = look.values(name, look.rows), look.values(target, look.rows)
    if isinstance(feature, Categories) or isinstance(truth, Categories):
        pairs = len(np.unique(np.stack([mine, theirs]), axis=1).T)
        kinds = len(np.unique(mine)), len(np.unique(theirs))
        if pairs == kinds[0] == kinds[1] and pairs > 1:
            return f"In all {len(mine):,} rows looked at, each of its {pairs} values goes with one value of {target}."
        return None
    present = ~np.isnan(mine)
    if present.sum() < max(FEWEST, 0.5 * len(mine)) or np.ptp(mine[present]) == 0:
        return None
    likeness = float(np.corrcoef(mine[present], theirs[present])[0, 1])
    if abs(likeness) < COPY:
        return None
    same = float((mine[present] == theirs[present]).mean())
    return f"Correlation {likeness:.6f}; equal in {same:.1%} of {int(present.sum()):,} rows looked at."


def _skill(look: Look, name: str, target: str) -> float:
    """The share of the target's variation, or of what guessing its commonest class gets wrong, that one column tells.

    Learned from every other row and measured on the rest, or for two columns of numbers how well a line fits.
    """
    mine, theirs = look.values(name, look.rows), look.values(target, look.rows)
    order = np.random.default_rng(1).permutation(len(mine))
    mine, theirs = mine[order], theirs[order]
    cells = _cells(mine, isinstance(look.source.columns[name], Categories))
    learned, asked = slice(0, None, 2), slice(1, None, 2)
    if isinstance(look.source.columns[target], Categories):
        return _class_skill(cells[learned], theirs[learned].astype(int), cells[asked], theirs[asked].astype(int))
    count = int(cells.max()) + 1
    sums, counts = np.bincount(cells[learned], theirs[learned], count), np.bincount(cells[learned], minlength=count)
    guesses = np.where(counts > 0, sums / np.maximum(counts, 1), theirs[learned].mean())
    rest = np.square(theirs[asked] - theirs[learned].mean()).sum()
    binned = float(1 - np.square(theirs[asked] - guesses[cells[asked]]).sum() / rest) if rest else 0.0
    return max(binned, _line_skill(mine, theirs))


def _line_skill(mine: np.ndarray, theirs: np.ndarray) -> float:
    """The squared correlation of two columns of numbers, which few rows tell better than any bins."""
    both = ~np.isnan(mine)
    if both.sum() < max(FEWEST, 0.5 * len(mine)) or not np.ptp(mine[both]) or not np.ptp(theirs[both]):
        return 0.0
    return float(np.square(np.corrcoef(mine[both], theirs[both])[0, 1]))


def _cells(values: np.ndarray, category: bool) -> np.ndarray:
    """Values as small integers: categories as they are, numbers by quantile, missing ones as 0."""
    if category or len(np.unique(values[~np.isnan(values)])) <= BINS:
        return np.unique(values, return_inverse=True)[1]
    count = min(BINS, len(values) // 20)
    edges = np.unique(np.nanquantile(values, np.linspace(0, 1, count + 1)[1:-1]))
    return np.where(np.isnan(values), 0, 1 + np.searchsorted(edges, values, side="right"))


def _class_skill(cells: np.ndarray, classes: np.ndarray, asked: np.ndarray, truth: np.ndarray) -> float:
    votes = np.zeros((max(int(cells.max()), int(asked.max())) + 1, int(max(classes.max(), truth.max())) + 1))
    np.add.at(votes, (cells, classes), 1)
    commonest = int(np.bincount(classes).argmax())
    guesses = np.where(votes.sum(axis=1) > 0, votes.argmax(axis=1), commonest)
    plain = float((truth == commonest).mean())
    return (float((guesses[asked] == truth).mean()) - plain) / (1 - plain) if plain < 1 else 0.0
