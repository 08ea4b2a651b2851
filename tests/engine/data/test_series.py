"""Windows over series: ordered, cut, dealt and fitted without looking ahead, and the same from raw rows."""

from __future__ import annotations

import datetime
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.data import prepare, travelling
from engine.data.inputs import ArrayInput, WindowInput
from engine.data.predictions import predictions
from engine.data.prepare import Prepared
from engine.data.recipe import Recipe
from engine.data.rows import columns_of, read_rows
from engine.data.windows import transform_series
from engine.problems import Refusal

START = datetime.datetime(2020, 1, 1)


def _text(hours: list[int], shops: tuple[str, ...] = ("north", "south"), shuffle: bool = True) -> str:
    """Hourly sales of shops; the value tells shop and hour."""
    lines = [
        f"{START + datetime.timedelta(hours=hour)},{shop},{100 + hour + 1000 * place},{('dry', 'wet')[hour % 3 == 0]}"
        for hour in hours
        for place, shop in enumerate(shops)
    ]
    if shuffle:
        lines = [lines[place] for place in np.random.default_rng(5).permutation(len(lines))]
    return "\n".join(["when,shop,sales,sky", *lines])


def _recipe(series: dict[str, Any] | None = None, split: dict[str, Any] | None = None, **columns: Any) -> Recipe:
    roles: dict[str, Any] = {
        "when": {"role": "time", "kind": "date"},
        "shop": {"role": "group", "kind": "category"},
        "sales": {"role": "target", "kind": "number", "scale": "none"},
        "sky": {"kind": "category"},
    }
    roles |= {name: {**roles[name], **changes} for name, changes in columns.items()}
    document = {"kind": "series", "columns": roles, "series": {"lookback": 3, **(series or {})}}
    return Recipe.model_validate({**document, **({"split": split} if split else {})})


def _windows(prepared: Prepared, part: str, column: int = 0) -> np.ndarray:
    given = prepared.inputs[part]["window"]
    assert isinstance(given, WindowInput)
    cut: np.ndarray = given.values[given.ends[:, None] + np.arange(1 - given.lookback, 1)][..., column]
    return cut


def test_each_window_holds_the_past_of_one_series_and_its_target_lies_ahead(dataset) -> None:
    folder = dataset(_text(list(range(60))))
    prepared = prepare.load(folder, _recipe({"horizon": 2}))
    inputs, targets = prepare.specs(prepared.preparation)
    assert inputs == {"window": {"shape": [3, 3], "dtype": "float32"}}
    assert targets == {"sales": {"kind": "number", "classes": None}}
    for part in ("train", "validation", "test"):
        past, truth = _windows(prepared, part), prepared.targets[part]["sales"][:, 0]
        assert (np.diff(past, axis=1) == 1).all()
        assert (truth == past[:, -1] + 2).all()
        assert len(past) == len(prepared.rows[part]) > 0
    assert sum(len(rows) for rows in prepared.rows.values()) == 2 * (60 - 3 + 1 - 2)


def test_no_part_predicts_what_another_was_trained_on(dataset) -> None:
    folder = dataset(_text(list(range(60))))
    prepared = prepare.load(folder, _recipe())
    hours = [prepared.targets[part]["sales"][:, 0] % 1000 for part in ("train", "validation", "test")]
    assert hours[0].max() < hours[1].min()
    assert hours[1].max() < hours[2].min()


def test_only_what_training_windows_cover_is_fitted_on(dataset) -> None:
    recipe = _recipe(sales={"scale": "minmax"}, sky={"fill": "most_frequent"})
    text = _text(list(range(60)))
    before = prepare.fit(dataset(text), recipe)
    lines = text.splitlines()
    late = [line for line in lines if line[:16] >= "2020-01-03 05:00"]
    changed = "\n".join(line.replace("dry", "snow").replace(",1", ",9") if line in late else line for line in lines)
    after = prepare.fit(dataset(changed), recipe)
    assert after["columns"] == before["columns"]
    assert after["targets"] == before["targets"]
    scale = before["columns"]["sales"]["steps"][-1]
    assert (scale["center"], scale["spread"]) == (103, 1000 + 40) or scale["center"] == 100


def test_windows_are_not_copied(dataset) -> None:
    folder = dataset(_text(list(range(300)), shuffle=False))
    prepared = prepare.load(folder, _recipe({"lookback": 100}))
    parts = [prepared.inputs[part]["window"] for part in ("train", "validation", "test")]
    assert all(isinstance(part, WindowInput) and part.values is parts[0].values for part in parts)
    assert parts[0].values.shape == (600, 3)


def test_a_stride_thins_windows_out_in_every_series(dataset) -> None:
    folder = dataset(_text(list(range(63))))
    prepared = prepare.load(folder, _recipe({"stride": 3}))
    ends = np.sort(np.concatenate([_windows(prepared, part)[:, -1] for part in prepared.rows]))
    assert len(ends) == 2 * 20
    assert set(np.diff(ends % 1000)[:19]) == {3.0}


GAPPY = [*range(30), *range(33, 60)]


def test_a_gap_is_refused_filled_skipped_or_taken_as_none(dataset) -> None:
    folder = dataset(_text(GAPPY))
    with pytest.raises(Refusal) as refused:
        prepare.fit(folder, _recipe())
    assert refused.value.problem.code == "series_cannot_be_ordered"
    assert "3 steps before it are missing" in refused.value.problem.message
    assert refused.value.problem.hint.startswith("Give them as well")
    assert (refused.value.problem.fix or {})["recipe"] == {"series": {"gaps": "rows"}}
    counts = {}
    for gaps in ("fill", "skip", "rows"):
        prepared = prepare.load(folder, _recipe({"gaps": gaps}))
        pasts = np.concatenate([_windows(prepared, part) for part in prepared.rows]) % 1000
        ends = np.concatenate([prepared.targets[part]["sales"][:, 0] for part in prepared.rows]) % 1000
        counts[gaps] = len(pasts)
        if gaps == "skip":
            assert (np.diff(pasts, axis=1) == 1).all()
        if gaps == "fill":  # what was there last stands in the gap; nothing made up is predicted
            assert [129, 129, 133] in pasts.tolist()
            assert [128, 129, 133] not in pasts.tolist()
            assert [129, 133] not in np.stack([pasts[:, -1], ends], axis=1).tolist()
            assert set(np.unique(np.diff(pasts, axis=1))) == {0.0, 1.0, 4.0}
    assert counts == {"fill": 2 * (30 - 3 + 27 - 1), "skip": 2 * (27 + 24), "rows": 2 * (57 - 3)}


def test_a_series_needs_a_time_an_order_and_enough_rows(dataset) -> None:
    folder = dataset(_text(list(range(60))))
    for recipe, code in (
        (_recipe(when={"role": "ignore"}), "series_needs_a_time"),
        (_recipe(shop={"role": "ignore"}), "series_cannot_be_ordered"),
        (_recipe({"lookback": 60}), "no_windows_left"),
        (_recipe(split={"method": "random"}), "series_split_by_chance"),
    ):
        with pytest.raises(Refusal) as refused:
            prepare.fit(folder, recipe)
        assert refused.value.problem.code == code
        assert refused.value.problem.hint.endswith(".")
        assert refused.value.problem.fix is None


def test_a_category_as_index_is_refused_in_a_series() -> None:
    with pytest.raises(ValueError, match="A series takes columns side by side"):
        _recipe(sky={"encode": "index"})


def test_whole_series_can_be_kept_together(dataset) -> None:
    folder = dataset(_text(list(range(30)), shops=tuple("abcdef")))
    prepared = prepare.load(folder, _recipe(split={"method": "group"}))
    shops = [set(_windows(prepared, part)[:, -1] // 1000) for part in prepared.rows]
    assert sum(map(len, shops)) == 6
    assert all(shops)


@pytest.mark.parametrize("change", ["none", "difference", "log"])
def test_a_prediction_of_a_change_comes_back_as_a_value(dataset, change: str) -> None:
    lines = _text(list(range(60)), shops=("north",), shuffle=False).splitlines()
    sales = [100.0 + hour * hour % 37 for hour in range(60)]
    grown = [line.replace(f",{100 + hour},", f",{sales[hour]},") for hour, line in enumerate(lines[1:])]
    folder = dataset("\n".join([lines[0], *grown]))
    prepared = prepare.load(folder, _recipe({"horizon": 2}, sales={"scale": "standard", "difference": change}))
    rows = read_rows(folder / "upload", prepared.preparation)
    inputs, ends, last = transform_series(prepared.preparation, columns_of(rows))
    before = 2 if change == "none" else 3
    assert len(ends) == 60 - before
    learned = dict(zip(prepared.rows["test"], prepared.targets["test"]["sales"], strict=True))
    outputs = np.stack([learned.get(row, np.zeros(1)) for row in ends])
    answers = dict(zip(ends, predictions(prepared.preparation, {"sales": outputs}, last), strict=True))
    for row in learned:
        assert answers[row]["sales"] == pytest.approx(sales[row + 2], rel=1e-5)
    assert list(inputs) == ["window"]


FRESH = """
import json, sys
from pathlib import Path
import preparing
preparation = json.loads(Path("preparation.json").read_text("utf-8"))
rows = preparing.read_rows(sys.argv[1], preparation)
arrays, ends, last = preparing.transform_series(preparation, preparing.columns_of(rows))
Path("window.bytes").write_bytes(arrays["window"].tobytes())
Path("ends.json").write_text(json.dumps(ends.tolist()))
assert not {"engine", "polars", "pydantic"} & set(sys.modules)
"""


@pytest.mark.parametrize("gaps", ["fill", "skip", "rows"])
def test_a_fresh_process_cuts_the_same_windows_from_the_raw_rows(dataset, tmp_path: Path, gaps: str) -> None:
    folder = dataset(_text(GAPPY))
    recipe = _recipe({"gaps": gaps}, sales={"scale": "standard", "difference": "log"}, sky={"fill": "most_frequent"})
    prepared = prepare.load(folder, recipe)
    (tmp_path / "preparing.py").write_text(travelling.joined(travelling.MODULES), "utf-8")
    (tmp_path / "preparation.json").write_text(json.dumps(prepared.preparation, allow_nan=False), "utf-8")
    subprocess.run([sys.executable, "-c", FRESH, str(folder / "upload")], cwd=tmp_path, check=True, timeout=60)
    ends = {row: place for place, row in enumerate(json.loads((tmp_path / "ends.json").read_text()))}
    raw = np.frombuffer((tmp_path / "window.bytes").read_bytes(), np.float32).reshape(-1, 3, 3)
    for part, rows in prepared.rows.items():
        given = prepared.inputs[part]["window"]
        assert isinstance(given, WindowInput)
        cut = given.values[given.ends[:, None] + np.arange(-2, 1)]
        assert raw[[ends[row] for row in rows]].tobytes() == cut.tobytes()


def test_shares_follow_each_other_over_weekends(dataset, shared_data: Path) -> None:
    folder = dataset(shared_data / "stocks" / "AAPL_daily.csv")
    columns = {name: {"kind": "number", "role": "ignore"} for name in ("Open", "High", "Low", "Volume", "AdjClose")}
    columns |= {
        "Date": {"role": "time", "kind": "date"},
        "Close": {"role": "target", "kind": "number", "difference": "log"},
    }
    recipe = {"kind": "series", "columns": columns, "series": {"lookback": 10, "gaps": "rows"}}
    prepared = prepare.load(folder, Recipe.model_validate({**recipe, "split": {"method": "time"}}))
    assert sum(len(rows) for rows in prepared.rows.values()) == 753 - 11
    rows = read_rows(folder / "upload", prepared.preparation)
    _, ends, last = transform_series(prepared.preparation, columns_of(rows))
    naive = predictions(prepared.preparation, {"Close": np.zeros((len(ends), 1))}, last)
    closes = [float(row["Close"]) for row in rows]
    off = [
        naive[place]["Close"] - closes[row + 1]
        for place, row in enumerate(ends)
        if row + 1 >= 0.8 * 753 and row + 1 < 753
    ]
    assert np.sqrt(np.square(off).mean()) == pytest.approx(1.89, abs=0.1)  # yesterday as forecast


def _known(**more: Any) -> Recipe:
    return _recipe({"horizon": 2}, sky={"ahead": True, **more})


def test_what_is_known_ahead_goes_in_as_it_is_at_the_time_to_be_predicted(dataset) -> None:
    folder = dataset(_text(list(range(60))))
    prepared = prepare.load(folder, _known())
    inputs, _ = prepare.specs(prepared.preparation)
    assert inputs["ahead"] == {"shape": [2], "dtype": "float32"}
    assert inputs["window"]["shape"] == [3, 3]  # its past goes in as well
    for part in ("train", "validation", "test"):
        ahead = prepared.inputs[part]["ahead"]
        assert isinstance(ahead, ArrayInput)
        hours = (_windows(prepared, part)[:, -1] % 1000 - 100 + 2).astype(int)
        dry = prepared.preparation["columns"]["sky"]["steps"][-1]["classes"].index("dry")
        assert ahead.values[:, dry].tolist() == [float(hour % 3 > 0) for hour in hours]


def test_predictions_need_the_rows_to_be_predicted_with_what_is_known_of_them(dataset) -> None:
    folder = dataset(_text(list(range(60))))
    preparation = prepare.fit(folder, _known())
    rows = [
        {"when": str(START + datetime.timedelta(hours=hour)), "shop": "north", "sales": 100 + hour, "sky": "dry"}
        for hour in range(6)
    ]
    with pytest.raises(ValueError, match=r"No row to be predicted is there\. Give it as well, .*: 'sky'"):
        transform_series(preparation, columns_of(rows[:4]))
    future = [{**row, "sales": None, "sky": sky} for row, sky in zip(rows[4:], ("wet", "dry"), strict=True)]
    inputs, ends, _ = transform_series(preparation, columns_of([*rows[:4], *future]))
    assert ends.tolist() == [2, 3]  # the rows of the future are predicted, and end no window themselves
    wet = preparation["columns"]["sky"]["steps"][-1]["classes"].index("wet")
    assert inputs["ahead"][:, wet].tolist() == [1, 0]
    assert inputs["window"].shape == (2, 3, 3)


def _hours(count: int, future: int, **more: Any) -> list[dict[str, Any]]:
    """Hourly rows of one shop, the last of them of the future: without sales."""
    return [
        {
            "when": str(START + datetime.timedelta(hours=hour)),
            "shop": "north",
            "sales": 100 + hour if hour < count - future else None,
            "sky": ("dry", "wet")[hour % 3 == 0],
            **more,
        }
        for hour in range(count)
    ]


def _warm(text: str, columns: dict[str, Any], past: bool = True) -> tuple[str, Recipe]:
    """The table with numbers in a column warm, and the recipe with it and other columns besides."""
    head, *lines = text.splitlines()
    document = _known().document()
    document["series"]["target_past"] = past
    document["columns"] |= {"warm": {"kind": "number"}, **columns}
    return "\n".join([f"{head},warm", *(f"{line},{place % 5}" for place, line in enumerate(lines))]), Recipe(**document)


def test_no_window_ends_in_the_future_whatever_else_is_filled_in_there(dataset) -> None:
    text, recipe = _warm(_text(list(range(60))), {})
    preparation = prepare.fit(dataset(text), recipe)
    assert transform_series(preparation, columns_of(_hours(10, 4, warm=3)))[1].tolist() == [2, 3, 4, 5]


def test_a_formula_of_what_is_known_ahead_makes_no_row_of_the_future_a_past(dataset) -> None:
    text, recipe = _warm(_text(list(range(60))), {"wet": {"kind": "number", "formula": "sky == 'wet'"}}, past=False)
    preparation = prepare.fit(dataset(text), recipe)
    rows = [{**row, "warm": row["sales"] and 3} for row in _hours(10, 4)]
    assert transform_series(preparation, columns_of(rows))[1].tolist() == [2, 3, 4, 5]


def test_a_gap_in_the_past_of_the_target_is_no_future(dataset) -> None:
    preparation = prepare.fit(dataset(_text(list(range(60)))), _known())
    rows = _hours(10, 4)
    rows[3]["sales"] = None
    assert transform_series(preparation, columns_of(rows))[1].tolist() == [2, 3, 4, 5]


def test_a_gap_in_what_must_be_known_ahead_leaves_the_window_out(dataset) -> None:
    text = _text(list(range(60)), shops=("north",), shuffle=False)
    lines = text.splitlines()
    lines[31] = lines[31].rsplit(",", 1)[0] + ","
    prepared = prepare.load(dataset("\n".join(lines)), _known(fill="drop"))
    ends = np.concatenate(list(prepared.rows.values())).tolist()
    assert 28 not in ends  # what lies two rows on is not known
    assert {30, 31, 32}.isdisjoint(ends)  # it would stand in the window
    assert {27, 29, 33} <= set(ends)
