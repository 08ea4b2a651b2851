"""Amounts: what is recognised as a number with a currency or unit can also be read as one."""

from __future__ import annotations

import re

import numpy as np
import pytest

from engine.data import prepare
from engine.data.numerals import AMOUNT, GROUPING
from engine.data.recipe import Recipe
from engine.data.values import loose_numbers
from tests.engine.data.uploads import profiled

UNITS = [
    "%", "‰", "kg", "m", "µg", "dl", "t", "km/h", "m/s", "mph", "m2", "km2", "cm3", "m²", "ha", "ms", "sec", "hrs",
    "°", "°C", "F", "K", "kWh", "hp", "PS", "kPa", "mbar", "GHz", "TB", "kcal", "kJ", "ppm", "cc", "px", "inch", "lbs",
    "kmpl", "€", "US$", "CHF", "kr.", "zł", "Fr.", "Rs",
]  # fmt: skip
CURRENCIES = ["€", "$", "US$", "CHF", "Kč", "kr", "kr.", "Fr.", "Rs.", "Rs"]


def _read(texts: list[str], decimal: str = ".") -> list[float]:
    found: list[float] = loose_numbers(texts, {"decimal": decimal, "missing": [""]}).tolist()
    return found


@pytest.mark.parametrize("decimal", [".", ","])
def test_every_amount_that_is_recognised_is_read(decimal: str) -> None:
    number = f"85{decimal}5"
    texts = [f"{number}{blank}{unit}" for unit in UNITS for blank in ("", " ", "\u00a0")]
    texts += [f"{sign}{blank}{number}" for sign in CURRENCIES for blank in ("", " ")]
    assert [text for text in texts if not re.match(AMOUNT, text)] == []
    assert [text for text, read in zip(texts, _read(texts, decimal), strict=True) if read != 85.5] == []


def test_digits_grouped_by_any_sign_are_one_number() -> None:
    texts = [f"CHF 1{sign}234,50" for sign in GROUPING if sign != ","] + [f"1{sign}234,50 m2" for sign in "'’"]
    assert _read(texts, ",") == [1234.5] * len(texts)


def test_of_several_numbers_none_is_taken() -> None:
    texts = ["5-7 kg", "3 of 5", "about", "5e3 m2", "1e3", "3.5 m2", "$.50", "A12"]
    wanted = [np.nan, np.nan, np.nan, 5000, 1000, 3.5, 0.5, 12]
    assert _read(texts) == pytest.approx(wanted, nan_ok=True)
    assert np.isnan(_read(["3.5 m2"], ",")[0])


def test_the_recipe_proposed_for_areas_fits(dataset) -> None:
    folder = dataset("\n".join(["area,rooms", *(f"{60 + row} m2,{row % 4}" for row in range(40))]))
    recipe = Recipe.model_validate(profiled(folder)["recipe"])
    assert recipe.columns["area"].loose
    step = next(one for one in prepare.fit(folder, recipe)["columns"]["area"]["steps"] if one["type"] == "scale")
    assert 60 < float(np.atleast_1d(step["center"])[0]) < 100
