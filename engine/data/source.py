"""A stored data set seen through a recipe: its columns, the rows that can be used, and their parts."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from engine.data import pixels, repeats, similar, split, table
from engine.data.column import Column
from engine.data.columns import Categories, Numbers
from engine.data.formulas import Formulas, stored
from engine.data.kinds import Dates, Tags, Values, read_column
from engine.data.recipe import Recipe
from engine.data.shelf import Shelf
from engine.problems import Problem, Refusal

if TYPE_CHECKING:
    import polars as pl

Parts = dict[str, np.ndarray]
AT_ONCE = 4_000_000  # values read together


@dataclass(frozen=True)
class Sieve:
    """One reason for which rows are left out, the column it is about, and which rows are left, (rows,) bool."""

    reason: Literal["target", "feature", "split", "rare", "repeats"]
    column: str
    left: np.ndarray


def profile_of(folder: Path) -> dict[str, Any]:
    """What reading a data set found."""
    profile: dict[str, Any] = json.loads((folder / "profile.json").read_text("utf-8"))
    return profile


class Source:
    """What a recipe takes from a data set; everything is read when it is first asked for."""

    def __init__(self, folder: Path, recipe: Recipe, memory: int | None = None) -> None:
        """Raises Refusal for a recipe without a target or feature. `memory` is what is free for rows, in bytes."""
        self.folder, self.recipe, self.shelf = folder, recipe, Shelf(memory)
        _check_roles(recipe)

    @cached_property
    def profile(self) -> dict[str, Any]:
        """What reading the data set found."""
        profile = profile_of(self.folder)
        if profile["kind"] != ("images" if self.recipe.kind == "images" else "table"):
            message = f"The recipe is for {self.recipe.kind}, the data set holds {profile['kind']}."
            raise refusal("recipe_of_another_kind", {}, message, "Use the recipe proposed for this data set.")
        return profile

    @property
    def reading(self) -> dict[str, Any]:
        """How the file is written."""
        reading: dict[str, Any] = self.profile["reading"]
        return reading

    @cached_property
    def columns(self) -> dict[str, Values]:
        """The features and targets that are not pictures."""
        wanted = list(dict.fromkeys([*self.recipe.entering(), *self.recipe.targets()]))
        known = {column["name"] for column in self.profile["columns"]}
        for name in wanted:
            if name not in known and self.recipe.columns[name].formula is None:
                message = f"The recipe names the column {name!r}, which the data set does not have."
                raise refusal("unknown_column", {"column": name}, message, "Ignore the column or remove it.")
        if self.recipe.kind == "images":
            _check_picture_roles(self.recipe)
            return {"label": _labels(self.folder)}
        stored = [name for name in wanted if self.recipe.columns[name].formula is None]
        held = self._read(stored)
        read = {name: held[name] if name in held else self._kept(name, self.formulas.series(name)) for name in wanted}
        if self.recipe.duplicates in ("sum", "mean", "count"):
            read |= {name: self._together(name, read[name]) for name in self.recipe.targets()}
        return read

    def _read(self, stored: list[str]) -> dict[str, Values]:
        """Stored columns, of a large table a few at a time: no more of them are in memory than there is room for."""
        read: dict[str, Values] = {}
        some = max(1, AT_ONCE // max(int(self.profile["rows"]), 1))
        for begin in range(0, len(stored), some):
            frame = table.load(self.folder, stored[begin : begin + some])
            read |= {series.name: self._kept(series.name, series) for series in frame.iter_columns()}
        return read

    def _kept(self, name: str, series: pl.Series) -> Values:
        values = read_column(series, self.recipe.columns[name], self.reading)
        if isinstance(values, Numbers):
            return replace(values, values=self.shelf.keep(values.values))
        if isinstance(values, Dates):
            return replace(values, seconds=self.shelf.keep(values.seconds))
        return replace(values, codes=self.shelf.keep(values.codes)) if isinstance(values, Categories | Tags) else values

    @cached_property
    def formulas(self) -> Formulas:
        """The columns that formulas make of the stored ones."""
        return Formulas(self.folder, self.recipe, self.profile)

    def _together(self, name: str, target: Values) -> Numbers:
        if not isinstance(target, Numbers):
            message = f"The target {name!r} is a category; only numbers of rows with equal features can become one."
            raise refusal("target_is_no_number", {"column": name}, message, "Make it a number, or keep all rows.")
        return repeats.taken_together(target, self.alike, self.recipe.duplicates)

    @cached_property
    def alike(self) -> np.ndarray:
        """Which rows are one by the recipe: those with equal features, or equal in all used columns."""
        if self.recipe.duplicates == "similar":
            return similar.groups(self.folder)
        if self.recipe.kind == "images":
            return np.unique(picture_prints(self.folder), return_inverse=True)[1]
        features = self.recipe.features()
        wanted = features if self.recipe.duplicates != "drop" else [*features, *self.recipe.targets()]
        return repeats.groups(table.load(self.folder, stored(self.recipe, wanted)))

    @cached_property
    def usable(self) -> np.ndarray:
        """The rows with every target, and with every feature whose gaps drop the row."""
        whole = np.ones(int(self.profile["rows"]), bool)
        for sieve in self.sieves:
            whole = sieve.left
        rows = np.flatnonzero(whole)
        if not len(rows):
            message = f"No row is left: each of the {len(whole):,} lacks a target or a value that it must have."
            raise refusal("no_rows_left", {}, message, "Choose another target, or fill the gaps instead.")
        return rows

    @cached_property
    def sieves(self) -> list[Sieve]:
        """What leaves rows out, in order, with the rows that are left after each."""
        whole = np.ones(int(self.profile["rows"]), bool)
        found = []
        for name, column in self.columns.items():
            target = self.recipe.columns[name].role == "target"
            if self.recipe.columns[name].fill == "drop" or (target and not isinstance(column, Tags)):
                whole = whole & ~column.missing
                found.append(Sieve("target" if target else "feature", name, whole))
        if (deciding := self.deciding) is not None:
            whole = whole & ~deciding.missing
            found.append(Sieve("split", self.deciding_name or "", whole))
        for name in self.recipe.targets():
            whole = whole & self.frequent(name, whole)
            found.append(Sieve("rare", name, whole))
        if self.recipe.duplicates != "keep":
            whole = repeats.firsts(self.alike, whole)
            found.append(Sieve("repeats", "", whole))
        return found

    def stood_for(self, rows: np.ndarray) -> np.ndarray:
        """All rows that these usable ones (n,) stand for: themselves, and those equal to them that are left out."""
        if self.recipe.duplicates != "drop":
            return rows
        before = self.sieves[-2].left  # the last one is that of the rows that repeat
        return np.flatnonzero(before & np.isin(self.alike, self.alike[rows]))

    @property
    def deciding_name(self) -> str | None:
        """What the column is called that decides which part a row belongs to, whether it is there or not."""
        method, by = self.recipe.split.method, self.recipe.split.by
        return by or (self.recipe.of_role(method) if method in ("time", "group") else None)

    @cached_property
    def deciding(self) -> Values | None:
        """The column that decides which part a row belongs to; None where chance does."""
        method = self.recipe.split.method
        if method in ("random", "stratified"):
            return None
        name = self.deciding_name
        known = [column["name"] for column in self.profile["columns"]]
        if self.recipe.kind == "images":
            known = [one for one in known if one == pixels.PART]
        if name is None or name not in known:
            wanted = {"time": "the time of each row", "group": "the group of each row"}.get(
                method, "the part of each row"
            )
            message = f"The split needs a column that tells {wanted}. There is: {name!r}."
            hint = "Choose the column on the Data page, or split by chance." if known else "Split by chance."
            raise refusal("split_needs_a_column", {"recipe": "split"}, message, hint)
        return self.extra(name, "date" if method == "time" else "category")

    def extra(self, name: str, kind: str) -> Values:
        """A column that is neither feature nor target, such as the time or the group."""
        if self.recipe.kind == "images":
            return pixels.part_column(self.folder)
        series = table.load(self.folder, [name])[name]
        own = self.recipe.columns.get(name)
        if kind == "date" and own is not None and own.kind == "number" and own.role != "target":
            return read_column(series, Column(kind="number"), self.reading)
        return read_column(series, Column.model_validate({"kind": kind}), self.reading)

    @cached_property
    def parts(self) -> Parts:
        """The rows of each part."""
        rows, shares, deciding = self.usable, self.recipe.split, self.deciding
        if isinstance(deciding, Dates | Numbers):
            return split.by_time(shares, rows, moments(deciding)[rows])
        if isinstance(deciding, Categories) and shares.method == "group":
            return split.by_group(shares, rows, deciding.codes[rows])
        if isinstance(deciding, Categories):
            return split.by_column(shares, rows, deciding.codes[rows], deciding.names)
        for name in self.recipe.targets():
            target = self.columns[name]
            if isinstance(target, Categories):
                return split.split(shares, rows, target.codes[rows], target.names)
        return split.split(shares, rows)

    def frequent(self, name: str, whole: np.ndarray) -> np.ndarray:
        """The rows whose class of this target has the least number of rows."""
        least, target = self.recipe.columns[name].minimum_count, self.columns[name]
        if least < 2 or not isinstance(target, Categories):
            return np.ones(len(whole), bool)
        counts = np.bincount(target.codes[whole], minlength=len(target.names))
        frequent: np.ndarray = (counts >= least)[target.codes]
        return frequent


def picture_prints(folder: Path) -> np.ndarray:
    """A fingerprint of each stored picture, (pictures,) uint64: equal for equal pixels."""
    pixels = np.load(folder / "images.npy", mmap_mode="r")
    digests = (hashlib.blake2b(one.tobytes(), digest_size=8).digest() for one in pixels)
    return np.frombuffer(b"".join(digests), np.uint64)


def moments(column: Values) -> np.ndarray:
    """What orders the rows of a time column, (rows,) float64."""
    if isinstance(column, Numbers):
        return column.values
    assert isinstance(column, Dates)
    return column.seconds


def refusal(code: str, where: dict[str, Any], message: str, hint: str) -> Refusal:
    """A recipe that does not fit the data set."""
    return Refusal(Problem(code, {"document": "recipe", **where}, message, hint))


def _labels(folder: Path) -> Categories:
    index = json.loads((folder / "index.json").read_text("utf-8"))
    return Categories(np.load(folder / "labels.npy"), index["classes"], numeric=False)


def _check_roles(recipe: Recipe) -> None:
    if not recipe.targets() and recipe.kind == "images":
        message = "The pictures have no classes to tell apart, so there is nothing to predict."
        hint = "Upload them with a folder for each class, or with a CSV file that names the class of each."
        raise refusal("no_target", {}, message, hint)
    if not recipe.targets():
        hint = "Choose the column to predict under Target on the Data step."
        raise refusal("no_target", {}, "No column is chosen to be predicted.", hint)
    if not recipe.entering():
        raise Refusal(_no_features(recipe))


def _no_features(recipe: Recipe) -> Problem:
    """Nothing goes in; where a column holds dates, the remedy is a series that looks back on the rows before."""
    where, message = {"document": "recipe"}, "There is no column to learn from."
    hint = "Give at least one column the role of feature on the Data step; a series can look back on its own rows."
    time = next((name for name, column in recipe.columns.items() if column.kind == "date"), None)
    if recipe.kind != "table" or time is None:
        return Problem("no_features", where, message, hint)
    message = f"There is no column to learn from: {time} only tells when each row was."
    hint = "Predict from the rows before, as a series, or give another column the role of feature."
    series = {
        "kind": "series",
        "series": {},
        "columns": {time: {"role": "time", "kind": "date"}},
        "inputs": None,
        "split": {"method": "time", "by": None},
    }
    fix = {"label": f"Look back on the rows before, by {time}", "recipe": series}
    return Problem("no_features", where, message, hint, fix)


def _check_picture_roles(recipe: Recipe) -> None:
    if recipe.features() != ["image"] or recipe.targets() != ["label"] or recipe.columns["label"].kind != "category":
        message = "Of pictures in class folders only the class can be learnt from the picture."
        hint = "Make image the feature and label the target, a category."
        raise refusal("roles_do_not_fit", {}, message, hint)
