"""Raw rows to arrays, and the model's outputs to answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.data.picture import transform_images
from engine.data.predictions import flat, predictions
from engine.data.rows import columns_of, read_rows
from engine.data.transform import targets, transform
from engine.data.values import read_numbers
from tests.engine.data.uploads import picture_bytes

READING = {"encoding": "utf-8", "separator": ",", "header": True, "decimal": ".", "missing": ["", "na", "?"]}
PREPARATION: dict[str, Any] = {
    "reading": {**READING, "names": ["age", "code", "income", "price"]},
    "columns": {
        "age": {
            "kind": "number",
            "steps": [{"type": "fill", "value": 30.0}, {"type": "scale", "center": 30.0, "spread": 10.0}],
        },
        "code": {"kind": "category", "numeric": True, "steps": [{"type": "one_hot", "classes": ["1", "2.5", None]}]},
    },
    "inputs": {"features": {"columns": ["age", "code"], "shape": [4], "dtype": "float32"}},
    "targets": {
        "income": {"kind": "category", "numeric": False, "classes": ["<=50K", ">50K"]},
        "price": {"kind": "number", "center": 100.0, "spread": 50.0},
    },
}


def _rows(tmp_path: Path, content: str | bytes, **reading: Any) -> list[dict[str, str]]:
    path = tmp_path / "rows.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    given = {**PREPARATION, "reading": {**PREPARATION["reading"], **reading}}
    return read_rows(path, given)


def test_text_numbers_and_arrays_give_the_same() -> None:
    as_text = transform(PREPARATION, {"age": [" 40 ", "NA", "20"], "code": ["1", "2.50", "?"]})
    as_values = transform(PREPARATION, {"age": np.array([40, np.nan, 20]), "code": [1.0, 2.5, None]})
    assert as_text["features"].tobytes() == as_values["features"].tobytes()
    assert as_text["features"].tolist() == [[1, 1, 0, 0], [0, 0, 1, 0], [-1, 0, 0, 1]]


@pytest.mark.parametrize("one", ["1", 1, 1.0, " 1.0 ", "1e0", np.int64(1), np.float32(1)])
def test_one_is_one_category_however_it_is_written(one: Any) -> None:
    assert transform(PREPARATION, {"age": [1], "code": [one]})["features"][0, 1:].tolist() == [1, 0, 0]


def test_an_unseen_category_is_all_zeros() -> None:
    assert transform(PREPARATION, {"age": [30], "code": ["new"]})["features"].tolist() == [[0, 0, 0, 0]]


@pytest.mark.parametrize("value", ["abc", "1_000", "inf", "1e999", "1,5", True, "0x1", "１"])
def test_what_is_no_number_is_named_with_row_and_column(value: Any) -> None:
    with pytest.raises(ValueError, match=r"Row 2, column 'age': .* is not a number\. Give a number"):
        transform(PREPARATION, {"age": ["3", value], "code": ["1", "1"]})


def test_a_missing_column_is_named_with_all_that_are_needed() -> None:
    with pytest.raises(ValueError, match=r"The column 'code' is missing\. Give all of these columns: 'age', 'code'\."):
        transform(PREPARATION, {"age": [1]})


def test_targets_become_indices_and_scaled_values() -> None:
    arrays = targets(PREPARATION, {"income": [">50K", "<=50K"], "price": ["200", 50]})
    assert arrays["income"].tolist() == [1, 0]
    assert arrays["price"].tolist() == [[2.0], [-1.0]]
    with pytest.raises(ValueError, match=r"Row 1, column 'income': 'much' is none of the known classes"):
        targets(PREPARATION, {"income": ["much"], "price": [1]})
    with pytest.raises(ValueError, match=r"Row 1, column 'price' is empty"):
        targets(PREPARATION, {"income": [">50K"], "price": [None]})


def test_outputs_become_answers() -> None:
    sigmoid = {"income": np.array([[0.75], [0.25]], np.float32), "price": np.array([[1.0], [-1.0]], np.float32)}
    answers = predictions(PREPARATION, sigmoid)
    assert answers == [
        {"income": ">50K", "income_probabilities": {"<=50K": 0.25, ">50K": 0.75}, "price": 150.0},
        {"income": "<=50K", "income_probabilities": {"<=50K": 0.75, ">50K": 0.25}, "price": 50.0},
    ]
    softmax = {"income": np.array([[0.25, 0.75], [0.75, 0.25]]), "price": sigmoid["price"]}
    assert predictions(PREPARATION, softmax) == answers
    assert flat(answers[0]) == {
        "income_predicted": ">50K",
        "income_probability_<=50K": 0.25,
        "income_probability_>50K": 0.75,
        "price_predicted": 150.0,
    }


def test_rows_are_read_with_or_without_the_target(tmp_path: Path) -> None:
    expected = [{"age": "31", "code": "1"}, {"age": "", "code": "a,b"}]
    assert _rows(tmp_path, 'age,code\n31, 1 \n\n,"a,b"\n') == expected
    assert _rows(tmp_path, "code;age\n1;31\n") == [{"code": "1", "age": "31"}]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_rows_are_read_in_the_encoding_of_the_training_file_or_utf_8(tmp_path: Path, encoding: str) -> None:
    rows = _rows(tmp_path, "age,code\n1,Zoë\n".encode(encoding), encoding="cp1252")
    assert rows == [{"age": "1", "code": "Zoë"}]


def test_a_file_without_header_has_the_columns_of_the_training_file(tmp_path: Path) -> None:
    names = {"header": False, "names": ["age", "code", "income", "price"]}
    assert _rows(tmp_path, "31,1,>50K,2\n", **names) == [{"age": "31", "code": "1", "income": ">50K", "price": "2"}]
    assert _rows(tmp_path, "31,1\n", **names) == [{"age": "31", "code": "1"}]
    assert _rows(tmp_path, "age,code\n31,1\n", **names) == [{"age": "31", "code": "1"}]
    with pytest.raises(ValueError, match=r"The rows have 3 values\. Give 4 columns"):
        _rows(tmp_path, "31,1,2\n", **names)


def test_a_row_of_empty_cells_is_a_row_and_an_empty_line_is_none(tmp_path: Path) -> None:
    assert _rows(tmp_path, "age,code\n,\n\n1,2\n") == [{"age": "", "code": ""}, {"age": "1", "code": "2"}]


def test_an_uneven_row_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"Row 2 has 3 values where 2 are expected"):
        _rows(tmp_path, "age,code\n1,2\n1,2,3\n")


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="holds no rows"):
        _rows(tmp_path, "\n")


def test_columns_of_rows_fill_gaps_with_nothing() -> None:
    assert columns_of([{"a": 1}, {"b": 2}]) == {"a": [1, None], "b": [None, 2]}


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a::b\n1::x,y\n", {"separator": "::"}),
        ("a;b\n1;'x,y'\n", {"separator": ";", "quote": "'"}),
        ("a,b\n1,x\\,y\n", {"escape": "\\"}),
        ("a|b\n1|x,y\n", {"separator": "|", "quote": ""}),
        ('a,b\n1,"x,y"\n', {"separator": ";", "quote": "'", "escape": "\\"}),
    ],
)
def test_rows_are_read_as_the_training_file_is_written_or_as_is_usual(
    tmp_path: Path, text: str, written: dict[str, str]
) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(text)
    given = {"reading": {**READING, "names": ["a", "b"], **written}, "columns": {"a": {}, "b": {}}, "targets": {}}
    assert read_rows(path, given) == [{"a": "1", "b": "x,y"}]


@pytest.mark.parametrize(
    ("thousands", "decimal", "text"), [(",", ".", "1,234,567.5"), (".", ",", "1.234.567,5"), (" ", ",", "1 234 567,5")]
)
def test_grouped_digits_are_read_as_in_the_training_file(thousands: str, decimal: str, text: str) -> None:
    reading = {**READING, "decimal": decimal, "thousands": thousands}
    numbers, astray = read_numbers([text, "7", f"1{thousands}2"], reading)
    assert numbers[:2].tolist() == [1234567.5, 7.0]
    assert astray == [f"1{thousands}2"]


def test_a_point_is_no_part_of_a_number_with_a_decimal_comma() -> None:
    numbers, astray = read_numbers(["1,5", "1.500", 2.5, "-3"], {**READING, "decimal": ","})
    assert astray == ["1.500"]
    assert numbers[[0, 2, 3]].tolist() == [1.5, 2.5, -3.0]


def test_a_picture_that_cannot_be_read_is_named() -> None:
    pictures = {
        "columns": {"image": {"kind": "image", "height": 8, "width": 8, "channels": 1, "scale": 1.0, "offset": 0.0}},
        "inputs": {"image": {"columns": ["image"], "shape": [8, 8, 1], "dtype": "float32"}},
    }
    for source, words in (
        (b"no picture", r"Picture 1 could not be read: it is not a PNG or JPEG picture\. Give a PNG or JPEG file\."),
        (picture_bytes(np.arange(4096).reshape(64, 64))[:90], "Picture 1 could not be read: it is damaged"),
        ("missing.png", r"missing\.png could not be read: there is no such file"),
    ):
        with pytest.raises(ValueError, match=words):
            transform_images(pictures, [source])
