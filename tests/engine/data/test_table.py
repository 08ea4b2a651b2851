"""Reading tables in the dialects people write."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import polars as pl
import pytest

from engine.data import table
from engine.data.profile import rows
from engine.problems import Refusal
from tests.engine.data.uploads import profiled

NAMES = ["name", "age", "height"]
ROWS = [["Zoë", "31", "1.5"], ["Œuvre", "7", "2.25"], ["Žofie", "12", "0.5"]]


def _text(separator: str = ",", header: bool = True) -> str:
    return "\n".join(separator.join(row) for row in ([NAMES] if header else []) + ROWS) + "\n"


def test_a_nul_character_far_below_is_dropped(dataset) -> None:
    rows = [f"{place},text {place % 7}" for place in range(60_000)]
    rows[50_000] = "50000,te\0xt"
    folder = dataset("a,b\n" + "\n".join(rows) + "\n")
    assert table.load(folder)["b"][50_000] == "text"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_it_reads_every_encoding(dataset, encoding: str) -> None:
    read = table.load(dataset(_text(), encoding))
    assert read.columns == NAMES
    assert read["name"].to_list() == [row[0] for row in ROWS]
    assert read.dtypes == [pl.String, pl.Int64, pl.Float64]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|", " ; ", ", "])
@pytest.mark.parametrize("header", [True, False])
def test_it_finds_the_separator_and_the_header(dataset, separator: str, header: bool) -> None:
    read = table.load(dataset(_text(separator, header)))
    assert read.columns == (NAMES if header else ["column_1", "column_2", "column_3"])
    assert read.rows() == [("Zoë", 31, 1.5), ("Œuvre", 7, 2.25), ("Žofie", 12, 0.5)]


def test_columns_lined_up_with_blanks_are_read(dataset) -> None:
    read = table.load(dataset(" 0.5  12.0   3\n 1.25  7.5  10\n 2.0   8.0   4\n"))
    assert read.rows() == [(0.5, 12.0, 3), (1.25, 7.5, 10), (2.0, 8.0, 4)]


@pytest.mark.parametrize("line_end", ["\r\n", "\r", "\n"])
def test_quotes_hold_separators_quotes_and_line_ends(dataset, line_end: str) -> None:
    text = f'a,b{line_end}"x, ""y""{line_end}z",1{line_end}plain, 2 {line_end}'
    assert table.load(dataset(text)).rows() == [(f'x, "y"{line_end}z', 1), ("plain", 2)]


@pytest.mark.parametrize("mark", ["\x0b", "\x0c", "\x85", "\u2028"])
def test_only_line_ends_end_a_line(dataset, mark: str) -> None:
    folder = dataset(f"a,odd{mark}name,c\n" + "".join(f"{place},x{mark}y,z\n" for place in range(200)))
    assert profiled(folder)["rejected"] == 0
    assert table.load(folder).shape == (200, 3)
    assert table.load(folder).columns == ["a", " ".join(f"odd{mark}name".split()), "c"]


def test_a_decimal_comma_is_read_where_semicolons_separate(dataset) -> None:
    folder = dataset("a;b;c\n1,5;x;1.234,5\n-2,25;y;2\n,25;z;3\n")
    assert profiled(folder)["reading"]["decimal"] == ","
    assert table.load(folder)["a"].to_list() == [1.5, -2.25, 0.25]
    assert profiled(folder)["reading"]["thousands"] == "."
    assert table.load(folder)["c"].to_list() == [1234.5, 2.0, 3.0]


def test_missing_values_are_found_by_their_markers(dataset) -> None:
    markers = ["", "NA", "n/a", "NaN", "NULL", "none", "?", "-", "  "]
    folder = dataset("a,b\n" + "".join(f"{marker},x\n" for marker in markers) + "1,y\n")
    column = profiled(folder)["columns"][0]
    assert (column["missing"], column["type"], column["distinct"]) == (len(markers), "integer", 1)


def test_column_names_are_made_unique(dataset) -> None:
    folder = dataset("a,a,,a_2, b \n1,2,3,4,x\n5,6,7,8,y\n")
    assert table.load(folder).columns == ["a", "a_2", "column_3", "a_2_2", "b"]


def test_codes_with_leading_zeros_stay_text(dataset) -> None:
    read = table.load(dataset("zip,share\n01234,0.5\n99999,0.25\n"))
    assert read.rows() == [("01234", 0.5), ("99999", 0.25)]


def test_large_and_odd_numbers_are_read_exactly(dataset) -> None:
    read = table.load(dataset("a,b,c\n9007199254740993,+5,1e3\n1,-6,.5\n99999999999999999999,7,2.\n"))
    assert read.dtypes == [pl.Float64, pl.Int64, pl.Float64]
    assert read["b"].to_list() == [5, -6, 7]
    assert read["c"].to_list() == [1000.0, 0.5, 2.0]


def test_packed_tables_are_read(dataset) -> None:
    assert table.load(dataset(gzip.compress(_text().encode()))).height == 3


def test_rows_in_are_rows_used_and_rows_listed(dataset) -> None:
    lines = ["a,b,c"] + [f"{i},{i},x" for i in range(100)]
    lines[10], lines[20] = "1,2", "1,2,3,4"
    lines[30] = '3,"never closed,x'
    folder = dataset("\n".join(lines))
    found = profiled(folder)
    with (folder / "rejected.csv").open(newline="") as file:
        listed = list(csv.DictReader(file))
    assert [int(row["line"]) for row in listed] == [11, 21, 31]
    assert found["rows"] + len(listed) == 100
    assert found["rejected"] == 3
    (warning,) = [one for one in found["warnings"] if one["code"] == "rows_rejected"]
    assert warning["where"]["lines"] == [11, 21, 31]
    assert "97 rows" in warning["message"]


def test_lines_above_the_table_are_listed(dataset) -> None:
    folder = dataset("|1x3 Cross validator\n" + _text(", ", header=False))
    assert (profiled(folder)["rows"], profiled(folder)["rejected"]) == (3, 1)


def test_a_quote_far_below_does_not_swallow_the_rows_between(dataset) -> None:
    lines = ["a,b,c"] + [f"{i},x,y" for i in range(50)]
    lines[5], lines[40] = '4,x,"y', '39,x,"y'
    found = profiled(dataset("\n".join(lines)))
    assert (found["rows"], found["rejected"]) == (48, 2)


def test_blank_lines_are_no_rows(dataset) -> None:
    assert table.load(dataset("a,b\n\n1,2\n   \n3,4\n\n\n")).rows() == [(1, 2), (3, 4)]


def test_the_preview_pages_through_the_rows(dataset) -> None:
    folder = dataset(_text())
    assert rows(folder, 1, 1) == {"columns": NAMES, "rows": [["Œuvre", 7, 2.25]], "numbers": [2], "total": 3}
    assert rows(folder, 5, 10)["rows"] == []


@pytest.mark.parametrize(
    ("upload", "code"),
    [
        (b"", "empty_file"),
        (b" \n\n", "empty_file"),
        (b"a,b,c\n", "no_rows"),
        (b"a\n1\n2\n3\n", "one_column"),
        (b"only some words\nand some more of them here\nno table\n", "one_column"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "not_a_table"),
        (b"%PDF-1.7\n1 0 obj\n", "not_a_table"),
        (b"PAR1" + bytes(100), "parquet_damaged"),
        (bytes(range(256)) * 10, "not_a_table"),
        (b"a,b\n1,\x00\n2,3\n", "not_a_table"),
        (b"<!DOCTYPE html><html><body>a,b</body></html>", "not_a_table"),
        (b'{"a": 1}\n{"a": 3}\n', "not_a_table"),
        (b'["a", 1, "b", 2]', "not_a_table"),
        (gzip.compress(b"a,b\n1,2\n" * 1000, mtime=0)[:-20], "gzip_damaged"),
        (b"a,b\n" + b"1,2\n" * 2 + b"1,2,3,4\n3\n5\n" * 2, "rows_differ_in_length"),
    ],
)
def test_what_is_no_table_is_refused(dataset, upload: bytes, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        dataset(upload)
    problem = refused.value.problem
    assert problem.code == code
    assert problem.message.endswith(".")
    assert problem.hint.endswith(".")


def test_progress_runs_from_reading_to_done(dataset, tmp_path: Path) -> None:
    folder = dataset("a,b\n" + "1,2\n" * 50_000)
    told: list[float] = []
    table.read(folder / "upload", tmp_path, lambda phase, fraction: told.append(fraction))
    assert told == sorted(told)
    assert told[0] == 0
    assert told[-1] == 1


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a;b\n'x;y';1\n'z''s';2\n", [("x;y", 1), ("z's", 2)]),
        ('a|b\n"say \\"hi\\"|"|1\nz|2\n', [('say "hi"|', 1), ("z", 2)]),
        ("a,b\nx\\,y,1\nz,2\n\\N,3\n", [("x,y", 1), ("z", 2), (None, 3)]),
        ('a\tb\n1\t"\n2\t"x\n3\t""y\n4\t"z"t\n5\t"\n', [(1, '"'), (2, '"x'), (3, '""y'), (4, '"z"t'), (5, '"')]),
        ("a::b\nx::1\ny::2\n", [("x", 1), ("y", 2)]),
        ("a||b\nx||1\ny||2\n", [("x", 1), ("y", 2)]),
    ],
)
def test_quotes_escapes_and_long_separators_are_found(dataset, text: str, rows: list[tuple]) -> None:
    assert table.load(dataset(text)).rows() == rows


def test_comments_are_listed_and_rows_that_begin_alike_are_kept(dataset) -> None:
    folder = dataset("# made by hand\na,b\n1,x\n# a note, and more, of it\n#2,y\n#,z\n")
    assert table.load(folder).rows() == [("1", "x"), ("#2", "y"), ("#", "z")]
    found = profiled(folder)
    assert (found["reading"]["comment"], found["rejected"]) == ("#", 2)


def test_titles_above_the_header_are_listed(dataset) -> None:
    folder = dataset(",,,\nA title,,,\nname,x,y,z\na,1,2,3\nb,4,5,6\n")
    assert table.load(folder).columns == ["name", "x", "y", "z"]
    assert (profiled(folder)["rows"], profiled(folder)["rejected"]) == (2, 2)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ('n,v\na,"19,582"\nb,"1,200,300"\nc,7\n', [19582, 1200300, 7]),
        ("n;v\na;100,000.50\nb;50\n", [100000.5, 50.0]),
        ("n;v;w\na;1.000.000;0,5\nb;2.000;1,5\n", [1000000, 2000]),
        ('n,v\na,"1,5"\nb,"2,25"\n', [1.5, 2.25]),
        ("n;v\na;1'000\nb;20\n", [1000, 20]),
        ("n;v\na;28,801\nb;34,02\n", [28.801, 34.02]),
    ],
)
def test_grouped_digits_and_decimal_commas_are_numbers(dataset, text: str, values: list[float]) -> None:
    assert table.load(dataset(text))["v"].to_list() == values


def test_a_sign_among_numbers_marks_a_missing_value(dataset) -> None:
    read = table.load(dataset("a,b\n1,x\n..,y\n3,z\n#NULL!,\\N\n"))
    assert read.rows() == [(1, "x"), (None, "y"), (3, "z"), (None, None)]


def test_rows_of_damaged_text_are_listed(dataset) -> None:
    lines = [f"{place},größe äöü".encode() for place in range(20)]
    lines[7] = b"7,gr\xf6\xdfe"
    folder = dataset(b"a,b\n" + b"\n".join(lines))
    assert (profiled(folder)["rows"], profiled(folder)["rejected"]) == (19, 1)
    assert table.load(folder)["b"].unique().to_list() == ["größe äöü"]


def test_rows_of_years_and_dates_are_no_header(dataset) -> None:
    assert table.load(dataset("x|y|2011\nz|t|2012\n")).height == 2
    assert table.load(dataset("2020-01-01,a\n2020-01-02,b\n")).height == 2
    assert table.load(dataset("day,kind\n2020-01-01,kind\n2020-01-02,b\n")).columns == ["day", "kind"]
