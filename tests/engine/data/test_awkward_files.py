"""Awkward files that others collected: each is read or refused, none crashes or hangs."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from engine.data import prepare
from engine.data.recipe import Recipe
from engine.problems import Problem, Refusal
from tests.engine.data.uploads import picture_bytes, profiled, zipped


def _try(dataset, content: bytes) -> str:
    """What became of an upload: "read" (and prepared, or refused as a recipe), or the code of its problem."""
    problem = _problem(dataset, content)
    if problem is None:
        return "read"
    assert problem.message.endswith(".")
    assert problem.hint.endswith(".")
    return problem.code


def _problem(dataset, content: bytes) -> Problem | None:
    try:
        folder = dataset(content)
    except Refusal as refusal:
        return refusal.problem
    found = profiled(folder)
    with (folder / "rejected.csv").open(newline="", encoding="utf-8") as file:
        assert found["rejected"] == sum(1 for _ in csv.reader(file)) - 1
    with suppress(Refusal):
        prepare.load(folder, Recipe.model_validate(found["recipe"]))
    return None


def _members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist() if not info.is_dir()}


def test_odd_zips_are_refused(dataset, shared_data: Path) -> None:
    for content in _members(shared_data / "odd_zips" / "odd_zips.zip").values():
        assert _try(dataset, content) != "read"


def test_of_odd_pictures_all_sound_ones_are_used_and_the_others_listed(dataset, shared_data: Path) -> None:
    odd = _members(shared_data / "odd_images" / "odd_images.zip")
    with (shared_data / "odd_images" / "odd_images_manifest.csv").open(newline="") as file:
        sound = {
            row["file"]
            for row in csv.DictReader(file)
            if row["decoder_result"] == "ok" and row["detail"].startswith(("PNG", "JPEG"))
        }
    good = picture_bytes(np.arange(64).reshape(8, 8))
    files = {f"{place % 2}/{name.replace('/', '_')}": content for place, (name, content) in enumerate(odd.items())}
    names = dict(zip(odd, files, strict=True))
    folder = dataset(zipped({**files, **{f"{label}/good{i}.png": good for label in "01" for i in range(50)}}))
    used = set(json.loads((folder / "index.json").read_text("utf-8"))["files"])
    found = profiled(folder)
    assert found["rows"] + found["rejected"] == len(files) + 100
    assert found["rows"] == len(used)
    assert {name for name in sound if names[name] not in used} == set()


@pytest.mark.parametrize(
    ("name", "rows", "columns"),
    [
        ("adult/adult.data.gz", 32561, 15),
        ("adult/adult_train_header.csv.gz", 32561, 15),
        ("adult/adult.test.gz", 16281, 15),
        ("tabular/titanic_train.csv", 891, 12),
        ("tabular/boston_housing.csv", 506, 14),
        ("tabular/bank-additional_4119.csv.gz", 4119, 21),
        ("tabular/california_housing.csv.gz", 20640, 10),
        ("sms_spam/spam.csv.gz", 5572, 5),
        ("london_no2/LondonAir_TH_MER_NO2.csv.gz", 35040, 6),
    ],
)
def test_known_tables_have_their_known_size(dataset, shared_data: Path, name: str, rows: int, columns: int) -> None:
    found = profiled(dataset(shared_data / name))
    assert (found["rows"], len(found["columns"])) == (rows, columns)


def test_adult_is_proposed_as_people_would(dataset, shared_data: Path) -> None:
    folder = dataset(shared_data / "adult" / "adult_train_header.csv.gz")
    recipe = Recipe.model_validate(profiled(folder)["recipe"])
    assert recipe.targets() == ["income"]
    assert len(recipe.features()) == 14
    prepared = prepare.load(folder, recipe)
    assert prepared.preparation["inputs"]["features"]["shape"] == [108]
    missing = next(column for column in profiled(folder)["columns"] if column["name"] == "workclass")
    assert missing["missing"] == 1836


def test_a_zip_of_jpegs_in_train_and_test_folders_is_read(dataset, shared_data: Path) -> None:
    with zipfile.ZipFile(shared_data / "cifar10_jpg" / "cifar10_subset.zip") as whole:
        names = [name for name in whole.namelist() if name.endswith((".jpg", ".png"))][::40]
        found = profiled(dataset(zipped({name: whole.read(name) for name in names})))
    assert (found["rows"], found["image"]) == (len(names), {"height": 32, "width": 32, "channels": 3})
    assert found["columns"][1]["distinct"] == 10


def test_a_table_packed_beyond_reason_is_refused(dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.data.encoding.LARGEST_TEXT", 2**20)
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb") as file:
        file.write(b"a,b\n" + b"1,2\n" * 2**19)
    assert _try(dataset, packed.getvalue()) == "file_too_large"
