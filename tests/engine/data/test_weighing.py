"""A column of weights: who is refused, and that it belongs to the row whose target is learned."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from engine.data import prepare
from engine.data.recipe import Recipe
from engine.problems import Refusal

ROWS = 40


def _table(weights: list[Any]) -> str:
    return "\n".join(["x,w,y", *(f"{row},{weight},{row % 5 + 0.5}" for row, weight in enumerate(weights))])


def _recipe(**changes: Any) -> Recipe:
    columns = {
        "x": {"kind": "number"},
        "w": {"kind": "number", "role": "weight"},
        "y": {"kind": "number", "role": "target"},
    }
    return Recipe.model_validate({"kind": "table", "columns": columns, **changes})


def test_each_row_keeps_its_weight_and_the_column_goes_in_nowhere(dataset) -> None:
    prepared = prepare.load(dataset(_table([row / 4 for row in range(ROWS)])), _recipe())
    for part, rows in prepared.rows.items():
        np.testing.assert_array_equal(prepared.weights[part], rows / 4)
        assert prepared.weights[part].dtype == np.float32
    assert list(prepared.preparation["columns"]) == ["x"]
    assert prepared.preparation["inputs"]["features"]["columns"] == ["x"]


def test_without_such_a_column_there_are_no_weights(dataset) -> None:
    columns = {"x": {"kind": "number"}, "w": {"kind": "number"}, "y": {"kind": "number", "role": "target"}}
    prepared = prepare.load(dataset(_table([1.5] * ROWS)), _recipe(columns=columns))
    assert prepared.weights == {}


def test_a_window_has_the_weight_of_the_row_it_predicts(dataset) -> None:
    text = "\n".join(["t,w,y", *(f"{row},{row},{row % 7}" for row in range(60))])
    columns = {
        "t": {"kind": "number", "role": "time"},
        "w": {"kind": "number", "role": "weight"},
        "y": {"kind": "number", "role": "target"},
    }
    recipe = _recipe(kind="series", columns=columns, series={"lookback": 4, "horizon": 3})
    prepared = prepare.load(dataset(text), recipe)
    for part, ends in prepared.rows.items():
        np.testing.assert_array_equal(prepared.weights[part], ends + 3)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("", "1 of the train rows have none, first in row 4"),
        (-0.5, "1 of the train rows are below 0, first in row 4"),
        ("many", "declared a number, but 1 value is no number: 'many'"),
    ],
)
def test_what_is_no_weight_is_refused_by_its_row(dataset, wrong: Any, words: str) -> None:
    folder = dataset(_table([1.0, 1, 1, wrong, *[1] * (ROWS - 4)]))
    split = {"method": "time", "by": "x"}
    with pytest.raises(Refusal) as refused:
        prepare.fit(folder, _recipe(split=split))
    assert words in refused.value.problem.message
    assert refused.value.problem.where["column"] == "w"


def test_a_row_that_is_not_used_needs_no_weight(dataset) -> None:
    lines = _table([1.0] * ROWS).split("\n")
    lines[4] = "3,,"
    prepared = prepare.load(dataset("\n".join(lines)), _recipe())
    assert sum(map(len, prepared.weights.values())) == ROWS - 1


def test_of_equal_rows_the_one_that_is_used_weighs_as_much_as_all(dataset) -> None:
    lines = [f"{row},{row + weight},{row % 5 + 0.5}" for row in range(ROWS) for weight in (0.25, 0.5)]
    prepared = prepare.load(dataset("\n".join(["x,w,y", *lines])), _recipe(duplicates="drop"))
    assert sum(map(len, prepared.rows.values())) == ROWS
    for part, rows in prepared.rows.items():
        np.testing.assert_array_equal(prepared.weights[part], (rows // 2) * 2 + 0.75)


def test_a_wrong_weight_is_named_also_where_an_equal_row_is_used(dataset) -> None:
    lines = [f"{row},{weight},{row % 5 + 0.5}" for row in range(ROWS) for weight in (2, -1 if row == 7 else 1)]
    with pytest.raises(Refusal) as refused:
        prepare.fit(dataset("\n".join(["x,w,y", *lines])), _recipe(duplicates="drop"))
    assert "rows are below 0, first in row 16" in refused.value.problem.message


def test_a_part_in_which_nothing_counts_is_refused(dataset) -> None:
    folder = dataset(_table([0] * 28 + [1] * (ROWS - 28)))
    with pytest.raises(Refusal) as refused:
        prepare.fit(folder, _recipe(split={"method": "time", "by": "x"}))
    assert "are 0 in every train row" in refused.value.problem.message


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"columns": {name: {"kind": "number", "role": "weight"} for name in "ab"}}, "'a', 'b' as weight"),
        ({"duplicates": "sum"}, "Rows that become one have no weight"),
        (
            {
                "kind": "images",
                "image": {"height": 4, "width": 4, "channels": 1},
                "columns": {"image": {"kind": "image"}, "w": {"kind": "number", "role": "weight"}},
            },
            "Pictures have no weights",
        ),
    ],
)
def test_weights_that_make_no_sense_are_refused(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        _recipe(**changes)
