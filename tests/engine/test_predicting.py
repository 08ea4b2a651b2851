"""Predictions from the files of a run: what they answer, and how they say what they cannot use."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.predicting import MOST_ROWS, _sentences, predict_rows
from engine.problems import Problem, Refusal


def problem(run: Path, rows: list[dict[str, Any]]) -> Problem:
    with pytest.raises(Refusal) as refusal:
        predict_rows(run, rows)
    return refusal.value.problem


def test_a_row_may_hold_text_numbers_or_nothing(flowers_run: Path) -> None:
    rows = [{"length": "1.5", "width": "", "colour": "red"}, {"length": 1.5, "width": None, "colour": "red", "more": 1}]
    first, second = predict_rows(flowers_run, rows)
    assert first == second
    assert first["species_probabilities"].keys() == {"iris", "rose", "tulip"}
    assert sum(first["species_probabilities"].values()) == pytest.approx(1)


def test_a_prediction_does_not_depend_on_its_neighbours(houses_run: Path) -> None:
    rows = [{"area": 50 + place, "rooms": 2, "town": "Ulm"} for place in range(7)]
    alone = [predict_rows(houses_run, [row])[0]["price"] for row in rows]
    together = [one["price"] for one in predict_rows(houses_run, rows)]
    assert together == pytest.approx(alone, rel=1e-5)


def test_a_value_that_cannot_be_used_is_named(flowers_run: Path) -> None:
    red = {"length": 1, "colour": "red"}
    found = problem(flowers_run, [{**red, "width": 1}, {**red, "width": "wide"}])
    assert found.message == "Row 2, column 'width': 'wide' is not a number."
    assert found.hint == "Give a number such as 12.5, or leave the value empty."
    assert found.where == {"row": 1, "column": "width"}
    missing = problem(flowers_run, [{"length": 1}])
    assert missing.message == "The column 'width' is missing."
    assert missing.hint == "Give all of these columns: 'length', 'width', 'colour'."


def test_an_answer_that_is_no_number_names_its_row(houses_run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = {"price": np.array([[0.5], [np.nan]], np.float32)}
    monkeypatch.setattr("engine.export.answering.Answerer.__call__", lambda model, inputs: answers)
    found = problem(houses_run, [{"area": 50, "rooms": 2, "town": "Ulm"}] * 2)
    assert (found.code, found.where) == ("no_answer", {"row": 1})


def test_an_answer_too_large_in_its_own_unit_names_its_row(houses_run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.data.predictions.restored", lambda target, values, last: values * np.inf)
    found = problem(houses_run, [{"area": 50, "rooms": 2, "town": "Ulm"}])
    assert (found.code, found.where) == ("no_answer", {"row": 0})


@pytest.mark.parametrize("count", [0, MOST_ROWS + 1])
def test_too_few_or_too_many_rows_are_refused(flowers_run: Path, count: int) -> None:
    assert problem(flowers_run, [{}] * count).code == "wrong_number_of_rows"


def test_a_full_stop_in_a_name_parts_no_sentence() -> None:
    assert _sentences("Row 1, column 'Mr. A': 'x' is not a number. Give a number such as 12.5, or nothing.") == (
        "Row 1, column 'Mr. A': 'x' is not a number.",
        "Give a number such as 12.5, or nothing.",
    )
    assert _sentences("Row 1, column 'b' is empty. The model needs a value there.")[1] == (
        "The model needs a value there."
    )
    assert _sentences("It is odd") == ("It is odd.", "Mend the value.")
