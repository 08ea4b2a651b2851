"""Every preparation step: fitted, saved, loaded by a process without the training data, and applied to equal bytes."""

from __future__ import annotations

import ast
import inspect
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.data import prepare, travelling
from engine.data.choices import ENCODES, FILLS, OPTIONS, SCALES, TARGET_SCALES
from engine.data.column import Column
from engine.data.inputs import ArrayInput
from engine.data.predictions import predictions
from engine.data.recipe import Recipe
from engine.data.steps import STEPS
from engine.data.transform import transform
from engine.export import answering
from engine.problems import Refusal
from tests.engine.data.uploads import profiled

ROWS = 240


def _cells(row: int) -> dict[str, str]:
    """One row of raw text; every fifth cell of x is empty."""
    day, month, hour = row % 28 + 1, row % 12 + 1, row % 24
    return {
        "number": f"{(row * 37 % 101) / 4 + 0.25}" if row % 5 else "",
        "money": ("$1,200.50", "45 %", "nothing", "7 kg", "EUR 3", "")[row % 6],
        "city": ("Rome", "rome.", "Oslo", "Paris", "", f"Town {row % 40}")[row % 6],
        "tags": ("red;blue", "blue ; green", "", "Red", f"red;rare {row % 50}")[row % 5],
        "day": f"{day:02}/{month:02}/{2015 + row % 4} {hour:02}:{row % 60:02}" if row % 7 else "",
        "text": ("Free prize, call NOW", "see you at 5", "", f"it's {row % 17} o'clock", "call me")[row % 5],
        "target": f"{row * 13 % 97 + 1}",
    }


CASES: dict[str, tuple[str, dict[str, Any]]] = {
    **{f"number, {fill}": ("number", {"kind": "number", "fill": fill}) for fill in FILLS["number"]},
    **{f"number, {scale}": ("number", {"kind": "number", "scale": scale}) for scale in SCALES["number"]},
    "number, a value": ("number", {"kind": "number", "fill": "constant", "fill_value": -3.5, "scale": "minmax"}),
    "number, gaps marked": ("number", {"kind": "number", "indicator": True}),
    "number, clipped": ("number", {"kind": "number", "clip": 0.05, "scale": "log"}),
    "number, bins of one width": ("number", {"kind": "number", "encode": "bins", "bins": 3, "cut": "width"}),
    "number, bins of given edges": ("number", {"kind": "number", "encode": "bin_rank", "edges": [20, 3, 9.5]}),
    **{f"number encoded, {encode}": ("number", {"kind": "number", "encode": encode}) for encode in ENCODES["number"]},
    "a formula": (
        "made",
        {"kind": "number", "formula": "where(city == 'Rome', log(number), -sqrt(number)) * hour(day) / (number - 3)"},
    ),
    "a formula of classes": ("made", {"kind": "category", "formula": "weekday(day) >= 5 or missing(number)"}),
    "a formula of loose numbers": (
        "made",
        {"kind": "number", "formula": "max(`money`, 3) ** 0.5", "scale": "minmax", "indicator": True},
    ),
    "number in text": ("money", {"kind": "number", "loose": True, "scale": "robust"}),
    **{f"category, {fill}": ("city", {"kind": "category", "fill": fill}) for fill in FILLS["category"]},
    **{f"category, {encode}": ("city", {"kind": "category", "encode": encode}) for encode in ENCODES["category"]},
    "category, a value": ("city", {"kind": "category", "fill": "constant", "fill_value": "nowhere"}),
    "category, tidied": ("city", {"kind": "category", "case": "lower", "strip": "."}),
    "category, rare ones together": ("city", {"kind": "category", "minimum_count": 10}),
    "category, the most frequent": ("city", {"kind": "category", "encode": "index", "size": 2}),
    "category, few buckets": ("city", {"kind": "category", "encode": "hash", "size": 5}),
    **{f"tags, {fill}": ("tags", {"kind": "tags", "fill": fill}) for fill in FILLS["tags"]},
    "tags, the most frequent": (
        "tags",
        {"kind": "tags", "case": "lower", "minimum_count": 3, "size": 2, "separator": ";"},
    ),
    **{f"date, {fill}": ("day", {"kind": "date", "fill": fill}) for fill in FILLS["date"]},
    **{f"date, {encode}": ("day", {"kind": "date", "encode": encode}) for encode in ENCODES["date"]},
    **{f"date, {scale}": ("day", {"kind": "date", "encode": "calendar", "scale": scale}) for scale in SCALES["date"]},
    "date, some parts": ("day", {"kind": "date", "encode": "calendar", "parts": ["year", "hour"], "indicator": True}),
    **{f"text, {fill}": ("text", {"kind": "text", "fill": fill}) for fill in FILLS["text"]},
    **{f"text, {encode}": ("text", {"kind": "text", "encode": encode}) for encode in ENCODES["text"]},
    "text, small vocabulary": (
        "text",
        {"kind": "text", "case": "lower", "size": 6, "length": 3, "minimum_count": 2},
    ),
}

FRESH = """
import json, sys
from pathlib import Path
import preparing
answer = {}
for folder in sys.argv[1:]:
    folder = Path(folder)
    preparation = json.loads((folder / "preparation.json").read_text("utf-8"))
    rows = preparing.read_rows(folder / "rows.csv", preparation)
    for row in rows:
        row.pop("target")
    for name, array in preparing.transform(preparation, preparing.columns_of(rows)).items():
        assert list(array.shape[1:]) == preparation["inputs"][name]["shape"], name
        (folder / (name + ".bytes")).write_bytes(array.tobytes())
assert not {"engine", "polars", "pydantic", "sklearn", "jax"} & set(sys.modules)
"""


def _recipe(folder: Path, source: str, column: dict[str, Any], **target: Any) -> Recipe:
    columns: dict[str, dict[str, Any]] = {name: {"role": "ignore", "kind": "category"} for name in _cells(0)}
    assert set(columns) == {one["name"] for one in profiled(folder)["columns"]}
    columns |= {"day": {"role": "ignore", "kind": "date"}, "money": {"role": "ignore", "kind": "number", "loose": True}}
    columns |= {source: column, "target": {"role": "target", "kind": "number", **target}}
    return Recipe.model_validate({"kind": "table", "columns": columns})


@pytest.fixture
def cells(dataset) -> Path:
    lines = [",".join(_cells(0)), *(",".join(f'"{cell}"' for cell in _cells(row).values()) for row in range(ROWS))]
    made: Path = dataset("\n".join(lines))
    return made


def test_every_choice_has_a_case_and_every_step_is_used(cells: Path) -> None:
    columns = [Column.model_validate(document) for _, document in CASES.values()]
    given = {name for _, document in CASES.values() for name in document}
    for kind in ("number", "category", "tags", "date", "text"):
        alike = [column for column in columns if column.kind == kind]
        assert {column.fill for column in alike} == set(FILLS[kind])
        assert {column.encode for column in alike} == set(ENCODES[kind])
        assert {column.scale for column in alike} == set(SCALES[kind])
    assert given >= {option for options in OPTIONS.values() for option in options}
    fitted = [prepare.fit(cells, _recipe(cells, *case))["columns"] for case in CASES.values()]
    assert {step["type"] for found in fitted for one in found.values() for step in one["steps"]} == set(STEPS)


def test_no_name_is_given_twice_in_what_travels() -> None:
    names = [
        node.name
        for module in (*travelling.MODULES, answering)
        for node in ast.parse(inspect.getsource(module)).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    ]
    assert [name for name, count in Counter(names).items() if count > 1] == []


def test_a_process_without_the_training_data_makes_equal_bytes(cells: Path, tmp_path: Path) -> None:
    away = tmp_path / "away"
    made = {}
    for place, (name, case) in enumerate(CASES.items()):
        folder = away / str(place)
        folder.mkdir(parents=True)
        prepared = made[name] = prepare.load(cells, _recipe(cells, *case))
        (folder / "preparation.json").write_text(json.dumps(prepared.preparation, allow_nan=False), "utf-8")
        lines = (cells / "upload").read_text("utf-8").splitlines()
        used = [lines[row + 1] for rows in prepared.rows.values() for row in rows]
        (folder / "rows.csv").write_text("\n".join([lines[0], *used]), "utf-8")
    (away / "preparing.py").write_text(travelling.joined(travelling.MODULES), "utf-8")
    command = [sys.executable, "-c", FRESH, *(str(away / str(place)) for place in range(len(CASES)))]
    subprocess.run(command, cwd=away, check=True, timeout=60)
    for place, (name, prepared) in enumerate(made.items()):
        for given in prepared.preparation["inputs"]:
            parts = [inputs[given] for inputs in prepared.inputs.values()]
            whole = np.concatenate([part.values for part in parts if isinstance(part, ArrayInput)])
            assert len(whole) >= 0.5 * ROWS
            assert np.isfinite(whole).all(), name
            assert (away / str(place) / f"{given}.bytes").read_bytes() == whole.tobytes(), name


def _features(folder: Path, source: str, **column: Any) -> dict[str, Any]:
    fitted: dict[str, Any] = prepare.fit(folder, _recipe(folder, source, column))
    return fitted


def test_numbers_are_found_in_text(cells: Path) -> None:
    preparation = _features(cells, "money", kind="number", loose=True, fill="constant", fill_value=-1, scale="none")
    given = {"money": ["$1,200.50", "45 %", "(7)", "two", None, "3-5", "1.234.567", 8, "-2e3 m"]}
    made = transform(preparation, given)["features"][:, 0].tolist()
    assert made == [1200.5, 45, 7, -1, -1, -1, -1, 8, -2000]


def test_dates_become_the_parts_that_vary(cells: Path) -> None:
    preparation = _features(cells, "day", kind="date", encode="calendar", scale="none")
    parts = ["year", "month", "day", "weekday", "hour", "minute"]
    assert preparation["columns"]["day"]["steps"][1] == {"type": "calendar", "parts": parts}
    made = transform(preparation, {"day": ["29/02/2016 23:59"]})["features"].tolist()
    assert made == [[2016, 2, 29, 0, 23, 59]]
    with pytest.raises(ValueError, match=r"Row 1, column 'day': '2016-02-29' is not a date\. Give a date written like"):
        transform(preparation, {"day": ["2016-02-29"]})


def test_december_lies_next_to_january(cells: Path) -> None:
    preparation = _features(cells, "day", kind="date", parts=["month"])
    given = ["01/12/2016 00:00", "01/01/2017 00:00", "01/07/2016 00:00"]
    december, january, july = transform(preparation, {"day": given})["features"]
    assert np.linalg.norm(december - january) < 0.6
    assert np.linalg.norm(july - january) > 1.9


def test_a_text_becomes_a_sequence_padded_in_front(cells: Path) -> None:
    preparation = _features(cells, "text", kind="text", case="lower", length=4)
    inputs, _ = prepare.specs(preparation)
    words = preparation["columns"]["text"]["steps"][-1]["words"]
    assert inputs == {"text": {"shape": [4], "dtype": "int32", "values": len(words) + 2}}
    made = transform(preparation, {"text": ["CALL me zebra", None]})["text"]
    assert made.tolist() == [[0, words.index("call") + 2, words.index("me") + 2, 1], [0, 0, 0, 0]]


def test_word_weights_are_those_of_scikit_learn(cells: Path) -> None:
    from sklearn.feature_extraction.text import TfidfVectorizer

    recipe = _recipe(cells, "text", {"kind": "text", "encode": "words"})
    prepared = prepare.load(cells, recipe)
    texts = [_cells(row)["text"] for row in prepared.rows["train"]]
    words = prepared.preparation["columns"]["text"]["steps"][-1]["words"]
    peer = TfidfVectorizer(token_pattern=r"\w+|[^\w\s]", lowercase=False, vocabulary=words)
    given = prepared.inputs["train"]["features"]
    assert isinstance(given, ArrayInput)
    assert np.allclose(given.values, peer.fit_transform(texts).toarray(), atol=1e-6)


def test_rare_categories_become_other_and_so_do_unseen_ones(cells: Path) -> None:
    preparation = _features(cells, "city", kind="category", minimum_count=10, fill="most_frequent")
    step = preparation["columns"]["city"]["steps"][-1]
    assert set(step["classes"]) == {"Rome", "rome.", "Oslo", "Paris"}
    made = transform(preparation, {"city": ["Town 3", "Atlantis", "Oslo"]})["features"]
    assert made[:2].tolist() == [[0, 0, 0, 0, 1]] * 2
    assert made[2].sum() == 1


def test_values_that_differ_in_letters_and_full_stops_are_one(cells: Path) -> None:
    preparation = _features(cells, "city", kind="category", case="lower", strip=".", size=3)
    assert "rome" in preparation["columns"]["city"]["steps"][-1]["classes"]
    made = transform(preparation, {"city": ["ROME .", "rome"]})["features"]
    assert made[0].tolist() == made[1].tolist()


@pytest.mark.parametrize("scale", TARGET_SCALES)
def test_a_target_comes_back_in_its_own_unit_whatever_its_scale(cells: Path, scale: str) -> None:
    prepared = prepare.load(cells, _recipe(cells, "number", {"kind": "number"}, scale=scale))
    answers = predictions(prepared.preparation, {"target": prepared.targets["test"]["target"]})
    truth = [float(_cells(row)["target"]) for row in prepared.rows["test"]]
    assert [answer["target"] for answer in answers] == pytest.approx(truth, rel=1e-5)


def test_a_scale_that_leads_nowhere_back_is_no_scale_of_a_target() -> None:
    assert Column(role="target", kind="number", scale="quantile").scale == "standard"


REFUSED = [
    ("number", {"kind": "number", "scale": "log", "fill": "zero"}, "values_have_no_logarithm"),
    ("number", {"kind": "number", "fill": "constant", "fill_value": "much"}, "fill_value_is_no_number"),
    ("city", {"kind": "date"}, "column_is_not_a_date"),
    ("text", {"kind": "text", "minimum_count": 1000}, "column_is_empty"),
]


@pytest.mark.parametrize(("source", "column", "code"), REFUSED)
def test_a_step_that_does_not_fit_the_values_is_refused(
    cells: Path, source: str, column: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        prepare.fit(cells, _recipe(cells, source, column))
    assert refused.value.problem.code == code
    assert refused.value.problem.hint.endswith(".")


def test_a_date_target_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="A target is a number, a category or tags"):
        Recipe.model_validate({"kind": "table", "columns": {"when": {"kind": "date", "role": "target"}}})
