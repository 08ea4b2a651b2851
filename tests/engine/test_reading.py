"""Reading an upload aside, so that a data set is never half read."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from engine.data import table
from engine.data.prepare import cached_fit
from engine.data.recipe import Recipe
from engine.reading import profile_folder

TEXT = "a;b;c\n" + "".join(f"{place};{place % 7};{'xy'[place % 2]}\n" for place in range(40))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "upload").write_text(TEXT)
    return tmp_path


def _read(folder: Path, **reading: Any) -> dict[str, Any]:
    (folder / "request.json").write_text(json.dumps({"filename": "upload", "reading": reading}))
    assert profile_folder(folder, lambda line: None) == 0
    document: dict[str, Any] = json.loads((folder / "profile.json").read_text("utf-8"))
    return document


def test_a_new_reading_takes_the_place_of_the_last(folder: Path) -> None:
    first = _read(folder)
    assert (first["reading"]["separator"], table.load(folder).shape) == (";", (40, 3))
    cached_fit(folder, Recipe.model_validate(first["recipe"]))
    second = _read(folder, header=False)
    assert table.load(folder).shape == (41, 3)
    assert [column["name"] for column in second["columns"]] == ["column_1", "column_2", "column_3"]
    names = {path.name for path in folder.iterdir()}
    assert names - {"preparations"} == {"upload", "request.json", "profile.json", "table.arrow", "rejected.csv"}
    assert first["graph"]["nodes"]


def test_a_new_reading_that_fails_leaves_the_last_and_a_problem(folder: Path) -> None:
    first = _read(folder)
    assert _read(folder, separator="|") == first
    problem = json.loads((folder / "problem.json").read_text("utf-8"))
    assert problem["code"] == "one_column"
    assert table.load(folder).shape == (40, 3)
    assert not (folder / "draft").exists()


@pytest.mark.parametrize(
    ("wishes", "columns", "first"),
    [
        ({"skip": 2, "header": True}, ["1", "1_2", "y"], ("2", "2", "x")),
        ({"missing": ["x", "0"]}, ["a", "b", "c"], (None, None, None)),
        ({"separator": ";", "decimal": ",", "thousands": "."}, ["a", "b", "c"], ("0", "0", "x")),
        ({"encoding": "latin-1", "quote": "", "escape": "", "comment": ""}, ["a", "b", "c"], ("0", "0", "x")),
    ],
)
def test_every_wish_is_followed(folder: Path, wishes: dict[str, Any], columns: list[str], first: tuple) -> None:
    found = _read(folder, **wishes)
    read = table.load(folder)
    assert read.columns == columns
    assert tuple(None if value is None else str(value) for value in read.row(0)) == first
    for name, wish in wishes.items():
        assert found["reading"][name] == (["", *wish] if name == "missing" else wish)


@pytest.mark.parametrize(
    ("wishes", "code"),
    [
        ({"encoding": "utf-16"}, "wrong_encoding"),
        ({"skip": 500}, "no_rows"),
        ({"decimal": ",", "thousands": ","}, "wrong_reading"),
    ],
)
def test_wishes_that_the_file_cannot_meet_are_a_problem(folder: Path, wishes: dict[str, Any], code: str) -> None:
    _read(folder)
    _read(folder, **wishes)
    problem = json.loads((folder / "problem.json").read_text("utf-8"))
    assert problem["code"] == code
    assert problem["hint"].endswith(".")


def test_a_very_large_table_is_begun_by_a_sample(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = _read(folder)
    monkeypatch.setattr("engine.reading.SAMPLE", 15)
    sampled = _read(folder)
    assert sampled == whole
    assert not (folder / "sample").exists()
    assert not (folder / "preparations").exists()


def test_it_is_read_by_a_process_of_its_own(folder: Path) -> None:
    (folder / "request.json").write_text(json.dumps({"filename": "upload"}))
    command = [sys.executable, "-m", "engine", "profile", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert json.loads(done.stdout.splitlines()[-1]) == {"phase": "profiling", "fraction": 1.0}
    assert (folder / "profile.json").exists()
