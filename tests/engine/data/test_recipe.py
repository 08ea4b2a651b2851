"""The recipe document: what it accepts, and how it mends itself."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from pydantic import ValidationError

from engine.data.recipe import Recipe


def _table(columns: dict[str, Any], **more: Any) -> Recipe:
    return Recipe.model_validate({"kind": "table", "columns": columns, **more})


def test_a_recipe_survives_the_way_through_json() -> None:
    recipe = _table({"age": {"kind": "number"}, "y": {"kind": "category", "role": "target"}})
    assert Recipe.model_validate(recipe.document()) == recipe
    assert recipe.document()["inputs"] == {"features": ["age"]}


@pytest.mark.parametrize(
    "wrong",
    [
        {"colour": 1},
        {"columns": {"age": {"kind": "sound"}}},
        {"columns": {"age": {"kind": "number", "fil": "mean"}}},
        {"columns": {"age": {"kind": "number", "fill": "median "}}},
        {"split": {"method": "turns"}},
        {"split": {"train": 1.5}},
        {"split": {"seed": -1}},
        {"format": 2},
        {"inputs": {"features": ["nobody"]}},
        {"inputs": {" ": ["age"]}},
        {"image": {"height": 8, "width": 8, "channels": 1}},
        {"columns": {"age": {"kind": "image"}}},
        {"kind": "images"},
        {"series": {"lookback": 3}},
    ],
)
def test_it_refuses_what_it_does_not_know(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Recipe.model_validate({"kind": "table", "columns": {"age": {"kind": "number"}}, **wrong})


def test_changing_the_kind_alone_is_enough() -> None:
    before = {"kind": "number", "fill": "mean", "encode": "none", "scale": "minmax"}
    after = _table({"age": {**before, "kind": "category"}}).columns["age"]
    assert (after.fill, after.encode, after.scale) == ("own_category", "one_hot", "none")
    kept = _table({"age": before}).columns["age"]
    assert (kept.fill, kept.scale) == ("mean", "minmax")


def test_roles_decide_what_stands_in_the_inputs() -> None:
    recipe = _table(
        {
            "a": {"kind": "number"},
            "b": {"kind": "number", "role": "ignore"},
            "c": {"kind": "category"},
            "y": {"kind": "number", "role": "target"},
        },
        inputs={"features": ["b", "y", "a", "a"]},
    )
    assert recipe.inputs == {"features": ["a", "c"]}


def test_a_category_as_index_gets_an_input_of_its_own() -> None:
    columns = {"a": {"kind": "number"}, "city": {"kind": "category", "encode": "index"}}
    recipe = _table(columns, inputs={"features": ["a", "city"]})
    assert recipe.inputs == {"features": ["a"], "city": ["city"]}
    assert Recipe.model_validate(recipe.document()) == recipe


def test_loading_it_loads_nothing_heavy() -> None:
    heavy = "{'numpy', 'polars', 'jax', 'sklearn', 'django', 'PIL'} & set(sys.modules)"
    code = f"import sys, engine.data.recipe, engine.data.samples; sys.exit(bool({heavy}))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_series_leaves_no_row_out_because_it_repeats() -> None:
    columns = {"t": {"kind": "number", "role": "time"}, "y": {"kind": "number", "role": "target"}}
    with pytest.raises(ValidationError, match="A series needs every row: one left out would be a gap"):
        Recipe.model_validate({"kind": "series", "columns": columns, "duplicates": "drop"})
