"""Fits a recipe for series on the stretches that training windows cover, and gives windows without copying them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np

from engine.data import fitting, split, transform
from engine.data.choices import Gaps
from engine.data.columns import Categories, Numbers
from engine.data.inputs import ArrayInput, WindowInput
from engine.data.kinds import Dates, Tags, Texts, Values
from engine.data.recipe import Series
from engine.data.source import Parts, Source, moments, refusal
from engine.data.windows import Arrangement, arranged, differenced, encoded, window_ends
from engine.problems import Problem, Refusal


class SeriesSource:
    """The rows of a data set as windows over series, dealt to parts."""

    def __init__(self, source: Source) -> None:
        """Raises Refusal where the rows cannot be ordered."""
        assert source.recipe.series is not None  # the recipe's own validation sees to it
        self.source, self.recipe = source, source.recipe
        self.series: Series = source.recipe.series

    @cached_property
    def order(self) -> Arrangement:
        """The rows by series and time."""
        try:
            return self._arranged(self.series.gaps)
        except ValueError as error:
            message, _, hint = str(error).partition(" Give ")
            where = {"document": "recipe", "recipe": "series"}
            problem = Problem("series_cannot_be_ordered", where, message, f"Give {hint}", self._gapless())
            raise Refusal(problem) from None

    def _arranged(self, gaps: Gaps) -> Arrangement:
        """Raises ValueError where the rows cannot be ordered so."""
        group = self.group
        keys = np.zeros(len(self.moments), np.int64) if group is None else group.codes.astype(np.int64)
        return arranged({**self.document, "gaps": gaps}, self.moments, keys)

    def _gapless(self) -> dict[str, Any] | None:
        """The remedy where only missing times are in the way."""
        try:
            self._arranged("rows")
        except ValueError:
            return None
        return {"label": "Take the rows as they follow", "recipe": {"series": {"gaps": "rows"}}}

    @cached_property
    def time(self) -> Dates | Numbers:
        """The column that orders the rows."""
        name = self.recipe.of_role("time")
        if name is None:
            message = "A series needs a column that tells the time of each row."
            raise refusal("series_needs_a_time", {}, message, "Give the column with the time the role of time.")
        time = self.source.extra(name, "date")
        assert isinstance(time, Dates | Numbers)
        return time

    @cached_property
    def moments(self) -> np.ndarray:
        """The time of each row of the table, (rows,) float64."""
        return moments(self.time)

    @cached_property
    def group(self) -> Categories | None:
        """The series of each row, where there are several."""
        name = self.recipe.of_role("group")
        if name is None:
            return None
        group = self.source.extra(name, "category")
        assert isinstance(group, Categories)
        return group

    @cached_property
    def document(self) -> dict[str, Any]:
        """How rows are ordered and windows cut, as the preparation keeps it."""
        time = {"kind": "number"} if isinstance(self.time, Numbers) else fitting.fit_date(self.time)
        group = None
        if self.group is not None:
            group = {"name": self.recipe.of_role("group"), "kind": "category", "numeric": self.group.numeric}
        return {
            "time": {"name": self.recipe.of_role("time"), **time},
            "group": group,
            "lookback": self.series.lookback,
            "horizon": self.series.horizon,
            "gaps": self.series.gaps,
            "step": self._step(),
        }

    def _step(self) -> float:
        """The most frequent time between two rows of one series."""
        keys = np.zeros(len(self.moments)) if self.group is None else self.group.codes
        order = np.lexsort((self.moments, keys))
        order = order[~np.isnan(self.moments[order])]
        ahead = np.diff(self.moments[order])[np.diff(keys[order]) == 0]
        steps, counts = np.unique(ahead[ahead > 0], return_counts=True)
        return float(steps[np.argmax(counts)]) if len(steps) else 1.0

    @cached_property
    def raw(self) -> dict[str, Any]:
        """The columns that go in or are predicted, as `transform` takes them."""
        return {name: _plain(column) for name, column in self.source.columns.items()}

    def candidates(self) -> tuple[np.ndarray, np.ndarray]:
        """The places that end a window and those of what lies ahead of each, before any stride."""
        fitted = {name: self._change_of(name) for name in self.recipe.entering()}
        whole = np.ones(len(self.order.rows), bool)
        for name in self.recipe.entering():
            if self.recipe.columns[name].fill == "drop":
                whole &= ~self.source.columns[name].missing[self.order.rows]
        ends = window_ends({"series": self.document, "columns": fitted}, self.order, whole)
        ends = ends[ends + self.series.horizon < len(self.order.rows)]
        ahead = ends + self.series.horizon
        fine = (self.order.first[ahead] == self.order.first[ends]) & self.order.real[ahead]
        for name in self.recipe.ahead():
            if self.recipe.columns[name].fill == "drop":
                fine &= ~self.source.columns[name].missing[self.order.rows[ahead]]
        for name in self.recipe.targets():
            fine &= ~self.target_missing(name, ends, ahead)
        return ends[fine], ahead[fine]

    def _change_of(self, name: str) -> dict[str, str]:
        kind = self.recipe.columns[name].difference
        return {"difference": kind} if kind != "none" and isinstance(self.source.columns[name], Numbers) else {}

    def target_missing(self, name: str, ends: np.ndarray, ahead: np.ndarray) -> np.ndarray:
        """Which of these windows have nothing to learn a target from."""
        column = self.source.columns[name]
        if isinstance(column, Numbers):
            missing: np.ndarray = np.isnan(self.target_numbers(name, ends, ahead))
        elif isinstance(column, Tags) and self.recipe.columns[name].fill != "drop":
            missing = np.zeros(len(ends), bool)  # an empty cell holds no tags
        else:
            missing = column.missing[self.order.rows[ahead]]
        return missing

    def target_numbers(self, name: str, ends: np.ndarray, ahead: np.ndarray) -> np.ndarray:
        """The value of a target ahead of each window, or its change since the window's end."""
        values: np.ndarray = self.raw[name]
        kind = self._change_of(name).get("difference")
        later: np.ndarray = values[self.order.rows[ahead]]
        return later if kind is None else differenced(kind, later, values[self.order.rows[ends]])

    @cached_property
    def cut(self) -> tuple[np.ndarray, np.ndarray]:
        """The places that end a window and those of what lies ahead of each, one each stride."""
        ends, ahead = self.candidates()
        chosen = (ends - self.order.first[ends]) % self.series.stride == 0
        return ends[chosen], ahead[chosen]

    def _frequent(self) -> tuple[np.ndarray, np.ndarray]:
        """The windows that are cut without those of classes that have fewer than the least number of them."""
        ends, ahead = self.cut
        for name in self.recipe.targets():
            rows = self.order.rows[ahead]
            predicted = np.zeros(len(self.moments), bool)
            predicted[rows] = True
            kept = self.source.frequent(name, predicted)[rows]
            ends, ahead = ends[kept], ahead[kept]
        return ends, ahead

    @cached_property
    def windows(self) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        """Per part the places that end its windows, and those of what lies ahead."""
        ends, ahead = self._frequent()
        if not len(ends):
            message = (
                f"No window is left: each needs {self.series.lookback} rows without a break and a target "
                f"{self.series.horizon} further on."
            )
            raise refusal(
                "no_windows_left", {"recipe": "series"}, message, "Look back on fewer rows, or fill the gaps."
            )
        parts = self._dealt(np.arange(len(ends)), self.order.rows[ahead])
        return {part: (ends[which], ahead[which]) for part, which in parts.items()}

    def _dealt(self, which: np.ndarray, rows: np.ndarray) -> Parts:
        """Windows dealt by what lies ahead of them: no part predicts what another was trained on."""
        shares = self.recipe.split
        if shares.method in ("random", "stratified"):
            message = "Windows of a series overlap: dealt by chance, training would see what the test asks for."
            raise refusal("series_split_by_chance", {"recipe": "split"}, message, "Split by time.")
        if shares.method == "time":
            return split.by_time(shares, which, self.moments[rows])
        deciding = self.source.deciding
        assert isinstance(deciding, Categories)
        if shares.method == "group":
            return split.by_group(shares, which, deciding.codes[rows])
        return split.by_column(shares, which, deciding.codes[rows], deciding.names)

    def predicted(self) -> Parts:
        """Per part the rows of the table that its windows predict."""
        return {part: self.order.rows[ahead] for part, (_, ahead) in self.windows.items()}

    def covered(self) -> np.ndarray:
        """The places that training windows and what lies ahead of them cover: what may be fitted on."""
        ends, ahead = self.windows["train"]
        marks = np.zeros(len(self.order.rows) + 1, np.int64)
        np.add.at(marks, ends - self.series.lookback + 1, 1)
        np.add.at(marks, ahead + 1, -1)
        return np.flatnonzero((np.cumsum(marks[:-1]) > 0) & self.order.real)


def fit_series(windows: SeriesSource) -> dict[str, Any]:
    """The preparation of a recipe for series; raises Refusal where it does not fit."""
    source = windows.source
    covered = windows.covered()
    columns = {
        name: {**_fit_column(windows, name, covered), **source.formulas.described(name)}
        for name in source.recipe.entering()
    }
    inputs = {
        name: {
            "columns": members,
            "shape": [windows.series.lookback, sum(fitting.width(columns[member]) for member in members)],
            "dtype": "float32",
        }
        for name, members in source.recipe.inputs.items()
    }
    if known := source.recipe.ahead():
        size = sum(fitting.width(columns[name]) for name in known)
        inputs[_ahead_name(inputs)] = {"columns": known, "shape": [size], "dtype": "float32", "ahead": True}
    counts = {part: len(ends) for part, (ends, _) in windows.windows.items()}
    return {
        "format": 1,
        "kind": "series",
        "reading": source.reading,
        "series": windows.document,
        "columns": columns,
        "inputs": inputs,
        "targets": {output: _fit_output(windows, output, names) for output, names in source.recipe.answers().items()},
        "rows": {**counts, "dropped": len(windows.moments) - sum(counts.values())},
    }


def _ahead_name(inputs: Mapping[str, Any]) -> str:
    """What the input is called that holds what is known ahead."""
    name = "ahead"
    while name in inputs:
        name += "_"
    return name


Arrays = dict[str, dict[str, np.ndarray]]


def load_series(
    windows: SeriesSource, preparation: dict[str, Any]
) -> tuple[dict[str, dict[str, ArrayInput | WindowInput]], Arrays, Parts, Arrays]:
    """Inputs, targets, rows and last values of each part; the row of a window is the one that ends it."""
    arrays, _ = encoded(preparation, windows.raw, windows.order)
    lookback = windows.series.lookback
    known = {name for name, given in preparation["inputs"].items() if given.get("ahead")}
    inputs: dict[str, dict[str, ArrayInput | WindowInput]] = {
        part: {
            name: ArrayInput(values[ahead]) if name in known else WindowInput(values, ends, lookback)
            for name, values in arrays.items()
        }
        for part, (ends, ahead) in windows.windows.items()
    }
    targets = {part: _truths(windows, preparation, *places) for part, places in windows.windows.items()}
    rows = {part: windows.order.rows[ends] for part, (ends, _) in windows.windows.items()}
    changing = [name for name, target in preparation["targets"].items() if "difference" in target]
    last = {part: {name: windows.raw[name][chosen][:, None] for name in changing} for part, chosen in rows.items()}
    return inputs, targets, rows, last


def _fit_column(windows: SeriesSource, name: str, covered: np.ndarray) -> dict[str, Any]:
    column, data = windows.recipe.columns[name], windows.source.columns[name]
    order = windows.order
    if not isinstance(data, Numbers) or column.difference == "none":
        return fitting.fit_feature(name, column, data, order.rows[covered])
    before = np.maximum(covered - 1, order.first[covered])
    values = differenced(column.difference, data.values[order.rows[covered]], data.values[order.rows[before]])
    fitted = fitting.fit_feature(name, column, replace(data, values=values), np.arange(len(values)))
    return {**fitted, "difference": column.difference}


def _fit_output(windows: SeriesSource, output: str, names: list[str]) -> dict[str, Any]:
    if output not in windows.recipe.outputs:
        return _fit_target(windows, output)
    return fitting.answered_together(output, {name: _fit_target(windows, name) for name in names})


def _fit_target(windows: SeriesSource, name: str) -> dict[str, Any]:
    column, data = windows.recipe.columns[name], windows.source.columns[name]
    if isinstance(data, Categories):
        ahead = windows.predicted()
        fitted = fitting.fit_target(name, column, data, np.concatenate(list(ahead.values())), ahead["train"])
        split.check_classes(ahead, name, data.codes, data.names)
        return fitted
    if isinstance(data, Tags):
        rows = windows.predicted()["train"]
        return fitting.fit_target(name, column, data, rows, rows)
    numbers = {part: windows.target_numbers(name, *places) for part, places in windows.windows.items()}
    fitting.check_reach(name, windows.raw[name])
    fitted = fitting.fit_number_target(name, column, np.concatenate(list(numbers.values())), numbers["train"])
    return {**fitted, **({"difference": column.difference} if column.difference != "none" else {})}


def _truths(
    windows: SeriesSource, preparation: dict[str, Any], ends: np.ndarray, ahead: np.ndarray
) -> dict[str, np.ndarray]:
    """Every target of these windows."""
    arrays = {}
    for output, target in preparation["targets"].items():
        documents = target.get("columns", {output: target})
        each = [_truth(windows, {**preparation, "targets": documents}, name, ends, ahead) for name in documents]
        arrays[output] = transform.side_by_side(each) if "columns" in target else each[0]
    return arrays


def _truth(
    windows: SeriesSource, preparation: dict[str, Any], name: str, ends: np.ndarray, ahead: np.ndarray
) -> np.ndarray:
    target, column = preparation["targets"][name], windows.source.columns[name]
    if isinstance(column, Categories):
        places = {value: place for place, value in enumerate(target["classes"])}
        known = np.array([*(places.get(one, -1) for one in column.names), -1], np.int32)
        classes: np.ndarray = known[column.codes[windows.order.rows[ahead]]]
        return classes
    given = {**preparation, "targets": {name: target}}
    if isinstance(column, Tags):
        return transform.targets(given, {name: windows.raw[name][windows.order.rows[ahead]]})[name]
    return transform.targets(given, {name: windows.target_numbers(name, ends, ahead)})[name]


def _plain(column: Values) -> np.ndarray:
    if isinstance(column, Numbers | Texts):
        return column.values
    if isinstance(column, Dates):
        return column.seconds
    names = np.array([*column.names, None], object)
    texts: np.ndarray = names[column.codes]
    return texts
