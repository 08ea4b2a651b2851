"""How a file writes its numbers and its missing values: decimal sign, thousands separators, markers."""

from __future__ import annotations

import re
from collections.abc import Iterable

from engine.data.values import NUMBER, grouped, pointed

MARKERS = (".", "..", "...", "--", "---", "*", "**", ":", "#", "(null)", "n.a.", "nd", "n.d.")
MOSTLY = 0.5  # of a column's other values are numbers where a sign among them marks what is missing
COMMA = re.compile(r"[+-]?\d*,\d+([eE][+-]?\d+)?")
POINT = re.compile(r"[+-]?\d*\.\d+([eE][+-]?\d+)?")
EUROPEAN = re.compile(r"[+-]?\d{1,3}(\.\d{3})+,\d+")
GROUPING = (",", ".", "'", "’", " ", "\u00a0", "\u202f")


CURRENCIES = (
    r"[€$£¥₹₽₩₺₫₴₪]|US\$|EUR|USD|GBP|CHF|JPY|CNY|INR|RUB|TRY|BRL|AUD|CAD|SEK|NOK|DKK|PLN|CZK|HUF"
    r"|kr\.?|zł|Kč|Fr\.?|Rs\.?"
)
UNITS = (
    r"[%‰]|[kmcµ]?[gml]|dl|t|km/h|m/s|mph|[kc]?m[²³23]|ha|ms|s|sec|min|h|hrs?|°|°?[CF]|K|[kM]?Wh?|hp|PS|V|A|[kh]?Pa"
    r"|m?bar|[kMG]?Hz|[kMGT]?B|k?cal|k?J|ppm|cc|CC|px|inch|in|ft|lbs?|oz|kmpl|bhp"
)
DIGITS = r"[+-]?(?:\d{1,3}(?:[.,'’ \u00a0\u202f]\d{3})+|\d+)(?:[.,]\d+)?"
BLANK = r"[ \u00a0\u202f]?"
AMOUNT = rf"^(?:(?:{CURRENCIES}){BLANK}{DIGITS}|{DIGITS}{BLANK}(?:{CURRENCIES}|{UNITS}))$"
"""A number with its currency before or behind it, or its unit behind it; polars knows this pattern as well."""

_AMOUNT, _SIGNS = re.compile(AMOUNT), re.compile(rf"^(?:{CURRENCIES}){BLANK}|{BLANK}(?:{CURRENCIES}|{UNITS})$")


def bare(cell: str) -> str:
    """A number without its currency or unit; whatever else a cell holds stays."""
    return _SIGNS.sub("", cell) if _AMOUNT.match(cell) else cell


def is_number(cell: str, decimal: str = ".") -> bool:
    """Whether a cell reads as a number; with a decimal comma a point is none."""
    return NUMBER.fullmatch(pointed(cell, decimal)) is not None


def find_decimal(cells: Iterable[str], separator: str) -> str:
    """The decimal sign, by how many numbers can be read with either."""
    cells = list(cells)
    commas = [cell for cell in cells if COMMA.fullmatch(cell)]
    points = sum(POINT.fullmatch(cell) is not None for cell in cells)
    triple = sum(re.fullmatch(r"[+-]?[1-9]\d{0,2},\d{3}", cell) is not None for cell in commas)
    large = re.compile(grouped(",", "."))
    american = any("," in cell and large.fullmatch(cell) and not COMMA.fullmatch(cell) for cell in cells)
    if triple == len(commas) and (separator == "," or points or american):
        return "."  # 19,582 is a large number
    european = sum("," in cell and EUROPEAN.fullmatch(cell) is not None for cell in cells)
    return "," if len(commas) + european > points - european else "."


def find_thousands(cells: Iterable[str], decimal: str) -> str:
    """The sign that groups digits, or nothing; one pair of groups alone may be a plain decimal number elsewhere."""
    cells = [cell for cell in cells if len(cell) > 4]
    patterns = {sign: re.compile(grouped(sign, decimal)) for sign in GROUPING if sign != decimal}
    counts = {
        sign: sum(sign in cell and pattern.fullmatch(cell) is not None for cell in cells)
        for sign, pattern in patterns.items()
    }
    best = max(counts, key=lambda sign: counts[sign])
    return best if counts[best] else ""


def find_markers(rows: list[list[str]], decimal: str, known: Iterable[str]) -> list[str]:
    """Signs that stand for a missing value: the only texts in a column of numbers."""
    known, found = set(known), dict[str, None]()
    width = max((len(row) for row in rows), default=0)
    for place in range(width):
        values = [row[place] for row in rows[1:] if len(row) > place and row[place].lower() not in known]
        texts = {value.lower() for value in values if not is_number(value, decimal)}
        numbers = sum(is_number(value, decimal) for value in values)
        if texts and texts <= set(MARKERS) and numbers > MOSTLY * len(values):
            found.update(dict.fromkeys(sorted(texts)))
    return list(found)
