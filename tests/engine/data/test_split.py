"""Dealing rows to training, validation and test."""

from __future__ import annotations

import numpy as np
import pytest

from engine.data.recipe import Split
from engine.data.split import PARTS, split
from engine.problems import Refusal


@pytest.mark.parametrize("method", ["random", "stratified"])
@pytest.mark.parametrize("count", [9, 100, 1001])
def test_every_row_is_in_exactly_one_part(method: str, count: int) -> None:
    rows = np.arange(0, 2 * count, 2)
    codes = np.arange(count) % 3
    parts = split(Split(method=method), rows, codes, ["a", "b", "c"])  # type: ignore[arg-type]
    assert list(parts) == list(PARTS)
    assert sorted(np.concatenate(list(parts.values()))) == list(rows)
    assert all(len(part) and (np.diff(part) > 0).all() for part in parts.values())


def test_the_same_seed_deals_the_same_way_and_another_does_not() -> None:
    rows = np.arange(200)
    first, again, other = (split(Split(seed=seed), rows) for seed in (3, 3, 4))
    assert all(np.array_equal(first[part], again[part]) for part in PARTS)
    assert not np.array_equal(first["train"], other["train"])


def test_a_stratified_split_keeps_the_shares_of_each_class() -> None:
    codes = np.repeat([0, 1], [900, 100])
    parts = split(Split(method="stratified"), np.arange(1000), codes, ["no", "yes"])
    assert [int(codes[parts[part]].sum()) for part in PARTS] == [70, 15, 15]
    assert [len(parts[part]) for part in PARTS] == [700, 150, 150]


def test_three_rows_of_a_class_reach_every_part() -> None:
    codes = np.repeat([0, 1], [97, 3])
    parts = split(Split(method="stratified"), np.arange(100), codes, ["no", "yes"])
    assert [int(codes[parts[part]].sum()) for part in PARTS] == [1, 1, 1]


@pytest.mark.parametrize(
    ("shares", "count", "codes", "code"),
    [
        (Split(train=0.5), 100, None, "shares_do_not_add_up"),
        (Split(train=0.85, validation=0.15, test=0), 100, None, "part_is_empty"),
        (Split(), 2, None, "too_few_rows"),
        (Split(method="stratified"), 100, None, "stratified_needs_classes"),
        (Split(method="stratified"), 100, [0] * 98 + [1] * 2, "class_too_rare"),
    ],
)
def test_it_refuses_what_cannot_be_dealt(shares: Split, count: int, codes: list[int] | None, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        split(shares, np.arange(count), None if codes is None else np.array(codes), ["no", "yes"])
    assert refused.value.problem.code == code
    assert refused.value.problem.hint
