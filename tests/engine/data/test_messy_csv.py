"""Tables that others collected because readers stumble over them: each is right, or refused with a clear problem."""

from __future__ import annotations

import csv
import json
import zipfile
from pathlib import Path

import pytest

from engine.data import table
from engine.problems import Refusal
from tests.engine.data.uploads import profiled

SPECTRUM = ["empty", "empty_crlf", "json", "location_coordinates"]


def _members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist() if not info.is_dir()}


def _outcome(dataset, content: bytes) -> list[str]:
    """`read` with rows, columns and listed lines, or the code of the problem."""
    try:
        folder = dataset(content)
    except Refusal as refusal:
        problem = refusal.problem
        assert problem.message.endswith(".")
        assert problem.hint.endswith(".")
        return [problem.code, "", "", ""]
    found = profiled(folder)
    with (folder / "rejected.csv").open(newline="", encoding="utf-8") as file:
        assert found["rejected"] == sum(1 for _ in csv.reader(file)) - 1
    return ["read", str(found["rows"]), str(len(found["columns"])), str(found["rejected"])]


def test_every_messy_table_is_right_or_refused_for_the_right_reason(dataset, shared_data: Path) -> None:
    with (Path(__file__).parent / "messy_csv.csv").open(newline="", encoding="utf-8") as file:
        expected = {row[0]: row[1:] for row in csv.reader(file)}
    files = _members(shared_data / "messy_csv" / "messy_csv.zip")
    assert set(files) == set(expected) - {"file"}
    wrong = {name: found for name, content in files.items() if (found := _outcome(dataset, content)) != expected[name]}
    assert wrong == {}


def test_no_broken_table_crashes_or_hangs_the_reader(dataset, shared_data: Path) -> None:
    files = _members(shared_data / "messy_csv" / "fuzz_csv.zip")
    assert len(files) == 135
    for content in files.values():
        _outcome(dataset, content)


@pytest.mark.parametrize("name", SPECTRUM)
def test_the_values_of_csv_spectrum_are_the_right_ones(dataset, shared_data: Path, name: str) -> None:
    files = _members(shared_data / "messy_csv" / "messy_csv.zip")
    read = table.load(dataset(files[f"csv-spectrum/csvs/{name}.csv"]))
    answer = json.loads(files[f"csv-spectrum/json/{name}.json"])
    rows = answer if isinstance(answer, list) else [answer]
    if name == "location_coordinates":  # whose answer was given another number than the file
        rows[0]["Contact Phone Number"] = "2095257564"
    texts = [{key: "" if value is None else str(value) for key, value in row.items()} for row in read.to_dicts()]
    assert texts == rows
