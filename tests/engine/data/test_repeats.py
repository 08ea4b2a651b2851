"""Rows that repeat: used once, added up, averaged or counted, and who met what as interactions."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.data import prepare
from engine.data.predictions import predictions
from engine.data.recipe import Recipe
from engine.problems import Refusal

PLAYED = [("ann", "chess", 1.0), ("ben", "chess", 2.0), ("ann", "chess", 3.0), ("ann", "go", 5.0), ("cat", "go", 0.5)]
TEXT = "user,game,hours\n" + "".join(f"{user}{i},{game},{hours}\n" for i in range(20) for user, game, hours in PLAYED)


def _recipe(kind: str = "interactions", **changes: Any) -> Recipe:
    columns: dict[str, Any] = {
        "user": {"kind": "category"},
        "game": {"kind": "category"},
        "hours": {"kind": "number", "role": "target", "scale": "none"},
    }
    return Recipe.model_validate({"kind": kind, "columns": columns, **changes})


def _hours(prepared: prepare.Prepared) -> list[float]:
    truth = np.concatenate([prepared.targets[part]["hours"][:, 0] for part in prepared.rows])
    return sorted(set(truth.tolist()))


def test_interactions_are_two_indices_and_one_row_for_each_pair(dataset) -> None:
    prepared = prepare.load(dataset(TEXT), _recipe())
    inputs, _ = prepare.specs(prepared.preparation)
    assert set(inputs) == {"user", "game"}
    assert inputs["game"] == {"shape": [1], "dtype": "int32", "values": 3}
    assert sum(len(rows) for rows in prepared.rows.values()) == 80
    assert prepared.preparation["rows"]["dropped"] == 20
    assert _hours(prepared) == [0.5, 2.0, 4.0, 5.0]
    assert Recipe.model_validate(_recipe().document()) == _recipe()


@pytest.mark.parametrize(
    ("how", "expected"),
    [("mean", [0.5, 2.0, 5.0]), ("count", [1.0, 2.0]), ("drop", [0.5, 1.0, 2.0, 3.0, 5.0])],
)
def test_rows_with_equal_features_become_one_as_the_recipe_says(dataset, how: str, expected: list[float]) -> None:
    assert _hours(prepare.load(dataset(TEXT), _recipe("table", duplicates=how))) == expected


def test_only_numbers_are_added_up(dataset) -> None:
    folder = dataset(TEXT)
    document = _recipe("table", duplicates="sum").document()
    document["columns"]["hours"] = {"kind": "number"}
    document["columns"]["game"] |= {"role": "target"}
    with pytest.raises(Refusal) as refused:
        prepare.fit(folder, Recipe.model_validate(document))
    assert refused.value.problem.code == "target_is_no_number"


def test_a_series_is_not_added_up() -> None:
    with pytest.raises(ValueError, match="Rows of series are not taken together"):
        Recipe.model_validate({"kind": "series", "columns": {"a": {"kind": "number"}}, "duplicates": "sum"})


def test_hours_of_games_are_learned_as_logarithms(dataset, shared_data: Path) -> None:
    text = gzip.decompress((shared_data / "steam_200k" / "steam-200k.csv.gz").read_bytes()).decode()
    folder = dataset("\n".join(text.splitlines()[:20_000]))
    columns = {
        "column_1": {"kind": "category"},
        "column_2": {"kind": "category"},
        "column_3": {"kind": "category", "role": "ignore"},
        "column_4": {"kind": "number", "role": "target", "scale": "log1p"},
    }
    prepared = prepare.load(folder, Recipe.model_validate({"kind": "interactions", "columns": columns}))
    assert {name: one["dtype"] for name, one in prepare.specs(prepared.preparation)[0].items()} == {
        "column_1": "int32",
        "column_2": "int32",
    }
    learned = prepared.targets["test"]["column_4"]
    answers = predictions(prepared.preparation, {"column_4": learned})
    assert min(answer["column_4"] for answer in answers) >= 0
    assert abs(float(learned.mean())) < 0.2
