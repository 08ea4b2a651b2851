"""Reading what is no CSV: JSON lines, Parquet, workbooks, arrays, and tables in a zip."""

from __future__ import annotations

import csv
import gzip
import io
import json
import struct
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from engine.data import table
from engine.data.profile import rows
from engine.data.recipe import Recipe
from engine.data.source import Source
from engine.problems import Refusal
from tests.engine.data.uploads import profiled, workbook, zipped

PIXELS = np.arange(4 * 6 * 5, dtype=np.uint8).reshape(4, 6, 5)
CLASSES = np.array([0, 1, 0, 1], np.uint8)


def _parquet(**columns: Any) -> bytes:
    packed = io.BytesIO()
    pl.DataFrame(columns).write_parquet(packed)
    return packed.getvalue()


def _npz(**arrays: Any) -> bytes:
    packed = io.BytesIO()
    np.savez_compressed(packed, **arrays)
    return packed.getvalue()


def _idx(array: np.ndarray) -> bytes:
    return bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


def _code(dataset, upload: bytes) -> str:
    with pytest.raises(Refusal) as refused:
        dataset(upload)
    problem = refused.value.problem
    assert problem.message.endswith(".")
    assert problem.hint.endswith(".")
    return problem.code


JSON = [
    {"a": 1, "b": {"c": "x", "d": {"e": 2.5}}, "f": [1, 2]},
    {"a": "2", "b": {"c": "NA"}, "g": True},
    {"a": None, "b": None, "f": [], "g": False},
]


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(map(json.dumps, JSON)),
        "\n\n".join(map(json.dumps, JSON)) + "\n",
        json.dumps(JSON),
        json.dumps(JSON, indent=2),
    ],
)
def test_json_is_a_table_of_objects(dataset, text: str) -> None:
    folder = dataset(text)
    assert table.load(folder).to_dict(as_series=False) == {
        "a": [1, 2, None],
        "b.c": ["x", None, None],
        "b.d.e": [2.5, None, None],
        "f": ["[1, 2]", None, "[]"],
        "g": [None, "true", "false"],
        "b": [None, None, None],
    }
    assert profiled(folder)["reading"]["format"] == "jsonl"


def test_lines_that_are_no_json_are_listed(dataset) -> None:
    lines = [json.dumps({"a": place, "b": "x"}) for place in range(10)]
    lines[3], lines[7] = '{"a": 3, "b"', "[1, 2]"
    folder = dataset(gzip.compress("\n".join(lines).encode()))
    with (folder / "rejected.csv").open(newline="") as file:
        assert [row["line"] for row in csv.DictReader(file)] == ["4", "8"]
    assert (profiled(folder)["rows"], profiled(folder)["rejected"]) == (8, 2)


def test_nul_characters_are_dropped_from_names_and_values(dataset) -> None:
    rows = [{"a\0": "x\0", "b": "\0y\0"}, {"a\0": "z", "b": "y"}]
    folder = dataset("\n".join(map(json.dumps, rows)))
    assert table.load(folder).to_dict(as_series=False) == {"a": ["x", "z"], "b": ["y", "y"]}


def test_parquet_keeps_its_types(dataset) -> None:
    columns = {
        "n": [1, 2, None],
        "x": [0.5, float("nan"), float("inf")],
        "t": ["a", " NA ", "b"],
        "yes": [True, False, None],
        "day": [date(2020, 1, 2), None, date(2021, 1, 1)],
        "many": [[1], [2], [3]],
    }
    folder = dataset(_parquet(**columns))
    assert table.load(folder).to_dict(as_series=False) == {
        "n": [1, 2, None],
        "x": [0.5, None, None],
        "t": ["a", None, "b"],
        "yes": ["true", "false", None],
        "day": ["2020-01-02", None, "2021-01-01"],
    }
    assert [one["where"].get("name") for one in profiled(folder)["warnings"] if one["code"] == "column_not_read"] == [
        "many"
    ]


def test_damaged_parquet_is_refused(dataset) -> None:
    good = _parquet(a=list(range(1000)), b=list(range(1000)))
    assert _code(dataset, good[:-30]) == "parquet_damaged"
    assert _code(dataset, good[:40] + bytes(200) + good[240:]) == "parquet_damaged"
    assert _code(dataset, _parquet(a=[1, 2])) == "one_column"


SHEET = [["A title", None, None], [None, None, None], ["name", "age", "day"], ["Zoë", 31, "?"], ["Ann", 7.5, "x"]]


def test_a_workbook_is_read_by_its_first_sheet_with_rows(dataset) -> None:
    folder = dataset(workbook(Notes=[["nothing here"]], Data=SHEET, More=[["a", "b"], [1, 2]]))
    assert table.load(folder).to_dict(as_series=False) == {
        "name": ["Zoë", "Ann"],
        "age": [31.0, 7.5],
        "day": [None, "x"],
    }
    reading = profiled(folder)["reading"]
    assert (reading["format"], reading["sheet"], reading["sheets"]) == ("excel", "Data", ["Notes", "Data", "More"])
    assert profiled(folder)["rejected"] == 1


def test_another_sheet_can_be_wished_for(dataset) -> None:
    content = workbook(Data=SHEET, More=[["a", "b"], [1, 2]])
    assert table.load(dataset(content, reading={"sheet": "More"})).rows() == [(1, 2)]
    with pytest.raises(Refusal) as refused:
        dataset(content, reading={"sheet": "Missing"})
    assert refused.value.problem.code == "unknown_sheet"
    assert "Data, More" in refused.value.problem.message


def test_workbooks_without_a_table_are_refused(dataset) -> None:
    assert _code(dataset, workbook(Empty=[])) == "no_rows"
    assert _code(dataset, b"\xd0\xcf\x11\xe0" + bytes(1000)) == "workbook_damaged"


def test_idx_files_become_pictures_in_parts(dataset) -> None:
    files = {
        "mnist/train-images-idx3-ubyte": _idx(PIXELS),
        "mnist/train-labels-idx1-ubyte": _idx(CLASSES),
        "mnist/t10k-images-idx3-ubyte.gz": gzip.compress(_idx(PIXELS[:2])),
        "mnist/t10k-labels-idx1-ubyte.gz": gzip.compress(_idx(CLASSES[:2])),
    }
    folder = dataset(zipped(files))
    found = profiled(folder)
    assert (found["kind"], found["rows"], found["image"]) == ("images", 6, {"height": 6, "width": 5, "channels": 1})
    assert np.array_equal(np.load(folder / "images.npy")[:4, ..., 0], PIXELS)
    assert np.load(folder / "labels.npy").tolist() == [0, 1, 0, 1, 0, 1]
    assert [column["name"] for column in found["columns"]] == ["image", "label", "part"]
    assert rows(folder, 4, 1)["rows"] == [[4, "test 0", "0", "test"]]


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"train-images-idx3-ubyte": _idx(PIXELS)}, "no_labels"),
        ({"train-images-idx3-ubyte": _idx(PIXELS)[:-1], "train-labels-idx1-ubyte": _idx(CLASSES)}, "arrays_damaged"),
        ({"train-images-idx3-ubyte": b"not at all", "train-labels-idx1-ubyte": _idx(CLASSES)}, "arrays_damaged"),
        ({"x-images-idx3-ubyte.gz": gzip.compress(_idx(PIXELS), mtime=0)[:-5]}, "arrays_damaged"),
    ],
)
def test_idx_files_that_do_not_fit_are_refused(dataset, files: dict[str, bytes], code: str) -> None:
    assert _code(dataset, zipped(files)) == code


def test_an_idx_file_alone_is_refused(dataset) -> None:
    assert _code(dataset, _idx(PIXELS)) == "idx_alone"


@pytest.mark.parametrize(
    "arrays",
    [
        {"x": PIXELS, "y": CLASSES},
        {"images": PIXELS[..., None], "labels": CLASSES[:, None]},
        {"data": PIXELS[:, None], "target": np.eye(2)[CLASSES]},
        {"arr_0": PIXELS, "arr_1": CLASSES},
        {"x_train": PIXELS[:2], "y_train": CLASSES[:2], "x_test": PIXELS[2:], "y_test": CLASSES[2:]},
        {"x": PIXELS / np.float32(255), "y": CLASSES.astype(float)},
        {"x": np.stack([PIXELS] * 3, axis=-1), "y": CLASSES},
    ],
)
def test_arrays_of_pictures_are_told_by_name_and_shape(dataset, arrays: dict[str, np.ndarray]) -> None:
    folder = dataset(_npz(**arrays))
    assert np.array_equal(np.load(folder / "images.npy")[..., 0], PIXELS)
    assert np.load(folder / "labels.npy").tolist() == [0, 1, 0, 1]


def test_other_arrays_are_tables(dataset) -> None:
    matrix = np.array([[0.5, 1], [2, np.nan], [3, 4]])
    read = table.load(dataset(_npz(X=matrix, y=np.array(["a", "b", "a"]))))
    assert read.to_dict(as_series=False) == {"x_0": [0.5, 2.0, 3.0], "x_1": [1.0, None, 4.0], "y": ["a", "b", "a"]}
    assert table.load(dataset(_npz(a=np.arange(3), b=np.arange(3) / 2))).columns == ["a", "b"]
    packed = io.BytesIO()
    np.save(packed, matrix)
    assert table.load(dataset(packed.getvalue())).shape == (3, 2)


def test_training_and_test_arrays_are_one_table(dataset) -> None:
    arrays = {"x_train": np.ones((3, 2)), "y_train": np.arange(3), "x_test": np.ones((2, 2)), "y_test": np.arange(2)}
    read = table.load(dataset(_npz(**arrays)))
    assert read["part"].to_list() == ["train"] * 3 + ["test"] * 2


def test_parts_of_an_upload_are_how_it_is_split(dataset) -> None:
    pictures = {"x_train": PIXELS, "y_train": CLASSES, "x_test": PIXELS[:2], "y_test": CLASSES[:2]}
    numbers = {"x_train": np.eye(9), "y_train": np.arange(9) / 7, "x_test": np.eye(9)[:4], "y_test": np.arange(4) / 7}
    for arrays, count in ((pictures, 2), (numbers, 4)):
        folder = dataset(_npz(**arrays))
        recipe = Recipe.model_validate(profiled(folder)["recipe"])
        assert (recipe.split.method, recipe.split.by, recipe.columns["part"].role) == ("column", "part", "ignore")
        parts = Source(folder, recipe).parts
        assert parts["test"].tolist() == list(range(len(arrays["x_train"]), len(arrays["x_train"]) + count))
        assert len(parts["train"]) + len(parts["validation"]) == len(arrays["x_train"])


def test_test_rows_without_a_target_are_not_tested_on(dataset) -> None:
    files = {"train.csv": b"a,b,y\n" + b"1,2,0\n3,4,1\n" * 5, "test.csv": b"a,b\n" + b"5,6\n" * 3}
    assert profiled(dataset(zipped(files)))["recipe"]["split"]["method"] != "column"


def test_python_objects_in_arrays_are_never_loaded(dataset) -> None:
    assert _code(dataset, _npz(x=np.array([{"a": 1}, print], object), y=np.arange(2))) == "arrays_damaged"


@pytest.mark.parametrize(
    "arrays",
    [
        {"x": np.ones((2, 3, 4, 5, 6)), "y": np.arange(2)},
        {"x": np.ones((4, 3, 3)), "y": np.linspace(0, 1, 4)},
        {"a": np.arange(3), "b": np.arange(4)},
        {"x": np.array(1.0)},
    ],
)
def test_arrays_of_no_use_are_refused(dataset, arrays: dict[str, np.ndarray]) -> None:
    assert _code(dataset, _npz(**arrays)) in ("arrays_of_no_use", "no_labels")


def test_a_table_in_a_zip_is_read(dataset) -> None:
    folder = dataset(zipped({"folder/data.csv": b"a;b\n1;x\n2;y\nbad\n"}))
    assert table.load(folder).rows() == [(1, "x"), (2, "y")]
    assert (profiled(folder)["rejected"], profiled(folder)["reading"]["separator"]) == (1, ";")


def test_training_and_test_tables_in_a_zip_are_one_with_its_parts(dataset) -> None:
    files = {"test.csv": b"a,b\n5,x\n", "train.csv": b"a,b,y\n1,x,0\n2,7,1\n3\n4,z,0\n"}
    folder = dataset(zipped(files))
    assert table.load(folder).to_dict(as_series=False) == {
        "a": [5, 1, 2, 4],
        "b": ["x", "x", "7", "z"],
        "part": ["test", "train", "train", "train"],
        "y": [None, 0, 1, 0],
    }
    assert profiled(folder)["rejected"] == 1
    assert not list(Path(folder).glob("unpacked*"))


def test_several_tables_of_unknown_purpose_are_refused(dataset) -> None:
    assert _code(dataset, zipped({"a.csv": b"a,b\n1,2\n", "b.csv": b"a,b\n1,2\n"})) == "several_tables"
