"""What is in one column, and what it has to do with the target: numbers and a figure for each."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.data import figures
from engine.data.browse import require_columns
from engine.data.kinds import dates
from engine.data.table import load
from engine.problems import Problem, Refusal

if TYPE_CHECKING:
    import polars as pl

SAMPLE = 100_000
"""Rows looked at for relations; more would change no figure visibly."""

MOST_RELATED = 30
"""Columns in a matrix of relations."""

TOP = 20
"""Values in a bar chart."""

QUANTILES = (0.0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1.0)


def column(folder: Path, name: str, target: str | None = None, time: str | None = None) -> dict[str, Any]:
    """`{name, facts: [[label, value]], figures: [{title, figure}]}` of a column, also beside a target and over time."""
    others = {other for other in (target, time) if other and other != name}
    whole = _read(folder, [name, *others])
    drawn = [{"title": "Distribution", "figure": _distribution(whole[name])}]
    if target in others:
        sampled = _sampled(whole)
        drawn.append({"title": f"{name} and {target}", "figure": _against(sampled[name], sampled[target])})
    if time in others and whole[name].dtype.is_numeric():
        facts, figure = _over_time(whole[name], whole[time])
        drawn.append({"title": f"{name} over {time}", "figure": figure})
        return {"name": name, "facts": [*_facts(whole[name]), *facts], "figures": drawn}
    return {"name": name, "facts": _facts(whole[name]), "figures": drawn}


def relations(folder: Path, columns: list[str], target: str | None = None) -> dict[str, Any]:
    """How strongly columns go together, 0 to 1 (−1 to 1 between numbers).

    `{matrix: figure, target: figure | None, strongest: [[column, strength]], rows}`. Between numbers it is the
    rank correlation (Spearman), between categories Cramér's V with bias correction (Bergsma 2013), between a
    number and a category the correlation ratio η.
    """
    table = _sampled(_read(folder, list(dict.fromkeys([*columns, *([target] if target else [])]))))
    measured = {name: _measured(table[name]) for name in table.columns if _is_usable(table[name])}
    if len(measured) < 2:
        message = "Relations need at least two columns with different values."
        raise Refusal(Problem("too_few_columns", {}, message, "Choose more columns on the Data page."))
    strongest: list[tuple[str, float]] = []
    shown = list(measured)[:MOST_RELATED]
    if target in measured:
        found = [(name, strength(one, measured[target])) for name, one in measured.items() if name != target]
        strongest = sorted(found, key=lambda one: -abs(one[1]))
        shown = [target, *(name for name, _ in strongest)][:MOST_RELATED]
    matrix = np.eye(len(shown))
    for i, left in enumerate(shown):
        for j in range(i):
            matrix[i, j] = matrix[j, i] = strength(measured[left], measured[shown[j]])
    return {
        "matrix": figures.matrix(shown, matrix),
        "target": figures.strengths(strongest[:MOST_RELATED]) if strongest else None,
        "strongest": [list(one) for one in strongest],
        "rows": table.height,
    }


@dataclass(frozen=True)
class Measured:
    """A column as numbers: the ranks of its numbers, or the codes of its categories, −1 where a value is missing."""

    values: np.ndarray
    is_number: bool


def strength(left: Measured, right: Measured) -> float:
    """How strongly two columns go together; 0 where either is constant."""
    both = (left.values >= 0) & (right.values >= 0)
    first, second = left.values[both], right.values[both]
    if not len(first) or np.ptp(first) == 0 or np.ptp(second) == 0:
        return 0.0
    if left.is_number and right.is_number:
        return _pearson(first, second)
    if left.is_number or right.is_number:
        return _correlation_ratio(second, first) if left.is_number else _correlation_ratio(first, second)
    return _cramers_v(first, second)


def _measured(values: pl.Series) -> Measured:
    import polars as pl

    if values.dtype.is_numeric():
        return Measured(values.rank("average").fill_null(-1).to_numpy(), True)
    words = values.cast(pl.String)
    codes = words.cast(pl.Enum(words.unique().drop_nulls())).to_physical()
    return Measured(codes.cast(pl.Int64).fill_null(-1).to_numpy(), False)


def _read(folder: Path, names: list[str]) -> pl.DataFrame:
    require_columns(folder, names)
    return load(folder, names)


def _sampled(table: pl.DataFrame) -> pl.DataFrame:
    """The same rows every time."""
    return table if table.height <= SAMPLE else table.sample(SAMPLE, seed=0)


def _is_usable(values: pl.Series) -> bool:
    """Whether a column varies, and is not a name of its own in every row."""
    count = values.drop_nulls().n_unique()
    return count > 1 and (values.dtype.is_numeric() or count <= max(50, len(values) // 20))


def _facts(values: pl.Series) -> list[list[Any]]:
    present = values.drop_nulls()
    share = values.null_count() / max(len(values), 1)
    facts: list[list[Any]] = [["Rows", len(values)], ["Missing", f"{values.null_count():,} ({share:.1%})"]]
    facts.append(["Distinct", present.n_unique()])
    if values.dtype.is_numeric() and len(present):
        numbers = present.cast(float)
        moments = {"Mean": numbers.mean(), "Standard deviation": numbers.std(ddof=0), "Skewness": numbers.skew()}
        facts += [[label, _finite(value)] for label, value in moments.items()]
        names = {0.0: "Smallest", 0.5: "Median", 1.0: "Largest"}
        facts += [[names.get(q, f"{q:.0%} are below"), _finite(numbers.quantile(q, "linear"))] for q in QUANTILES]
        facts.append(["Zeros", int((numbers == 0).sum())])
    elif len(present):
        lengths = present.cast(str).str.len_chars()
        facts += [["Shortest text", lengths.min()], ["Longest text", lengths.max()]]
    return facts


def _finite(value: Any) -> float | None:
    return float(value) if value is not None and math.isfinite(value) else None


def _distribution(values: pl.Series) -> dict[str, Any]:
    present = values.drop_nulls()
    if values.dtype.is_numeric() and present.n_unique() > TOP:
        numbers = present.cast(float).to_numpy()
        numbers = numbers[np.isfinite(numbers)]
        counts, edges = np.histogram(numbers, bins=_bins(numbers))
        return figures.histogram(edges, counts, values.name)
    counted = present.value_counts(sort=True, name="count")
    shown = counted.head(TOP)
    if values.dtype.is_numeric():
        shown = shown.sort(values.name)
    rest = len(present) - sum(shown["count"])
    labels = [str(value) for value in shown[values.name]]
    return figures.bars([*labels, *(["all others"] if rest else [])], [*shown["count"], *([rest] if rest else [])])


def _bins(numbers: np.ndarray) -> int:
    """Freedman and Diaconis, between 10 and 80."""
    low, high = np.quantile(numbers, [0.25, 0.75])
    spread = np.ptp(numbers)
    if high <= low or spread == 0:
        return 30
    return int(np.clip(spread / (2 * (high - low) / len(numbers) ** (1 / 3)), 10, 80))


def _against(values: pl.Series, target: pl.Series) -> dict[str, Any]:
    both = values.is_not_null() & target.is_not_null()
    values, target = values.filter(both), target.filter(both)
    if target.dtype.is_numeric() and target.n_unique() > TOP:
        if values.dtype.is_numeric():
            return figures.scatter(values.to_numpy(), target.to_numpy(), values.name, target.name)
        return figures.boxes(_groups(target, values), target.name)
    if values.dtype.is_numeric() and values.n_unique() > TOP:
        return figures.boxes(_groups(values, target), values.name)
    return figures.shares(*_crossed(values, target), target.name)


def _over_time(values: pl.Series, time: pl.Series) -> tuple[list[list[Any]], dict[str, Any]]:
    """The column in order of time: facts about gaps, and a line that is broken where rows are missing."""
    moments = dates(time).seconds
    order = np.argsort(moments, kind="stable")
    order = order[~np.isnan(moments[order])]
    ahead = np.diff(moments[order])
    usual = float(np.median(ahead[ahead > 0])) if (ahead > 0).any() else 0.0
    gaps = np.flatnonzero(ahead > 1.5 * usual) + 1 if usual else np.array([], int)
    facts: list[list[Any]] = [["Usual distance in time", _span(usual)], ["Gaps in time", len(gaps)]]
    numbers = values.cast(float).fill_null(float("nan")).to_numpy()[order]
    return facts, figures.line(moments[order], numbers, gaps, values.name)


def _span(seconds: float) -> str:
    """A length of time in its largest fitting unit."""
    for unit, length in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= length:
            return f"{seconds / length:.4g} {unit}"
    return f"{seconds:.4g} seconds"


def _groups(numbers: pl.Series, groups: pl.Series) -> dict[str, np.ndarray]:
    """The numbers of each of the largest groups."""
    labels = groups.cast(str)
    top = labels.value_counts(sort=True).head(TOP)[labels.name]
    return {str(label): numbers.filter(labels == label).cast(float).to_numpy() for label in top}


def _crossed(values: pl.Series, target: pl.Series) -> tuple[list[str], list[str], np.ndarray]:
    """The most frequent values, the classes, and the share of each class among the rows of each value."""
    labels, classes = values.cast(str), target.cast(str)
    rows = [str(one) for one in labels.value_counts(sort=True).head(TOP)[labels.name]]
    columns = [str(one) for one in classes.value_counts(sort=True).head(TOP)[classes.name]]
    counts = np.array([[((labels == row) & (classes == column)).sum() for column in columns] for row in rows], float)
    return rows, columns, counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)


def _pearson(left: np.ndarray, right: np.ndarray) -> float:
    left, right = left - left.mean(), right - right.mean()
    size = math.sqrt(float(left @ left) * float(right @ right))
    return float(left @ right) / size if size else 0.0


def _correlation_ratio(codes: np.ndarray, numbers: np.ndarray) -> float:
    counts = np.bincount(codes)
    means = np.bincount(codes, numbers) / np.maximum(counts, 1)
    between = float((counts * (means - numbers.mean()) ** 2).sum())
    total = float(((numbers - numbers.mean()) ** 2).sum())
    return math.sqrt(between / total) if total else 0.0


def _cramers_v(left: np.ndarray, right: np.ndarray) -> float:
    rows, columns, count = left.max() + 1, right.max() + 1, len(left)
    observed = np.bincount(left * columns + right, minlength=rows * columns).reshape(rows, columns).astype(float)
    expected = observed.sum(axis=1, keepdims=True) * observed.sum(axis=0, keepdims=True) / count
    phi = float((np.square(observed - expected) / np.where(expected, expected, 1)).sum()) / count
    phi = max(0.0, phi - (rows - 1) * (columns - 1) / max(count - 1, 1))
    rows, columns = rows - (rows - 1) ** 2 / max(count - 1, 1), columns - (columns - 1) ** 2 / max(count - 1, 1)
    least = min(rows, columns) - 1
    return math.sqrt(min(phi / least, 1.0)) if least > 0 else 0.0
