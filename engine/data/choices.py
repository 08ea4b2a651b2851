"""What a recipe can choose from: the roles, kinds, fills, encodings and scales, which suit which, and their names."""

from __future__ import annotations

from typing import Any, Literal

Role = Literal["feature", "target", "ignore", "time", "group", "weight"]
Kind = Literal["number", "category", "tags", "date", "text", "image"]
Fill = Literal["median", "mean", "most_frequent", "zero", "constant", "drop", "own_category", "empty"]
Encode = Literal[
    "none", "bins", "bin_rank", "one_hot", "index", "ordinal", "hash", "hash_index", "multi_hot", "cyclic", "calendar",
    "timestamp", "tokens", "words",
]  # fmt: skip
Scale = Literal["none", "standard", "minmax", "symmetric", "robust", "quantile", "log", "log1p"]
Case = Literal["keep", "lower"]
Difference = Literal["none", "difference", "log"]
Duplicates = Literal["keep", "drop", "similar", "sum", "mean", "count"]
Gaps = Literal["refuse", "fill", "skip", "rows"]
Cut = Literal["quantile", "width"]
Part = Literal["year", "month", "day", "weekday", "hour", "minute"]

# What each kind of column can take; the first of each is what it gets when nothing fitting is said.
FILLS: dict[Kind, tuple[Fill, ...]] = {
    "number": ("median", "mean", "most_frequent", "zero", "constant", "drop"),
    "category": ("own_category", "most_frequent", "constant", "drop"),
    "tags": ("empty", "drop"),
    "date": ("median", "most_frequent", "drop"),
    "text": ("empty", "drop"),
    "image": ("drop",),
}
ENCODES: dict[Kind, tuple[Encode, ...]] = {
    "number": ("none", "bins", "bin_rank"),
    "category": ("one_hot", "index", "ordinal", "hash", "hash_index"),
    "tags": ("multi_hot",),
    "date": ("cyclic", "calendar", "timestamp"),
    "text": ("tokens", "words"),
    "image": ("none",),
}
SCALES: dict[Kind, tuple[Scale, ...]] = {
    "number": ("standard", "minmax", "robust", "quantile", "log", "log1p", "none"),
    "category": ("none",),
    "tags": ("none",),
    "date": ("standard", "minmax", "none"),
    "text": ("none",),
    "image": ("minmax", "symmetric", "standard", "none"),
}
TARGET_SCALES: tuple[Scale, ...] = ("standard", "minmax", "robust", "log", "log1p", "none")  # those that lead back
TARGET_KINDS: tuple[Kind, ...] = ("number", "category", "tags")
ALONE: frozenset[Encode] = frozenset({"index", "hash_index", "tokens"})  # integers, which need an input of their own

# The finer settings of a feature, by its kind and where it matters by its encoding.
OPTIONS: dict[str, tuple[str, ...]] = {
    "number": ("fill_value", "indicator", "clip", "loose"),
    "category": ("fill_value", "case", "strip"),
    "tags": ("separator", "case", "minimum_count", "size"),
    "date": ("indicator", "parts"),
    "text": ("case",),
    "bins": ("bins", "cut", "edges"),
    "bin_rank": ("bins", "cut", "edges"),
    "one_hot": ("minimum_count", "size"),
    "index": ("minimum_count", "size"),
    "ordinal": ("minimum_count", "size"),
    "hash": ("size",),
    "hash_index": ("size",),
    "tokens": ("minimum_count", "size", "length"),
    "words": ("minimum_count", "size"),
}
TARGET_OPTIONS: dict[str, tuple[str, ...]] = {
    "number": ("loose",),
    "category": ("minimum_count", "case", "strip"),
    "tags": ("separator", "case", "minimum_count", "size"),
}

WORDS: dict[str, str] = {
    "feature": "Feature", "target": "Target", "ignore": "Ignore", "time": "Time", "group": "Group", "weight": "Weight",
    "number": "Number", "category": "Category", "tags": "Tags", "date": "Date", "text": "Text", "image": "Image",
    "median": "Median", "mean": "Mean", "most_frequent": "Most frequent", "zero": "Zero", "constant": "A value",
    "drop": "Drop the row", "own_category": "Own category", "empty": "Nothing",
    "none": "None", "bins": "Bins, one-hot", "bin_rank": "Bins, as rank",
    "one_hot": "One-hot", "index": "Index", "ordinal": "Rank", "hash": "Hashed columns",
    "hash_index": "Hashed index", "multi_hot": "A column each", "cyclic": "Cyclic (sin, cos)",
    "calendar": "Calendar numbers", "timestamp": "One number", "tokens": "Word sequence", "words": "Word weights",
    "standard": "Standard", "minmax": "0 to 1", "symmetric": "−1 to 1", "robust": "Robust", "quantile": "Quantiles",
    "log": "Log", "log1p": "Log of 1 + x", "keep": "As written", "lower": "Lower case",
    "year": "Year", "month": "Month", "day": "Day", "weekday": "Weekday", "hour": "Hour", "minute": "Minute",
    "random": "Random", "stratified": "Stratified", "column": "By column",
}  # fmt: skip
SPLIT_WORDS = {"time": "By time", "group": "By group"}
CUT_WORDS: dict[str, Any] = {"quantile": "Equal row counts", "width": "Equal widths"}
UNSCALED: tuple[Encode, ...] = ("cyclic", "bins", "bin_rank")  # what takes no scale beside it
GAP_WORDS: dict[str, Any] = {
    "refuse": "Refuse them",
    "fill": "Fill with the row before",
    "skip": "Leave out windows across them",
    "rows": "Take rows as they follow",
}
DIFFERENCE_WORDS: dict[str, Any] = {
    "none": "The value",
    "difference": "Its change",
    "log": "Its change in proportion (log)",
}
DUPLICATE_WORDS: dict[str, Any] = {
    "keep": "Keep all",
    "drop": "Keep one of equal rows",
    "similar": "Keep one of nearly equal pictures",
    "sum": "Merge, adding up their target",
    "mean": "Merge, averaging their target",
    "count": "Merge, with their number as target",
}
PICTURE_SCALE_WORDS: dict[str, str] = {"standard": "Standard, each colour for itself", "none": "0 to 255"}
SERIES_OPTIONS: dict[str, tuple[str, ...]] = {
    "number": ("difference", "ahead"), "category": ("ahead",), "tags": ("ahead",), "date": ("ahead",),
}  # fmt: skip
SERIES_TARGET_OPTIONS: dict[str, tuple[str, ...]] = {"number": ("difference",)}


def column_schema(schema: dict[str, Any]) -> None:
    """Adds to the JSON Schema of a column what suits what, so that a form needs no table of its own.

    `x-suits` gives per kind the values of fill, encode and scale, usual one first, what a target may take, and the
    finer `options`; `x-options` the options of each encoding; `x-unscaled` the encodings without a scale;
    `x-picture-scales` the scales of pictures and `x-words` how other values are called.
    """
    schema["x-suits"] = {
        kind: {
            "fill": list(FILLS[kind]),
            "encode": list(ENCODES[kind]),
            "scale": list(SCALES[kind]),
            "target": kind in TARGET_KINDS,
            "target_fill": list(FILLS[kind]) if kind == "tags" else [],
            "target_scale": list(TARGET_SCALES) if kind == "number" else ["none"],
            "options": list(OPTIONS.get(kind, ())),
            "target_options": list(TARGET_OPTIONS.get(kind, ())),
        }
        for kind in FILLS
    }
    schema["x-options"] = {name: list(options) for name, options in OPTIONS.items() if name not in FILLS}
    schema["x-unscaled"] = list(UNSCALED)
    schema["x-series-options"] = {kind: list(options) for kind, options in SERIES_OPTIONS.items()}
    schema["x-series-target-options"] = {kind: list(options) for kind, options in SERIES_TARGET_OPTIONS.items()}
    schema["x-picture-scales"] = {scale: {**WORDS, **PICTURE_SCALE_WORDS}[scale] for scale in SCALES["image"]}
    schema["x-words"] = WORDS
