"""Raw values as the preparation reads them: numbers, dates, and texts that name categories.

This file travels in every download and needs NumPy alone.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from engine.data.steps import WrongValue, read_moments

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
THOUSANDS = re.compile(r"(?<=\d)[,.'’ \u00a0\u202f](?=\d{3}(?!\d))")
SHORTENED = re.compile(r"(?<=[^\W\d_])\.(?=\d)")  # the point of Rs.500
IN_WORD = re.compile(r"(?<=[^\W\d_])(?<![\d.][eE])\d+")  # the 2 of m2, not the 3 of 1e3
LARGEST = 1e30  # beyond it 32 bits do not reach


def given_columns(preparation: Mapping[str, Any]) -> list[str]:
    """The columns that raw rows must have: those that go in, or that formulas read."""
    names: dict[str, None] = {}
    for name, column in preparation["columns"].items():
        names |= dict.fromkeys(column.get("reads", (name,)))
    return list(names)


def raw(preparation: Mapping[str, Any], column: Mapping[str, Any], name: str, values: Any) -> np.ndarray:
    """Numbers, and dates in seconds, as float64 with NaN for missing, else an object array of texts and None."""
    reading = preparation["reading"]
    if column["kind"] in ("number", "date"):
        if isinstance(values, np.ndarray) and values.dtype.kind in "iuf":
            return values.astype(np.float64)
        if column.get("loose"):
            return loose_numbers(values, reading)
        if column["kind"] == "date":
            return _moments(column, name, values, reading)
        numbers, astray = read_numbers(values, reading)
        if astray:
            row = list(values).index(astray[0])
            hint = f"Give a number such as 12{reading['decimal']}5, or leave the value empty."
            raise WrongValue(row, name, f": {astray[0]!r} is not a number. {hint}")
        return numbers
    tidy = column.get("tidy")
    numeric = column.get("numeric", False)
    raw = np.empty(len(values), object)
    for row, value in enumerate(values):
        text = None if _missing(value, reading) else canonical(value, numeric)
        raw[row] = tidied(text, tidy) if tidy and text is not None else text
    return raw


def canonical(value: Any, numeric: bool) -> str:
    """The text that names a category: 1, 1.0 and "1" are the same category of a column of numbers."""
    text = str(value).strip()
    if not isinstance(value, str) or numeric:
        if re.fullmatch(r"[+-]?\d+", text, re.ASCII):
            return str(int(text)) if len(text) < 1000 else text
        if NUMBER.fullmatch(text) and math.isfinite(float(text)):
            number = float(text)
            return str(int(number)) if number.is_integer() and abs(number) < 2**63 else repr(number)
    return text


def _moments(column: Mapping[str, Any], name: str, values: Any, reading: Mapping[str, Any]) -> np.ndarray:
    texts = [None if _missing(value, reading) else canonical(value, column["pattern"] != "iso") for value in values]
    seconds, astray = read_moments(texts, column["pattern"])
    if astray:
        row = texts.index(astray[0])
        hint = f"Give a date written like {column['example']}, or leave the value empty."
        raise WrongValue(row, name, f": {astray[0]!r} is not a date. {hint}")
    return seconds


def tidied(text: str, tidy: Mapping[str, str]) -> str:
    """A category or text in lower case and without the signs that do not count, as far as `tidy` says so."""
    if tidy.get("strip"):
        text = text.strip(tidy["strip"] + " ") or text
    return text.lower() if tidy.get("case") == "lower" else text


def _missing(value: Any, reading: Mapping[str, Any]) -> bool:
    if isinstance(value, str):
        return value.strip().lower() in reading["missing"]
    return value is None or value != value


def read_numbers(values: Any, reading: Mapping[str, Any]) -> tuple[np.ndarray, list[Any]]:
    """Texts and numbers as float64 with NaN for missing, and the values that are no numbers."""
    astray: list[Any] = []
    numbers = np.full(len(values), np.nan)
    for row, value in enumerate(values):
        if _missing(value, reading):
            continue
        text = str(value).strip()
        if isinstance(value, str):
            text = pointed(ungrouped(text, reading.get("thousands", ""), reading["decimal"]), reading["decimal"])
        number = float(text) if NUMBER.fullmatch(text) else math.inf
        if abs(number) <= LARGEST:
            numbers[row] = number
        else:
            astray.append(value)
    return numbers, astray


def loose_numbers(values: Any, reading: Mapping[str, Any]) -> np.ndarray:
    """The one number in each text, whatever unit or currency stands beside it; NaN where there is none or several."""
    numbers = np.full(len(values), np.nan)
    for row, value in enumerate(values):
        if _missing(value, reading):
            continue
        number = _only_number(str(value), reading["decimal"] if isinstance(value, str) else ".")
        if abs(number) <= LARGEST:
            numbers[row] = number
    return numbers


def _only_number(text: str, decimal: str) -> float:
    """The one number in a text; of several the one that is not part of a word such as m2, else NaN."""
    text = THOUSANDS.sub(lambda sign: sign[0] if sign[0] == decimal else "", SHORTENED.sub(" ", text))
    for looked in (text, IN_WORD.sub("", text)):
        found = [match[0] for match in NUMBER.finditer(pointed(looked, decimal))]
        if len(found) == 1:
            return float(found[0])
    return math.nan


def grouped(thousands: str, decimal: str) -> str:
    """A pattern for numbers whose digits stand in groups of three."""
    return rf"[+-]?\d{{1,3}}({re.escape(thousands)}\d{{3}})+({re.escape(decimal)}\d*)?([eE][+-]?\d+)?"


def ungrouped(text: str, thousands: str, decimal: str) -> str:
    """A number's text without the signs that group its digits."""
    if not thousands or re.fullmatch(grouped(thousands, decimal), text) is None:
        return text
    return text.replace(thousands, "")


def pointed(text: str, decimal: str) -> str:
    """A number's text with a point as decimal sign; where that is a comma, a text with a point is no number."""
    return text if decimal == "." else text.replace(".", "x").replace(decimal, ".")


ENDS = ".,;:!?\"'"
"""Signs that may stand at the end of a value by mistake."""


def spelling(value: str) -> str:
    """A value without what may differ by mistake: its letters' case, and signs and blanks at its ends."""
    return value.strip(ENDS + " ").casefold()
