"""Windows over series: orders the rows of a table by series and time, and cuts the past of each row out of them.

This file travels in every download and needs NumPy alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.data.steps import absent
from engine.data.transform import encode, with_formulas
from engine.data.values import raw


@dataclass(frozen=True)
class Arrangement:
    """The rows of a table by series and time; a place is a position in that order."""

    rows: np.ndarray  # (m,) int64 the row of the table at each place; a place made up to fill a gap repeats the last
    real: np.ndarray  # (m,) whether the place is a row, not made up
    first: np.ndarray  # (m,) int64 the first place of the stretch without a break that each place belongs to


def arranged(series: Mapping[str, Any], moments: np.ndarray, keys: np.ndarray) -> Arrangement:
    """The order of these rows, by `keys` (n,) integers and `moments` (n,) float64; rows without a time are left out.

    `series` says by `gaps` what becomes of missing steps, each `step` long: refuse, fill with the row before, skip
    windows across them, or take rows as they follow each other. Raises ValueError naming a row that cannot be ordered.
    """
    order = np.lexsort((moments, keys))
    order = order[~np.isnan(moments[order])]
    ahead, apart = np.diff(moments[order]), np.diff(keys[order]) != 0
    twice = np.flatnonzero((ahead == 0) & ~apart)
    if len(twice):
        one, other = sorted(order[twice[0] : twice[0] + 2] + 1)
        hint = "Give one of them only, or the column that tells the series apart the role of group."
        raise ValueError(f"Rows {one} and {other} have the same time within one series. {hint}")
    missing = np.zeros(len(order), np.int64)
    if series["gaps"] != "rows":
        steps = np.where(apart, 1, np.rint(ahead / series["step"]))
        missing[: len(steps)] = np.maximum(steps, 1) - 1
    breaks = np.concatenate([[True], apart]) if len(order) else np.zeros(0, bool)
    if series["gaps"] == "refuse" and missing.any():
        place = int(np.flatnonzero(missing)[0])
        hint = "Give them as well; for days without trade let the series take rows as they follow, or have them filled."
        raise ValueError(f"Row {order[place + 1] + 1}: {missing[place]:,} steps before it are missing. {hint}")
    if series["gaps"] == "skip":
        breaks[1:] |= missing[:-1] > 0
    if series["gaps"] == "fill":
        if missing.sum() > max(MOST_MADE, len(order)):
            hint = "Skip them, or let rows follow each other as they come."
            raise ValueError(
                f"{missing.sum():,} steps are missing between {len(order):,} rows, too many to fill. {hint}"
            )
        real = np.zeros(len(order) + int(missing.sum()), bool)
        real[np.arange(len(order)) + np.concatenate([[0], np.cumsum(missing)[:-1]])] = True
        breaks = np.repeat(breaks, missing + 1) & real
        return Arrangement(np.repeat(order, missing + 1), real, _starts(breaks))
    return Arrangement(order, np.ones(len(order), bool), _starts(breaks))


MOST_MADE = 100_000
"""Steps that may be made up to fill gaps, beyond as many as there are rows."""


def _starts(breaks: np.ndarray) -> np.ndarray:
    return np.maximum.accumulate(np.where(breaks, np.arange(len(breaks)), 0))


def window_ends(preparation: Mapping[str, Any], order: Arrangement, whole: np.ndarray) -> np.ndarray:
    """The places that end a window: with enough places before them in their stretch, all of them `whole`."""
    lookback = preparation["series"]["lookback"]
    before = lookback - 1 + any(column.get("difference") for column in preparation["columns"].values())
    places = np.arange(len(order.rows))
    wrong = np.concatenate([[0], np.cumsum(~whole)])
    clean = wrong[places + 1] == wrong[np.maximum(places + 1 - lookback, 0)]
    ends: np.ndarray = places[(places - order.first >= before) & clean & order.real]
    return ends


def differenced(kind: str, values: np.ndarray, before: np.ndarray) -> np.ndarray:
    """The change from `before`: the difference, or of "log" the logarithm of the ratio, NaN where it has none."""
    change: np.ndarray = values - before
    if kind == "log":
        with np.errstate(divide="ignore", invalid="ignore"):
            change = np.log(values / before)
    return np.where(np.isfinite(change), change, np.nan)


def encoded(
    preparation: Mapping[str, Any], columns: Mapping[str, Any], order: Arrangement
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Per input what stands at each place, (m, width), and which places have all values that a window needs."""
    whole = np.ones(len(order.rows), bool)
    before = np.maximum(np.arange(len(order.rows)) - 1, order.first)
    arrays = {}
    for name, given in preparation["inputs"].items():
        parts = []
        for column in given["columns"]:
            document = preparation["columns"][column]
            values = raw(preparation, document, column, columns[column])[order.rows]
            if document.get("difference"):
                values = differenced(document["difference"], values, values[before])
            if any(step["type"] == "require" for step in document["steps"]):
                gaps = absent(values)
                whole &= ~gaps
                values = np.where(gaps, values[~gaps][:1] if not gaps.all() else 0, values)
            parts.append(encode(preparation, column, values))
        arrays[name] = np.concatenate(parts, axis=1, dtype=given["dtype"], casting="unsafe")
    return arrays, whole


def series_of(preparation: Mapping[str, Any], columns: Mapping[str, Any]) -> Arrangement:
    """The order of raw rows, by the time and group columns that the preparation names."""
    series = preparation["series"]
    for part in ("time", "group"):
        if series[part] is not None and series[part]["name"] not in columns:
            raise ValueError(f"The column {series[part]['name']!r} is missing. Give it, as it orders the rows.")
    time = series["time"]
    moments = raw(preparation, time, time["name"], columns[time["name"]])
    keys = np.zeros(len(moments), np.int64)
    if series["group"] is not None:
        group = series["group"]
        texts = [str(key) for key in raw(preparation, group, group["name"], columns[group["name"]])]
        keys = np.unique(texts, return_inverse=True)[1]
    return arranged(series, moments, keys)


def transform_series(
    preparation: Mapping[str, Any], columns: Mapping[str, Any]
) -> tuple[dict[str, np.ndarray], np.ndarray, dict[str, np.ndarray]]:
    """One array per input, (n, lookback, width), the row of the table that ends each window, and the last values.

    The last values, per target that is learned as a change, are what its change is added to.
    """
    order = series_of(preparation, columns)
    columns = with_formulas(preparation, columns)
    arrays, whole = encoded(preparation, columns, order)
    ends = window_ends(preparation, order, whole)
    if not len(ends):
        lookback = preparation["series"]["lookback"]
        raise ValueError(f"No row has the past the model needs. Give {lookback + 1} or more rows of one series.")
    known = [column for given in preparation["inputs"].values() if given.get("ahead") for column in given["columns"]]
    if known:
        ends = _with_future(preparation, columns, order, ends, known)
    ahead = ends + preparation["series"]["horizon"]
    reach = np.arange(1 - preparation["series"]["lookback"], 1)
    last = {
        name: raw(preparation, target, name, columns[name])[order.rows[ends]]
        for name, target in preparation["targets"].items()
        if target.get("difference")
    }
    inputs = {
        name: values[ahead] if preparation["inputs"][name].get("ahead") else values[ends[:, None] + reach]
        for name, values in arrays.items()
    }
    return inputs, order.rows[ends], last


def _with_future(
    preparation: Mapping[str, Any],
    columns: Mapping[str, Any],
    order: Arrangement,
    ends: np.ndarray,
    known: list[str],
) -> np.ndarray:
    """The ends of windows whose predicted row is there with what is known ahead; rows of the future end none.

    `known` are the columns known ahead.
    """
    ahead = np.minimum(ends + preparation["series"]["horizon"], len(order.rows) - 1)
    there = (ends + preparation["series"]["horizon"] < len(order.rows)) & (order.first[ahead] == order.first[ends])
    there &= order.real[ahead]
    gaps = {
        name: absent(raw(preparation, column, name, columns[name]))[order.rows]
        for name, column in preparation["columns"].items()
    }
    for name in known:
        if any(step["type"] == "require" for step in preparation["columns"][name]["steps"]):
            there &= ~gaps[name][ahead]
    there &= ~_future(preparation, gaps, order, known)[ends]
    found: np.ndarray = ends[there]
    if not len(found):
        some = ", ".join(repr(name) for name in known)
        raise ValueError(f"No row to be predicted is there. Give it as well, with what is known ahead: {some}.")
    return found


def _future(
    preparation: Mapping[str, Any], gaps: Mapping[str, np.ndarray], order: Arrangement, known: list[str]
) -> np.ndarray:
    """Which places (m,) are rows of the future, by the `gaps` (m,) of each column.

    No target has a value in them or later, where its past goes in; else nothing has that is not known ahead.
    """
    columns = preparation["columns"]
    targets = [name for output, one in preparation["targets"].items() for name in one.get("columns", {output: one})]
    past = [name for name in targets if name in columns] or [
        name for name in columns if name not in known and not set(columns[name].get("reads", (name,))) <= set(known)
    ]
    places = np.arange(len(order.rows))
    if not past:
        return np.zeros(len(places), bool)
    there = ~np.all([gaps[name] for name in past], axis=0)
    later = np.minimum.accumulate(np.where(there, places, len(places))[::-1])[::-1]  # the next place with a value
    none = later == len(places)
    future: np.ndarray = none | (order.first[np.where(none, 0, later)] != order.first)
    return future
