"""Dealing rows to training, validation and test."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.data import prepare
from engine.data.recipe import Recipe, Split
from engine.data.split import PARTS, by_column, by_group, by_time, check_classes, split
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


def test_the_oldest_rows_train_and_one_moment_stays_in_one_part() -> None:
    moments = np.random.default_rng(1).permutation(np.repeat(np.arange(50), 4))
    parts = by_time(Split(method="time"), np.arange(200), moments)
    seen = [moments[parts[part]] for part in PARTS]
    assert seen[0].max() < seen[1].min()
    assert seen[1].max() < seen[2].min()
    assert [len(rows) for rows in parts.values()] == [140, 28, 32]


@pytest.mark.parametrize("counts", [[1, 1, 1], [90, 5, 5], [10] * 30, [1] * 7 + [400]])
def test_no_group_stands_in_two_parts(counts: list[int]) -> None:
    codes = np.random.default_rng(1).permutation(np.repeat(np.arange(len(counts)), counts))
    parts = by_group(Split(method="group"), np.arange(len(codes)), codes)
    groups = [set(codes[rows]) for rows in parts.values()]
    assert sum(map(len, groups)) == len(counts)
    assert all(groups)
    assert sorted(np.concatenate(list(parts.values()))) == list(range(len(codes)))
    if len(counts) == 30:
        assert [len(group) for group in groups] == [21, 5, 4] or [len(group) for group in groups] == [21, 4, 5]


def test_a_column_names_the_parts() -> None:
    names = ["Test", "train", "val"]
    parts = by_column(Split(method="column"), np.arange(6), np.array([0, 1, 1, 2, 0, 1]), names)
    assert {part: rows.tolist() for part, rows in parts.items()} == {
        "train": [1, 2, 5],
        "validation": [3],
        "test": [0, 4],
    }


def test_classes_spelt_another_way_in_a_part_are_to_be_counted_as_one() -> None:
    parts = {"train": np.arange(50), "test": np.arange(50, 100)}
    with pytest.raises(Refusal) as refused:
        check_classes(parts, "income", np.arange(100) // 25, ["<=50K", ">50K", "<=50K.", ">50K."])
    assert "'Count them as one' under Findings" in refused.value.problem.hint


def test_validation_rows_come_from_the_training_rows_where_the_column_names_none() -> None:
    parts = by_column(Split(method="column"), np.arange(100), np.arange(100) // 80, ["train", "test"])
    assert parts["test"].tolist() == list(range(80, 100))
    assert sorted([*parts["train"], *parts["validation"]]) == list(range(80))
    assert len(parts["validation"]) == round(80 * 0.15 / 0.85)


@pytest.mark.parametrize(
    ("deal", "code"),
    [
        (lambda rows: by_time(Split(), rows, rows // 50), "too_few_times"),
        (lambda rows: by_group(Split(), rows, rows // 50), "too_few_groups"),
        (lambda rows: by_column(Split(), rows, rows // 50, ["train", "mine"]), "split_column_has_other_values"),
        (lambda rows: by_column(Split(), rows, rows // 50, ["train", "validation"]), "part_is_empty"),
        (lambda rows: check_classes({"train": rows[:50], "test": rows[50:]}, "y", rows // 50, "ab"),
         "class_missing_from_part"),
    ],
)  # fmt: skip
def test_it_refuses_columns_that_cannot_decide(deal: Any, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        deal(np.arange(100))
    assert refused.value.problem.code == code
    assert refused.value.problem.hint.endswith(".")


VISITS = "patient,when,part,dose,ill\n" + "".join(
    f"p{i // 6},2020-0{1 + i % 6}-1{i % 7} 08,{('tr', 'test', 'dev')[i % 3]},{i % 11},{'yes' if i % 5 else 'no'}\n"
    for i in range(120)
)


@pytest.mark.parametrize(
    ("method", "columns"),
    [
        ("time", {"when": {"role": "time", "kind": "date"}}),
        ("group", {"patient": {"role": "group", "kind": "category"}}),
        ("column", {}),
    ],
)
def test_a_recipe_splits_by_its_columns(dataset, method: str, columns: dict[str, Any]) -> None:
    folder = dataset(VISITS)
    ignored = {name: {"role": "ignore", "kind": "category"} for name in ("patient", "when", "part")}
    document = {
        "kind": "table",
        "columns": {
            **ignored,
            **columns,
            "dose": {"kind": "number"},
            "ill": {"kind": "category", "role": "target"},
        },
        "split": {"method": method, "by": "part" if method == "column" else None},
    }
    prepared = prepare.load(folder, Recipe.model_validate(document))
    assert prepared.preparation["rows"]["dropped"] == 0
    assert list(prepared.preparation["columns"]) == ["dose"]
    counts = [len(rows) for rows in prepared.rows.values()]
    assert sum(counts) == 120
    assert counts == {"time": [83, 20, 17], "group": [84, 18, 18], "column": [40, 40, 40]}[method]
    document["split"] = {"method": method}
    for column in columns.values():
        column["role"] = "ignore"
    with pytest.raises(Refusal) as refused:
        prepare.fit(folder, Recipe.model_validate(document))
    assert refused.value.problem.code == "split_needs_a_column"


def test_a_class_that_training_would_never_see_is_refused_until_its_rows_are_left_out(dataset) -> None:
    text = "a,y\n" + "".join(f"{i},{'odd' if i == 7 else 'even' if i % 2 else 'other'}\n" for i in range(60))
    folder = dataset(text)
    target: dict[str, Any] = {"kind": "category", "role": "target"}
    document = {"kind": "table", "columns": {"a": {"kind": "number"}, "y": target}}
    with pytest.raises(Refusal) as refused:
        prepare.fit(folder, Recipe.model_validate(document))
    assert refused.value.problem.code == "class_missing_from_part"
    target["minimum_count"] = 2
    preparation = prepare.fit(folder, Recipe.model_validate(document))
    assert preparation["targets"]["y"]["classes"] == ["even", "other"]
    assert preparation["rows"]["dropped"] == 1


def test_of_equal_rows_only_the_first_is_used_where_the_recipe_says_so(dataset) -> None:
    folder = dataset("a,b,y\n" + "".join(f"{i % 30},x{i % 3},{i % 30}\n" for i in range(90)))
    columns = {"a": {"kind": "number"}, "b": {"kind": "category"}, "y": {"kind": "number", "role": "target"}}
    recipe = Recipe.model_validate({"kind": "table", "columns": columns, "duplicates": "drop"})
    prepared = prepare.load(folder, recipe)
    assert sorted(np.concatenate(list(prepared.rows.values()))) == list(range(30))
