"""Looking at a table: its rows sorted and filtered, its columns, and how they go together."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from scipy.stats import spearmanr
from scipy.stats.contingency import association

from engine.data import browse, overview
from engine.data.browse import View
from engine.data.table import TABLE
from engine.problems import Refusal

RANDOM = np.random.default_rng(1)
ROWS = 400
AGE = RANDOM.normal(40, 12, ROWS).round(1)
JOB = RANDOM.choice(["clerk", "Baker", "cook"], ROWS)
FRAME = pl.DataFrame(
    {
        "age": [None if place % 50 == 0 else float(age) for place, age in enumerate(AGE)],
        "job": [None if place % 80 == 0 else str(job) for place, job in enumerate(JOB)],
        "pay": AGE * 2 + RANDOM.normal(0, 5, ROWS),
        "rich": np.where(AGE > 40, "yes", "no"),
        "same": [1] * ROWS,
        "name": [f"person {place}" for place in range(ROWS)],
    }
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("table")
    FRAME.write_ipc(place / TABLE, compression="uncompressed")
    return place


def seen(folder: Path, column: str, limit: int = ROWS, **view: Any) -> list[Any]:
    page = browse.page(folder, 0, limit, View.model_validate(view))
    place = page["columns"].index(column)
    return [row[place] for row in page["rows"]]


def test_rows_come_in_the_order_of_the_file_unless_told(folder: Path) -> None:
    page = browse.page(folder, 10, 3, View())
    assert page["numbers"] == [11, 12, 13]
    assert page["total"] == ROWS
    assert page["rows"] == [list(row) for row in FRAME[10:13].iter_rows()]


def test_sorting_puts_missing_values_last_both_ways(folder: Path) -> None:
    for descending in (False, True):
        ages = seen(folder, "age", sort="age", descending=descending)
        assert ages[-8:] == [None] * 8
        present = ages[:-8]
        assert present == sorted(present, reverse=descending)


def test_text_is_sorted_by_its_letters(folder: Path) -> None:
    assert seen(folder, "job", sort="job")[0] == "Baker"
    assert seen(folder, "job", sort="job", descending=True)[0] == "cook"


@pytest.mark.parametrize(
    ("condition", "fits"),
    [
        ({"column": "age", "test": "at_least", "value": 50}, FRAME["age"] >= 50),
        ({"column": "age", "test": "at_most", "value": "30"}, FRAME["age"] <= 30),
        ({"column": "age", "test": "missing"}, FRAME["age"].is_null()),
        ({"column": "job", "test": "present"}, FRAME["job"].is_not_null()),
        ({"column": "job", "test": "equals", "value": "BAKER"}, FRAME["job"] == "Baker"),
        ({"column": "name", "test": "contains", "value": "N 39"}, FRAME["name"].str.contains("n 39")),
        ({"column": "age", "test": "contains", "value": "4."}, FRAME["age"].cast(pl.String).str.contains(r"4\.")),
    ],
)
def test_a_filter_keeps_the_rows_that_meet_it(folder: Path, condition: dict[str, Any], fits: pl.Series) -> None:
    page = browse.page(folder, 0, ROWS, View.model_validate({"filters": [condition]}))
    assert page["numbers"] == [place + 1 for place, fit in enumerate(fits) if fit]
    assert page["total"] == len(page["numbers"]) > 0


def test_sorting_and_filtering_work_together_page_by_page(folder: Path) -> None:
    view = View.model_validate({"sort": "pay", "filters": [{"column": "rich", "test": "equals", "value": "yes"}]})
    first, second = (browse.page(folder, offset, 50, view) for offset in (0, 50))
    pays = [row[2] for row in first["rows"] + second["rows"]]
    assert pays == sorted(pays)
    assert first["total"] == int((AGE > 40).sum())


def test_what_cannot_be_compared_or_is_not_there_is_refused(folder: Path) -> None:
    for view, code in (
        ({"sort": "wage"}, "unknown_column"),
        ({"filters": [{"column": "wage", "test": "missing"}]}, "unknown_column"),
        ({"filters": [{"column": "age", "test": "at_least", "value": "old"}]}, "wrong_value"),
    ):
        with pytest.raises(Refusal) as refused:
            browse.page(folder, 0, 10, View.model_validate(view))
        assert refused.value.problem.code == code


def test_a_table_that_was_read_anew_is_shown_anew(tmp_path: Path) -> None:
    for value in (1, 2):
        pl.DataFrame({"a": [value, 0]}).write_ipc(tmp_path / TABLE, compression="uncompressed")
        assert seen(tmp_path, "a", sort="a") == [0, value]


def test_the_facts_of_a_number_are_those_of_numpy(folder: Path) -> None:
    facts = dict(overview.column(folder, "age")["facts"])
    present = FRAME["age"].drop_nulls().to_numpy()
    assert facts["Missing"] == "8 (2.0%)"
    assert facts["Median"] == pytest.approx(np.median(present))
    assert facts["95% are below"] == pytest.approx(np.quantile(present, 0.95))
    assert facts["Standard deviation"] == pytest.approx(present.std())


@pytest.mark.parametrize("name", FRAME.columns)
@pytest.mark.parametrize("target", [None, "rich", "pay", "same", "name"])
def test_every_column_has_figures_also_beside_a_target(folder: Path, name: str, target: str | None) -> None:
    found = overview.column(folder, name, target)
    assert len(found["figures"]) == (1 if target in (None, name) else 2)
    assert all(one["figure"]["data"] for one in found["figures"])
    json.dumps(found, allow_nan=False)


def test_a_histogram_counts_every_row(folder: Path) -> None:
    (bar,) = overview.column(folder, "pay")["figures"][0]["figure"]["data"]
    assert overview.column(folder, "pay")["figures"][0]["title"] == "Distribution"
    assert len(bar["customdata"]) >= 10


def test_strengths_are_those_of_scipy(folder: Path) -> None:
    both = FRAME.drop_nulls()
    whole = overview.relations(folder, ["age", "pay", "job", "rich"], "pay")
    found = dict(map(tuple, whole["strongest"]))
    assert found["age"] == pytest.approx(spearmanr(both["age"], both["pay"]).statistic, abs=0.02)
    counts = both.group_by("job", "rich").len().pivot("rich", index="job", values="len").drop("job").to_numpy()
    plain = association(counts, method="cramer")
    matrix = dict(map(tuple, overview.relations(folder, ["job", "rich"], "rich")["strongest"]))
    assert 0 <= matrix["job"] <= plain
    assert found["rich"] > 0.6
    assert abs(found["job"]) < 0.2


def test_the_last_column_of_a_matrix_is_labelled_though_its_name_ends_beside_its_square(folder: Path) -> None:
    axis = overview.relations(folder, ["age", "pay", "job", "rich"], "pay")["matrix"]["layout"]["xaxis"]
    assert (len(axis["ticktext"]), axis["ticklabeloverflow"]) == (4, "allow")


def test_relations_leave_out_what_says_nothing(folder: Path) -> None:
    found = overview.relations(folder, FRAME.columns, "rich")
    assert {name for name, _ in found["strongest"]} == {"age", "pay", "job"}
    with pytest.raises(Refusal):
        overview.relations(folder, ["same", "name"], None)


def test_a_series_is_broken_where_times_are_missing(tmp_path: Path) -> None:
    days = [f"2024-01-{day:02}" for day in range(1, 29) if day not in (10, 11, 20)]
    frame = pl.DataFrame({"day": days[::-1], "level": [float(place) for place in range(len(days))]})
    frame.write_ipc(tmp_path / TABLE, compression="uncompressed")
    found = overview.column(tmp_path, "level", time="day")
    facts = dict(map(tuple, found["facts"]))
    assert (facts["Usual distance in time"], facts["Gaps in time"]) == ("1 days", 2)
    (drawn,) = found["figures"][1]["figure"]["data"]
    assert drawn["y"][0] == len(days) - 1
    assert [place for place, moment in enumerate(drawn["x"]) if moment is None] == [9, 18]


def test_a_long_series_keeps_its_peaks(tmp_path: Path) -> None:
    level = np.zeros(50_000)
    level[31_234], level[7] = 9.0, -4.0
    frame = pl.DataFrame({"second": np.arange(50_000), "level": level})
    frame.write_ipc(tmp_path / TABLE, compression="uncompressed")
    (drawn,) = overview.column(tmp_path, "level", time="second")["figures"][1]["figure"]["data"]
    assert len(drawn["y"]) <= 2_100
    assert (max(drawn["y"]), min(drawn["y"])) == (9.0, -4.0)
