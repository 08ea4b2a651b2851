"""Several tags in one cell, and several targets that one output answers for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.data import prepare
from engine.data.inputs import ArrayInput
from engine.data.predictions import flat, predictions
from engine.data.recipe import Recipe
from engine.data.rows import read_rows
from engine.data.transform import targets
from engine.problems import Refusal

TAGS = ("red;blue", "blue; green", "", "red", "green;green ; red")
ROWS = 100


@pytest.fixture
def things(dataset) -> Path:
    lines = [
        f'{row},"{TAGS[row % 5]}",{"yes" if row % 3 else "no"},{"bent" if row % 4 else "flat"},{row % 7},{row % 9 * 10}'
        for row in range(ROWS)
    ]
    made: Path = dataset("\n".join(["x,colours,scratched,shape,length,weight", *lines]))
    return made


def _recipe(outputs: dict[str, list[str]] | None = None, **columns: dict[str, Any]) -> Recipe:
    kinds = {"scratched": "category", "shape": "category", "length": "number", "weight": "number", "colours": "tags"}
    all_columns = {name: {"kind": kind, "role": "ignore"} | columns.get(name, {}) for name, kind in kinds.items()}
    document = {"kind": "table", "columns": {"x": {"kind": "number"}, **all_columns}, "outputs": outputs or {}}
    return Recipe.model_validate(document)


TARGET: dict[str, Any] = {"role": "target"}


def test_tags_become_labels_that_each_can_be_yes_or_no(things: Path) -> None:
    prepared = prepare.load(things, _recipe(colours=TARGET))
    assert prepare.specs(prepared.preparation)[1] == {
        "colours": {"kind": "labels", "classes": ["blue", "green", "red"]}
    }
    assert sum(len(rows) for rows in prepared.rows.values()) == ROWS  # an empty cell has no tags, and is kept
    expected = [[1, 0, 1], [1, 1, 0], [0, 0, 0], [0, 0, 1], [0, 1, 1]]
    given = prepared.targets["test"]["colours"]
    assert given.dtype == np.float32
    assert given.tolist() == [expected[row % 5] for row in prepared.rows["test"]]
    raw = {"colours": [TAGS[row % 5] for row in prepared.rows["test"]]}
    assert targets(prepared.preparation, raw)["colours"].tobytes() == given.tobytes()


def test_empty_tags_are_left_out_where_the_recipe_says_so(things: Path) -> None:
    prepared = prepare.load(things, _recipe(colours={"role": "target", "fill": "drop"}))
    assert prepared.preparation["rows"]["dropped"] == ROWS / 5


def test_tags_are_answered_as_the_file_writes_them(things: Path) -> None:
    preparation = prepare.fit(things, _recipe(colours=TARGET))
    answers = predictions(preparation, {"colours": np.array([[0.75, 0.25, 0.5], [0.25, 0.25, 0.25]])})
    assert answers[0] == {"colours": "blue;red", "colours_probabilities": {"blue": 0.75, "green": 0.25, "red": 0.5}}
    assert answers[1]["colours"] == ""
    assert flat(answers[0])["colours_probability_red"] == 0.5


def test_tags_can_go_in_as_a_column_each(things: Path) -> None:
    prepared = prepare.load(things, _recipe(colours={"role": "feature"}, weight=TARGET))
    given = prepared.inputs["train"]["features"]
    assert isinstance(given, ArrayInput)
    assert given.values.shape[1] == 1 + 3
    first = int(prepared.rows["train"][0])
    assert given.values[0, 1:].sum() == (2, 2, 0, 1, 2)[first % 5]


def test_yes_and_no_columns_are_answered_together(things: Path) -> None:
    recipe = _recipe({"defects": ["scratched", "shape"]}, scratched=TARGET, shape=TARGET)
    prepared = prepare.load(things, recipe)
    assert prepare.specs(prepared.preparation)[1] == {"defects": {"kind": "labels", "classes": ["scratched", "shape"]}}
    given = prepared.targets["train"]["defects"]
    rows = prepared.rows["train"]
    assert given.tolist() == [[float(row % 3 > 0), float(row % 4 == 0)] for row in rows]
    answer = predictions(prepared.preparation, {"defects": np.array([[0.75, 0.25]])})[0]
    assert (answer["scratched"], answer["shape"]) == ("yes", "bent")
    assert answer["shape_probabilities"] == {"bent": 0.75, "flat": 0.25}


def test_numbers_are_answered_together_each_in_its_own_unit(things: Path) -> None:
    recipe = _recipe({"size": ["length", "weight"]}, length=TARGET, weight={**TARGET, "scale": "log1p"})
    prepared = prepare.load(things, recipe)
    assert prepare.specs(prepared.preparation)[1]["size"]["values"] == ["length", "weight"]
    answers = predictions(prepared.preparation, {"size": prepared.targets["test"]["size"]})
    found = [(answer["length"], answer["weight"]) for answer in answers]
    assert found == [pytest.approx((row % 7, row % 9 * 10), abs=1e-4) for row in prepared.rows["test"]]


def test_a_column_that_is_no_target_any_more_leaves_its_output() -> None:
    assert _recipe({"all": ["scratched", "shape"]}, scratched=TARGET).outputs == {"all": ["scratched"]}
    assert _recipe({"all": ["scratched", "shape"]}, colours=TARGET).outputs == {}


def test_rows_without_header_need_no_targets_that_one_output_answers_for(dataset, tmp_path) -> None:
    lines = [f"{row % 7 + 0.5},{row % 5},{row % 3},{row}" for row in range(60)]
    names = ["column_1", "column_2", "column_3", "column_4"]
    roles = ["feature", "target", "target", "feature"]
    columns = {name: {"kind": "number", "role": role} for name, role in zip(names, roles, strict=True)}
    recipe = Recipe.model_validate({"kind": "table", "columns": columns, "outputs": {"both": names[1:3]}})
    preparation = prepare.fit(dataset("\n".join(lines)), recipe)
    (tmp_path / "new.csv").write_text("1.5,8\n2.5,9\n")
    assert read_rows(tmp_path / "new.csv", preparation) == [
        {"column_1": "1.5", "column_4": "8"},
        {"column_1": "2.5", "column_4": "9"},
    ]


@pytest.mark.parametrize(
    ("outputs", "columns", "said"),
    [
        ({"a": ["length", "shape"]}, ("length", "shape"), "One output answers for numbers, or for categories"),
        ({"a": ["colours"]}, ("colours",), "One output answers for numbers, or for categories"),
        ({"a": ["shape"], "b": ["shape"]}, ("shape",), "A target has one output"),
        ({"length": ["shape"]}, ("shape", "length"), "Two outputs are called 'length'"),
    ],
)
def test_what_one_output_cannot_answer_is_refused(
    outputs: dict[str, list[str]], columns: tuple[str, ...], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        _recipe(outputs, **dict.fromkeys(columns, TARGET))


def test_more_than_two_classes_are_no_yes_or_no(things: Path) -> None:
    four = {"colours": {**TARGET, "kind": "category"}, "shape": TARGET}
    with pytest.raises(Refusal) as refused:
        prepare.fit(things, _recipe({"all": ["colours", "shape"]}, **four))
    assert refused.value.problem.code == "not_yes_or_no"


def test_tags_that_are_too_rare_are_refused(things: Path) -> None:
    with pytest.raises(Refusal) as refused:
        prepare.fit(things, _recipe(colours={**TARGET, "minimum_count": 90}))
    assert refused.value.problem.code == "column_is_empty"
