"""Deals the rows of a data set to training, validation and test."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.data.recipe import Split
from engine.problems import Problem, Refusal

PARTS = ("train", "validation", "test")


def split(
    shares: Split, rows: np.ndarray, codes: np.ndarray | None = None, names: Sequence[str] = ()
) -> dict[str, np.ndarray]:
    """The rows of each part, in rising order; the same seed always deals the same way.

    `rows` are the indices that can be used. For a stratified split `codes` gives the class of each as its
    place in `names` (None where the target is no category): every class has its share of each part, at least
    one row.
    """
    _check_shares(shares, len(rows))
    dealt = np.random.Generator(np.random.PCG64(shares.seed)).permutation(len(rows))
    stratified = shares.method == "stratified"
    parts = _stratified(shares, dealt, codes, names) if stratified else _deal(shares, dealt)
    return {part: np.sort(rows[chosen]) for part, chosen in parts.items()}


def _deal(shares: Split, dealt: np.ndarray) -> dict[str, np.ndarray]:
    """Cuts `dealt` in three; the shares are met as nearly as can be with one in each."""
    count = len(dealt)
    validation = min(max(1, round(count * shares.validation)), count - 2)
    test = min(max(1, round(count * shares.test)), count - 1 - validation)
    cuts = np.split(dealt, [count - validation - test, count - test])
    return dict(zip(PARTS, cuts, strict=True))


def _stratified(
    shares: Split, dealt: np.ndarray, codes: np.ndarray | None, names: Sequence[str]
) -> dict[str, np.ndarray]:
    if codes is None:
        message = "A stratified split needs a target that is a category. The target is a number."
        raise _refusal("stratified_needs_classes", message, "Choose a random split.")
    present, counts = np.unique(codes, return_counts=True)
    rare = [f"{names[code]} ({count})" for code, count in zip(present, counts, strict=True) if count < len(PARTS)]
    if rare:
        some = ", ".join(rare[:5]) + (", …" if len(rare) > 5 else "")
        message = f"A stratified split needs 3 rows of each class. Too few have: {some}."
        raise _refusal("class_too_rare", message, "Choose a random split, or merge or remove the rare classes.")
    groups = [_deal(shares, dealt[codes[dealt] == code]) for code in present]
    return {part: np.concatenate([group[part] for group in groups]) for part in PARTS}


def _check_shares(shares: Split, count: int) -> None:
    total = shares.train + shares.validation + shares.test
    if abs(total - 1) > 1e-6:
        message = f"The shares of training, validation and test must add up to 100 %. They add up to {total:.1%}."
        raise _refusal("shares_do_not_add_up", message, "Change the shares so that they add up to 100 %.")
    for part, share in zip(PARTS, (shares.train, shares.validation, shares.test), strict=True):
        if share <= 0:
            message = f"The {part} part needs at least one row. Its share is 0 %."
            raise _refusal("part_is_empty", message, "Give each part a share above 0 %.")
    if count < len(PARTS):
        message = f"{count} {'row is' if count == 1 else 'rows are'} not enough to split in three parts."
        raise _refusal("too_few_rows", message, "Use a data set with more complete rows.")


def _refusal(code: str, message: str, hint: str) -> Refusal:
    return Refusal(Problem(code, {"recipe": "split"}, message, hint))
