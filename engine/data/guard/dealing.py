"""What the split lets pass between the parts: equal rows, neighbours in time, groups, and parts that differ."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.data import similar, table
from engine.data.columns import Categories, Numbers
from engine.data.formulas import stored
from engine.data.guard.finding import Finding, Level, leave_out, listed, mend
from engine.data.guard.look import Look
from engine.data.kinds import Dates, dates, pattern_of
from engine.data.propose import IDENTIFIER
from engine.data.source import picture_prints
from engine.problems import Refusal

if TYPE_CHECKING:
    import polars as pl

CHANCE = ("random", "stratified")
FEWEST, FEW = 30, 0.01  # times that differ, at least and as a share of the rows
ORDERED = 0.99  # share of the steps forward in time from which rows are in order of time
REPEATED = 0.01  # share of the test rows that also stand in training
FINE = 200  # parts of a standard deviation within which numbers count as nearly equal
DRIFT = 0.2  # distance between the distributions of two parts
UNSEEN = 0.01
NAMED_TIME = re.compile(
    r"(?i)(^|[\s_.-])(time|date|datetime|timestamp|day|month|year|when)([\s_.-]|$)|[a-z](Time|Date)"
)
NAMED_GROUP = re.compile(
    r"(?i)(^|[\s_.-])(user|patient|customer|subject|person|client|household|group|session)s?([\s_.-]|$)"
)


def time_ordered(look: Look) -> Iterator[Finding]:
    """Rows in order of time that are dealt by chance: training sees the minutes around what it is tested on."""
    if look.pictures or look.recipe.split.method not in CHANCE or len(look.source.usable) < FEWEST:
        return
    for name, profile in look.profile.items():
        column = look.recipe.columns.get(name)
        able = column is not None and column.role != "target" and _like_times(name, profile)
        moments = _moments(look.stored(name)) if able else None
        if moments is None or not _in_order(moments[~np.isnan(moments)]):
            continue
        kind = "number" if profile["type"] != "text" and not _dated(moments) else "date"
        alike = _alike(look, moments)
        near = f" Neighbouring rows are alike in {alike[0]}: {alike[1]:.2f} of 1." if alike else ""
        message = f"The rows follow {name}, but are dealt by chance: training sees what lies around each test row."
        patch = {name: {"role": "time", "kind": kind}}
        remedy = mend("Split by time", columns=patch, split={"method": "time", "by": None})
        level: Level = "serious" if alike and alike[1] > 0.5 else "warning"
        evidence = _stretch(moments[~np.isnan(moments)], kind) + near
        yield Finding("time_ordered_by_chance", level, message, evidence, (name,), remedy)
        return


def _in_order(moments: np.ndarray) -> bool:
    """Whether the rows go forward, or back, in time; a few values that repeat do not make an order."""
    ahead = np.diff(moments)
    if len(ahead) < FEWEST or len(np.unique(moments)) < max(FEWEST, FEW * len(moments)):
        return False
    return max(float((ahead >= 0).mean()), float((ahead <= 0).mean())) >= ORDERED


def _like_times(name: str, profile: dict[str, Any]) -> bool:
    """Whether a column could tell times: its text reads as dates, or its numbers are called a time."""
    if profile["type"] in ("integer", "float"):
        return NAMED_TIME.search(name) is not None
    return profile["type"] != "text" or pattern_of([str(one) for one in profile["examples"]]) is not None


def _moments(series: pl.Series) -> np.ndarray | None:
    """The column as times, where all of it can be read so."""
    if series.dtype.is_numeric():
        return series.cast(float).fill_null(float("nan")).to_numpy().astype(np.float64)
    try:
        return dates(series).seconds
    except Refusal:
        return None


def _dated(moments: np.ndarray) -> bool:
    """Whether numbers are seconds since 1970 rather than since some start of their own."""
    return bool(np.nanmin(moments) > 1e8)


def _alike(look: Look, moments: np.ndarray) -> tuple[str, float] | None:
    """How alike a target's neighbours in time are: 1 for equal, 0 for as far apart as any two rows."""
    for name in look.recipe.targets():
        target = look.source.columns[name]
        rows = look.source.usable[np.argsort(moments[look.source.usable], kind="stable")]
        values = look.values(name, rows)
        if isinstance(target, Numbers) and np.std(values) > 0:
            return name, float(np.corrcoef(values[:-1], values[1:])[0, 1])
        if isinstance(target, Categories):
            by_chance = float(np.square(np.bincount(target.codes[rows]) / len(rows)).sum())
            same = float((values[:-1] == values[1:]).mean())
            return (name, (same - by_chance) / (1 - by_chance)) if by_chance < 1 else None
    return None


def _stretch(moments: np.ndarray, kind: str) -> str:
    """From when to when, in which steps."""
    low, high = moments.min(), moments.max()
    ahead = np.abs(np.diff(moments))
    steps, counts = np.unique(ahead[ahead > 0], return_counts=True)
    usual = float(steps[np.argmax(counts)])
    if kind == "number":
        return f"{len(moments):,} rows from {low:g} to {high:g}, mostly in steps of {usual:g}."
    first, last = (f"{datetime.fromtimestamp(float(one), UTC):%Y-%m-%d %H:%M}" for one in (low, high))
    sizes = ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))
    size, noun = next((one for one in sizes if usual >= one[0]), (1, "second"))
    many = f"{usual / size:g} {noun}{'' if usual == size else 's'}"
    return f"{len(moments):,} rows from {first} to {last}, mostly in steps of {many}."


def grouped(look: Look) -> Iterator[Finding]:
    """Rows that belong together dealt by chance, so that the network is tested on those it knows."""
    if look.pictures or look.recipe.split.method not in CHANCE:
        return
    total = int(look.source.profile["rows"])
    for name, profile in look.profile.items():
        column = look.recipe.columns.get(name)
        if column is None or column.role == "target" or profile["type"] == "float":
            continue
        several = 3 <= profile["distinct"] <= total / 2 and total / max(profile["distinct"], 1) < 0.1 * total
        named = NAMED_GROUP.search(name) or (IDENTIFIER.search(name) and profile["distinct"] > 20)
        if column.role != "group" and not (several and named):
            continue
        message = f"Rows of one {name} are in training and in the test: the network can recognise them again."
        evidence = (
            f"{profile['distinct']:,} different values in {total:,} rows, {total / profile['distinct']:.1f} rows each."
        )
        patch = {name: {"role": "group", "kind": "category"}}
        remedy = mend("Keep groups together", columns=patch, split={"method": "group", "by": None})
        yield Finding("groups_by_chance", "warning", message, evidence, (name,), remedy)
        return


def repeated(look: Look) -> Iterator[Finding]:
    """Rows or pictures of the test that also stand in training."""
    if look.recipe.kind == "series":
        return
    train, test = look.parts["train"], look.parts["test"]
    noun = "pictures" if look.pictures else "rows"
    for fine, word in ((None, "equal"), (FINE, "nearly equal")):
        prints = _prints(look, fine)
        again = int(np.isin(prints[test], prints[train]).sum())
        if again < max(2, REPEATED * len(test)):
            continue
        message = (
            f"{again:,} of {len(test):,} test {noun} are {word} to {noun} in training: "
            f"they test what was learned by heart."
        )
        evidence = f"{again / len(test):.1%} of the test {noun}, compared in all used columns."
        if look.pictures:
            how = "pixel by pixel" if fine is None else "as small pictures, however bright they are"
            evidence = f"{again / len(test):.1%} of the test pictures, compared {how}."
        remedy = mend(f"Use equal {noun} once", duplicates="drop") if word == "equal" else None
        if look.pictures and fine is not None:
            remedy = mend("Use one of nearly equal pictures", duplicates="similar")
        yield Finding("equal_rows_across_parts", "warning", message, evidence, (), remedy)
        return


def _prints(look: Look, fine: int | None) -> np.ndarray:
    """A fingerprint of each row, (rows,); with `fine`, alike pictures, or rows of near numbers, share one."""
    if look.pictures:
        return picture_prints(look.folder) if fine is None else similar.groups(look.folder)
    import polars as pl

    frame = table.load(look.folder, stored(look.recipe, look.source.columns))
    if fine is not None:
        numbers = [name for name, column in look.source.columns.items() if isinstance(column, Numbers)]
        numbers = [
            name for name in numbers if name in frame.columns and frame[name].dtype.is_numeric() and frame[name].std()
        ]
        frame = frame.with_columns((pl.col(name) / pl.col(name).std() * fine).round(0) for name in numbers)
    prints: np.ndarray = frame.hash_rows(seed=0).to_numpy()
    return prints


def unseen(look: Look) -> Iterator[Finding]:
    """Categories of the test that training never showed."""
    if look.recipe.kind == "series":
        return
    train, test = look.parts["train"], look.parts["test"]
    for name, column in look.features.items():
        values = look.source.columns[name]
        if not isinstance(values, Categories):
            continue
        known = np.zeros(len(values.names) + 1, bool)
        known[values.codes[train]] = True
        known[-1] = True  # missing
        strange = ~known[values.codes[test]]
        if strange.mean() < UNSEEN or not len(test):
            continue
        some = ", ".join(repr(values.names[code]) for code in np.unique(values.codes[test][strange])[:3])
        message = f"{strange.mean():.1%} of the test rows have a value of {name} that training never showed, as {some}."
        evidence = f"{int(known[:-1].sum()):,} values are known from training, {len(values.names):,} exist."
        few = column.encode in ("one_hot", "index") and column.minimum_count == 1
        remedy = mend("Learn rare values as one", columns={name: {"minimum_count": 5}}) if few else None
        yield Finding("unseen_categories", "note", message, evidence, (name,), remedy)


def drifting(look: Look) -> Iterator[Finding]:
    """Features whose values are distributed otherwise in the test than in training."""
    train, test = look.sample("train"), look.sample("test")
    if look.pictures or min(len(train), len(test)) < 100:
        return
    apart = {}
    for name in look.features:
        mine, theirs = look.values(name, train), look.values(name, test)
        column = look.source.columns[name]
        if isinstance(column, Categories):
            size = len(column.names)
            shares = [np.bincount(v.astype(int) + 1, minlength=size + 1) / len(v) for v in (mine, theirs)]
            apart[name] = float(np.abs(shares[0] - shares[1]).sum() / 2) if size <= 0.1 * len(test) else 0.0
        elif isinstance(column, Numbers | Dates):
            apart[name] = _distance(mine[~np.isnan(mine)], theirs[~np.isnan(theirs)])
    far = sorted((name for name in apart if apart[name] >= DRIFT), key=lambda name: -apart[name])
    if far:
        some = listed([f"{name} ({apart[name]:.2f})" for name in far])
        message = f"The test rows differ from the training rows in {some}. What is learned may not hold for them."
        evidence = "The distance between the two distributions, from 0 for alike to 1 for apart."
        remedy = leave_out(far[0]) if len(look.features) > 1 else None
        yield Finding(
            "parts_differ", "warning" if apart[far[0]] > 0.5 else "note", message, evidence, tuple(far), remedy
        )


def _distance(mine: np.ndarray, theirs: np.ndarray) -> float:
    """The largest difference between the shares below a value (Kolmogorov and Smirnov)."""
    if not len(mine) or not len(theirs):
        return 0.0
    places = np.concatenate([mine, theirs])
    below = [np.searchsorted(np.sort(one), places, side="right") / len(one) for one in (mine, theirs)]
    return float(np.abs(below[0] - below[1]).max())
