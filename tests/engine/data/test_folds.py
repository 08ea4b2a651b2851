"""Folds for cross-validation: each row that is no test row validates in one of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from engine.data.recipe import Split
from engine.data.split import PARTS, by_column, by_group, by_time, split
from engine.problems import Refusal

Parts = dict[str, np.ndarray]
ROWS = np.arange(0, 600, 2)
CODES = np.random.default_rng(0).permutation(np.repeat([0, 1, 2], [200, 80, 20]))
GROUPS = np.random.default_rng(0).permutation(np.repeat(np.arange(30), 10))
WORDS = ["train", "test"]

DEALERS: dict[str, Callable[[Split], Parts]] = {
    "random": lambda shares: split(shares, ROWS),
    "stratified": lambda shares: split(shares, ROWS, CODES, ["a", "b", "c"]),
    "group": lambda shares: by_group(shares, ROWS, GROUPS),
    "column": lambda shares: by_column(shares, ROWS, (np.arange(300) >= 255).astype(int), WORDS),
}


def _folds(method: str, folds: int = 5, **more: Any) -> list[Parts]:
    return [DEALERS[method](Split(method=method, folds=folds, fold=one, **more)) for one in range(1, folds + 1)]  # type: ignore[arg-type]


@pytest.mark.parametrize("method", DEALERS)
def test_every_row_is_test_row_of_all_folds_or_validates_once(method: str) -> None:
    dealt = _folds(method)
    for parts in dealt:
        assert list(parts) == list(PARTS)
        assert sorted(np.concatenate(list(parts.values()))) == list(ROWS)
        assert parts["test"].tolist() == dealt[0]["test"].tolist()
        assert all((np.diff(part) > 0).all() for part in parts.values())
    validating = np.concatenate([parts["validation"] for parts in dealt])
    assert sorted([*validating, *dealt[0]["test"]]) == list(ROWS)
    assert max(abs(len(parts["validation"]) - 51) for parts in dealt) <= 10
    assert abs(len(dealt[0]["test"]) - 45) <= 10


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_a_column_tells_the_test_rows_of_folds_whatever_their_share(share: float) -> None:
    parts = _folds("column", test=share)[0]
    assert len(parts["test"]) == 45


def test_a_fold_is_the_same_each_time_and_another_seed_deals_others() -> None:
    first, again, other = _folds("random"), _folds("random"), _folds("random", seed=1)
    assert first[2]["validation"].tolist() == again[2]["validation"].tolist()
    assert first[2]["validation"].tolist() != other[2]["validation"].tolist()


def test_every_fold_has_its_share_of_each_class() -> None:
    for parts in _folds("stratified"):
        counts = np.bincount(CODES[np.searchsorted(ROWS, parts["validation"])])
        assert counts.tolist() == pytest.approx([34, 14, 3.4], abs=1)


def test_no_group_stands_in_two_folds() -> None:
    groups = [set(GROUPS[np.searchsorted(ROWS, parts["validation"])]) for parts in _folds("group")]
    assert sum(map(len, groups)) == len(set.union(*groups))


def test_by_time_a_fold_is_foreseen_from_what_was_before_it() -> None:
    moments = np.random.default_rng(2).permutation(300).astype(float)
    ends = []
    for fold in range(1, 5):
        parts = by_time(Split(method="time", folds=4, fold=fold), ROWS, moments)
        seen = [moments[np.searchsorted(ROWS, parts[part])] for part in PARTS]
        assert seen[0].max() < seen[1].min()
        assert seen[1].max() < seen[2].min()
        assert len(seen[1]) == pytest.approx(51, abs=1)
        assert len(seen[2]) == 45
        ends.append(len(seen[0]))
    assert ends == pytest.approx([51, 102, 153, 204], abs=2)


@pytest.mark.parametrize(
    ("method", "more", "code"),
    [
        ("random", {"folds": 50, "rows": 30}, "too_few_rows"),
        ("random", {"folds": 5, "test": 0}, "part_is_empty"),
        ("stratified", {"folds": 25}, "class_too_rare"),
        ("group", {"folds": 40}, "too_few_groups"),
    ],
)
def test_folds_that_cannot_be_dealt_are_refused(method: str, more: dict[str, Any], code: str) -> None:
    rows = more.pop("rows", None)
    with pytest.raises(Refusal) as refused:
        split(Split(**more), ROWS[:rows]) if rows else DEALERS[method](Split(method=method, **more))  # type: ignore[arg-type]
    assert refused.value.problem.code == code


def test_a_column_needs_a_row_for_each_fold() -> None:
    with pytest.raises(Refusal, match="19 rows are not enough for 20 folds"):
        by_column(Split(method="column", folds=20), ROWS[:20], np.array([*[0] * 19, 1]), WORDS)


def test_a_fold_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match=r"There are 3 folds\. Received: fold 4"):
        Split(folds=3, fold=4)
