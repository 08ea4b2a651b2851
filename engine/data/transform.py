"""Applies a fitted preparation: raw rows to the arrays of a model.

What stands in `travelling.MODULES` goes unchanged into every download, so it needs NumPy alone, and Pillow for images.
Everything it does is told by the preparation document (preparation.json); nothing is fitted there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from engine.data.steps import STEPS, absent, log, require, scale
from engine.data.values import raw


def transform(preparation: Mapping[str, Any], columns: Mapping[str, Any]) -> dict[str, np.ndarray]:
    """One array per input, (n, width), from raw columns: float arrays with NaN, or texts, numbers, None."""
    arrays = {}
    for name, given in preparation["inputs"].items():
        encoded = []
        for column in given["columns"]:
            if column not in columns:
                known = ", ".join(repr(one) for one in preparation["columns"])
                raise ValueError(f"The column {column!r} is missing. Give all of these columns: {known}.")
            encoded.append(encode(preparation, column, columns[column]))
        arrays[name] = np.concatenate(encoded, axis=1, dtype=given["dtype"], casting="unsafe")
    return arrays


def targets(preparation: Mapping[str, Any], columns: Mapping[str, Any]) -> dict[str, np.ndarray]:
    """One array per target: class indices (n,) of int32, or scaled values (n, 1) of float32."""
    arrays = {}
    for name, target in preparation["targets"].items():
        values = raw(preparation, target, name, columns[name])
        if target["kind"] == "number":
            values = require(target, values, name)
            values = log(target, values, name) if "plus" in target else values
            arrays[name] = scale(target, values, name).astype(np.float32)[:, None]
            continue
        places = {value: place for place, value in enumerate(target["classes"])}
        for row, value in enumerate(values):
            if value not in places:
                raise ValueError(f"Row {row + 1}, column {name!r}: {value!r} is none of the known classes.")
        arrays[name] = np.array([places[value] for value in values], np.int32)
    return arrays


def encode(preparation: Mapping[str, Any], name: str, values: Any) -> np.ndarray:
    """One feature column run through its steps, as (n, width); a last column may mark where it was missing."""
    column = preparation["columns"][name]
    array = raw(preparation, column, name, values)
    gaps = absent(array)[:, None] if column.get("indicator") else None
    for step in column["steps"]:
        array = STEPS[step["type"]](step, array, name)
    array = array if array.ndim == 2 else array[:, None]
    return array if gaps is None else np.concatenate([array, gaps], axis=1)
