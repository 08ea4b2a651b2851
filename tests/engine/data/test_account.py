"""The steps of a preparation with their effect on rows and columns."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.data.account import DEEDS, account
from engine.data.recipe import Recipe
from engine.data.steps import STEPS
from engine.preparing import account as asked
from tests.engine.data.uploads import picture_bytes, profiled, zipped

LINES = [
    f"{row if row % 10 else ''},{'abc'[row % 3]},{'' if row % 20 == 0 else row % 2},{row % 4},same"
    for row in range(100)
]
TABLE = "\n".join(["size,kind,good,grade,constant", *LINES, LINES[1], LINES[1]])


def _recipe(**columns: dict[str, Any]) -> dict[str, Any]:
    start: dict[str, Any] = {
        "size": {"kind": "number"},
        "kind": {"kind": "category"},
        "good": {"kind": "category", "role": "target"},
        "grade": {"kind": "number", "role": "ignore"},
        "constant": {"kind": "category", "role": "ignore"},
    }
    return {"kind": "table", "columns": {**start, **columns}}


def _told(folder: Path, recipe: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    found = account(folder, Recipe.model_validate(recipe))
    return {step["text"]: (step["rows"], step["columns"]) for step in found["steps"]}


def test_every_step_can_be_told() -> None:
    assert DEEDS.keys() == STEPS.keys()


def test_each_step_tells_rows_and_columns_before_and_after(dataset) -> None:
    recipe = {**_recipe(made={"kind": "number", "formula": "grade * 2", "encode": "bins", "edges": [2, 4]})}
    recipe["duplicates"] = "drop"
    told = _told(dataset(TABLE), recipe)
    assert told["Drop rows without the target good"] == ((102, 97), None)
    assert told["Use equal rows once"] == ((97, 93), None)
    assert told["Leave out 3 columns that are not features"] == (None, (5, 2))
    assert told["Make made = grade * 2"] == (None, (0, 1))
    assert told["kind: one column for each of 3 values"] == (None, (1, 3))
    assert told["made: a column for each bin between 2, 4"] == (None, (1, 3))
    assert any(text.startswith("size: fill 3 gaps with ") for text in told)
    assert "Input features of 3 columns, as 7 values for each row" in told
    dealt = next(text for text in told if text.startswith("Split rows"))
    assert dealt == "Split rows at random: 65 training, 14 validation, 14 test"


def test_the_scale_of_a_target_is_told(dataset) -> None:
    number = {"kind": "number", "role": "target", "scale": "standard"}
    told = _told(dataset(TABLE), _recipe(grade=number, good={"kind": "category", "role": "ignore"}))
    assert any(text.startswith("grade, the target: scale (x − 1.") for text in told)


@pytest.mark.parametrize(("parts", "cut"), [(["train", "train", "test"], True), (["train", "dev", "test"], False)])
def test_it_tells_whether_validation_rows_are_cut_from_the_training_rows(dataset, parts: list[str], cut: bool) -> None:
    rows = [f"{row},{row % 2},{parts[row // 10 % 3]}" for row in range(90)]
    columns = {"x": {"kind": "number"}, "y": {"kind": "category", "role": "target"}}
    recipe = {"kind": "table", "columns": {**columns, "part": {"kind": "category", "role": "ignore"}}}
    recipe["split"] = {"method": "column", "by": "part", "train": 0.75, "validation": 0.25, "test": 0}
    found = account(dataset("\n".join(["x,y,part", *rows])), Recipe.model_validate(recipe))
    assert (found["cut"], found["parts"]["validation"]) == (cut, 15 if cut else 30)


def test_gaps_that_drop_rows_are_told(dataset) -> None:
    told = _told(dataset(TABLE), _recipe(size={"kind": "number", "fill": "drop", "clip": 0.1, "scale": "log1p"}))
    assert told["Drop rows without size"] == ((102, 92), None)
    found = next(text for text in told if text.startswith("size: needs a value, pull in to "))
    assert "logarithm of 1 + x, scale (x − " in found


def test_pictures_tell_size_and_scale(dataset) -> None:
    folder = dataset(zipped({f"{'ab'[i % 2]}/{i}.png": picture_bytes([[i, 2], [3, 4]]) for i in range(12)}))
    recipe = profiled(folder)["recipe"]
    recipe["image"] = {"height": 8, "width": 4, "channels": 3}
    recipe["columns"]["image"]["scale"] = "symmetric"
    texts = list(_told(folder, recipe))
    assert texts[-2:] == ["Bring pictures from 2 × 2 in grey to 8 × 4 in colour", "Bring pixels to −1 to 1"]


def test_windows_of_a_series_are_told(dataset) -> None:
    rows = [f"{1 + row // 24:02}/01/2021 {row % 24:02}:00,{row % 7}" for row in range(240)]
    columns = {"when": {"kind": "date", "role": "time"}, "y": {"kind": "number", "role": "target"}}
    recipe = {"kind": "series", "columns": columns, "series": {"lookback": 10, "stride": 2}}
    told = _told(dataset("\n".join(["when,y", *rows])), recipe)
    text = "Cut windows of 10 rows, to predict 1 further on, one each 2 rows"
    assert told[text] == ((240, 115), None)


def test_of_a_series_only_what_windows_lose_is_told(dataset) -> None:
    rows = [f"{row},{'' if row == 100 else 'dry' if row % 2 else 'wet'},{row % 7}" for row in range(240)]
    rows[50] = "50,fog,3"
    columns: dict[str, dict[str, Any]] = {
        "hour": {"kind": "number", "role": "time"},
        "sky": {"kind": "category", "role": "target", "minimum_count": 5},
        "x": {"kind": "number"},
    }
    recipe = {"kind": "series", "columns": columns, "series": {"lookback": 10, "target_past": False}}
    folder = dataset("\n".join(["hour,sky,x", *rows]))
    told = [(text, rows) for text, (rows, _) in _told(folder, recipe).items() if rows]
    assert told == [
        ("Cut windows of 10 rows, to predict 1 further on", (240, 229)),
        ("Leave out windows to predict rare classes of sky", (229, 228)),
    ]


def test_a_recipe_that_does_not_fit_is_answered_with_its_problem(dataset) -> None:
    answer = asked(str(dataset(TABLE)), _recipe(good={"kind": "category", "role": "ignore"}))
    assert (answer["steps"], answer["problem"]["code"]) == ([], "no_target")


@pytest.mark.parametrize("fold", [1, 2])
def test_a_fold_is_told(dataset, fold: int) -> None:
    told = _told(dataset(TABLE), {**_recipe(), "split": {"folds": 4, "fold": fold}})
    assert any(text.endswith(f"validation, fold {fold} of 4, 15 test") for text in told)
