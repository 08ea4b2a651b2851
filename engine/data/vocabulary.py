"""Fits the steps of a text column on the training rows: which words are known, and how long a text is."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from engine.data.column import Column
from engine.data.steps import words_of
from engine.problems import Problem, Refusal

MOST_WORDS = {"tokens": 10_000, "words": 2_000}  # kept unless the recipe says how many
LONGEST = 200  # words of a text, unless the recipe says how many
COVERED = 0.95  # share of the training texts that fit whole


def text_steps(name: str, column: Column, texts: np.ndarray) -> list[dict[str, Any]]:
    """The steps that turn these training texts, (n,) of texts and None, into numbers."""
    split = [words_of(text) for text in texts]
    known = _known(column, split)
    if not known:
        message = f"The column {name!r} has no word that is frequent enough in the training rows."
        hint = "Ignore the column, or ask for fewer rows per word."
        raise Refusal(Problem("column_is_empty", {"document": "recipe", "column": name}, message, hint))
    steps: list[dict[str, Any]] = [{"type": "require"}] if column.fill == "drop" else []
    if column.encode == "tokens":
        usual = int(np.ceil(np.quantile([len(words) for words in split], COVERED)))
        return [*steps, {"type": "tokens", "words": known, "length": column.length or min(LONGEST, max(1, usual))}]
    rows_with = Counter(word for words in split for word in set(words))
    weights = [float(np.log((1 + len(split)) / (1 + rows_with[word])) + 1) for word in known]
    return [*steps, {"type": "words", "words": known, "weights": weights}]


def _known(column: Column, split: list[list[str]]) -> list[str]:
    """The most frequent words, in that order and of equal ones in the order of the alphabet."""
    counts = Counter(word for words in split for word in words)
    frequent = [word for word, count in counts.items() if count >= column.minimum_count]
    frequent.sort(key=lambda word: (-counts[word], word))
    return frequent[: column.size or MOST_WORDS[column.encode]]
