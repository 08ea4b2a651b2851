"""Fitting a recipe on the training rows, and the arrays that come of it."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.data import prepare, travelling
from engine.data.inputs import ArrayInput, PictureInput
from engine.data.picture import transform_images
from engine.data.predictions import predictions
from engine.data.prepare import Prepared
from engine.data.recipe import Recipe
from engine.data.transform import transform
from engine.problems import Refusal
from tests.engine.data.uploads import picture_bytes, profiled, zipped

PEOPLE = "age,city,pay,rich\n" + "".join(
    f"{20 + i % 50 if i % 9 else ''},{('Paris', 'Rome', '', 'Oslo')[i % 4]},{1000 + 7 * i},{'yes' if i % 3 else 'no'}\n"
    for i in range(300)
)


def _recipe(folder: Path, **changes: Any) -> Recipe:
    """The proposed recipe with some columns changed."""
    document = profiled(folder)["recipe"]
    for name, change in changes.items():
        if name == "split":
            document["split"].update(change)
        else:
            document["columns"][name].update(change)
    return Recipe.model_validate(document)


def _values(prepared: Prepared, part: str, name: str = "features") -> np.ndarray:
    given = prepared.inputs[part][name]
    assert isinstance(given, ArrayInput)
    return given.values


def test_the_parts_are_scaled_filled_and_encoded(dataset) -> None:
    folder = dataset(PEOPLE)
    prepared = prepare.load(folder, _recipe(folder))
    inputs, targets = prepare.specs(prepared.preparation)
    assert inputs == {"features": {"shape": [6], "dtype": "float32"}}
    assert targets == {"rich": {"kind": "category", "classes": ["no", "yes"]}}
    train = _values(prepared, "train")
    assert train.dtype == np.float32
    assert np.allclose(train[:, 0].mean(), 0, atol=1e-6)
    assert np.allclose(train[:, 0].std(), 1, atol=1e-5)
    assert set(train[:, 1:5].sum(axis=1)) == {1.0}
    assert prepared.targets["train"]["rich"].dtype == np.int32
    assert prepared.preparation["rows"] == {"train": 210, "validation": 45, "test": 45, "dropped": 0}
    assert {part: len(rows) for part, rows in prepared.rows.items()} == {"train": 210, "validation": 45, "test": 45}


def test_a_target_whose_training_rows_lack_a_class_nearly_says_so(dataset) -> None:
    folder = dataset("a,y\n" + "".join(f"{row},{'yes' if row % 20 == 0 else 'no'}\n" for row in range(200)))
    targets = prepare.specs(prepare.fit(folder, _recipe(folder, y={"role": "target", "kind": "category"})))[1]
    assert targets == {"y": {"kind": "category", "classes": ["no", "yes"], "imbalanced": True}}


def test_the_positive_one_of_two_classes_is_the_second(dataset) -> None:
    folder = dataset("a,y\n" + "".join(f"{row},{('bad', 'good', 'good')[row % 3]}\n" for row in range(90)))

    def truth(**column: Any) -> tuple[list[str], np.ndarray, list[int]]:
        target = {"y": {"role": "target", "kind": "category", **column}}
        prepared = prepare.load(folder, _recipe(folder, **target))
        given = prepared.preparation["targets"]["y"]
        return given["classes"], prepared.targets["train"]["y"], given["counts"]

    (usual, codes, counts), (turned, others, turned_counts) = truth(), truth(positive="bad")
    assert (usual, turned) == (["bad", "good"], ["good", "bad"])
    assert others.tolist() == (1 - codes).tolist()
    assert turned_counts == counts[::-1] == np.bincount(others).tolist()
    assert truth(positive="good")[0] == truth(positive="unknown")[0] == usual


@pytest.mark.parametrize(("fill", "expected"), [("median", 3.0), ("mean", 25.0), ("most_frequent", 2.0), ("zero", 0.0)])
def test_numbers_are_filled_as_the_recipe_says(dataset, fill: str, expected: float) -> None:
    values = [2, 2, 3, 18, 100] * 40
    folder = dataset("a,y\n" + "".join(f"{value},{i}\n,{i}\n" for i, value in enumerate(values)))
    recipe = _recipe(folder, a={"fill": fill, "scale": "none"})
    preparation = prepare.fit(folder, recipe)
    given = preparation["columns"]["a"]["steps"][0]["value"]
    assert given == pytest.approx(expected, rel=0.25)
    filled = transform(preparation, {"a": [None, "", "7"]})["features"]
    assert filled[:, 0].tolist() == pytest.approx([given, given, 7.0])


def test_a_planted_outlier_in_the_test_rows_changes_nothing(dataset) -> None:
    lines = PEOPLE.splitlines()
    folder = dataset(PEOPLE)
    recipe = _recipe(folder, pay={"role": "target", "kind": "number"}, rich={"role": "feature"})
    recipe.split.method = "random"
    before = prepare.load(folder, recipe)
    for row in [*before.rows["test"], *before.rows["validation"]]:
        lines[row + 1] = "99999,Atlantis,88888888,perhaps"
    after = prepare.load(dataset("\n".join(lines)), recipe)
    assert after.preparation["columns"] == before.preparation["columns"]
    assert after.preparation["targets"] == before.preparation["targets"]
    assert np.array_equal(_values(after, "train"), _values(before, "train"))
    assert (_values(after, "test")[:, 1:] == 0).all()


def test_rows_without_a_target_or_a_needed_value_are_dropped_and_counted(dataset) -> None:
    text = "a,b,y\n" + "".join(f"{'' if i < 5 else i},x{i % 2},{'' if i > 94 else i}\n" for i in range(100))
    folder = dataset(text)
    prepared = prepare.load(folder, _recipe(folder, a={"fill": "drop"}, y={"role": "target", "kind": "number"}))
    assert prepared.preparation["rows"]["dropped"] == 10
    assert min(map(min, prepared.rows.values())) == 5
    with pytest.raises(ValueError, match=r"Row 2, column 'a' is empty"):
        transform(prepared.preparation, {"a": ["1", ""], "b": ["x1", "x1"]})


def test_a_category_as_index_stands_alone_and_keeps_zero_for_the_unseen(dataset) -> None:
    folder = dataset(PEOPLE)
    prepared = prepare.load(folder, _recipe(folder, city={"encode": "index"}))
    inputs, _ = prepare.specs(prepared.preparation)
    assert inputs["city"] == {"shape": [1], "dtype": "int32", "values": 5}
    assert set(_values(prepared, "train", "city").ravel()) == {1, 2, 3, 4}
    seen = transform(prepared.preparation, {"age": [1] * 3, "pay": [1] * 3, "city": ["Oslo", "?", "Ys"]})
    assert seen["city"].tolist() == [[1], [4], [0]]


def test_a_numeric_target_comes_back_in_its_own_unit(dataset) -> None:
    folder = dataset(PEOPLE)
    recipe = _recipe(
        folder, pay={"role": "target", "kind": "number"}, rich={"role": "feature"}, split={"method": "random"}
    )
    prepared = prepare.load(folder, recipe)
    scaled = prepared.targets["test"]["pay"]
    assert scaled.shape == (45, 1)
    answers = predictions(prepared.preparation, {"pay": scaled})
    assert [round(answer["pay"], 2) for answer in answers] == [1000 + 7 * row for row in prepared.rows["test"]]


def test_several_targets_are_prepared_at_once(dataset) -> None:
    folder = dataset(PEOPLE)
    recipe = _recipe(folder, pay={"role": "target", "kind": "number"})
    prepared = prepare.load(folder, recipe)
    assert list(prepared.targets["train"]) == ["pay", "rich"]


def test_the_preparation_is_kept_and_found_again(dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = dataset(PEOPLE)
    recipe = _recipe(folder)
    first = prepare.cached_fit(folder, recipe)
    assert [path.suffix for path in (folder / "preparations").iterdir()] == [".json"]
    monkeypatch.setattr(prepare.fitting, "fit_feature", None)
    assert prepare.cached_fit(folder, recipe) == first


def test_only_the_newest_preparations_are_kept(dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepare, "KEPT", 2)
    folder = dataset(PEOPLE)
    recipe = _recipe(folder)
    kept = []
    for recipe.split.seed in range(4):
        prepare.cached_fit(folder, recipe)
        kept.append(set((folder / "preparations").iterdir()))
    assert [len(paths) for paths in kept] == [1, 2, 2, 2]
    assert kept[3] - kept[2]
    assert kept[2] & kept[3]


def test_pictures_stay_on_disk_until_they_are_needed(dataset) -> None:
    encoded = picture_bytes(np.arange(64).reshape(8, 8))
    folder = dataset(zipped({f"{label}/{i}.png": encoded for label in "ab" for i in range(20)}))
    prepared = prepare.load(folder, _recipe(folder))
    given = prepared.inputs["train"]["image"]
    assert isinstance(given, PictureInput)
    assert isinstance(given.pixels, np.memmap)
    assert len(given.indices) == 32
    inputs, targets = prepare.specs(prepared.preparation)
    assert inputs == {"image": {"shape": [8, 8, 1], "dtype": "float32"}}
    assert targets == {"label": {"kind": "category", "classes": ["a", "b"]}}
    on_device = given.pixels[given.indices[:1]].astype(np.float32) * np.float32(given.scale) + np.float32(given.offset)
    alone = transform_images(prepared.preparation, [encoded])["image"]
    assert on_device.tobytes() == alone.tobytes()


def test_dates_and_one_number_become_a_series_by_the_remedy_of_what_is_missing(dataset) -> None:
    rows = [f"{date(2024, 1, 1) + timedelta(days=day)},{day % 7}" for day in range(200)]
    folder = dataset("\n".join(["day,sold", *rows]))
    recipe = _recipe(folder)
    with pytest.raises(Refusal) as refused:
        prepare.load(folder, recipe)
    problem = refused.value.problem
    assert (problem.code, "day only tells when" in problem.message) == ("no_features", True)
    assert problem.fix is not None
    patch = problem.fix["recipe"]
    columns = recipe.document()["columns"]
    columns["day"] |= patch["columns"]["day"]
    mended = Recipe.model_validate({**recipe.document(), **patch, "columns": columns, "inputs": {}})
    inputs, targets = prepare.specs(prepare.load(folder, mended).preparation)
    assert (inputs["window"]["shape"], targets["sold"]["kind"]) == ([24, 1], "number")


TABLE_REFUSALS = [
    ({"rich": {"role": "ignore"}}, "no_target"),
    ({"age": {"role": "ignore"}, "city": {"role": "ignore"}, "pay": {"role": "ignore"}}, "no_features"),
    ({"city": {"kind": "number"}}, "column_is_not_a_number"),
    ({"same": {"role": "target", "kind": "category"}, "rich": {"role": "ignore"}}, "target_has_one_value"),
    ({"same": {"role": "target", "kind": "number"}, "rich": {"role": "ignore"}}, "target_has_one_value"),
    ({"name": {"role": "target", "kind": "category"}, "rich": {"role": "ignore"}}, "target_has_too_many_classes"),
    ({"void": {"role": "target", "kind": "number"}, "rich": {"role": "ignore"}}, "no_rows_left"),
    ({"void": {"role": "feature", "fill": "drop"}}, "no_rows_left"),
    ({"void": {"role": "feature", "kind": "number"}}, "column_is_empty"),
    ({"void": {"role": "feature", "kind": "category"}}, "column_is_empty"),
    ({"vast": {"role": "feature"}}, "number_too_large"),
    ({"split": {"train": 0.9}}, "shares_do_not_add_up"),
    ({"rare": {"role": "target", "kind": "category"}, "split": {"method": "stratified"}}, "class_too_rare"),
]


@pytest.mark.parametrize(("changes", "code"), TABLE_REFUSALS)
def test_a_recipe_that_does_not_fit_is_refused(dataset, changes: dict[str, Any], code: str) -> None:
    header, *lines = PEOPLE.splitlines()
    wide = [
        f"{line},1,n{i},,{'1e300' if i == 7 else 1},{'odd' if i == 5 else 'even'}" for i, line in enumerate(lines * 4)
    ]
    folder = dataset("\n".join([f"{header},same,name,void,vast,rare", *wide]))
    start = {"vast": {"role": "ignore"}, "rare": {"role": "ignore"}, "rich": {"role": "target", "kind": "category"}}
    if changes.get("rare"):
        start["rich"] = {"role": "ignore"}
    with pytest.raises(Refusal) as refused:
        prepare.load(folder, _recipe(folder, **{**start, **changes}))
    assert refused.value.problem.code == code
    assert refused.value.problem.message.endswith(".")
    assert refused.value.problem.hint.endswith(".")


def test_a_column_the_data_do_not_have_is_refused(dataset) -> None:
    folder = dataset(PEOPLE)
    document = _recipe(folder).document()
    document["columns"]["nobody"] = {"kind": "number"}
    with pytest.raises(Refusal) as refused:
        prepare.fit(folder, Recipe.model_validate(document))
    assert refused.value.problem.code == "unknown_column"


def test_a_recipe_for_another_kind_of_data_is_refused(dataset) -> None:
    encoded = picture_bytes(np.zeros((8, 8)))
    pictures = dataset(zipped({f"{label}/{i}.png": encoded for label in "ab" for i in range(5)}))
    people = dataset(PEOPLE)
    for folder, other in ((people, pictures), (pictures, people)):
        with pytest.raises(Refusal) as refused:
            prepare.fit(folder, _recipe(other))
        assert refused.value.problem.code == "recipe_of_another_kind"


def test_pictures_in_another_role_are_refused(dataset) -> None:
    encoded = picture_bytes(np.zeros((8, 8)))
    folder = dataset(zipped({f"{label}/{i}.png": encoded for label in "ab" for i in range(5)}))
    with pytest.raises(Refusal) as refused:
        prepare.fit(folder, _recipe(folder, label={"kind": "number"}))
    assert refused.value.problem.code == "roles_do_not_fit"


FRESH = """
import json, sys
from pathlib import Path
import preparing
preparation = json.loads(Path("preparation.json").read_text("utf-8"))
arrays = preparing.transform(preparation, preparing.columns_of(preparing.read_rows(sys.argv[1], preparation)))
assert not {"engine", "polars", "pydantic", "sklearn"} & set(sys.modules)
for name, array in arrays.items():
    Path(name + ".bytes").write_bytes(array.tobytes())
"""


@pytest.mark.parametrize(
    "upload",
    [
        PEOPLE.encode(),
        PEOPLE.replace(",", ";").replace("1007", "1007,5").encode("utf-16"),
        PEOPLE.replace(",", "\t").replace("Rome", '"Ro\tme"').replace("Oslo", "Malmö").encode("cp1252"),
        PEOPLE.split("\n", 1)[1].encode(),
    ],
    ids=["plain", "decimal comma, UTF-16", "tabs, Windows-1252", "no header"],
)
@pytest.mark.parametrize("encode", ["one_hot", "index"])
def test_a_fresh_process_makes_the_same_bytes_from_the_raw_file(
    dataset, tmp_path: Path, upload: bytes, encode: str
) -> None:
    folder = dataset(upload)
    city = profiled(folder)["columns"][1]["name"]
    prepared = prepare.load(folder, _recipe(folder, **{city: {"encode": encode}}))
    away = tmp_path / "away"
    away.mkdir()
    (away / "preparing.py").write_text(travelling.joined(travelling.MODULES), "utf-8")
    (away / "preparation.json").write_text(json.dumps(prepared.preparation), "utf-8")
    command = [sys.executable, "-c", FRESH, str(folder / "upload")]
    subprocess.run(command, cwd=away, check=True, timeout=60)
    for name, given in prepare.specs(prepared.preparation)[0].items():
        whole = np.frombuffer((away / f"{name}.bytes").read_bytes(), given["dtype"]).reshape(-1, *given["shape"])
        for part, rows in prepared.rows.items():
            assert whole[rows].tobytes() == _values(prepared, part, name).tobytes()
