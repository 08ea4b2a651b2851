"""Data sets being read: progress, result, limits, and what happens when the reader dies."""

import json
import os
import signal
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.webapp.examples import GRAPH, RECIPE
from tests.webapp.supervising import until
from webapp.datasets.models import Dataset
from webapp.datasets.reading import Readings
from webapp.datasets.services import Arrived, create_dataset, create_sample, read_again
from webapp.projects.models import Project
from webapp.projects.services import fill_projects

FAKE = """
import json, os, pathlib, signal, sys, time
folder = pathlib.Path(sys.argv[1])
plan = json.loads((folder / "plan.json").read_text())
print(json.dumps({"fraction": 0.4, "phase": "reading"}), flush=True)
held = bytearray(plan.get("memory", 0))
for index in range(0, len(held), 4096): held[index] = 1
time.sleep(plan.get("sleep", 0))
for name in ("profile", "problem"):
    if name in plan: (folder / f"{name}.json").write_text(json.dumps(plan[name]))
if plan.get("die"): os.kill(os.getpid(), signal.SIGKILL)
"""
PROFILE = {
    "kind": "table",
    "rows": 9,
    "columns": [{"name": "length", "mean": float("nan")}],
    "recipe": RECIPE,
    "graph": GRAPH,
}
PROBLEM = {"code": "not_a_table", "message": "This is no table.", "hint": "Choose another file.", "where": {}}


class Ticking:
    """Readings in the shape in which `until` lets supervisors tick."""

    def __init__(self, readings: Readings) -> None:
        self.readings = readings

    def tick(self) -> None:
        self.readings.tick(look=True)


@pytest.fixture
def readings(tmp_path: Path, db: None) -> Iterator[Ticking]:
    script = tmp_path / "reader.py"
    script.write_text(FAKE)
    made = Readings(on_ready=fill_projects, command=(sys.executable, str(script)))
    yield Ticking(made)
    made.close()


@pytest.fixture
def reading(anna: Any) -> Callable[..., Dataset]:
    def make(**plan: Any) -> Dataset:
        found = Dataset.objects.create(owner=anna, name="Flowers", state="reading")
        found.folder.mkdir(parents=True)
        (found.folder / "plan.json").write_text(json.dumps(plan))
        return found

    return make


def read(readings: Any, dataset: Dataset) -> Dataset:
    until(lambda: Dataset.objects.get(pk=dataset.pk).state != "reading", readings)
    dataset.refresh_from_db()
    return dataset


def test_a_profile_makes_the_data_set_ready_and_fills_its_projects(readings: Any, reading: Any, anna: Any) -> None:
    dataset = reading(profile=PROFILE)
    project = Project.objects.create(owner=anna, name="Iris", dataset=dataset)
    read(readings, dataset)
    assert (dataset.state, dataset.kind, dataset.rows, dataset.recipe) == ("ready", "table", 9, RECIPE)
    assert dataset.columns == [{"name": "length", "mean": None}]
    project.refresh_from_db()
    assert (project.graph, project.recipe) == (GRAPH, RECIPE)


def test_progress_is_shown_while_it_lasts(readings: Any, reading: Any) -> None:
    dataset = reading(sleep=1, profile=PROFILE)
    until(lambda: Dataset.objects.get(pk=dataset.pk).progress == {"phase": "reading", "fraction": 0.4}, readings)
    assert read(readings, dataset).progress == {}


def test_a_problem_makes_the_data_set_fail_with_it(readings: Any, reading: Any) -> None:
    dataset = read(readings, reading(problem=PROBLEM))
    assert (dataset.state, dataset.problem) == ("failed", PROBLEM)


@pytest.mark.parametrize("plan", [{"die": True}, {}])
def test_a_reader_that_dies_or_says_nothing_is_a_problem(readings: Any, reading: Any, plan: dict[str, Any]) -> None:
    dataset = read(readings, reading(**plan))
    assert (dataset.state, dataset.problem["code"]) == ("failed", "reading_failed")
    assert dataset.problem["hint"]


def test_a_profile_that_makes_no_sense_is_a_problem_and_the_next_data_set_is_read(readings: Any, reading: Any) -> None:
    odd, next_one = reading(profile={"rows": 3}), reading(profile=PROFILE)
    read(readings, next_one)
    assert read(readings, odd).problem["code"] == "reading_failed"
    assert next_one.state == "ready"


def test_a_reader_that_takes_too_long_is_ended(readings: Any, reading: Any, settings: Any) -> None:
    settings.READING_SECONDS = 0.5
    dataset = read(readings, reading(sleep=60))
    assert (dataset.state, dataset.problem["code"]) == ("failed", "reading_too_long")


def test_a_reader_that_takes_too_much_memory_is_ended(readings: Any, reading: Any, settings: Any) -> None:
    settings.READING_MEMORY = 100 * 1024**2
    dataset = read(readings, reading(memory=200 * 1024**2, sleep=60))
    assert (dataset.state, dataset.problem["code"]) == ("failed", "reading_too_large")


def test_a_new_reading_replaces_the_last_one(readings: Any, reading: Any) -> None:
    changed = {**PROFILE, "rows": 7, "rejected": 2, "reading": {"format": "csv", "separator": ";"}}
    dataset = read(readings, reading(profile=PROFILE))
    (dataset.folder / "plan.json").write_text(json.dumps({"profile": changed}))
    dataset = read_again(dataset=dataset, wishes={"separator": ";", "quote": None})
    until(lambda: Dataset.objects.get(pk=dataset.pk).wanted is None, readings)
    dataset.refresh_from_db()
    assert (dataset.state, dataset.rows, dataset.rejected) == ("ready", 7, 2)
    assert (dataset.wishes, dataset.reading) == ({"separator": ";"}, {"format": "csv", "separator": ";"})


@pytest.mark.parametrize(("plan", "code"), [({"problem": PROBLEM}, "not_a_table"), ({"die": True}, "reading_failed")])
def test_a_new_reading_that_fails_leaves_the_last_one(
    readings: Any, reading: Any, plan: dict[str, Any], code: str
) -> None:
    dataset = read(readings, reading(profile=PROFILE))
    (dataset.folder / "plan.json").write_text(json.dumps(plan))
    dataset = read_again(dataset=dataset, wishes={"separator": "x"})
    until(lambda: Dataset.objects.get(pk=dataset.pk).wanted is None, readings)
    dataset.refresh_from_db()
    assert (dataset.state, dataset.rows, dataset.wishes) == ("ready", 9, {})
    assert dataset.problem["code"] == code


def test_a_failed_reading_can_be_mended_by_wishes(readings: Any, reading: Any) -> None:
    dataset = read(readings, reading(problem=PROBLEM))
    (dataset.folder / "plan.json").write_text(json.dumps({"profile": PROFILE}))
    dataset = read(readings, read_again(dataset=dataset, wishes={"separator": ";"}))
    assert (dataset.state, dataset.problem, dataset.wishes) == ("ready", None, {"separator": ";"})


def test_one_data_set_is_read_at_a_time_and_the_oldest_first(readings: Any, reading: Any) -> None:
    first, second = reading(sleep=0.3, profile=PROFILE), reading(profile=PROFILE)
    readings.tick()
    assert readings.readings.current.dataset == first
    read(readings, second)
    assert Dataset.objects.get(pk=first.pk).state == "ready"


def test_a_reader_whose_supervisor_died_is_replaced(readings: Any, reading: Any, tmp_path: Path) -> None:
    dataset = reading(sleep=60)
    readings.tick()
    dataset.refresh_from_db()
    orphan = dataset.reader["pid"]
    second = Readings(on_ready=fill_projects, command=readings.readings.command)
    (dataset.folder / "plan.json").write_text('{"problem": {"code": "x", "message": "m", "hint": "h", "where": {}}}')
    second.tick(look=True)
    readings.readings.current.child.wait(5)
    assert not psutil.pid_exists(orphan)
    assert read(Ticking(second), dataset).problem["code"] == "x"


def test_a_data_set_deleted_meanwhile_ends_its_reader(readings: Any, reading: Any) -> None:
    dataset = reading(sleep=60)
    readings.tick()
    child = readings.readings.current.child
    Dataset.objects.all().delete()
    until(lambda: readings.readings.current is None, readings)
    assert child.returncode == -signal.SIGKILL
    assert not os.path.exists(dataset.folder)


def test_the_engine_reads_a_sample_and_the_project_is_filled(anna: Any) -> None:
    dataset = create_sample(owner=anna, sample="diabetes")
    readings = Ticking(Readings(on_ready=fill_projects))
    read(readings, dataset)
    assert (dataset.state, dataset.problem) == ("ready", None)
    assert dataset.rows == 442
    assert dataset.graph["nodes"]


def test_a_zip_of_a_training_and_a_test_table_is_one_file_with_all_their_rows(anna: Any, tmp_path: Path) -> None:
    path = tmp_path / "flowers.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("train.csv", "length,species\n1,a\n2,b\n3,a\n")
        archive.writestr("test.csv", "length,species\n4,b\n")
    dataset = create_dataset(owner=anna, files=[Arrived(path.name, path, path.stat().st_size)])
    read(Ticking(Readings(on_ready=fill_projects)), dataset)
    assert (dataset.state, dataset.problem, dataset.rows) == ("ready", None, 4)
    assert [(one["name"], one["rows"]) for one in dataset.files] == [("flowers.zip", 4)]
