"""The steps of a fitted preparation: each turns one column of values into numbers, as its document says.

This file travels in every download and needs NumPy alone.
"""

from __future__ import annotations

import datetime
import re
import zlib
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

WORD = re.compile(r"\w+|[^\w\s]")
EPOCH = datetime.datetime(1970, 1, 1)


class WrongValue(ValueError):
    """A raw value that cannot be used, and where it stands: `row` from 0, and `column`."""

    def __init__(self, row: int, column: str, fault: str) -> None:
        super().__init__(f"Row {row + 1}, column {column!r}{fault}")
        self.row, self.column = row, column


def absent(values: np.ndarray) -> np.ndarray:
    """Which values are missing: None among objects, NaN among numbers."""
    return np.array([value is None for value in values], bool) if values.dtype == object else np.isnan(values)


def fill(step: Mapping[str, Any], values: np.ndarray, _: str) -> np.ndarray:
    """Missing values replaced by one value."""
    filled: np.ndarray = np.where(absent(values), step["value"], values)
    return filled


def require(_: Mapping[str, Any], values: np.ndarray, name: str) -> np.ndarray:
    """The values as they are; raises WrongValue for the first row without one."""
    gaps = np.flatnonzero(absent(values))
    if len(gaps):
        raise WrongValue(int(gaps[0]), name, " is empty. The model needs a value there.")
    return values


def clip(step: Mapping[str, Any], values: np.ndarray, _: str) -> np.ndarray:
    """Values beyond the bounds are pulled in to them."""
    clipped: np.ndarray = np.clip(values, step["low"], step["high"])
    return clipped


def log(step: Mapping[str, Any], values: np.ndarray, _: str) -> np.ndarray:
    """The logarithm of plus + value; values below the lowest that has one count as that."""
    result: np.ndarray = np.log(np.maximum(values, step["low"]) + step["plus"])
    return result


def scale(step: Mapping[str, Any], values: np.ndarray, _: str) -> np.ndarray:
    """(value - center) / spread, by one number each or by one per column."""
    scaled: np.ndarray = (values - np.asarray(step["center"])) / np.asarray(step["spread"])
    return scaled


def quantile(step: Mapping[str, Any], values: np.ndarray, _: str) -> np.ndarray:
    """The share of the training rows below each value, 0 to 1."""
    shares: np.ndarray = np.interp(values, step["values"], step["shares"])
    return shares


def bins(step: Mapping[str, Any], values: np.ndarray, _: str) -> np.ndarray:
    """One column per bin; a bin begins with its edge and ends before the next one."""
    hits: np.ndarray = _bin(step, values)[:, None] == np.arange(len(step["edges"]) + 1)
    return hits.astype(np.float32)


def bin_rank(step: Mapping[str, Any], values: np.ndarray, _: str) -> np.ndarray:
    """The bin of each value, from 0 for the first to 1 for the last."""
    ranks: np.ndarray = _bin(step, values) / max(len(step["edges"]), 1)
    return ranks


def _bin(step: Mapping[str, Any], values: np.ndarray) -> np.ndarray:
    places: np.ndarray = np.searchsorted(np.asarray(step["edges"], np.float64), values, side="right")
    return places


def one_hot(step: Mapping[str, Any], values: np.ndarray, _: str) -> np.ndarray:
    """One column per class, where None among the classes stands for missing; an unseen value is all zeros.

    With `other` a last column stands for all values that are none of the classes.
    """
    places = index(step, values, _)
    hits: np.ndarray = places[:, None] == np.arange(1, len(step["classes"]) + 1)
    if step.get("other"):
        hits = np.concatenate([hits, places[:, None] == 0], axis=1)
    return hits.astype(np.float32)


def index(step: Mapping[str, Any], values: np.ndarray, _: str) -> np.ndarray:
    """The place of each value among the classes from 1 on; 0 is kept for unseen values."""
    places = {value: place for place, value in enumerate(step["classes"], start=1)}
    return np.array([places.get(value, 0) for value in values], np.int32)


def multi_hot(step: Mapping[str, Any], values: np.ndarray, _: str) -> np.ndarray:
    """One column per known tag, 1 where the cell holds it; a missing cell holds none."""
    places = {tag: place for place, tag in enumerate(step["classes"])}
    hits = np.zeros((len(values), len(places)), np.float32)
    for row, text in enumerate(values):
        hits[row, [places[tag] for tag in tags_of(text, step["separator"]) if tag in places]] = 1
    return hits


def tags_of(text: str | None, separator: str) -> list[str]:
    """The different tags of a cell, in order."""
    return [tag for tag in dict.fromkeys(part.strip() for part in (text or "").split(separator)) if tag]


def ordinal(step: Mapping[str, Any], values: np.ndarray, name: str) -> np.ndarray:
    """The rank of each value among the sorted classes, 1 for the last of them; 0 for unseen and missing ones."""
    ranks: np.ndarray = index(step, values, name) / max(len(step["classes"]), 1)
    return ranks


def bucket(step: Mapping[str, Any], values: np.ndarray, _: str) -> np.ndarray:
    """The bucket of each value, from 1 on, by a checksum of its text; 0 where it is missing."""
    size = step["size"]
    return np.array([0 if v is None else 1 + zlib.crc32(v.encode("utf-8")) % size for v in values], np.int32)


def hash_columns(step: Mapping[str, Any], values: np.ndarray, name: str) -> np.ndarray:
    """One column per bucket; a missing value is all zeros."""
    hits: np.ndarray = bucket(step, values, name)[:, None] == np.arange(1, step["size"] + 1)
    return hits.astype(np.float32)


def calendar(step: Mapping[str, Any], values: np.ndarray, _: str) -> np.ndarray:
    """Seconds since 1970 as parts of the date, (n, parts), as numbers."""
    return np.stack([date_part(values, part) for part in step["parts"]], axis=1)


def cyclic(step: Mapping[str, Any], values: np.ndarray, _: str) -> np.ndarray:
    """Seconds since 1970 as sine and cosine of each part, (n, 2 · parts), so that December lies next to January."""
    columns = []
    for part in step["parts"]:
        first, count = CYCLES[part]
        angle = (date_part(values, part) - first) * (2 * np.pi / count)
        columns += [np.sin(angle), np.cos(angle)]
    return np.stack(columns, axis=1)


CYCLES = {"month": (1, 12), "day": (1, 31), "weekday": (0, 7), "hour": (0, 24), "minute": (0, 60)}
"""First value and number of values of each part that comes round."""


def date_part(seconds: np.ndarray, part: str) -> np.ndarray:
    """One part of each moment as float64: year, month 1-12, day 1-31, weekday 0-6 from Monday, hour, minute."""
    whole = np.floor(seconds).astype("datetime64[s]")
    days = whole.astype("datetime64[D]")
    months = whole.astype("datetime64[M]")
    if part == "year":
        numbers = whole.astype("datetime64[Y]").astype(np.int64) + 1970
    elif part == "month":
        numbers = months.astype(np.int64) % 12 + 1
    elif part == "day":
        numbers = (days - months.astype("datetime64[D]")).astype(np.int64) + 1
    elif part == "weekday":
        numbers = (days.astype(np.int64) + 3) % 7  # 1 January 1970 was a Thursday
    else:
        since_midnight = (whole - days.astype("datetime64[s]")).astype(np.int64)
        numbers = since_midnight // 3600 if part == "hour" else since_midnight // 60 % 60
    result: np.ndarray = numbers.astype(np.float64)
    return result


def tokens(step: Mapping[str, Any], values: np.ndarray, _: str) -> np.ndarray:
    """The words of each text, (n, length): places in the vocabulary from 2 on, 1 for others, 0 padding in front."""
    places = {word: place for place, word in enumerate(step["words"], start=2)}
    length = step["length"]
    sequences = np.zeros((len(values), length), np.int32)
    for row, text in enumerate(values):
        found = [places.get(word, 1) for word in words_of(text)[:length]]
        if found:
            sequences[row, length - len(found) :] = found
    return sequences


def word_weights(step: Mapping[str, Any], values: np.ndarray, _: str) -> np.ndarray:
    """tf-idf: how often each known word occurs, weighted by its rarity, each row of length 1; (n, words) float32."""
    places = {word: place for place, word in enumerate(step["words"])}
    weights = np.asarray(step["weights"])
    rows = np.zeros((len(values), len(places)), np.float32)
    for row, text in enumerate(values):
        found = [places[word] for word in words_of(text) if word in places]
        if found:
            counts = np.bincount(found, minlength=len(places)) * weights
            rows[row] = counts / np.sqrt(np.square(counts).sum())
    return rows


def words_of(text: str | None) -> list[str]:
    """The words and signs of a text, in order."""
    return WORD.findall(text or "")


STEPS: dict[str, Callable[[Mapping[str, Any], np.ndarray, str], np.ndarray]] = {
    "fill": fill,
    "require": require,
    "clip": clip,
    "log": log,
    "scale": scale,
    "quantile": quantile,
    "bins": bins,
    "bin_rank": bin_rank,
    "one_hot": one_hot,
    "index": index,
    "multi_hot": multi_hot,
    "ordinal": ordinal,
    "hash": hash_columns,
    "hash_index": bucket,
    "calendar": calendar,
    "cyclic": cyclic,
    "tokens": tokens,
    "words": word_weights,
}
"""Every step by its name in a preparation document."""


def restored(target: Mapping[str, Any], values: np.ndarray, last: Any = None) -> np.ndarray:
    """Scaled values of a number target back in its own unit, the way back of its `scale`, `log` and `difference`.

    `last` has the values that changes, where those were learned, start from. Several columns, (n, columns), come back
    each by its own document.
    """
    if "columns" in target:
        each = [restored(one, values[:, place]) for place, one in enumerate(target["columns"].values())]
        return np.stack(each, axis=1)
    numbers: np.ndarray = values * target["spread"] + target["center"]
    if "plus" in target:
        numbers = np.exp(np.minimum(numbers, 700.0)) - target["plus"]
    if "difference" in target:
        numbers = last * np.exp(np.minimum(numbers, 700.0)) if target["difference"] == "log" else last + numbers
    return numbers


def read_moments(texts: Any, pattern: str) -> tuple[np.ndarray, list[Any]]:
    """Dates as seconds since 1970 with NaN where they cannot be read, and those that cannot; None is missing.

    `pattern` is one of strptime, "iso" for ISO 8601, or "seconds" for a number of seconds. A zone counts.
    """
    seconds = np.full(len(texts), np.nan)
    astray: list[Any] = []
    known: dict[Any, float] = {}
    for row, text in enumerate(texts):
        if text is None:
            continue
        if text not in known:
            known[text] = read_moment(str(text).strip(), pattern)
        seconds[row] = known[text]
        if known[text] != known[text]:
            astray.append(text)
    return seconds, astray


def read_moment(text: str, pattern: str) -> float:
    """One date as seconds since 1970, NaN where it cannot be read."""
    try:
        if pattern == "seconds":
            return float(text)
        if pattern == "iso":
            moment = datetime.datetime.fromisoformat(text)
        else:
            moment = datetime.datetime.strptime(text, pattern)
    except ValueError:
        return float("nan")
    if moment.tzinfo is not None:
        moment = moment.astimezone(datetime.UTC).replace(tzinfo=None)
    return (moment - EPOCH).total_seconds()
