"""Several files as one data set: training and test tables, more rows, and what does not fit together."""

from __future__ import annotations

import csv
import gzip
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.data import table
from engine.data.gathered import PART, dataset_name, parts_of, together
from engine.data.profile import profile
from engine.problems import Refusal
from tests.engine.data.uploads import picture_bytes, profiled

BEFORE = b"name,age,city\nann,31,Rome\nbob,42,Oslo\n"


@pytest.fixture
def gather(tmp_path: Path) -> Any:
    """Reads files into one data set, those of `more` as appended rows."""

    def make(files: Mapping[str, bytes], more: Mapping[str, bytes] | None = None, **reading: Any) -> Path:
        request: dict[str, Any] = {"filename": next(iter(files)), "reading": reading, "files": [], "appended": []}
        for place, (name, content) in enumerate([*files.items(), *(more or {}).items()]):
            (tmp_path / f"given_{place}").write_bytes(content)
            kind = "files" if place < len(files) else "appended"
            request[kind].append({"path": f"given_{place}", "name": name})
        (tmp_path / "request.json").write_text(json.dumps(request))
        profile(tmp_path, lambda phase, fraction: None)
        return tmp_path

    return make


def refusal_of(gather: Any, *files: Mapping[str, bytes]) -> Any:
    with pytest.raises(Refusal) as refused:
        gather(*files)
    return refused.value.problem


@pytest.mark.parametrize(
    ("names", "parts"),
    [
        (["adult.data.gz", "adult.test.gz"], ["train", "test"]),
        (["titanic_test.csv", "titanic.csv"], ["test", "train"]),
        (["a-Training.csv", "a-dev.csv", "a-testing.csv"], ["train", "validation", "test"]),
        (["january.csv", "february.csv"], []),
        (["train_1.csv", "train_2.csv"], []),
        (["train.csv"], []),
    ],
)
def test_names_tell_which_part_a_file_is(names: list[str], parts: list[str]) -> None:
    assert parts_of(names) == parts


@pytest.mark.parametrize(
    ("names", "called"),
    [
        (["adult.data.gz", "adult.test.gz"], "adult"), (["titanic_train.csv", "titanic_test.csv"], "titanic"),
        (["steam-200k.csv.gz"], "steam-200k"), (["v1.2 results.CSV"], "v1.2 results"), ([".csv"], ".csv"),
        (["train.csv", "test.csv"], "train and test"), (["a.csv", "b.csv", "c.csv"], "a and 2 more"),
    ],
)  # fmt: skip
def test_a_data_set_is_called_what_its_files_have_in_common(names: list[str], called: str) -> None:
    assert dataset_name(names) == called


def test_what_becomes_of_files_is_said_before() -> None:
    plan = together(["adult.data.gz", "adult.test.gz"])
    assert (plan["way"], plan["name"]) == ("parts", "adult")
    assert plan["files"][1] == {"name": "adult.test.gz", "part": "test"}
    assert together(["may.csv", "june.csv"])["way"] == "rows"
    assert together(["train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"])["way"] == "arrays"
    with pytest.raises(Refusal, match=r"cat\.png is none"):
        together(["a.csv", "cat.png"])


def test_a_training_and_a_test_table_become_one_with_their_parts(gather: Any) -> None:
    folder = gather({"adult.data.gz": gzip.compress(BEFORE), "adult.test.gz": gzip.compress(BEFORE + b"cleo,5,Bonn\n")})
    frame = table.load(folder)
    assert frame["part"].to_list() == ["train"] * 2 + ["test"] * 3
    assert frame["age"].to_list() == [31, 42, 31, 42, 5]
    assert profiled(folder)["files"] == [{"name": "adult.data.gz", "rows": 2}, {"name": "adult.test.gz", "rows": 3}]


def test_a_column_that_only_the_test_table_has_is_kept_whatever_it_is_called(gather: Any) -> None:
    made = gather({"a_train.csv": b"x,y\n1,2\n2,x\n", "a_test.csv": f"x,y,{PART}\n3,4,left\n".encode()})
    frame = table.load(made)
    assert frame[PART].to_list() == [None, None, "left"]
    assert frame["part_of_the_data"].to_list() == ["train", "train", "test"]
    assert frame["y"].to_list() == ["2", "x", "4"]
    found = profiled(made)
    assert (found["rows"], len(found["columns"])) == (3, 4)


def test_rows_are_appended_whatever_the_order_of_their_columns(gather: Any) -> None:
    folder = gather({"a.csv": BEFORE}, {"b.csv": b"city;name;age\nBonn;cleo;5,5\n", "c.csv": BEFORE})
    frame = table.load(folder)
    assert frame.columns == ["name", "age", "city"]
    assert frame.rows()[2] == ("cleo", 5.5, "Bonn")
    found = profiled(folder)
    assert (found["rows"], [file["rows"] for file in found["files"]]) == (5, [2, 1, 2])
    assert sorted(path.name for path in folder.iterdir() if path.is_dir()) == []


def test_appended_to_parts_rows_tell_their_part(gather: Any) -> None:
    files = {"a_train.csv": BEFORE, "a_test.csv": BEFORE}
    assert refusal_of(gather, files, {"b.csv": BEFORE}).code == "columns_differ"


def test_a_zip_of_tables_is_one_of_the_files_that_rows_are_appended_to(gather: Any, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "both.zip", "w") as archive:
        archive.writestr("train.csv", BEFORE)
        archive.writestr("test.csv", BEFORE)
    folder = gather(
        {"both.zip": (tmp_path / "both.zip").read_bytes()}, {"more.csv": b"name,age,city,part\ncleo,5,Bonn,test\n"}
    )
    assert profiled(folder)["files"] == [{"name": "both.zip", "rows": 4}, {"name": "more.csv", "rows": 1}]


def test_codes_stay_text_where_they_were_text_before(gather: Any) -> None:
    folder = gather({"a.csv": b"zip,n\nA1,1\n02,2\n"}, {"b.csv": b"zip,n\n03,3\n4,4\n"})
    assert table.load(folder)["zip"].to_list() == ["A1", "02", "03", "4"]


def test_a_column_that_is_empty_in_one_file_fits_any_kind(gather: Any) -> None:
    folder = gather({"a.csv": BEFORE}, {"b.csv": b"name,age,city\ncleo,,Bonn\n"})
    assert table.load(folder)["age"].to_list() == [31, 42, None]


def test_other_columns_are_refused_by_name(gather: Any) -> None:
    problem = refusal_of(gather, {"a.csv": BEFORE}, {"b.csv": b"name,years,city,sex\ncleo,5,Bonn,f\n"})
    assert problem.code == "columns_differ"
    assert problem.where == {"file": "b.csv", "missing": ["age"], "extra": ["years", "sex"]}
    assert "it lacks 'age' and it has 'years', 'sex' besides" in problem.message


def test_another_kind_is_refused_with_an_example(gather: Any) -> None:
    problem = refusal_of(gather, {"a.csv": BEFORE}, {"b.csv": b"name,age,city\ncleo,5,Bonn\ndan,old,Bern\n"})
    assert (problem.code, problem.where) == ("kinds_differ", {"file": "b.csv", "column": "age"})
    assert "'old'" in problem.message


def test_rejected_lines_of_every_file_are_listed(gather: Any) -> None:
    more = b"name,age,city\ncleo,5,Bonn\n" + b"dan,7,Bern\n" * 3 + b"too,few\n"
    folder = gather({"a.csv": BEFORE + b"x\n"}, {"b.csv": more})
    with (folder / table.REJECTED).open(newline="") as file:
        assert [row[0] for row in csv.reader(file)][1:] == ["a.csv 4", "b.csv 6"]
    assert profiled(folder)["rejected"] == 2


def test_a_remark_on_rejected_lines_names_the_file_of_each(gather: Any) -> None:
    rows = b"5,red\n" * 6
    folder = gather({"adult.data": b"4,red\n" + rows, "adult.test": rows + b"|1x3 Cross validator\n"})
    (remark,) = [one for one in profiled(folder)["warnings"] if one["code"] == "rows_rejected"]
    assert remark["message"] == "1 line of the files could not be used (adult.test line 7); 13 rows could."
    with (folder / table.REJECTED).open(newline="") as file:
        assert [row[0] for row in csv.reader(file)][1:] == ["adult.test 7"]


def test_arrays_of_mnist_are_taken_together(gather: Any) -> None:
    def idx(array: np.ndarray) -> bytes:
        head = bytes([0, 0, 8, array.ndim]) + b"".join(length.to_bytes(4, "big") for length in array.shape)
        return gzip.compress(head + array.astype(np.uint8).tobytes())

    pictures, labels = np.arange(6 * 8 * 8).reshape(6, 8, 8) % 256, np.array([0, 1] * 3)
    files = {"train-images-idx3-ubyte.gz": idx(pictures), "train-labels-idx1-ubyte.gz": idx(labels)}
    found = profiled(gather(files))
    assert (found["kind"], found["rows"]) == ("images", 6)


def test_what_is_no_table_is_refused_by_name(gather: Any) -> None:
    problem = refusal_of(gather, {"a.csv": BEFORE}, {"b.csv": picture_bytes(np.zeros((4, 4, 3)))})
    assert (problem.code, problem.where) == ("not_a_table", {"file": "b.csv"})
    assert problem.message == "b.csv: This is a PNG picture, not a table of text."


def test_the_column_of_parts_splits_the_rows_and_is_no_target(gather: Any) -> None:
    rows = "".join(f"{n % 9},{n % 5},{'yes' if n % 2 else 'no'}\n" for n in range(40)).encode()
    recipe = profiled(gather({"x.data": rows, "x.test": rows}))["recipe"]
    assert {name: column["role"] for name, column in recipe["columns"].items()} == {
        "column_1": "feature", "column_2": "feature", "column_3": "target", "part": "ignore",
    }  # fmt: skip
    assert (recipe["split"]["method"], recipe["split"]["by"]) == ("column", "part")
