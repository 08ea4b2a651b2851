"""Profiles, proposals and the bundled samples."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.data import prepare
from engine.data.profile import profile
from engine.data.recipe import Recipe
from engine.data.samples import SAMPLES, samples
from engine.data.source import Source
from engine.problems import Refusal
from tests.engine.data.uploads import profiled


def _sample(folder: Path, name: str) -> dict:
    folder.mkdir()
    (folder / "request.json").write_text(json.dumps({"filename": name, "sample": name}))
    profile(folder, lambda phase, fraction: None)
    return profiled(folder)


def test_a_profile_says_what_is_in_each_column(dataset) -> None:
    found = profiled(dataset("size,kind\n1,a\n2,b\n,b\n4,\n"))
    assert (found["kind"], found["rows"]) == ("table", 4)
    size, kind = found["columns"]
    assert size == {
        "name": "size",
        "kind": "number",
        "type": "integer",
        "missing": 1,
        "distinct": 3,
        "examples": [1, 2, 4],
        "min": 1,
        "max": 4,
        "mean": pytest.approx(7 / 3),
        "std": pytest.approx(1.247219128924647),
        "top": [[1, 1], [2, 1], [4, 1]],
        "rarest": 1,
    } or sorted(map(tuple, size["top"])) == [(1, 1), (2, 1), (4, 1)]
    assert (kind["type"], kind["missing"], kind["top"][0], kind["min"]) == ("text", 1, ["b", 2], None)


def _roles(dataset, text: str) -> dict[str, str]:
    columns = profiled(dataset(text))["recipe"]["columns"]
    return {name: f"{column['role']} {column['kind']}" for name, column in columns.items()}


def test_identifiers_constants_and_long_text_are_left_out_with_a_remark(dataset) -> None:
    lines = [f"{i},{i},same,comment number {i},{i % 7},{i % 3},{'v' if i == 0 else ''}" for i in range(400)]
    folder = dataset("customer_id,age,fixed,comment,group,label,note\n" + "\n".join(lines))
    found = profiled(folder)
    roles = {name: column["role"] for name, column in found["recipe"]["columns"].items()}
    assert roles == {
        "customer_id": "ignore",
        "age": "feature",
        "fixed": "ignore",
        "comment": "ignore",
        "group": "feature",
        "label": "target",
        "note": "ignore",
    }
    remarks = {one["where"]["column"]: one["message"] for one in found["warnings"]}
    assert set(remarks) == {"customer_id", "fixed", "comment", "note"}
    assert "identifier" in remarks["customer_id"]


def test_the_target_is_found_by_its_name_or_its_place(dataset) -> None:
    body = "".join(f"{i},{i % 2},x{i % 3}\n" for i in range(60))
    assert _roles(dataset, "a,Survived,c\n" + body)["Survived"] == "target category"
    assert _roles(dataset, "a,b,c\n" + body) == {
        "a": "feature number",
        "b": "feature number",
        "c": "target category",
    }


@pytest.mark.parametrize(
    ("name", "values", "kind"),
    [
        ("y", [0, 1], "category"),
        ("anything", [2, 4], "category"),
        ("class", [1, 2, 3], "category"),
        ("rooms", [1, 2, 3], "number"),
        ("class", list(range(30)), "number"),
        ("price", [1.5, 2.5, 3.5], "number"),
    ],
)
def test_a_target_of_few_whole_numbers_is_a_category(dataset, name: str, values: list[float], kind: str) -> None:
    text = f"a,{name}\n" + "".join(f"{i},{values[i % len(values)]}\n" for i in range(90))
    assert _roles(dataset, text)[name] == f"target {kind}"


@pytest.mark.parametrize(
    ("cells", "numbers"),
    [
        (["1.125,76 €", "82,50 €", "12.000 €"], [1125.76, 82.5, 12000.0]),
        (["$1,125.76", "$82.50", "$12,000"], [1125.76, 82.5, 12000.0]),
        (["CHF 1'125.76", "CHF 82.50", "CHF 7"], [1125.76, 82.5, 7.0]),
        (["12,5 %", "7 %", "-3,25 %"], [12.5, 7.0, -3.25]),
        (["70kg", "81.5 kg", "9 kg"], [70.0, 81.5, 9.0]),
    ],
)
def test_amounts_with_their_currency_or_unit_are_numbers(dataset, cells: list[str], numbers: list[float]) -> None:
    lines = ["price;kind", *(f"{cells[i % 3]};{'ab'[i % 2]}" for i in range(30))]
    folder = dataset("\n".join(lines))
    recipe = Recipe.model_validate(profiled(folder)["recipe"])
    assert recipe.columns["price"].kind == "number"
    assert Source(folder, recipe).columns["price"].values[:3].tolist() == numbers


@pytest.mark.parametrize("cells", [["1A", "1B", "2A"], ["5 €", "6 $", "7 €"], ["5 €", "10-20 €", "7 €"]])
def test_names_with_digits_and_amounts_of_several_kinds_are_no_numbers(dataset, cells: list[str]) -> None:
    lines = ["price;kind", *(f"{cells[i % 3]};{'ab'[i % 2]}" for i in range(30))]
    assert profiled(dataset("\n".join(lines)))["recipe"]["columns"]["price"]["kind"] == "category"


def test_the_split_is_stratified_and_classes_too_rare_for_it_are_left_out(dataset) -> None:
    lines = [f"{i},{'ab'[i % 2]}" for i in range(50)]
    assert profiled(dataset("\n".join(["x,y", *lines])))["recipe"]["split"]["method"] == "stratified"
    folder = dataset("\n".join(["x,y", *lines, "1,c"]))
    found = profiled(folder)
    assert found["recipe"]["split"]["method"] == "stratified"
    assert [one["code"] for one in found["warnings"]] == ["rare_classes_left_out"]
    preparation = prepare.fit(folder, Recipe.model_validate(found["recipe"]))
    assert preparation["targets"]["y"]["classes"] == ["a", "b"]
    assert preparation["rows"]["dropped"] == 1


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample["name"])
def test_every_sample_is_what_it_says_and_can_be_trained_on(tmp_path: Path, sample: dict) -> None:
    found = _sample(tmp_path / "sample", sample["name"])
    assert (found["kind"], found["rows"], len(found["columns"])) == (
        sample["kind"],
        sample["rows"],
        sample["columns"],
    )
    assert found["warnings"] == []
    prepared = prepare.load(tmp_path / "sample", Recipe.model_validate(found["recipe"]))
    targets = prepare.specs(prepared.preparation)[1]
    expected = {
        "breast_cancer": {"diagnosis": {"kind": "category", "classes": ["benign", "malignant"]}},
        "digits": {"label": {"kind": "category", "classes": list("0123456789")}},
        "diabetes": {"progression": {"kind": "number", "classes": None}},
    }
    assert targets == expected[sample["name"]]


def test_a_sample_is_the_same_every_time(tmp_path: Path) -> None:
    _sample(tmp_path / "first", "digits")
    _sample(tmp_path / "second", "digits")
    assert (tmp_path / "first" / "upload").read_bytes() == (tmp_path / "second" / "upload").read_bytes()


def test_samples_are_described_without_their_file_names() -> None:
    assert {key for sample in samples() for key in sample} == {
        "name",
        "title",
        "description",
        "kind",
        "rows",
        "columns",
    }


def test_an_unknown_sample_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refused:
        _sample(tmp_path / "sample", "../../etc/passwd")
    assert refused.value.problem.code == "unknown_sample"


def test_a_profile_holds_nothing_that_json_cannot(dataset) -> None:
    folder = dataset("a,b\n1e308,x\n-1e308,y\n1e308,x\n")
    text = (folder / "profile.json").read_text()
    assert "NaN" not in text
    assert "Infinity" not in text


def test_dates_are_told_from_text_and_sentences_from_categories(dataset) -> None:
    said = ("see you at five in the old cafe", "call this number now to win a prize", "we are late again, please wait")
    rows = [f'{1 + i % 28}/{1 + i % 12}/20{10 + i % 9},"{said[i % 3]} {i}",{"ab"[i % 2]}' for i in range(90)]
    folder = dataset("\n".join(["when,note,y", *rows]))
    columns = profiled(folder)["recipe"]["columns"]
    assert (columns["when"]["role"], columns["when"]["kind"]) == ("ignore", "date")
    assert (columns["note"]["role"], columns["note"]["kind"], columns["note"]["encode"]) == (
        "feature",
        "text",
        "tokens",
    )
    remark = next(one for one in profiled(folder)["warnings"] if one["where"].get("column") == "when")
    assert "it holds dates" in remark["message"]
