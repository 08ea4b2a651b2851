"""Formulas over columns: what they come to, and what is wrong with those that come to nothing."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.data import prepare
from engine.data.formula import columns_in, parsed
from engine.data.formulas import preview
from engine.data.guard import findings
from engine.data.recipe import Recipe
from engine.data.reckoning import FUNCTIONS, FormulaError, worked_out
from engine.data.transform import transform
from engine.preparing import formula
from engine.problems import Refusal
from tests.engine.data.uploads import profiled

NAN = math.nan
COLUMNS: dict[str, tuple[str, np.ndarray]] = {
    "a": ("number", np.array([1.0, 2.0, NAN])),
    "b": ("number", np.array([0.0, -4.0, 3.0])),
    "sq m": ("number", np.array([10.0, 20.0, 30.0])),
    "city": ("category", np.array(["Rome", None, "Oslo"], object)),
    "day": ("date", np.array([0.0, 86_400 * 365 + 3600 * 5, NAN])),  # 1 January 1970 and 1971, five o'clock
}


def _value(formula: str) -> list[float]:
    values: list[float] = worked_out(parsed(formula), COLUMNS, 3).tolist()
    return values


CASES: dict[str, list[float]] = {
    "1 + 2 * 3 ** 2": [19] * 3,
    "-2 ** 2": [-4] * 3,
    "2 ** -1": [0.5] * 3,
    "2 ** 3 ** 2": [512] * 3,
    "(1 + 2) * 3 - 10 / 4 / 5": [8.5] * 3,
    "1e3 + .5 + 2.": [1002.5] * 3,
    "a + b": [1, -2, NAN],
    "a / b": [NAN, -0.5, NAN],
    "1 / log(a)": [NAN, 1 / math.log(2), NAN],
    "`sq m` * 2": [20, 40, 60],
    "log(b)": [NAN, NAN, math.log(3)],
    "sqrt(b)": [0, NAN, math.sqrt(3)],
    "exp(1000 * a)": [NAN, NAN, NAN],
    "abs(b) + log1p(0) + sin(0) + cos(0)": [1, 5, 4],
    "round(2.6) + floor(2.6) - round(a / 4)": [5, 5, NAN],
    "min(a, b, 1)": [0, -4, NAN],
    "max(b, 1)": [1, 1, 3],
    "a < 2": [1, 0, NAN],
    "a >= 1 and not b > 0": [1, 1, NAN],
    "b == 0 or b != -4": [1, 0, 1],
    "where(b >= 0, b, 0 - b)": [0, 4, 3],
    "where(a > 1, 1, 2)": [2, 1, NAN],
    "missing(a) + missing(city)": [0, 1, 1],
    "city == 'Rome'": [1, NAN, 0],
    'city != "Oslo"': [1, NAN, 0],
    "year(day) + month(day) + day(day)": [1972, 1973, NAN],
    "weekday(day) * 100 + hour(day) + minute(day)": [300, 405, NAN],
    "day - 1": [-1, 365 + 5 / 24 - 1, NAN],
    "year(day + 366)": [1971, 1972, NAN],
}


@pytest.mark.parametrize("formula", CASES)
def test_a_formula_comes_to(formula: str) -> None:
    assert _value(formula) == pytest.approx(CASES[formula], nan_ok=True)


def test_every_function_has_a_case() -> None:
    assert [name for name in FUNCTIONS if not any(f"{name}(" in formula for formula in CASES)] == []


WRONG = {
    "": (1, "is expected where the formula ends"),
    "a +": (4, "is expected where the formula ends"),
    "a b": (3, "'b' follows what is complete already"),
    "a + * b": (5, "is expected where '*' stands"),
    "(a + 1": (1, "is never closed"),
    "log(a": (1, "is never closed"),
    "sinus(a)": (1, "There is no function 'sinus'"),
    "min(a)": (1, "min takes 2 values or more, not 1"),
    "log(a, 2)": (1, "log takes 1 value, not 2"),
    "a ; b": (3, "';' has no meaning here"),
    "a.real": (2, "'.' has no meaning here"),
    "__import__('os').system('x')": (1, "There is no function '__import__'"),
    "[a for a in b]": (1, "'[' has no meaning here"),
    "a < b < 3": (7, "Join them by and"),
    "and a": (1, "joins two comparisons"),
    "city + 1": (1, "can only be compared"),
    "'Rome' + 1": (1, "can only be compared"),
    "city < 'Rome'": (6, "Use == or !="),
    "city == 1": (6, "compared with a number"),
    "log(city == a)": (10, "compared with a number"),
    "(" * 60: (52, "Too much stands inside each other"),
    "1" + "+1" * 300: (501, "longer than 500 characters"),
    "-" * 90 + "1": (52, "Too much stands inside each other"),
}


@pytest.mark.parametrize("formula", WRONG)
def test_a_mistake_is_named_with_its_place_and_remedy(formula: str) -> None:
    place, said = WRONG[formula]
    with pytest.raises(FormulaError) as refused:
        _value(formula)
    assert said in str(refused.value)
    assert refused.value.place == place
    assert str(refused.value).endswith(".")


def test_the_longest_formula_is_worked_out() -> None:
    assert _value("1" + "+1" * 249) == [250] * 3


def test_it_tells_which_columns_are_read() -> None:
    assert columns_in(parsed("log(a) + where(`sq m` > a, b, 'b' == city)")) == {"a": 4, "sq m": 15, "b": 27, "city": 37}
    assert list(columns_in(parsed("b + a"))) == ["b", "a"]


FLATS = "price,area,when,city\n" + "\n".join(
    f"{100 + row * 7},{row % 13},{row % 28 + 1:02}/03/2021,{'ab'[row % 2]}" for row in range(60)
)


def _recipe(formula: str, **more: Any) -> Recipe:
    columns: dict[str, Any] = {
        "price": {"kind": "number", "role": "target"},
        "area": {"kind": "number"},
        "when": {"kind": "date", "role": "ignore"},
        "city": {"kind": "category", "role": "ignore"},
        "made": {"kind": "number", "formula": formula, "scale": "none", **more},
    }
    return Recipe.model_validate({"kind": "table", "columns": columns})


def test_a_formula_goes_in_beside_its_columns_and_needs_only_those(dataset) -> None:
    prepared = prepare.load(dataset(FLATS), _recipe("100 / area + (city == 'a') + day(when)", fill="zero"))
    made = transform(prepared.preparation, {"area": ["4", "0"], "city": ["a", "b"], "when": ["05/03/2021", ""]})
    assert made["features"][:, 1].tolist() == [25 + 1 + 5, 0]
    with pytest.raises(
        ValueError, match=r"The column 'when' is missing\. Give all of these columns: 'area', 'city', 'when'"
    ):
        transform(prepared.preparation, {"area": ["4"], "city": ["a"]})


def test_a_wrong_date_that_a_formula_reads_is_told_how_to_be_written(dataset) -> None:
    preparation = prepare.fit(dataset(FLATS), _recipe("year(when) + area"))
    with pytest.raises(ValueError, match=r"'soon' is not a date\. Give a date written like 01/03/2021, or leave"):
        transform(preparation, {"area": ["4"], "when": ["soon"]})


def test_a_target_can_be_a_formula(dataset) -> None:
    recipe = _recipe("log(price)", role="target")
    recipe.columns["price"].role = "ignore"
    prepared = prepare.load(dataset(FLATS), Recipe.model_validate(recipe.document()))
    expected = [math.log(100 + row * 7) for row in prepared.rows["test"]]
    assert prepared.targets["test"]["made"][:, 0].tolist() == pytest.approx(expected)


@pytest.mark.parametrize(
    ("formula", "message", "hint"),
    [
        ("area +", "goes wrong at character 7", "Add it, or take the sign away."),
        ("size * 2", "The data have no column 'size'", "Names with blanks or signs stand between `backticks`."),
        ("Area * 2", "The data have no column 'Area'", "Write area, with the same letters."),
        ("area / price", "It reads the target 'price'", "Take it out, or predict another column."),
        ("city * 2", "city holds texts", "which can only be compared"),
    ],
)
def test_a_formula_that_does_not_fit_the_data_is_refused(dataset, formula: str, message: str, hint: str) -> None:
    with pytest.raises(Refusal) as refused:
        prepare.fit(dataset(FLATS), _recipe(formula))
    problem = refused.value.problem
    assert problem.code == "formula_is_wrong"
    assert problem.where["column"] == "made"
    assert message in problem.message
    assert hint in f"{problem.message} {problem.hint}"


def test_in_a_series_a_formula_of_the_target_is_its_past_and_never_known_ahead(dataset) -> None:
    folder = dataset("\n".join(["hour,y", *(f"{row},{row % 7}" for row in range(40))]))
    columns: dict[str, Any] = {
        "hour": {"kind": "number", "role": "time"},
        "y": {"kind": "number", "role": "target"},
        "made": {"kind": "number", "formula": "y * 2"},
    }
    recipe = {"kind": "series", "series": {"lookback": 3}, "columns": columns}
    assert "made" in prepare.fit(folder, Recipe.model_validate(recipe))["columns"]
    columns["made"]["ahead"] = True
    with pytest.raises(Refusal) as refused:
        prepare.fit(folder, Recipe.model_validate(recipe))
    assert "It reads the target 'y'" in refused.value.problem.message


def test_a_formula_called_like_a_stored_column_is_refused(dataset) -> None:
    document = _recipe("area * 2").document()
    document["columns"]["area"]["formula"] = "price * 2"
    with pytest.raises(Refusal) as refused:
        prepare.fit(dataset(FLATS), Recipe.model_validate(document))
    assert refused.value.problem.code == "formula_name_taken"


def test_a_preview_shows_values_and_counts_the_missing(dataset) -> None:
    folder: Path = dataset(FLATS)
    found = preview(folder, _recipe("1 / area"), profiled(folder), "made")
    assert formula(str(folder), _recipe("1 / ").document(), "made")["problem"]["where"]["place"] == 5
    assert found == {"values": [None, 1.0, 0.5, pytest.approx(1 / 3), 0.25], "missing": 5, "rows": 60}


def test_the_guard_looks_at_formulas_as_at_columns(dataset) -> None:
    found = findings(dataset(FLATS), _recipe("area * 0 + 1"))
    assert ("constant_feature", ("made",)) in [(one.code, one.columns) for one in found]
    recipe = _recipe("city == 'a'", kind="category")
    recipe.columns["price"].role, recipe.columns["city"].role = "ignore", "target"
    document = recipe.document()
    document["columns"]["made"]["formula"] = "year(when) + area"
    assert findings(dataset(FLATS), Recipe.model_validate(document))
