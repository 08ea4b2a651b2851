"""Fits a recipe on the training rows of a data set, and gives every part as arrays for training."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from engine.data import columns, fitting, table, transform
from engine.data.columns import Categories, Numbers
from engine.data.recipe import Recipe
from engine.data.split import split
from engine.problems import Problem, Refusal

VERSION = 1  # of what is fitted; part of the name under which a preparation is kept
LARGEST = 4 * 2**30  # bytes all prepared features may take
KEPT = 50  # preparations of one data set; every edit of the recipe makes one


@dataclass(frozen=True)
class ArrayInput:
    """The rows of one input, ready for the model."""

    values: np.ndarray  # (n, …)


@dataclass(frozen=True)
class PictureInput:
    """The pictures of one input, left on disk: row i is `pixels[indices[i]] * scale + offset` as float32."""

    pixels: np.ndarray  # (all, height, width, channels) uint8, memory-mapped
    indices: np.ndarray  # (n,) int64, rising
    scale: float
    offset: float


@dataclass(frozen=True)
class Prepared:
    """A data set as a trainer needs it; `inputs`, `targets` and `rows` have a train, validation and test part."""

    preparation: dict[str, Any]
    inputs: dict[str, dict[str, ArrayInput | PictureInput]]
    targets: dict[str, dict[str, np.ndarray]]  # (n,) int32 class indices, or (n, 1) float32
    rows: dict[str, np.ndarray]  # indices into the data set


def fit(folder: Path, recipe: Recipe) -> dict[str, Any]:
    """The preparation document, fitted on the training rows; raises Refusal for a recipe that does not fit."""
    return _Source(folder, recipe).fit()


def cached_fit(folder: Path, recipe: Recipe) -> dict[str, Any]:
    """As `fit`, kept in the data set's folder under the hash of the recipe."""
    return _cached_fit(_Source(folder, recipe))


def load(folder: Path, recipe: Recipe) -> Prepared:
    """Fits (or finds) the preparation and applies it to every part."""
    source = _Source(folder, recipe)
    preparation = _cached_fit(source)
    return Prepared(
        preparation,
        {part: source.inputs(preparation, rows) for part, rows in source.parts.items()},
        {part: source.targets(preparation, rows) for part, rows in source.parts.items()},
        source.parts,
    )


def specs(preparation: Mapping[str, Any]) -> tuple[dict[str, dict[str, Any]], dict[str, dict[str, Any]]]:
    """What a graph can take in and has to give: inputs with shape and dtype, targets with kind and classes.

    An input of indices also says how many there are as `values`, counting 0, which stands for unseen ones.
    """
    inputs = {
        name: {key: value for key, value in given.items() if key != "columns"}
        for name, given in preparation["inputs"].items()
    }
    targets = {
        name: {"kind": target["kind"], "classes": target.get("classes")}
        for name, target in preparation["targets"].items()
    }
    return inputs, targets


class _Source:
    """A stored data set seen through a recipe: its columns, the rows that can be used, and their parts."""

    def __init__(self, folder: Path, recipe: Recipe) -> None:
        self.folder, self.recipe = folder, recipe
        _check_roles(recipe)

    def fit(self) -> dict[str, Any]:
        return _fit_images(self) if self.recipe.kind == "images" else _fit_table(self)

    @cached_property
    def profile(self) -> dict[str, Any]:
        path = self.folder / "profile.json"
        profile: dict[str, Any] = json.loads(path.read_text("utf-8"))
        if profile["kind"] != self.recipe.kind:
            message = f"The recipe is for {self.recipe.kind}, the data set holds {profile['kind']}."
            raise _refusal("recipe_of_another_kind", {}, message, "Use the recipe proposed for this data set.")
        return profile

    @cached_property
    def columns(self) -> dict[str, Numbers | Categories]:
        """The features and targets that are not pictures."""
        wanted = [*self.recipe.features(), *self.recipe.targets()]
        known = {column["name"] for column in self.profile["columns"]}
        for name in wanted:
            if name not in known:
                message = f"The recipe names the column {name!r}, which the data set does not have."
                raise _refusal("unknown_column", {"column": name}, message, "Ignore the column or remove it.")
        if self.recipe.kind == "images":
            _check_picture_roles(self.recipe)
            return {"label": _labels(self.folder)}
        frame, kinds = table.load(self.folder, wanted), self.recipe.columns
        return {
            name: columns.numbers(frame[name], self.profile["reading"])
            if kinds[name].kind == "number"
            else columns.categories(frame[name])
            for name in wanted
        }

    @cached_property
    def usable(self) -> np.ndarray:
        """The rows with every target, and with every feature whose gaps drop the row."""
        needed = [
            column
            for name, column in self.columns.items()
            if self.recipe.columns[name].role == "target" or self.recipe.columns[name].fill == "drop"
        ]
        whole = ~np.any([column.missing for column in needed], axis=0)
        rows = np.flatnonzero(whole)
        if not len(rows):
            message = f"No row is left: each of the {len(whole):,} lacks a target or a value that it must have."
            raise _refusal("no_rows_left", {}, message, "Choose another target, or fill the gaps instead.")
        return rows

    @cached_property
    def parts(self) -> dict[str, np.ndarray]:
        """The rows of each part."""
        rows = self.usable
        for name in self.recipe.targets():
            target = self.columns[name]
            if isinstance(target, Categories):
                return split(self.recipe.split, rows, target.codes[rows], target.names)
        return split(self.recipe.split, rows)

    def inputs(self, preparation: dict[str, Any], rows: np.ndarray) -> dict[str, ArrayInput | PictureInput]:
        """Every input for these rows."""
        if self.recipe.kind == "images":
            return {
                name: _pictures(self.folder, preparation, given, rows) for name, given in preparation["inputs"].items()
            }
        return {
            name: ArrayInput(_side_by_side(preparation, given, self.columns, rows))
            for name, given in preparation["inputs"].items()
        }

    def targets(self, preparation: dict[str, Any], rows: np.ndarray) -> dict[str, np.ndarray]:
        """Every target for these rows."""
        arrays = {}
        for name, target in preparation["targets"].items():
            column = self.columns[name]
            if isinstance(column, Numbers):
                given = {**preparation, "targets": {name: target}}
                arrays[name] = transform.targets(given, {name: column.values[rows]})[name]
            else:
                places = {value: place for place, value in enumerate(target["classes"])}
                table_of_codes = np.array([places.get(one, -1) for one in column.names], np.int32)
                arrays[name] = table_of_codes[column.codes[rows]]
        return arrays


def _fit_table(source: _Source) -> dict[str, Any]:
    recipe, parts = source.recipe, source.parts
    features = {
        name: fitting.fit_feature(name, recipe.columns[name], source.columns[name], parts["train"])
        for name in recipe.features()
    }
    inputs = {}
    for name, members in recipe.inputs.items():
        whole = all(recipe.columns[member].encode == "index" for member in members)
        count = sum(fitting.width(features[member]) for member in members)
        inputs[name] = {"columns": members, "shape": [count], "dtype": "int32" if whole else "float32"}
        if whole:
            sizes = [len(features[member]["steps"][-1]["classes"]) for member in members]
            inputs[name]["values"] = max(sizes) + 1
    _check_size(inputs, len(source.usable))
    return {
        "format": 1,
        "kind": "table",
        "reading": source.profile["reading"],
        "columns": features,
        "inputs": inputs,
        "targets": _fit_targets(source),
        "rows": _counts(source),
    }


def _fit_images(source: _Source) -> dict[str, Any]:
    size, stored = source.recipe.image, source.profile["image"]
    assert size is not None  # the recipe's own validation sees to it
    if size.model_dump() != stored:
        message = "The pictures are stored as {height} × {width} with {channels} channels.".format(**stored)
        raise _refusal("image_size_differs", {"recipe": "image"}, message, "Use that size in the recipe.")
    inputs, pictures = {}, {}
    for name, members in source.recipe.inputs.items():
        scale = 1 / 255 if source.recipe.columns[members[0]].scale == "minmax" else 1.0
        pictures[members[0]] = {"kind": "image", **stored, "scale": scale, "offset": 0.0}
        shape = [size.height, size.width, size.channels]
        inputs[name] = {"columns": members, "shape": shape, "dtype": "float32"}
    return {
        "format": 1,
        "kind": "images",
        "reading": {"missing": [""], "decimal": "."},
        "columns": pictures,
        "inputs": inputs,
        "targets": _fit_targets(source),
        "rows": _counts(source),
    }


def _fit_targets(source: _Source) -> dict[str, Any]:
    return {
        name: fitting.fit_target(
            name, source.recipe.columns[name], source.columns[name], source.usable, source.parts["train"]
        )
        for name in source.recipe.targets()
    }


def _counts(source: _Source) -> dict[str, int]:
    """How many rows each part has, and how many were dropped for a gap."""
    total = len(next(iter(source.columns.values())).missing)
    counts = {part: len(rows) for part, rows in source.parts.items()}
    return {**counts, "dropped": total - len(source.usable)}


def _side_by_side(
    preparation: dict[str, Any], given: dict[str, Any], data: dict[str, Numbers | Categories], rows: np.ndarray
) -> np.ndarray:
    """The columns of one input next to each other; a category is encoded once per name, not per row."""
    values = np.empty((len(rows), *given["shape"]), given["dtype"])
    start = 0
    for name in given["columns"]:
        column = data[name]
        if isinstance(column, Numbers):
            encoded = transform.encode(preparation, name, column.values[rows])
        else:
            codes = column.codes[rows]
            gap = [None] if (codes < 0).any() else []
            encoded = transform.encode(preparation, name, [*column.names, *gap])[codes]
        values[:, start : start + encoded.shape[1]] = encoded
        start += encoded.shape[1]
    return values


def _pictures(folder: Path, preparation: dict[str, Any], given: dict[str, Any], rows: np.ndarray) -> PictureInput:
    column = preparation["columns"][given["columns"][0]]
    pixels = np.load(folder / "images.npy", mmap_mode="r")
    return PictureInput(pixels, rows, column["scale"], column["offset"])


def _labels(folder: Path) -> Categories:
    index = json.loads((folder / "index.json").read_text("utf-8"))
    return Categories(np.load(folder / "labels.npy"), index["classes"], numeric=False)


def _check_roles(recipe: Recipe) -> None:
    if not recipe.targets():
        hint = "Give the column to predict the role of target."
        raise _refusal("no_target", {}, "The recipe has no target.", hint)
    if not recipe.features():
        hint = "Give at least one column the role of feature."
        raise _refusal("no_features", {}, "The recipe has no feature to learn from.", hint)


def _check_picture_roles(recipe: Recipe) -> None:
    if recipe.features() != ["image"] or recipe.targets() != ["label"] or recipe.columns["label"].kind != "category":
        message = "Of pictures in class folders only the class can be learnt from the picture."
        hint = "Make image the feature and label the target, a category."
        raise _refusal("roles_do_not_fit", {}, message, hint)


def _check_size(inputs: dict[str, Any], rows: int) -> None:
    size = sum(given["shape"][0] for given in inputs.values()) * rows * 4
    if size > LARGEST:
        message = f"The prepared rows would take {size / 2**30:.1f} GB; {LARGEST // 2**30} GB are the most."
        hint = "Ignore the columns with very many categories, or encode them as an index."
        raise _refusal("inputs_too_large", {}, message, hint)


def _cached_fit(source: _Source) -> dict[str, Any]:
    said = json.dumps([VERSION, source.recipe.document()], sort_keys=True)
    path = source.folder / "preparations" / f"{hashlib.sha256(said.encode()).hexdigest()[:32]}.json"
    try:
        kept: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return _fit_and_keep(source, path)
    return kept


def _fit_and_keep(source: _Source, path: Path) -> dict[str, Any]:
    preparation = source.fit()
    path.parent.mkdir(exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}.part")
    draft.write_text(json.dumps(preparation, ensure_ascii=False, allow_nan=False), "utf-8")
    draft.replace(path)
    with contextlib.suppress(FileNotFoundError):  # another process may be sweeping as well
        newest_first = sorted(path.parent.glob("*.json"), key=lambda one: one.stat().st_mtime_ns, reverse=True)
        for old in newest_first[KEPT:]:
            old.unlink()
    return preparation


def _refusal(code: str, where: dict[str, Any], message: str, hint: str) -> Refusal:
    return Refusal(Problem(code, {"document": "recipe", **where}, message, hint))
