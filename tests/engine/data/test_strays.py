"""A few words in a column of numbers: they are named, and counted as missing only when somebody says so."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from engine import service
from engine.data import prepare
from engine.data.guard import Finding, findings
from engine.data.recipe import Recipe
from engine.problems import Refusal
from tests.engine.data.uploads import profiled

ROWS = 150


def _text(*strays: str, values: list[str] | None = None, sign: str = ",") -> str:
    numbers = values or [f"{row * 0.37:.2f}" for row in range(ROWS)]
    for row, stray in enumerate(strays):
        numbers[7 * row + 3] = stray
    return "\n".join([f"a{sign}y", *(f"{row % 13}{sign}{number}" for row, number in enumerate(numbers))])


def _found(folder: Path, recipe: dict[str, Any] | None = None) -> list[Finding]:
    document = recipe or profiled(folder)["recipe"]
    return [one for one in findings(folder, Recipe.model_validate(document)) if one.code == "stray_values"]


def test_one_word_among_numbers_is_named_with_a_cure_that_brings_the_numbers_back(dataset) -> None:
    folder = dataset(_text("oops"))
    (finding,) = _found(folder)
    assert finding.message == "149 of 150 values of y are numbers; 1 is not: 'oops'."
    assert finding.columns == ("y",)
    assert finding.mend is not None
    assert finding.mend["label"] == "Count it as missing"
    (remark,) = profiled(folder)["warnings"]
    assert "149 of its 150 values are numbers; 1 is not: 'oops'" in remark["message"]
    cured = dataset(_text("oops"), reading=finding.mend["reading"])
    assert _found(cured) == []
    assert profiled(cured)["warnings"] == []
    y = profiled(cured)["columns"][1]
    assert (y["type"], y["missing"], y["max"]) == ("float", 1, 55.13)
    assert (
        profiled(cured)["recipe"]["columns"]["y"] | {"role": "target", "kind": "number"}
        == (profiled(cured)["recipe"]["columns"]["y"])
    )


def test_nothing_is_dropped_before_somebody_says_so(dataset) -> None:
    y = profiled(dataset(_text("oops")))["columns"][1]
    assert (y["type"], y["missing"]) == ("text", 0)


def test_markers_that_are_known_already_stay(dataset) -> None:
    finding = _found(dataset(_text("oops", "n/a", "Oops", "sick")))[0]
    assert finding.message == "146 of 149 values of y are numbers; 3 are not: 'oops', 'Oops', 'sick'."
    assert finding.mend is not None
    assert finding.mend["label"] == "Count them as missing"
    assert {"", "n/a", "oops", "sick"} <= set(finding.mend["reading"]["missing"])


def test_numbers_with_a_decimal_comma_are_numbers_too(dataset) -> None:
    values = [f"{row * 0.37:.2f}".replace(".", ",") for row in range(ROWS)]
    (finding,) = _found(dataset(_text("Summe", values=values, sign=";")))
    assert "149 of 150 values of y are numbers; 1 is not: 'Summe'." in finding.message


def test_text_of_a_file_that_has_types_stays_text_until_it_is_declared_a_number(dataset) -> None:
    values = [f"{row * 0.37:.2f}" for row in range(ROWS - 1)] + ["oops"]
    table = io.BytesIO()
    pl.DataFrame({"a": [row % 13 for row in range(ROWS)], "y": values}).write_parquet(table)
    folder = dataset(table.getvalue())
    assert _found(folder) == []
    document = _as_number(folder)
    (problem,) = service.check({"nodes": [], "edges": []}, str(folder), document)["problems"]
    cured = dataset(table.getvalue(), reading=problem["fix"]["reading"])
    assert prepare.fit(cured, Recipe.model_validate(document))["targets"].keys() == {"y"}


HONEST = {
    "too many words": _text("a", "b", "c", "d", "e", "f"),
    "too large a share": _text(*["oops"] * 8),
    "too few numbers": _text("oops", values=[f"{row}.5" for row in range(19)]),
    "few different values": _text("a", values=["0"] * ROWS),
    "codes with leading zeros": _text("unknown", values=[f"{row:05}" for row in range(ROWS)]),
    "names": _text("1", values=[f"n{row}" for row in range(ROWS)]),
}


@pytest.mark.parametrize("case", HONEST)
def test_categories_stay_without_a_finding(dataset, case: str) -> None:
    assert _found(dataset(HONEST[case])) == []


def _as_number(folder: Path) -> dict[str, Any]:
    document = profiled(folder)["recipe"]
    document["columns"]["a"]["role"] = "feature"
    document["columns"]["y"] |= {"role": "target", "kind": "number", "scale": "none", "fill": "median"}
    return {**document, "split": {"method": "random"}}


@pytest.mark.parametrize(("strays", "said"), [(1, "1 value is no number: 'oops'"), (2, "2 values are no numbers")])
def test_a_column_declared_a_number_is_refused_with_the_same_cure(dataset, strays: int, said: str) -> None:
    folder = dataset(_text(*["oops", "sick"][:strays]))
    document = _as_number(folder)
    with pytest.raises(Refusal, match=said) as refused:
        prepare.fit(folder, Recipe.model_validate(document))
    assert "missing values" in refused.value.problem.hint
    (finding,) = _found(folder, document)
    assert finding.level == "serious"
    assert finding.mend is not None
    (problem,) = service.check({"nodes": [], "edges": []}, str(folder), document)["problems"]
    assert problem["fix"] == {key: finding.mend[key] for key in ("label", "reading")}


def test_words_declared_numbers_are_refused_without_a_cure(dataset) -> None:
    folder = dataset(HONEST["names"])
    with pytest.raises(Refusal, match="149 values are no numbers") as refused:
        prepare.fit(folder, Recipe.model_validate(_as_number(folder)))
    assert refused.value.problem.fix is None
