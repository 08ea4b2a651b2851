"""The guard: every mistake it looks for is made here, found with evidence, and gone after its one-click mend."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.data import guard, prepare
from engine.data.guard import findings
from engine.data.recipe import Recipe
from engine.training.settings import Settings
from tests.engine.data.uploads import picture_bytes, profiled, zipped

RANDOM = np.random.default_rng(3)
ROWS = 400
FIRST = RANDOM.normal(size=ROWS).round(3)
SECOND = RANDOM.normal(size=ROWS).round(3)
WALK = np.cumsum(RANDOM.normal(size=ROWS)).round(3)
NOISY = (FIRST + SECOND + RANDOM.normal(size=ROWS)).round(3)
COIN = RANDOM.integers(0, 2, ROWS)
HALVES = ["train" if row < 300 else "test" for row in range(ROWS)]


def _csv(**columns: Any) -> str:
    cells = [",".join(map(str, row)) for row in zip(*columns.values(), strict=True)]
    return "\n".join([",".join(columns), *cells])


def merged(document: Any, patch: Any) -> Any:
    """A JSON merge patch (RFC 7396), as the browser applies it."""
    if not isinstance(patch, dict):
        return patch
    base = {**document} if isinstance(document, dict) else {}
    kept = {key: value for key, value in base.items() if key not in patch}
    return {**kept, **{key: merged(base.get(key), value) for key, value in patch.items() if value is not None}}


def _times(step: str) -> list[str]:
    moments = np.datetime64("2021-03-01T00:00") + np.arange(ROWS) * np.timedelta64(15, step)
    return [str(one).replace("T", " ") for one in moments]


SERIES: dict[str, Any] = {
    "kind": "series",
    "columns": {"when": {"role": "time", "kind": "date"}},
    "series": {"lookback": 3, "horizon": 1},
    "split": {"method": "time"},
    "inputs": None,
}

CASES: dict[str, tuple[str, dict[str, Any], str]] = {
    "a copy of the target": (_csv(a=FIRST, again=NOISY, y=NOISY), {}, "target_copy"),
    "a copy in another unit": (_csv(a=FIRST, cents=(NOISY * 100 + 7).round(1), y=NOISY), {}, "target_copy"),
    "a class in another spelling": (
        _csv(a=FIRST, code=[("n", "j")[one] for one in COIN], y=[("no", "yes")[one] for one in COIN]),
        {},
        "target_copy",
    ),
    "weights in the thousands": (
        _csv(a=FIRST, w=(RANDOM.uniform(1, 9, ROWS) * 1000).round(1), y=NOISY),
        {"columns": {"w": {"role": "weight"}}},
        "weights_far_from_1",
    ),
    "a column that predicts alone": (
        _csv(a=FIRST, b=(COIN * 10 + FIRST / 10).round(3), y=[("no", "yes")[one] for one in COIN]),
        {},
        "lone_predictor",
    ),
    "a number that predicts alone": (_csv(a=FIRST, b=(NOISY + SECOND / 50).round(3), y=NOISY), {}, "lone_predictor"),
    "a series dealt by chance": (_csv(when=_times("m"), a=FIRST, y=WALK), {}, "time_ordered_by_chance"),
    "people dealt by chance": (
        _csv(patient=[f"p{row % 40}" for row in range(ROWS)], a=FIRST, y=NOISY),
        {},
        "groups_by_chance",
    ),
    "equal rows": (_csv(a=[*FIRST[:200], *FIRST[:200]], y=[*NOISY[:200], *NOISY[:200]]), {}, "equal_rows_across_parts"),
    "spellings of a class": (
        _csv(a=FIRST, y=[f"{('>50K', '<=50K')[one]}{'.' if row > 300 else ''}" for row, one in enumerate(COIN)]),
        {},
        "spellings",
    ),
    "spellings of a category": (
        _csv(a=[("Rome", "rome", "Oslo")[row % 3] for row in range(ROWS)], y=NOISY),
        {},
        "spellings",
    ),
    "a rare class": (
        _csv(a=FIRST, y=[int(row % 100 == 0) for row in range(ROWS)]),
        {"split": {"method": "random", "seed": 4}},
        "imbalance",
    ),
    "classes of two rows": (
        _csv(a=FIRST, y=["rare" if row < 2 else ("x", "y")[row % 2] for row in range(ROWS)]),
        {"columns": {"y": {"minimum_count": 1}}},
        "rare_classes",
    ),
    "classes of fewer rows than folds": (
        _csv(a=FIRST, y=["rare" if row < 4 else ("x", "y")[row % 2] for row in range(ROWS)]),
        {"split": {"method": "stratified", "folds": 5}},
        "rare_classes",
    ),
    "few rows": (_csv(a=FIRST[:60], y=NOISY[:60]), {}, "too_few_rows"),
    "a constant": (
        _csv(a=FIRST, b=["same"] * ROWS, y=NOISY),
        {"columns": {"b": {"role": "feature"}}},
        "constant_feature",
    ),
    "a constant of the training rows": (
        _csv(a=FIRST, b=["R" if row < 399 else "P" for row in range(ROWS)], part=HALVES, y=NOISY),
        {"split": {"method": "column", "by": "part"}, "columns": {"part": {"role": "ignore"}}},
        "constant_feature",
    ),
    "an empty column": (
        _csv(a=FIRST, b=["7" if row < 9 else "" for row in range(ROWS)], y=NOISY),
        {"columns": {"b": {"role": "feature"}}},
        "constant_feature",
    ),
    "a number of the row": (
        _csv(row=range(ROWS), a=FIRST, y=NOISY),
        {"columns": {"row": {"role": "feature"}}},
        "identifier_feature",
    ),
    "new categories": (
        _csv(a=FIRST, b=["old" if row < 300 else f"new{row % 3}" for row in range(ROWS)], part=HALVES, y=NOISY),
        {"split": {"method": "column", "by": "part"}, "columns": {"part": {"role": "ignore"}}},
        "unseen_categories",
    ),
    "a test unlike training": (
        _csv(a=FIRST, b=[round(x + 3 * (row >= 300), 3) for row, x in enumerate(SECOND)], part=HALVES, y=NOISY),
        {"split": {"method": "column", "by": "part"}, "columns": {"part": {"role": "ignore"}}},
        "parts_differ",
    ),
    "a column written down afterwards": (
        _csv(when=_times("m"), a=FIRST, plan=(np.roll(WALK, -1) * 2 + 3).round(3), y=WALK),
        SERIES,
        "future_column",
    ),
    "a word among numbers": (
        _csv(a=FIRST, b=["oops" if row == 7 else x for row, x in enumerate(SECOND)], y=NOISY),
        {},
        "stray_values",
    ),
    "gaps": (
        _csv(a=["?" if row % 9 == 0 else x for row, x in enumerate(FIRST)], b=SECOND, y=NOISY),
        {},
        "missing_values",
    ),
}
STAYS = {"too_few_rows", "missing_values", "imbalance", "unseen_categories", "weights_far_from_1"}
"""What a mend makes visible to the network or measures fairly, but cannot take out of the data."""


def _looked(folder: Path, document: dict[str, Any]) -> dict[str, guard.Finding]:
    return {one.code: one for one in findings(folder, Recipe.model_validate(document))}


@pytest.mark.parametrize("case", CASES)
def test_a_mistake_is_found_and_mended(dataset, case: str) -> None:
    text, changes, code = CASES[case]
    folder = dataset(text)
    document = merged(profiled(folder)["recipe"], changes)
    found = _looked(folder, document)
    assert code in found
    finding = found[code]
    assert finding.message.endswith(".")
    assert finding.evidence.endswith(".")
    assert json.loads(json.dumps(finding.document()))["help"] == f"/guide/#{code.replace('_', '-')}"
    if finding.mend is None:
        assert code in STAYS
        return
    if finding.mend["reading"]:
        folder = dataset(text, reading=finding.mend["reading"])
        assert code not in _looked(folder, profiled(folder)["recipe"])
        return
    after = Recipe.model_validate(merged(document, finding.mend["patch"]))
    assert after != Recipe.model_validate(document)
    if code not in STAYS:
        assert code not in _looked(folder, after.document())


def test_the_weights_of_a_series_are_those_of_what_windows_predict(dataset) -> None:
    lines = [f"{row},{5000 if row % 2 else 1},{row % 7}" for row in range(120)]
    columns = {
        "t": {"kind": "number", "role": "time"},
        "w": {"kind": "number", "role": "weight"},
        "y": {"kind": "number", "role": "target"},
    }
    document = {"kind": "series", "columns": columns, "series": {"lookback": 4, "stride": 2}}
    found = _looked(dataset("\n".join(["t,w,y", *lines])), document)  # windows end in rows 4, 6, … and predict 5, 7, …
    assert "5,000 to 5,000" in found["weights_far_from_1"].evidence


def test_few_test_rows_say_of_numbers_and_of_classes_what_is_true_of_them(dataset) -> None:
    classes = [("no", "yes")[row % 2] for row in range(60)]
    numbers = dataset(_csv(a=FIRST[:60], y=NOISY[:60]))
    words = dataset(_csv(a=FIRST[:60], y=classes))
    assert "right" not in _looked(numbers, profiled(numbers)["recipe"])["too_few_rows"].evidence
    assert "With 90 % of them right" in _looked(words, profiled(words)["recipe"])["too_few_rows"].evidence


def test_every_check_has_a_case() -> None:
    codes = {
        code
        for path in Path(guard.__file__).parent.glob("*.py")
        for code in re.findall(r'Finding\(\s*"(\w+)"', path.read_text("utf-8"))
    }
    assert codes == {code for _, _, code in CASES.values()}
    guide = (Path(guard.__file__).parents[3] / "docs" / "guide.md").read_text("utf-8")
    for code in codes:
        assert f"### {code.replace('_', ' ').capitalize()}\n" in guide


def test_sound_data_raise_no_suspicion(dataset) -> None:
    text = _csv(a=FIRST, b=SECOND, c=[("x", "y", "z")[row % 3] for row in range(ROWS)], y=NOISY)
    assert _looked(dataset(text), profiled(dataset(text))["recipe"]) == {}


def test_a_recipe_that_does_not_fit_raises_none_either(dataset) -> None:
    folder = dataset(_csv(a=FIRST, y=NOISY))
    document = merged(profiled(folder)["recipe"], {"columns": {"y": {"role": "feature"}}})
    assert _looked(folder, document) == {}


def test_equal_pictures_across_parts_are_found_and_used_once(dataset) -> None:
    shown = [RANDOM.integers(0, 256, (8, 8)) for _ in range(30)]
    files = {
        f"{label}/{i}.png": picture_bytes(shown[i % 15 + 15 * place])
        for place, label in enumerate("ab")
        for i in range(60)
    }
    folder = dataset(zipped(files))
    document = profiled(folder)["recipe"]
    finding = _looked(folder, document)["equal_rows_across_parts"]
    assert "pictures" in finding.message
    assert finding.mend is not None
    assert "equal_rows_across_parts" not in _looked(folder, merged(document, finding.mend["patch"]))


def test_nearly_equal_pictures_across_parts_are_found_and_one_of_them_is_used(dataset) -> None:
    shown = np.clip(RANDOM.normal(120, 50, (60, 12, 12)).repeat(2, 1).repeat(2, 2), 20, 230)
    files = {
        f"{'ab'[i % 2]}/{i}_{copy}.png": picture_bytes(one * (1, 0.93)[copy] + 4 * copy)
        for i, one in enumerate(shown)
        for copy in (range(2) if i < 40 else range(1))
    }
    folder = dataset(zipped(files))
    document = profiled(folder)["recipe"]
    finding = _looked(folder, document)["equal_rows_across_parts"]
    assert "nearly equal to pictures in training" in finding.message
    assert finding.mend is not None
    after = merged(document, finding.mend["patch"])
    assert "equal_rows_across_parts" not in _looked(folder, after)
    assert sum(map(len, prepare.load(folder, Recipe.model_validate(after)).rows.values())) == 60


def test_a_column_that_only_follows_the_target_is_no_future_column(dataset) -> None:
    text = _csv(when=_times("m"), a=FIRST, behind=np.roll(WALK, 1).round(3), again=WALK, y=WALK)
    document = merged(profiled(dataset(text))["recipe"], SERIES)
    assert "future_column" not in _looked(dataset(text), document)


def test_what_is_known_ahead_but_written_down_with_the_target_is_found(dataset) -> None:
    text = _csv(when=_times("m"), a=FIRST, sensor=(WALK + FIRST / 100).round(4), y=WALK)
    document = merged(profiled(dataset(text))["recipe"], SERIES)
    assert "future_column" not in _looked(dataset(text), document)
    document["columns"]["sensor"]["ahead"] = True
    finding = _looked(dataset(text), document)["future_column"]
    assert finding.mend is not None
    assert "future_column" not in _looked(dataset(text), merged(document, finding.mend["patch"]))


LONDON = "london_no2/LondonAir_TH_MER_NO2.csv.gz"


def _recipe(folder: Path, target: str, *features: str, **changes: Any) -> dict[str, Any]:
    document = profiled(folder)["recipe"]
    for name, column in document["columns"].items():
        column["role"] = "target" if name == target else "feature" if name in features else "ignore"
    return merged(document, changes)


def test_on_london_air_it_catches_the_random_split_of_a_series_and_a_copy(dataset, shared_data: Path) -> None:
    lines = gzip.decompress((shared_data / LONDON).read_bytes()).decode().splitlines()
    folder = dataset("\n".join([lines[0] + ",Copy", *(f"{line},{line.split(',')[3]}" for line in lines[1:])]))
    recipe = _recipe(folder, "Value", "Copy", split={"method": "random"}, columns={"Value": {"kind": "number"}})
    found = _looked(folder, recipe)
    assert found["target_copy"].columns == ("Copy", "Value")
    assert found["time_ordered_by_chance"].level == "serious"
    assert "in steps of 15 minutes" in found["time_ordered_by_chance"].evidence
    mended = merged(recipe, found["time_ordered_by_chance"].mend["patch"])
    assert mended["split"]["method"] == "time"
    assert "time_ordered_by_chance" not in _looked(folder, mended)


def test_on_adult_it_catches_question_marks_and_trailing_full_stops(dataset, shared_data: Path) -> None:
    both = []
    for part in ("data", "test"):
        text = gzip.decompress((shared_data / "adult" / f"adult.{part}.gz").read_bytes()).decode()
        both += [line for line in text.splitlines() if line.count(",") == 14][:4000]
    folder = dataset("\n".join(both))
    document = profiled(folder)["recipe"]
    found = _looked(folder, document)
    assert found["missing_values"].evidence.startswith("At the beginning of the file they are written as '?'")
    assert found["spellings"].level == "serious"
    mended = Recipe.model_validate(merged(document, found["spellings"].mend["patch"]))
    (target,) = prepare.fit(folder, mended)["targets"].values()
    assert target["classes"] == ["<=50K", ">50K"]


@pytest.mark.parametrize("several", [False, True])
def test_classes_out_of_balance_may_count_more_once_they_are_split_in_proportion(dataset, several: bool) -> None:
    folder = dataset(_csv(a=FIRST, b=FIRST, y=[int(row % 20 == 0) for row in range(ROWS)]))
    read = merged(profiled(folder)["recipe"], {"split": {"method": "stratified"}})
    roles = {"b": {"role": "target", "kind": "number"}} if several else {}
    found = _looked(folder, merged(read, {"columns": {"y": {"kind": "category", "role": "target"}, **roles}}))
    mend, balanced = found["imbalance"].mend, {"class_weights": {"type": "balanced", "weights": None}}
    assert (mend["label"], mend["patch"]) == ("Let rare classes count more", {})
    assert mend["settings"] == ({"outputs": {"y": balanced}} if several else balanced)
    given = {"class_weights": {"type": "given", "weights": {"1": 3.0}}}
    for before in ({}, {"outputs": {"y": given}} if several else given):
        Settings.model_validate(merged(before, mend["settings"]))


def test_on_card_fraud_it_catches_the_imbalance(dataset, shared_data: Path) -> None:
    folder = dataset(shared_data / "creditcard_fraud" / "creditcard_subset.csv.gz")
    found = _looked(folder, profiled(folder)["recipe"])
    assert "820 of 1,148 rows are '0'" in found["imbalance"].message
