"""Deals the rows of a data set to training, validation and test: by chance, time, group or a column."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.data.recipe import Split
from engine.data.values import spelling
from engine.problems import Problem, Refusal

RARE_HINT = "Leave out rare classes by the least rows of the target, or merge or remove them in the file."
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
    dealt = _shuffled(shares, np.arange(len(rows)))
    stratified = shares.method == "stratified"
    parts = _stratified(shares, dealt, codes, names) if stratified else _deal(shares, dealt)
    return {part: np.sort(rows[chosen]) for part, chosen in parts.items()}


def by_time(shares: Split, rows: np.ndarray, moments: np.ndarray) -> dict[str, np.ndarray]:
    """The oldest rows train, the newest test; `moments` is the time of each. Rows of one time stay in one part.

    Of folds, which are stretches of time, those before the one that validates train; the first never validates.
    """
    _check_shares(shares, len(rows))
    _, places, counts = np.unique(moments, return_inverse=True, return_counts=True)
    stretches = len(PARTS) if shares.folds is None else shares.folds + 2
    if len(counts) < stretches:
        message = f"A split by time needs {stretches} different times. There are: {len(counts)}."
        raise _refusal("too_few_times", message, "Choose another column as the time, or another split.")
    wanted = np.array([shares.train, shares.validation, shares.test])
    if shares.folds is not None:
        wanted = np.array([*[(1 - shares.test) / (shares.folds + 1)] * (shares.folds + 1), shares.test])
    part = np.searchsorted(_ends(np.cumsum(counts), np.cumsum(wanted)[:-1] * len(rows)), places, side="left")
    validating = 1 if shares.folds is None else shares.fold
    chosen = (part < validating, part == validating, part == len(wanted) - 1)
    return {name: np.sort(rows[which]) for name, which in zip(PARTS, chosen, strict=True)}


def by_group(shares: Split, rows: np.ndarray, codes: np.ndarray) -> dict[str, np.ndarray]:
    """Whole groups, dealt by chance until each part has about its share; `codes` is the group of each row."""
    _check_shares(shares, len(rows))
    groups, places, counts = np.unique(codes, return_inverse=True, return_counts=True)
    wanted = np.array([shares.train, shares.validation, shares.test])
    if shares.folds is not None:
        wanted = np.array([*[(1 - shares.test) / shares.folds] * shares.folds, shares.test])
    if len(groups) < len(wanted):
        message = f"A split by group needs {len(wanted)} groups. There are: {len(groups)}."
        raise _refusal("too_few_groups", message, "Choose another column as the group, or another split.")
    dealt = _shuffled(shares, np.arange(len(groups)))
    dealt = dealt[np.argsort(-counts[dealt], kind="stable")]  # large ones first, so that the shares can still be met
    wanted = wanted * len(rows)
    part, filled = np.zeros(len(groups), int), np.zeros(len(wanted))
    for left, group in zip(range(len(groups), 0, -1), dealt, strict=True):
        empty = filled == 0
        lack = np.where(empty, np.inf, wanted - filled) if empty.sum() >= left else wanted - filled
        part[group] = int(np.argmax(lack))
        filled[part[group]] += counts[group]
    validating, test = (1, 2) if shares.folds is None else (shares.fold - 1, shares.folds)
    found = part[places]
    chosen = ((found != validating) & (found != test), found == validating, found == test)
    return {name: np.sort(rows[which]) for name, which in zip(PARTS, chosen, strict=True)}


def by_column(shares: Split, rows: np.ndarray, codes: np.ndarray, names: Sequence[str]) -> dict[str, np.ndarray]:
    """The part that a column names in each row; without validation rows, some of the training rows become them.

    Of folds the column tells only the test rows.
    """
    known = _known_words()
    wrong = [names[code] for code in np.unique(codes) if names[code].casefold() not in known]
    if wrong:
        message = f"A column to split by holds the words train, validation and test. It also holds: {wrong[0]!r}."
        raise _refusal("split_column_has_other_values", message, "Choose another column, or another split.")
    part = np.array([PARTS.index(known[name.casefold()]) for name in names])[codes]
    parts = {name: rows[part == place] for place, name in enumerate(PARTS)}
    if shares.folds is not None:
        rest = np.sort(np.concatenate([parts["train"], parts["validation"]]))
        _check_enough(shares, len(rest))
        parts |= _folded(shares, _shuffled(shares, rest))
    elif not len(parts["validation"]) and len(parts["train"]) > 1:
        share = shares.validation / max(shares.train + shares.validation, 1e-9)
        dealt = _shuffled(shares, parts["train"])
        cut = min(max(1, round(len(dealt) * share)), len(dealt) - 1)
        parts |= {"train": dealt[cut:], "validation": dealt[:cut]}
    for name, chosen in parts.items():
        if not len(chosen):
            message = f"The column to split by leaves no row for {name}."
            raise _refusal("part_is_empty", message, f"Write {name} in some rows of that column, or split otherwise.")
    return {name: np.sort(chosen) for name, chosen in parts.items()}


def validates(codes: np.ndarray, names: Sequence[str]) -> bool:
    """Whether a column to split by, of places in `names`, has rows for validation."""
    known = _known_words()
    return any(known.get(names[code].casefold()) == "validation" for code in np.unique(codes))


def check_classes(parts: dict[str, np.ndarray], column: str, codes: np.ndarray, names: Sequence[str]) -> None:
    """Raises Refusal where a class of a target, (all,) places in `names`, is missing from a part."""
    present = np.unique(codes[np.concatenate(list(parts.values()))])
    for part, rows in parts.items():
        missing = np.setdiff1d(present, codes[rows])
        if len(missing):
            some = ", ".join(names[code] for code in missing[:5]) + (", …" if len(missing) > 5 else "")
            message = f"The {part} part has no row of some classes of {column!r}: {some}."
            spelt = {spelling(names[code]) for code in np.unique(codes[rows])}
            hint = f"Choose a stratified split or other shares. {RARE_HINT}"
            if all(spelling(names[code]) in spelt for code in missing):
                hint = "That part spells them another way. Choose 'Count them as one' under Findings."
            raise Refusal(Problem("class_missing_from_part", {"recipe": "split", "column": column}, message, hint))


PART_WORDS = {
    "train": ("train", "training", "tr"),
    "validation": ("validation", "valid", "val", "dev"),
    "test": ("test", "testing", "holdout", "te"),
}
"""How the parts may be called in a column to split by."""


def _known_words() -> dict[str, str]:
    return {word: part for part, words in PART_WORDS.items() for word in words}


def _shuffled(shares: Split, rows: np.ndarray) -> np.ndarray:
    return np.random.Generator(np.random.PCG64(shares.seed)).permutation(rows)


def _ends(ends: np.ndarray, wanted: np.ndarray) -> list[int]:
    """The times that end each stretch but the last, by the rows up to each time and those wanted; none is empty."""
    found: list[int] = []
    for place, rows in enumerate(wanted):
        first, last = found[-1] + 1 if found else 0, len(ends) - len(wanted) + place
        found.append(first + int(np.abs(ends[first:last] - rows).argmin()))
    return found


def _deal(shares: Split, dealt: np.ndarray) -> dict[str, np.ndarray]:
    """Cuts `dealt` in three; the shares are met as nearly as can be with one in each."""
    count = len(dealt)
    if shares.folds is not None:
        test = min(max(1, round(count * shares.test)), count - shares.folds)
        return {**_folded(shares, dealt[: count - test]), "test": dealt[count - test :]}
    validation = min(max(1, round(count * shares.validation)), count - 2)
    test = min(max(1, round(count * shares.test)), count - 1 - validation)
    cuts = np.split(dealt, [count - validation - test, count - test])
    return dict(zip(PARTS, cuts, strict=True))


def _folded(shares: Split, dealt: np.ndarray) -> dict[str, np.ndarray]:
    """The fold that validates, and the others together."""
    folds = np.array_split(dealt, shares.folds or 1)
    validation = folds.pop(shares.fold - 1)
    return {"train": np.concatenate(folds), "validation": validation}


def _stratified(
    shares: Split, dealt: np.ndarray, codes: np.ndarray | None, names: Sequence[str]
) -> dict[str, np.ndarray]:
    if codes is None:
        message = "A stratified split needs a target that is a category. The target is a number."
        raise _refusal("stratified_needs_classes", message, "Choose a random split.")
    present, counts = np.unique(codes, return_counts=True)
    least = len(PARTS) if shares.folds is None else shares.folds + 1
    rare = [f"{names[code]} ({count})" for code, count in zip(present, counts, strict=True) if count < least]
    if rare:
        some = ", ".join(rare[:5]) + (", …" if len(rare) > 5 else "")
        message = f"A stratified split needs {least} rows of each class. Too few have: {some}."
        raise _refusal("class_too_rare", message, RARE_HINT)
    groups = [_deal(shares, dealt[codes[dealt] == code]) for code in present]
    return {part: np.concatenate([group[part] for group in groups]) for part in PARTS}


def _check_shares(shares: Split, count: int) -> None:
    """Raises Refusal for shares that deal nothing to a part, or more parts than rows."""
    if shares.folds is not None:
        _check_folds(shares, count - 1)
        return
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


def _check_folds(shares: Split, count: int) -> None:
    """`count` rows are there for the folds."""
    if not 0 < shares.test < 1:
        message = f"With folds the test part needs a share of its own. Its share is {shares.test:.0%}."
        raise _refusal("part_is_empty", message, "Give the test part a share above 0 % and below 100 %.")
    _check_enough(shares, count)


def _check_enough(shares: Split, count: int) -> None:
    """Raises Refusal for fewer rows than folds."""
    if count < (shares.folds or 0):
        message = f"{count:,} rows are not enough for {shares.folds} folds."
        raise _refusal("too_few_rows", message, "Choose fewer folds.")


def _refusal(code: str, message: str, hint: str) -> Refusal:
    return Refusal(Problem(code, {"recipe": "split"}, message, hint))
