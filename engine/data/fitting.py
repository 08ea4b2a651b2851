"""Fits the steps of each column on the training rows: fill values, scales, categories, classes."""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.data.columns import Categories, Numbers
from engine.data.recipe import Column
from engine.problems import Problem, Refusal

MOST_CLASSES = 1000
MOST_CATEGORIES = 5000
LARGEST = 1e30


def fit_feature(name: str, column: Column, data: Numbers | Categories, train: np.ndarray) -> dict[str, Any]:
    """The preparation of a feature column: its kind and the steps that encode it."""
    if isinstance(data, Numbers):
        _check_reach(name, data.values)
        return {"kind": "number", "steps": _number_steps(name, column, data.values[train])}
    return {
        "kind": "category",
        "numeric": data.numeric,
        "steps": _category_steps(name, column, data, data.codes[train]),
    }


def fit_target(
    name: str, column: Column, data: Numbers | Categories, rows: np.ndarray, train: np.ndarray
) -> dict[str, Any]:
    """The preparation of a target: the classes of all used `rows`, or the scale of the training rows."""
    if isinstance(data, Categories):
        classes = [data.names[code] for code in np.unique(data.codes[rows])]
        _check_classes(name, classes, len(rows))
        return {"kind": "category", "numeric": data.numeric, "classes": classes}
    _check_reach(name, data.values)
    if np.ptp(data.values[rows]) == 0:
        raise _refusal(name, "target_has_one_value", f"The target {name!r} has the same value in every row.")
    scale = _scale(column, data.values[train])
    return {"kind": "number", "center": scale["center"], "spread": scale["spread"]}


def width(column: dict[str, Any]) -> int:
    """How many numbers one value of a fitted feature column becomes."""
    return next((len(step["classes"]) for step in column["steps"] if step["type"] == "one_hot"), 1)


def _check_reach(name: str, values: np.ndarray) -> None:
    """Numbers beyond the reach of float32 would become infinite in the model."""
    too_large = values[np.abs(values) > LARGEST]
    if len(too_large):
        message = f"The column {name!r} holds numbers too large to compute with, such as {too_large[0]:g}."
        raise _refusal(name, "number_too_large", message, "Ignore the column, or correct the values in the file.")


def _number_steps(name: str, column: Column, values: np.ndarray) -> list[dict[str, Any]]:
    present = values[~np.isnan(values)]
    if column.fill == "drop":
        steps: list[dict[str, Any]] = [{"type": "require"}]
    else:
        if not len(present):
            message = f"The column {name!r} has no value in any training row."
            raise _refusal(name, "column_is_empty", message, "Ignore the column.")
        value = _fill_value(column.fill, present)
        steps = [{"type": "fill", "value": value}]
        values = np.where(np.isnan(values), value, values)
    if column.scale != "none":
        steps.append(_scale(column, values))
    return steps


def _fill_value(fill: str, present: np.ndarray) -> float:
    if fill == "mean":
        return float(np.mean(present))
    if fill == "most_frequent":
        values, counts = np.unique(present, return_counts=True)
        return float(values[np.argmax(counts)])
    return 0.0 if fill == "zero" else float(np.median(present))


def _scale(column: Column, values: np.ndarray) -> dict[str, Any]:
    """Where the values are centred and how far they spread; a column of one value keeps spread 1."""
    center, spread = 0.0, 1.0
    if column.scale == "standard":
        center, spread = float(np.mean(values)), float(np.std(values))
    elif column.scale == "minmax":
        center, spread = float(np.min(values)), float(np.ptp(values))
    usable = np.isfinite(center) and np.isfinite(spread) and spread > 1e-12 * abs(center)
    return {"type": "scale", "center": center if np.isfinite(center) else 0.0, "spread": spread if usable else 1.0}


def _category_steps(name: str, column: Column, data: Categories, codes: np.ndarray) -> list[dict[str, Any]]:
    present, counts = np.unique(codes[codes >= 0], return_counts=True)
    if not len(present):
        message = f"The column {name!r} has no value in any training row."
        raise _refusal(name, "column_is_empty", message, "Ignore the column.")
    classes: list[str | None] = [data.names[code] for code in present]
    if len(classes) > MOST_CATEGORIES and column.encode == "one_hot":
        message = f"The column {name!r} has {len(classes):,} categories; {MOST_CATEGORIES:,} can be one-hot."
        hint = "Encode it as an index for an Embedding layer, or ignore it."
        raise _refusal(name, "too_many_categories", message, hint)
    steps: list[dict[str, Any]] = []
    if column.fill == "drop":
        steps.append({"type": "require"})
    elif column.fill == "most_frequent":
        steps.append({"type": "fill", "value": classes[int(np.argmax(counts))]})
    elif (codes < 0).any():
        classes.append(None)  # missing is a category of its own where the training rows have it
    return [*steps, {"type": column.encode, "classes": classes}]


def _check_classes(name: str, classes: list[str], rows: int) -> None:
    if len(classes) < 2:
        raise _refusal(name, "target_has_one_value", f"The target {name!r} has the same value in every row.")
    if len(classes) > MOST_CLASSES:
        message = f"The target {name!r} has {len(classes):,} different values in {rows:,} rows, too many for classes."
        hint = "Choose another target, or make it a number if it is one."
        raise _refusal(name, "target_has_too_many_classes", message, hint)


def _refusal(column: str, code: str, message: str, hint: str = "Choose another target.") -> Refusal:
    return Refusal(Problem(code, {"column": column}, message, hint))
