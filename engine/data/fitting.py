"""Fits the steps of each column on the training rows: fill values, scales, categories, classes."""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.data.column import Column
from engine.data.columns import Categories, Numbers
from engine.data.kinds import Dates, Tags, Texts, Values, tidying
from engine.data.steps import CYCLES, date_part, log
from engine.data.tags import tag_steps, tag_target
from engine.data.values import LARGEST, tidied
from engine.data.vocabulary import text_steps
from engine.problems import Problem, Refusal

MOST_CLASSES = 1000
MOST_CATEGORIES = 5000
BUCKETS = 64  # of hashed categories, unless the recipe says how many
RARE = 0.4  # classes are out of balance where one has less than this part of an equal share of the training rows
QUANTILES = 101  # points of the training rows kept for the quantile scale

Steps = list[dict[str, Any]]


def fit_feature(name: str, column: Column, data: Values, train: np.ndarray) -> dict[str, Any]:
    """The preparation of a feature column: its kind and the steps that encode it."""
    if isinstance(data, Numbers):
        check_reach(name, data.values)
        steps = _number_steps(name, column, data.values[train])
        loose = {"loose": True} if column.loose else {}
        return {"kind": "number", **loose, **_marking(column), "steps": steps}
    if isinstance(data, Dates):
        seconds = data.seconds[train]
        return {**fit_date(data), **_marking(column), "steps": _date_steps(name, column, seconds)}
    tidy = tidying(column)
    if isinstance(data, Texts):
        steps = text_steps(name, column, data.values[train])
        return {"kind": "text", "numeric": data.numeric, **({"tidy": tidy} if tidy else {}), "steps": steps}
    if isinstance(data, Tags):
        steps = tag_steps(name, column, data, train)
        return {"kind": "tags", "numeric": data.numeric, **({"tidy": tidy} if tidy else {}), "steps": steps}
    steps = _category_steps(name, column, data, data.codes[train])
    return {"kind": "category", "numeric": data.numeric, **({"tidy": tidy} if tidy else {}), "steps": steps}


def fit_date(data: Dates) -> dict[str, Any]:
    """How the dates of a column are written, with one of them as an example."""
    first = data.seconds[~data.missing][:1].astype("datetime64[s]")
    moment = first[0].item() if len(first) else None
    written = "2018-01-31" if moment is None else moment.isoformat(" ")
    if moment is not None and data.pattern not in ("iso", "seconds"):
        written = moment.strftime(data.pattern)
    return {"kind": "date", "pattern": data.pattern, "example": written}


def fit_target(name: str, column: Column, data: Values, rows: np.ndarray, train: np.ndarray) -> dict[str, Any]:
    """The preparation of a target: the classes of all used `rows`, or the tags or scale of the training rows.

    Of two classes the positive one is the second; of classes and tags the training rows are counted.
    """
    if isinstance(data, Categories):
        known = np.unique(data.codes[rows])
        if len(known) == 2 and data.names[known[0]] == column.positive:
            known = known[::-1]
        classes = [data.names[code] for code in known]
        _check_classes(name, classes, len(rows))
        tidy, rare = tidying(column), out_of_balance(data.codes[train], len(classes))
        counts = np.bincount(data.codes[train], minlength=len(data.names))[known].tolist()
        made = {"kind": "category", "numeric": data.numeric, **({"tidy": tidy} if tidy else {}), "classes": classes}
        return {**made, "counts": counts, **({"imbalanced": True} if rare else {})}
    if isinstance(data, Tags):
        return tag_target(name, column, data, train)
    assert isinstance(data, Numbers)  # the recipe's own validation sees to it
    check_reach(name, data.values)
    return fit_number_target(name, column, data.values[rows], data.values[train])


def out_of_balance(codes: np.ndarray, classes: int) -> bool:
    """Whether one of so many classes is rare among the rows (n,); one that has no row at all does not count."""
    counts = np.unique(codes, return_counts=True)[1]
    return len(counts) > 0 and bool(counts.min() < RARE * len(codes) / classes)


def answered_together(output: str, columns: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The preparation of one output for several fitted targets: numbers, or categories of two values."""
    if all(column["kind"] == "number" for column in columns.values()):
        return {"kind": "numbers", "columns": columns}
    for name, column in columns.items():
        if len(column["classes"]) != 2:
            message = f"The output {output!r} answers yes or no; {name!r} has {len(column['classes'])} classes."
            raise refusal(name, "not_yes_or_no", message, f"Give {name!r} an output of its own.")
    return {"kind": "labels", "classes": list(columns), "columns": columns}


def fit_number_target(name: str, column: Column, values: np.ndarray, train: np.ndarray) -> dict[str, Any]:
    """The scale of a target that is a number: of the training values, where `values` are all used ones."""
    if np.ptp(values) == 0:
        raise refusal(name, "target_has_one_value", f"The target {name!r} has the same value in every row.")
    document: dict[str, Any] = {"kind": "number", **({"loose": True} if column.loose else {})}
    if column.scale in ("log", "log1p"):
        step = _log_step(name, column, train)
        train = log(step, train, name)
        document |= {"plus": step["plus"], "low": step["low"]}
    scale = _scale(column.scale, train)
    document |= {"center": scale["center"], "spread": scale["spread"]}
    return document


def width(column: dict[str, Any]) -> int:
    """How many numbers one value of a fitted feature column becomes."""
    return _step_width(column["steps"][-1]) + bool(column.get("indicator"))


def entries(column: dict[str, Any]) -> int:
    """How many different integers a fitted feature column can become, counting 0; for those encoded as integers."""
    step = column["steps"][-1]
    counts = {"index": "classes", "hash_index": "size", "tokens": "words"}
    given = step[counts[step["type"]]]
    return (given if isinstance(given, int) else len(given)) + (2 if step["type"] == "tokens" else 1)


def _step_width(step: dict[str, Any]) -> int:
    if step["type"] == "one_hot":
        return len(step["classes"]) + bool(step.get("other"))
    if step["type"] == "bins":
        return len(step["edges"]) + 1
    if step["type"] == "scale":
        return len(step["center"]) if isinstance(step["center"], list) else 1
    sizes = {
        "multi_hot": "classes",
        "hash": "size",
        "calendar": "parts",
        "cyclic": "parts",
        "tokens": "length",
        "words": "words",
    }
    if step["type"] not in sizes:
        return 1
    given = step[sizes[step["type"]]]
    return (2 if step["type"] == "cyclic" else 1) * (given if isinstance(given, int) else len(given))


def check_reach(name: str, values: np.ndarray) -> None:
    """Numbers beyond the reach of float32 would become infinite in the model."""
    too_large = values[np.abs(values) > LARGEST]
    if len(too_large):
        message = f"The column {name!r} holds numbers too large to compute with, such as {too_large[0]:g}."
        raise refusal(name, "number_too_large", message, "Ignore the column, or correct the values in the file.")


def _marking(column: Column) -> dict[str, Any]:
    return {"indicator": True} if column.indicator else {}


def _number_steps(name: str, column: Column, values: np.ndarray) -> Steps:
    steps, values = _filled(name, column, values)
    if column.clip:
        low, high = (float(bound) for bound in np.quantile(values, [column.clip, 1 - column.clip]))
        steps.append({"type": "clip", "low": low, "high": high})
        values = np.clip(values, low, high)
    if column.encode in ("bins", "bin_rank"):
        return [*steps, {"type": column.encode, "edges": _edges(name, column, values)}]
    if column.scale == "quantile":
        return [*steps, _quantile_step(values)]
    if column.scale in ("log", "log1p"):
        steps.append(_log_step(name, column, values))
        values = log(steps[-1], values, name)
    if column.scale != "none":
        steps.append(_scale(column.scale, values))
    return steps


def _filled(name: str, column: Column, values: np.ndarray) -> tuple[Steps, np.ndarray]:
    """The step for gaps, and the values without them."""
    present = values[~np.isnan(values)]
    if not len(present):
        message = f"The column {name!r} has no value in any training row."
        raise refusal(name, "column_is_empty", message, "Ignore the column.")
    if column.fill == "drop":
        return [{"type": "require"}], present
    value = _fill_value(name, column, present)
    return [{"type": "fill", "value": value}], np.where(np.isnan(values), value, values)


def _fill_value(name: str, column: Column, present: np.ndarray) -> float:
    if column.fill == "mean":
        return float(np.mean(present))
    if column.fill == "most_frequent":
        values, counts = np.unique(present, return_counts=True)
        return float(values[np.argmax(counts)])
    if column.fill == "constant":
        return _number(name, column.fill_value)
    return 0.0 if column.fill == "zero" else float(np.median(present))


def _number(name: str, given: float | str | None) -> float:
    try:
        value = float(0 if given is None else given)
    except ValueError:
        value = float("nan")
    if not abs(value) <= LARGEST:
        message = f"The gaps of {name!r} are to be filled with {given!r}, which is no number."
        raise refusal(name, "fill_value_is_no_number", message, "Give a number as the value for gaps.")
    return value


def _log_step(name: str, column: Column, values: np.ndarray) -> dict[str, Any]:
    plus, low = float(column.scale == "log1p"), float(np.min(values))
    if low + plus <= 0:
        message = f"The column {name!r} has values down to {low:g}, which have no logarithm."
        hint = "Choose another scale." if low < 0 else "Choose the log of 1 + x, or another scale."
        raise refusal(name, "values_have_no_logarithm", message, hint)
    return {"type": "log", "plus": plus, "low": low}


def _edges(name: str, column: Column, values: np.ndarray) -> list[float]:
    """Where one bin ends and the next begins; of equal edges one."""
    if column.edges is not None:
        return sorted(set(column.edges))
    shares = np.linspace(0, 1, column.bins + 1)[1:-1]
    low, high = float(np.min(values)), float(np.max(values))
    edges = np.quantile(values, shares) if column.cut == "quantile" else low + (high - low) * shares
    kept = np.unique(edges[edges > low])
    if not len(kept):
        message = f"The column {name!r} has too few different values for bins."
        raise refusal(name, "too_few_values_for_bins", message, "Give edges of your own, or encode it without bins.")
    return [float(edge) for edge in kept]


def _quantile_step(values: np.ndarray) -> dict[str, Any]:
    """Points of the distribution; of equal ones the middle."""
    shares = np.linspace(0, 1, min(QUANTILES, max(2, len(values))))
    points, places = np.unique(np.quantile(values, shares), return_inverse=True)
    middles = np.bincount(places, shares) / np.bincount(places)
    return {"type": "quantile", "values": points.tolist(), "shares": middles.tolist()}


def _scale(scale: str, values: np.ndarray) -> dict[str, Any]:
    """Where the values are centred and how far they spread, per column; a column of one value keeps spread 1."""
    center, spread = np.zeros(values.shape[1:]), np.ones(values.shape[1:])
    if scale in ("standard", "log", "log1p"):
        center, spread = np.mean(values, axis=0), np.std(values, axis=0)
    elif scale == "minmax":
        center, spread = np.min(values, axis=0), np.ptp(values, axis=0)
    elif scale == "robust":
        low, center, high = np.quantile(values, [0.25, 0.5, 0.75], axis=0)
        spread = np.where(high > low, high - low, np.std(values, axis=0))
    usable = np.isfinite(center) & np.isfinite(spread) & (spread > 1e-12 * np.abs(center))
    center, spread = np.where(np.isfinite(center), center, 0.0), np.where(usable, spread, 1.0)
    return {"type": "scale", "center": center.tolist(), "spread": spread.tolist()}


def _date_steps(name: str, column: Column, seconds: np.ndarray) -> Steps:
    steps, seconds = _filled(name, column, seconds)
    if column.encode == "timestamp":
        return [*steps, _scale(column.scale, seconds)] if column.scale != "none" else steps
    able = [*CYCLES] if column.encode == "cyclic" else ["year", *CYCLES]
    varying = [part for part in able if np.ptp(date_part(seconds, part)) > 0]
    parts = [part for part in (column.parts or varying) if part in able] or able[:1]
    steps.append({"type": column.encode, "parts": parts})
    if column.encode == "calendar" and column.scale != "none":
        numbers = np.stack([date_part(seconds, part) for part in parts], axis=1)
        steps.append(_scale(column.scale, numbers))
    return steps


def _category_steps(name: str, column: Column, data: Categories, codes: np.ndarray) -> Steps:
    counts = np.bincount(codes[codes >= 0], minlength=len(data.names))
    present = {data.names[code]: int(counts[code]) for code in np.flatnonzero(counts)}
    gaps = int((codes < 0).sum())
    if not present:
        message = f"The column {name!r} has no value in any training row."
        raise refusal(name, "column_is_empty", message, "Ignore the column.")
    steps: Steps = []
    if column.fill == "drop":
        steps.append({"type": "require"})
    elif column.fill == "most_frequent":
        steps.append({"type": "fill", "value": max(present, key=present.__getitem__)})
    elif column.fill == "constant":
        value = tidied("missing" if column.fill_value is None else str(column.fill_value), tidying(column))
        steps.append({"type": "fill", "value": value})
        if gaps:
            present[value] = present.get(value, 0) + gaps
    if column.encode in ("hash", "hash_index"):
        return [*steps, {"type": column.encode, "size": column.size or BUCKETS}]
    return [*steps, _class_step(name, column, present, gaps if column.fill == "own_category" else 0)]


def _class_step(name: str, column: Column, present: dict[str, int], gaps: int) -> dict[str, Any]:
    """The categories that are known; the rarer ones are one, which is other or, as index, the unseen one."""
    frequent = sorted(present, key=lambda one: -present[one])[: column.size or len(present)]
    kept = {one for one in frequent if present[one] >= column.minimum_count}
    classes: list[str | None] = [one for one in present if one in kept]
    if len(classes) > MOST_CATEGORIES and column.encode == "one_hot":
        message = f"The column {name!r} has {len(classes):,} categories; {MOST_CATEGORIES:,} can be one-hot."
        hint = "Encode it as an index for an Embedding layer, keep only the most frequent ones, or ignore it."
        raise refusal(name, "too_many_categories", message, hint)
    if gaps and column.encode != "ordinal":
        classes.append(None)  # missing is a category of its own where the training rows have it
    other = {"other": True} if column.encode == "one_hot" and len(kept) < len(present) else {}
    return {"type": column.encode, "classes": classes, **other}


def _check_classes(name: str, classes: list[str], rows: int) -> None:
    if len(classes) < 2:
        raise refusal(name, "target_has_one_value", f"The target {name!r} has the same value in every row.")
    if len(classes) > MOST_CLASSES:
        message = f"The target {name!r} has {len(classes):,} different values in {rows:,} rows, too many for classes."
        hint = "Choose another target, or make it a number if it is one."
        raise refusal(name, "target_has_too_many_classes", message, hint)


def refusal(column: str, code: str, message: str, hint: str = "Choose another target.") -> Refusal:
    """A column of the recipe that cannot be prepared as it says."""
    return Refusal(Problem(code, {"column": column}, message, hint))
