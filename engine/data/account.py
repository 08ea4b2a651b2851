"""The account of a preparation: its steps in order, each with what it does to rows and columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from engine.data.columns import Categories
from engine.data.fitting import width
from engine.data.prepare import cached_fit
from engine.data.recipe import Recipe
from engine.data.series import SeriesSource
from engine.data.source import Source
from engine.data.split import validates

Change = tuple[int, int]
"""How many there are before and after."""

LONGEST = 12  # names or parts told one by one


@dataclass(frozen=True)
class Entry:
    """One step: what it does in words, and how it changes the number of rows or of columns, where it does."""

    text: str
    rows: Change | None = None
    columns: Change | None = None


def account(folder: Path, recipe: Recipe) -> dict[str, Any]:
    """`{steps: [{text, rows, columns}], parts: {train, validation, test}, cut}`; raises Refusal for what does not fit.

    `cut` tells whether a split by a column takes its validation rows from the training rows.
    """
    preparation = cached_fit(folder, recipe)
    source = Source(folder, recipe)
    steps = [
        *_rows(source),
        *_windows(preparation, source),
        _dealt(preparation, recipe),
        *_columns(preparation, source),
    ]
    parts = {part: preparation["rows"][part] for part in ("train", "validation", "test")}
    return {"steps": [asdict(step) for step in steps], "parts": parts, "cut": _cut(source)}


def _cut(source: Source) -> bool:
    """Whether a column tells the parts and names no validation rows, so that they are cut from the training rows."""
    shares, deciding = source.recipe.split, source.deciding
    if shares.method != "column" or not isinstance(deciding, Categories):
        return False
    return shares.folds is None and not validates(deciding.codes[source.usable], deciding.names)


def _rows(source: Source) -> Iterator[Entry]:
    """What leaves rows out, as far as it does; of a series windows are left out instead."""
    if source.recipe.kind == "series":
        return
    before = int(source.profile["rows"])
    for sieve in source.sieves:
        after = int(sieve.left.sum())
        if after < before:
            yield Entry(_reason(source.recipe, sieve.reason, sieve.column), rows=(before, after))
        before = after


def _reason(recipe: Recipe, reason: str, column: str) -> str:
    if reason == "rare":
        return f"Leave out classes of {column} with fewer than {recipe.columns[column].minimum_count} rows"
    if reason == "repeats":
        together = {"sum": "add up", "mean": "average", "count": "count"}.get(recipe.duplicates)
        if together:
            return f"Make rows with equal features one: {together} their target"
        if recipe.duplicates == "similar":
            return "Use one of nearly equal pictures"
        return f"Use equal {'pictures' if recipe.kind == 'images' else 'rows'} once"
    words = {"target": "the target ", "feature": "", "split": "the split by "}
    return f"Drop rows without {words[reason]}{column}"


def _windows(preparation: Mapping[str, Any], source: Source) -> Iterator[Entry]:
    if preparation["kind"] != "series":
        return
    series, recipe = preparation["series"], source.recipe
    cut = len(SeriesSource(source).cut[0])
    stride = recipe.series.stride if recipe.series else 1
    text = f"Cut windows of {series['lookback']:,} rows, to predict {series['horizon']:,} further on"
    text += f", one each {stride:,} rows" if stride > 1 else ""
    yield Entry(text, rows=(int(source.profile["rows"]), cut))
    left = sum(preparation["rows"][part] for part in ("train", "validation", "test"))
    if left < cut:
        rare = [name for name in recipe.targets() if recipe.columns[name].minimum_count > 1]
        yield Entry(f"Leave out windows to predict rare classes of {', '.join(rare)}", rows=(cut, left))


def _dealt(preparation: Mapping[str, Any], recipe: Recipe) -> Entry:
    train, validation, test = (preparation["rows"][part] for part in ("train", "validation", "test"))
    noun = {"images": "pictures", "series": "windows"}.get(recipe.kind, "rows")
    fold = "" if recipe.split.folds is None else f", fold {recipe.split.fold} of {recipe.split.folds}"
    return Entry(
        f"Split {noun} {HOW[recipe.split.method]}: {train:,} training, {validation:,} validation{fold}, {test:,} test"
    )


HOW = {
    "random": "at random",
    "stratified": "at random, each class in proportion",
    "time": "by time",
    "group": "by group",
    "column": "by a column",
}


def _columns(preparation: Mapping[str, Any], source: Source) -> Iterator[Entry]:
    recipe = source.recipe
    total = len(source.profile["columns"])
    stored = [name for name in recipe.entering() if recipe.columns[name].formula is None]
    if preparation["kind"] == "images":
        yield from _pictures(preparation, source)
        return
    used = np.arange(int(source.profile["rows"])) if recipe.kind == "series" else source.usable
    out = total - len(stored)
    if out:
        text = "1 column that is not a feature" if out == 1 else f"{out:,} columns that are not features"
        yield Entry(f"Leave out {text}", columns=(total, len(stored)))
    for name, column in preparation["columns"].items():
        if "formula" in column:
            yield Entry(f"Make {name} = {column['formula']}", columns=(0, 1))
    for name, column in preparation["columns"].items():
        gaps = int(source.columns[name].missing[used].sum())
        does = list(_deeds(column, gaps))
        if does:
            yield Entry(f"{name}: {', '.join(does)}", columns=(1, width(column)))
    for name, column in preparation["targets"].items():
        for one, target in column.get("columns", {name: column}).items():
            does = list(_to_learn(target))
            if does:
                yield Entry(f"{one}, the target: {', '.join(does)}")
    for name, given in preparation["inputs"].items():
        shape = " × ".join(f"{size:,}" for size in given["shape"])
        count = len(given["columns"])
        yield Entry(f"Input {name} of {count:,} {_noun(count)}, as {shape} values for each row")


def _noun(count: int) -> str:
    return "column" if count == 1 else "columns"


def _pictures(preparation: Mapping[str, Any], source: Source) -> Iterator[Entry]:
    for name, column in preparation["columns"].items():
        given = next(one for one in preparation["inputs"].values() if name in one["columns"])
        stored = [column["height"], column["width"], column["channels"]]
        if given["shape"] != stored:
            yield Entry(f"Bring pictures from {_size(stored)} to {_size(given['shape'])}")
        scale = source.recipe.columns[name].scale
        told = {"minmax": "0 to 1", "symmetric": "−1 to 1", "standard": "mean 0 and deviation 1 in each colour"}
        yield Entry(f"Bring pixels to {told[scale]}" if scale in told else "Leave pixels as 0 to 255")


def _size(shape: list[int]) -> str:
    return f"{shape[0]} × {shape[1]} in {'grey' if shape[2] == 1 else 'colour'}"


def _deeds(column: Mapping[str, Any], gaps: int) -> Iterator[str]:
    """What is done to a column, step by step."""
    if column.get("difference"):
        yield "take its change" + (" in proportion" if column["difference"] == "log" else "")
    if column.get("loose"):
        yield "read numbers in text"
    tidy = column.get("tidy", {})
    if tidy:
        yield "unify " + " and ".join({"case": "letters", "strip": "signs"}[key] for key in tidy)
    if column.get("indicator"):
        yield "mark gaps"
    for step in column["steps"]:
        if step["type"] == "fill" and not gaps:
            continue
        if step["type"] in DEEDS:
            yield DEEDS[step["type"]](step, gaps)


def _to_learn(target: Mapping[str, Any]) -> Iterator[str]:
    """What is done to a target before it is learned; predictions come back the way they went."""
    if target.get("difference"):
        yield "take its change" + (" in proportion" if target["difference"] == "log" else "")
    if "plus" in target:
        yield DEEDS["log"](target, 0)
    if target["kind"] == "number" and (target["center"], target["spread"]) != (0, 1):
        yield _scaled(target, 0)


def _value(number: Any) -> str:
    return f"{number:.4g}" if isinstance(number, float) else str(number)


def _scaled(step: Mapping[str, Any], _: int) -> str:
    center, spread = (np.atleast_1d(step[key]) for key in ("center", "spread"))
    if len(center) > 1:
        return "scale each part"
    return f"scale (x − {_value(float(center[0]))}) / {_value(float(spread[0]))}"


def _one_hot(step: Mapping[str, Any], _: int) -> str:
    other = " and one for all others" if step.get("other") else ""
    count = len(step["classes"])
    return f"one column for {'its only value' if count == 1 else f'each of {count:,} values'}{other}"


def _some(parts: list[Any]) -> str:
    shown = ", ".join(_value(part) for part in parts[:LONGEST])
    return shown + (" …" if len(parts) > LONGEST else "")


DEEDS: dict[str, Callable[[Mapping[str, Any], int], str]] = {
    "fill": lambda step, gaps: f"fill {gaps:,} gap{'' if gaps == 1 else 's'} with {_value(step['value'])}",
    "require": lambda step, gaps: "needs a value",
    "clip": lambda step, gaps: f"pull in to {_value(step['low'])} … {_value(step['high'])}",
    "log": lambda step, gaps: "logarithm of 1 + x" if step["plus"] else "logarithm",
    "scale": _scaled,
    "quantile": lambda step, gaps: "share of training rows below",
    "bins": lambda step, gaps: f"a column for each bin between {_some(step['edges'])}",
    "bin_rank": lambda step, gaps: f"rank among bins between {_some(step['edges'])}",
    "one_hot": _one_hot,
    "multi_hot": lambda step, gaps: f"a column for each of {len(step['classes']):,} tags",
    "index": lambda step, gaps: f"number {len(step['classes']):,} values for an Embedding layer",
    "ordinal": lambda step, gaps: f"rank among {len(step['classes']):,} values",
    "hash": lambda step, gaps: f"one of {step['size']:,} columns by a hash",
    "hash_index": lambda step, gaps: f"one of {step['size']:,} numbers by a hash",
    "calendar": lambda step, gaps: f"{_some(step['parts'])} as numbers",
    "cyclic": lambda step, gaps: f"{_some(step['parts'])} as sine and cosine",
    "tokens": lambda step, gaps: f"the first {step['length']:,} words, of {len(step['words']):,} known ones",
    "words": lambda step, gaps: f"weights of {len(step['words']):,} words",
}
"""What each step of a fitted preparation does, in words; `gaps` are the used rows without a value."""
