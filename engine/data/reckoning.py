"""What formulas come to, row by row.

What has no value is missing (NaN): a division by zero, the logarithm of a number below zero, anything with a missing
value in it. Dates count in days. This file travels in every download and needs NumPy alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from engine.data.steps import absent, date_part

Tree = tuple[Any, ...]
"""(what it is, its parts …): a number, text, column, or an operation with the trees it works on."""


Given = tuple[str, np.ndarray]
"""A column: its kind, number, date or category, and its values: float64 (dates in seconds), or texts and None."""


class FormulaError(ValueError):
    """What is wrong with a formula, and at which of its characters, counted from 1."""

    def __init__(self, message: str, place: int) -> None:
        super().__init__(message)
        self.place = place + 1


def worked_out(tree: Tree, columns: Mapping[str, Given], rows: int) -> np.ndarray:
    """The value of each row, (rows,) float64 with NaN for missing; raises FormulaError for sums of texts."""
    with np.errstate(all="ignore"):
        return np.array(np.broadcast_to(_finite(_number(tree, columns)), (rows,)))


def _finite(values: Any) -> np.ndarray:
    """Values as float64, missing where they are beyond all numbers."""
    found = np.asarray(values, np.float64)
    return np.where(np.isfinite(found), found, np.nan)


def _number(tree: Tree, columns: Mapping[str, Any]) -> Any:
    """The values of a tree as numbers; raises FormulaError where it is a text."""
    kind = tree[0]
    if kind == "number":
        return np.float64(tree[1])
    if kind == "text":
        raise FormulaError("A text can only be compared, as in city == 'Rome'. Compare it with a column.", tree[2])
    if kind == "column":
        return _read_column(tree, columns)
    if kind in COMPARISONS:
        return _compared(tree, columns)
    if kind == "missing":
        return _gaps_of(tree[1], columns)
    given = [_number(part, columns) for part in tree[1:]]
    return _finite(OPERATIONS[kind](*given) if kind in OPERATIONS else FUNCTIONS[kind][0](*given))


def _read_column(tree: Tree, columns: Mapping[str, Any]) -> Any:
    _, name, start = tree
    kind, values = columns[name]
    if kind == "category":
        raise FormulaError(f"{name} holds texts, which can only be compared, as in {name} == 'Rome'.", start)
    return values / 86_400 if kind == "date" else values


def _compared(tree: Tree, columns: Mapping[str, Any]) -> Any:
    sign, left, right, start = tree
    texts = [_text(side, columns) for side in (left, right)]
    if texts[0] is None and texts[1] is None:
        first, second = _number(left, columns), _number(right, columns)
        return _where_known(COMPARISONS[sign](first, second), first, second)
    if texts[0] is None or texts[1] is None:
        raise FormulaError("A text is compared with a number here. Compare texts with texts in 'quotes'.", start)
    if sign not in ("==", "!="):
        raise FormulaError("Texts are equal or not, and have no order. Use == or !=.", start)
    first, second = texts
    equal = np.asarray(first == second, np.float64)
    found = equal if sign == "==" else 1 - equal
    for side in (first, second):
        if side.ndim:
            found = np.where(absent(side), np.nan, found)
    return found


def _text(tree: Tree, columns: Mapping[str, Any]) -> Any:
    """The values of a tree as texts; None where it is none."""
    if tree[0] == "text":
        return np.asarray(tree[1], object)
    if tree[0] == "column" and columns[tree[1]][0] == "category":
        return columns[tree[1]][1]
    return None


def _gaps_of(tree: Tree, columns: Mapping[str, Any]) -> Any:
    texts = _text(tree, columns)
    if texts is not None and texts.ndim:
        return absent(texts).astype(np.float64)
    return np.isnan(_finite(_number(tree, columns))).astype(np.float64)


def _where_known(found: Any, *given: Any) -> Any:
    """What was found out, as 0 and 1; missing where one of the values given is."""
    unknown = np.any([np.broadcast_to(np.isnan(one), np.shape(found)) for one in given], axis=0)
    return np.where(unknown, np.nan, np.asarray(found, np.float64))


def _divided(above: Any, below: Any) -> Any:
    return np.where(below == 0, np.nan, above / np.where(below == 0, 1, below))


COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal, "==": np.equal, "!=": np.not_equal,
}  # fmt: skip
OPERATIONS: dict[str, Callable[..., Any]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": _divided,
    "**": np.power,
    "and": lambda one, other: _where_known((one != 0) & (other != 0), one, other),
    "or": lambda one, other: _where_known((one != 0) | (other != 0), one, other),
    "not": lambda one: _where_known(one == 0, one),
    "negative": np.negative,
}


def _part(part: str) -> Callable[[Any], Any]:
    return lambda days: _of_date(np.atleast_1d(days), part)


def _of_date(days: np.ndarray, part: str) -> np.ndarray:
    known = np.isfinite(days)
    found = date_part(np.round(np.where(known, days, 0) * 86_400, 3), part)
    return np.where(known, found, np.nan)


def _chosen(condition: Any, one: Any, other: Any) -> Any:
    return np.where(np.isnan(condition), np.nan, np.where(condition != 0, one, other))


MANY = 20  # values that min and max take
FUNCTIONS: dict[str, tuple[Callable[..., Any], int, int]] = {
    "log": (np.log, 1, 1),
    "log1p": (np.log1p, 1, 1),
    "exp": (np.exp, 1, 1),
    "sqrt": (np.sqrt, 1, 1),
    "abs": (np.abs, 1, 1),
    "round": (np.round, 1, 1),
    "floor": (np.floor, 1, 1),
    "sin": (np.sin, 1, 1),
    "cos": (np.cos, 1, 1),
    "min": (lambda *given: _reduced(np.minimum, given), 2, MANY),
    "max": (lambda *given: _reduced(np.maximum, given), 2, MANY),
    "where": (_chosen, 3, 3),
    "missing": (np.isnan, 1, 1),
    "year": (_part("year"), 1, 1),
    "month": (_part("month"), 1, 1),
    "day": (_part("day"), 1, 1),
    "weekday": (_part("weekday"), 1, 1),
    "hour": (_part("hour"), 1, 1),
    "minute": (_part("minute"), 1, 1),
}
"""Every function: what works it out, and the fewest and most values it takes."""


def _reduced(choose: Callable[[Any, Any], Any], given: tuple[Any, ...]) -> Any:
    found = given[0]
    for one in given[1:]:
        found = choose(found, one)
    return found
