"""Columns whose cells hold several tags, as red;blue: how they are read, and which tags are known."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from engine.data.column import Column
from engine.data.kinds import Tags, tidying
from engine.data.steps import tags_of
from engine.problems import Problem, Refusal

MOST_TAGS = 1000


def tag_steps(name: str, column: Column, data: Tags, train: np.ndarray) -> list[dict[str, Any]]:
    """The steps that turn tags into a column each, for those of the training rows."""
    steps: list[dict[str, Any]] = [{"type": "require"}] if column.fill == "drop" else []
    return [*steps, {"type": "multi_hot", "classes": [*_known(name, column, data, train)], "separator": data.separator}]


def tag_target(name: str, column: Column, data: Tags, train: np.ndarray) -> dict[str, Any]:
    """The preparation of a target of tags: each tag of the training rows is answered by a probability."""
    known, tidy = _known(name, column, data, train), tidying(column)
    document = {"kind": "labels", "classes": [*known], "separator": data.separator, "numeric": data.numeric}
    return {**document, "counts": [*known.values()], **({"tidy": tidy} if tidy else {})}


def _known(name: str, column: Column, data: Tags, train: np.ndarray) -> dict[str, int]:
    """The tags of the training rows that are frequent enough, in the order of the alphabet, and how many have each."""
    codes = data.codes[train]
    rows = np.bincount(codes[codes >= 0], minlength=len(data.names))
    counts = Counter[str]()
    for text, count in zip(data.names, rows.tolist(), strict=True):
        for tag in tags_of(text, data.separator) if count else ():
            counts[tag] += count
    frequent = sorted(tag for tag, count in counts.items() if count >= column.minimum_count)
    if column.size is not None:
        frequent = sorted(sorted(frequent, key=lambda tag: -counts[tag])[: column.size])
    if not frequent:
        message = f"The column {name!r} has no tag that is frequent enough in the training rows."
        raise _refusal(name, "column_is_empty", message, "Ignore the column, or ask for fewer rows per tag.")
    if len(frequent) > MOST_TAGS:
        message = f"The column {name!r} has {len(frequent):,} different tags; {MOST_TAGS:,} are the most."
        hint = "Keep the most frequent ones only, or check the sign between tags."
        raise _refusal(name, "too_many_tags", message, hint)
    return {tag: counts[tag] for tag in frequent}


def _refusal(column: str, code: str, message: str, hint: str) -> Refusal:
    return Refusal(Problem(code, {"document": "recipe", "column": column}, message, hint))
