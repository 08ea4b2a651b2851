"""Applies a fitted preparation: raw rows to the arrays of a model.

What stands in `travelling.MODULES` goes unchanged into every download, so it needs NumPy alone, and Pillow for images.
Everything it does is told by the preparation document (preparation.json); nothing is fitted there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from engine.data.formula import parsed
from engine.data.reckoning import worked_out
from engine.data.steps import STEPS, absent, log, multi_hot, require, scale
from engine.data.values import given_columns, raw


def transform(preparation: Mapping[str, Any], columns: Mapping[str, Any]) -> dict[str, np.ndarray]:
    """One array per input, (n, width), from raw columns: float arrays with NaN, or texts, numbers, None."""
    columns = with_formulas(preparation, columns)
    arrays = {}
    for name, given in preparation["inputs"].items():
        encoded = [encode(preparation, column, columns[column]) for column in given["columns"]]
        arrays[name] = np.concatenate(encoded, axis=1, dtype=given["dtype"], casting="unsafe")
    return arrays


def with_formulas(preparation: Mapping[str, Any], columns: Mapping[str, Any]) -> Mapping[str, Any]:
    """Raw columns with those that formulas make of them; raises ValueError naming a column that is missing."""
    wanted = given_columns(preparation)
    for name in wanted:
        if name not in columns:
            known = ", ".join(repr(one) for one in wanted)
            raise ValueError(f"The column {name!r} is missing. Give all of these columns: {known}.")
    made = {}
    for name, column in preparation["columns"].items():
        if "formula" in column:
            given = {
                one: (read["kind"], raw(preparation, read, one, columns[one])) for one, read in column["reads"].items()
            }
            made[name] = worked_out(parsed(column["formula"]), given, len(next(iter(columns.values()))))
    return {**columns, **made}


def targets(preparation: Mapping[str, Any], columns: Mapping[str, Any]) -> dict[str, np.ndarray]:
    """One array per target: class indices (n,) of int32, scaled values (n, values) or labels (n, labels) of float32."""
    arrays = {}
    for name, target in preparation["targets"].items():
        if "columns" in target:
            each = [_target(preparation, one, key, columns[key]) for key, one in target["columns"].items()]
            arrays[name] = side_by_side(each)
        else:
            arrays[name] = _target(preparation, target, name, columns[name])
    return arrays


def side_by_side(arrays: Sequence[np.ndarray]) -> np.ndarray:
    """The columns of one output next to each other, (n, columns) float32: scaled numbers, or 0 and 1."""
    return np.stack([array.reshape(len(array)) for array in arrays], axis=1).astype(np.float32)


def _target(preparation: Mapping[str, Any], target: Mapping[str, Any], name: str, given: Any) -> np.ndarray:
    values = raw(preparation, target, name, given)
    if target["kind"] == "labels":
        return multi_hot(target, values, name)
    if target["kind"] == "number":
        values = require(target, values, name)
        values = log(target, values, name) if "plus" in target else values
        return scale(target, values, name).astype(np.float32)[:, None]
    places = {value: place for place, value in enumerate(target["classes"])}
    for row, value in enumerate(values):
        if value not in places:
            raise ValueError(f"Row {row + 1}, column {name!r}: {value!r} is none of the known classes.")
    return np.array([places[value] for value in values], np.int32)


def encode(preparation: Mapping[str, Any], name: str, values: Any) -> np.ndarray:
    """One feature column run through its steps, as (n, width); a last column may mark where it was missing."""
    column = preparation["columns"][name]
    array = raw(preparation, column, name, values)
    gaps = absent(array)[:, None] if column.get("indicator") else None
    for step in column["steps"]:
        array = STEPS[step["type"]](step, array, name)
    array = array if array.ndim == 2 else array[:, None]
    return array if gaps is None else np.concatenate([array, gaps], axis=1)
