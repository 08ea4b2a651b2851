"""Fits a recipe on the training rows of a data set, and gives every part as arrays for training."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from engine.data import fitting, resizing, shelf, transform
from engine.data.ahead import Ahead, ahead_of
from engine.data.choices import ALONE
from engine.data.columns import Categories, Numbers
from engine.data.inputs import ArrayInput, PictureInput, WindowInput
from engine.data.kinds import Dates, Tags, Texts, Values
from engine.data.recipe import Recipe
from engine.data.series import SeriesSource, fit_series, load_series
from engine.data.source import Source, refusal
from engine.data.split import check_classes
from engine.data.weighing import weights
from engine.sizes import size_in_words

VERSION = 6  # of what is fitted; part of the name under which a preparation is kept
LARGEST = 4 * 2**30  # bytes that all prepared features may always take, with more where the disk has room
PARTS = ("train", "validation", "test")
BLOCK = 65_536  # rows prepared at a time
KEPT = 50  # preparations of one data set; every edit of the recipe makes one


@dataclass(frozen=True)
class Prepared:
    """A data set as a trainer needs it; `inputs`, `targets` and `rows` have a train, validation and test part."""

    preparation: dict[str, Any]
    inputs: Mapping[str, Mapping[str, ArrayInput | PictureInput | WindowInput]]
    targets: Mapping[str, Mapping[str, np.ndarray]]  # (n,) int32 class indices, or (n, 1) float32
    rows: Mapping[str, np.ndarray]  # indices into the data set
    last: Mapping[str, Mapping[str, np.ndarray]] = field(default_factory=dict)
    """Per part and target learned as a change, what it changes from, (n, 1); empty where there is none."""
    weights: Mapping[str, np.ndarray] = field(default_factory=dict)
    """Per part how much each row counts in the loss, (n,) float32; empty where all count the same."""
    ahead: Mapping[str, Ahead] = field(default_factory=dict)
    """Per part of a series what lies ahead of its windows; empty for all else."""


def fit(folder: Path, recipe: Recipe) -> dict[str, Any]:
    """The preparation document, fitted on the training rows; raises Refusal for a recipe that does not fit."""
    return _fit(Source(folder, recipe))


def cached_fit(folder: Path, recipe: Recipe) -> dict[str, Any]:
    """As `fit`, kept in the data set's folder under the hash of the recipe."""
    return _cached_fit(Source(folder, recipe))


def load(folder: Path, recipe: Recipe, memory: int | None = None) -> Prepared:
    """Fits (or finds) the preparation and applies it to every part.

    `memory` is what is free for rows, in bytes; what does not fit lies in files. None for what is free on this machine.
    """
    source = Source(folder, recipe, memory)
    preparation = _cached_fit(source)
    if recipe.kind == "series":
        return _load_series(source, preparation)
    return Prepared(
        preparation,
        _inputs(source, preparation),
        {part: _targets(source, preparation, rows) for part, rows in source.parts.items()},
        source.parts,
        weights=weights(source, source.parts),
    )


def _load_series(source: Source, preparation: dict[str, Any]) -> Prepared:
    windows = SeriesSource(source)
    arrays = load_series(windows, preparation)
    ahead = ahead_of(windows, preparation)
    return Prepared(preparation, *arrays, weights=weights(source, windows.predicted()), ahead=ahead)


def specs(preparation: Mapping[str, Any]) -> tuple[dict[str, dict[str, Any]], dict[str, dict[str, Any]]]:
    """What a graph can take in and has to give: inputs with shape and dtype, targets with kind, classes and values.

    An input of indices also says how many there are as `values`, counting 0, which stands for unseen ones; a target
    with a rare class says `imbalanced`.
    """
    inputs = {
        name: {key: value for key, value in given.items() if key not in ("columns", "ahead")}
        for name, given in preparation["inputs"].items()
    }
    targets = {
        name: {
            "kind": target["kind"],
            "classes": target.get("classes"),
            **({"values": list(target["columns"])} if target["kind"] == "numbers" else {}),
            **({"imbalanced": True} if target.get("imbalanced") else {}),
        }
        for name, target in preparation["targets"].items()
    }
    return inputs, targets


def _fit(source: Source) -> dict[str, Any]:
    if source.recipe.kind == "series":
        windows = SeriesSource(source)
        weights(source, windows.predicted())
        return fit_series(windows)
    weights(source, source.parts)
    return _fit_images(source) if source.recipe.kind == "images" else _fit_table(source)


def _inputs(source: Source, preparation: dict[str, Any]) -> dict[str, dict[str, ArrayInput | PictureInput]]:
    """Every input for the rows of every part; of a table the parts are views of one array, one behind the other."""
    parts, inputs = {part: source.parts[part] for part in PARTS}, preparation["inputs"]
    if source.recipe.kind == "images":
        return {
            part: {name: _pictures(source, preparation, given, rows) for name, given in inputs.items()}
            for part, rows in parts.items()
        }
    rows, ends = np.concatenate([*parts.values()]), np.cumsum([len(rows) for rows in parts.values()])
    split = {
        name: np.split(_side_by_side(source, preparation, given, rows), ends[:-1]) for name, given in inputs.items()
    }
    return {
        part: {name: ArrayInput(values[place]) for name, values in split.items()} for place, part in enumerate(parts)
    }


def _targets(source: Source, preparation: dict[str, Any], rows: np.ndarray) -> dict[str, np.ndarray]:
    """Every target for these rows."""
    arrays = {}
    for name, target in preparation["targets"].items():
        each = [_target(source, preparation, key, one, rows) for key, one in target.get("columns", {}).items()]
        arrays[name] = transform.side_by_side(each) if each else _target(source, preparation, name, target, rows)
    return arrays


def _target(
    source: Source, preparation: dict[str, Any], name: str, target: dict[str, Any], rows: np.ndarray
) -> np.ndarray:
    """One target column for these rows; what has codes is worked out once per code."""
    column = source.columns[name]
    given = {**preparation, "targets": {name: target}}
    if isinstance(column, Numbers):
        return transform.targets(given, {name: column.values[rows]})[name]
    assert isinstance(column, Categories | Tags)
    if isinstance(column, Tags):
        labels: np.ndarray = transform.targets(given, {name: [*column.names, None]})[name][column.codes[rows]]
        return labels
    places = {value: place for place, value in enumerate(target["classes"])}
    classes: np.ndarray = np.array([places.get(one, -1) for one in column.names], np.int32)[column.codes[rows]]
    return classes


def _fit_table(source: Source) -> dict[str, Any]:
    recipe, parts = source.recipe, source.parts
    features = {
        name: {
            **fitting.fit_feature(name, recipe.columns[name], source.columns[name], parts["train"]),
            **source.formulas.described(name),
        }
        for name in recipe.features()
    }
    inputs = {name: _input(recipe, features, members) for name, members in recipe.inputs.items()}
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


def _input(recipe: Recipe, features: dict[str, Any], members: list[str]) -> dict[str, Any]:
    """One input of these columns; integers also say how many there are."""
    count = sum(fitting.width(features[member]) for member in members)
    whole = all(recipe.columns[member].encode in ALONE for member in members)
    if not whole:
        return {"columns": members, "shape": [count], "dtype": "float32"}
    values = max(fitting.entries(features[member]) for member in members)
    return {"columns": members, "shape": [count], "dtype": "int32", "values": values}


def _fit_images(source: Source) -> dict[str, Any]:
    size, stored = source.recipe.image, source.profile["image"]
    assert size is not None  # the recipe's own validation sees to it
    resizing.check_size(size, int(source.profile["rows"]))
    inputs, pictures = {}, {}
    for name, members in source.recipe.inputs.items():
        scale = source.recipe.columns[members[0]].scale
        scaling = resizing.scaling(source.folder, size, scale, source.parts["train"])
        pictures[members[0]] = {"kind": "image", **stored, **scaling}
        inputs[name] = {"columns": members, "shape": list(resizing.shape_of(size)), "dtype": "float32"}
    return {
        "format": 1,
        "kind": "images",
        "reading": {"missing": [""], "decimal": "."},
        "columns": pictures,
        "inputs": inputs,
        "targets": _fit_targets(source),
        "rows": _counts(source),
    }


def _fit_targets(source: Source) -> dict[str, Any]:
    return {
        output: fitting.answered_together(output, {name: _fit_target(source, name) for name in names})
        if output in source.recipe.outputs
        else _fit_target(source, output)
        for output, names in source.recipe.answers().items()
    }


def _fit_target(source: Source, name: str) -> dict[str, Any]:
    column, data = source.recipe.columns[name], source.columns[name]
    fitted = fitting.fit_target(name, column, data, source.usable, source.parts["train"])
    if isinstance(data, Categories):
        check_classes(source.parts, name, data.codes, data.names)
    return fitted


def _counts(source: Source) -> dict[str, int]:
    """How many rows each part has, and how many were dropped for a gap."""
    total = len(next(iter(source.columns.values())).missing)
    counts = {part: len(rows) for part, rows in source.parts.items()}
    return {**counts, "dropped": total - len(source.usable)}


def _side_by_side(source: Source, preparation: dict[str, Any], given: dict[str, Any], rows: np.ndarray) -> np.ndarray:
    """The columns of one input next to each other, block by block, so that a file is written once from front to end."""
    values = source.shelf.empty((len(rows), *given["shape"]), given["dtype"])
    encoders = [_encoder(preparation, name, source.columns[name], rows) for name in given["columns"]]
    for begin in range(0, len(rows), BLOCK):
        some, start = rows[begin : begin + BLOCK], 0
        for encoder in encoders:
            encoded = encoder(some)
            values[begin : begin + BLOCK, start : start + encoded.shape[1]] = encoded
            start += encoded.shape[1]
    return values


def _encoder(
    preparation: dict[str, Any], name: str, column: Values, rows: np.ndarray
) -> Callable[[np.ndarray], np.ndarray]:
    """Gives a column's values for some of the rows; a category is encoded once per name, not per row."""
    if isinstance(column, Numbers | Texts | Dates):
        held = column.seconds if isinstance(column, Dates) else column.values
        return lambda some: transform.encode(preparation, name, held[some])
    gap = [None] if (column.codes[rows] < 0).any() else []
    table = transform.encode(preparation, name, [*column.names, *gap])
    return lambda some: table[column.codes[some]]


def _pictures(source: Source, preparation: dict[str, Any], given: dict[str, Any], rows: np.ndarray) -> PictureInput:
    column = preparation["columns"][given["columns"][0]]
    assert source.recipe.image is not None
    pixels = resizing.pixels_of(source.folder, source.recipe.image)
    return PictureInput(pixels, rows, column["scale"], column["offset"])


def _check_size(inputs: dict[str, Any], rows: int) -> None:
    size, most = sum(given["shape"][0] for given in inputs.values()) * rows * 4, max(LARGEST, shelf.room() // 2)
    if size > most:
        message = (
            f"The prepared rows would take {size_in_words(size)}; this machine has room for {size_in_words(most)}."
        )
        hint = "Ignore the columns with very many categories, or encode them as an index."
        raise refusal("inputs_too_large", {}, message, hint)


def _cached_fit(source: Source) -> dict[str, Any]:
    said = json.dumps([VERSION, source.recipe.document()], sort_keys=True)
    path = source.folder / "preparations" / f"{hashlib.sha256(said.encode()).hexdigest()[:32]}.json"
    try:
        kept: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return _fit_and_keep(source, path)
    return kept


def _fit_and_keep(source: Source, path: Path) -> dict[str, Any]:
    preparation = _fit(source)
    path.parent.mkdir(exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}.part")
    draft.write_text(json.dumps(preparation, ensure_ascii=False, allow_nan=False), "utf-8")
    draft.replace(path)
    with contextlib.suppress(FileNotFoundError):  # another process may be sweeping as well
        newest_first = sorted(path.parent.glob("*.json"), key=lambda one: one.stat().st_mtime_ns, reverse=True)
        for old in newest_first[KEPT:]:
            old.unlink()
    return preparation
