"""Reading large tables block by block: whatever is read all at once is read as one by one."""

from __future__ import annotations

import csv
import random
from pathlib import Path

import polars as pl
import pytest

from engine.data import blocks, table
from tests.engine.data.uploads import profiled

PLAIN = ["{i},{x},word {i}", "{i},,w", "{i},-{x},NA", "{i},{x},"]
ODD = [
    '{i},{x},"quoted, with ""all"""',
    '{i},{x},"over\ntwo lines"',
    "{i},{x}",
    "{i},{x},w,more",
    "",
    "# a comment",
    ' {i} , {x} ,"x"',
    '{i},{x},"never closed',
    "?,-,w",
]


def _text(seed: int, lines: int, odd: float, end: str = "\n") -> str:
    chance = random.Random(seed)
    made = ["a,b,c"]
    for place in range(lines):
        form = chance.choice(ODD if chance.random() < odd else PLAIN)
        made.append(form.format(i=place, x=chance.randrange(100) / 8))
    return end.join(made) + (end if seed % 2 else "")


def _outcome(folder: Path) -> tuple[pl.DataFrame, list[list[str]]]:
    with (folder / "rejected.csv").open(newline="", encoding="utf-8") as file:
        return table.load(folder), list(csv.reader(file))


@pytest.mark.parametrize("block", [40, 1000, 100_000])
@pytest.mark.parametrize("odd", [0, 0.02, 0.2])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_stretches_are_read_as_single_records_are(
    dataset, monkeypatch: pytest.MonkeyPatch, block: int, odd: float, end: str
) -> None:
    monkeypatch.setattr(blocks, "BLOCK", block)
    monkeypatch.setattr(blocks, "SHORTEST", 3)
    for seed in range(2):
        text = _text(seed, 300, odd, end)
        fast = _outcome(dataset(text))
        with monkeypatch.context() as slowly:
            slowly.setattr(blocks.Stretches, "stretch", lambda self: None)
            slow = _outcome(dataset(text))
        assert fast[0].equals(slow[0])
        assert fast[1] == slow[1]


@pytest.mark.parametrize("late", ["word", "1e999", "2.5", "99999999999999999999", "nan", " 7 ", "", "+3"])
def test_a_value_far_below_is_read_for_what_it_is(dataset, monkeypatch: pytest.MonkeyPatch, late: str) -> None:
    monkeypatch.setattr(blocks, "BLOCK", 500)
    lines = ["a,b"] + [f"{place},{place * 3}" for place in range(500)] + [f"9,{late}", "8,11"]
    read = table.load(dataset("\n".join(lines)))
    assert read.height == 502
    last = read["b"].to_list()[-2:]
    expected = {
        "word": ["word", "11"],
        "1e999": ["1e999", "11"],
        "2.5": [2.5, 11.0],
        "99999999999999999999": [1e20, 11.0],
        "nan": [None, 11],
        " 7 ": [7, 11],
        "": [None, 11],
        "+3": [3, 11],
    }
    assert last == expected[late]
    if late in ("word", "1e999"):
        assert read["b"].to_list()[:3] == ["0", "3", "6"]


def test_codes_are_told_from_numbers_however_far_below(dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "BLOCK", 500)
    codes = [f"{place},{99_999 - place * 190:05}" for place in range(520)]
    read = table.load(dataset("\n".join(["a,zip", *codes])))
    assert read["zip"].to_list()[-1] == "01389"
    assert read["zip"].to_list()[0] == "99999"
    assert read["a"].dtype == pl.Int64


def test_a_large_table_is_profiled_to_about_two_percent(dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.data.profile.LARGE", 1000)
    monkeypatch.setattr("engine.data.profile.FEW", 20)
    lines = [f"{place},{place % 3000},{place % 7},k{place % 5}" for place in range(6000)]
    columns = {column["name"]: column for column in profiled(dataset("\n".join(["id,v,w,k", *lines])))["columns"]}
    assert columns["id"]["distinct"] == 6000
    assert columns["v"]["distinct"] == pytest.approx(3000, rel=0.06)
    assert (columns["w"]["distinct"], columns["w"]["rarest"]) == (7, 857)
    assert columns["k"]["top"][0][1] == 1200
    assert {count for _, count in columns["v"]["top"]} == {2}
