"""Answers about a training that has not begun: what it will take, and whether it can fit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any


def rough(graph: dict[str, Any], dataset: str, recipe: dict[str, Any], settings: dict[str, Any]) -> dict[str, Any]:
    """`{memory, room}` in bytes, from shapes alone and in a moment; right within a small factor.

    Raises Refusal with the first problem of the drawing, or the first setting that does not fit it.
    """
    from engine.data.prepare import specs
    from engine.data.recipe import Recipe
    from engine.graph.check import check
    from engine.graph.document import Graph
    from engine.graph.model import plan
    from engine.graph.specs import DataSpecs
    from engine.problems import Refusal
    from engine.training.agreement import require_agreement
    from engine.training.devices import rough_room
    from engine.training.rough import outline_of, rough_memory
    from engine.training.settings import Settings

    outline = outline_of(Path(dataset), Recipe.model_validate(recipe))
    data, read = DataSpecs.read(*specs(outline.preparation)), Settings.model_validate(settings)
    report = check(Graph.model_validate(graph), data)
    if report.problems:
        raise Refusal(report.problems[0])
    require_agreement(read, report, plan(report, data), data, outline.preparation)
    return {"memory": rough_memory(report, outline, read), "room": rough_room()}


def preflight(
    graph: dict[str, Any],
    dataset: str,
    recipe: dict[str, Any],
    settings: dict[str, Any],
    cache: str | None = None,
    measure: bool = True,
    keeping: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """What a training will take, exactly: memory, disk, and with `measure` time; `problem` where it cannot fit.

    `cache` keeps what is compiled for the training itself, `keeping` says which checkpoints are kept. Raises Refusal
    for what cannot be trained at all.
    """
    from engine.data.recipe import Recipe
    from engine.graph.document import Graph
    from engine.training.checkpoint import Keeping
    from engine.training.devices import keep_compiled
    from engine.training.preflight import Preflight
    from engine.training.settings import Settings

    if cache is not None:
        keep_compiled(Path(cache))
    drawing, read = Graph.model_validate(graph), Settings.model_validate(settings)
    kept = Keeping(**(keeping or {}))
    return Preflight(Path(dataset), drawing, Recipe.model_validate(recipe), read, kept).report(measure)


def find_rate(
    graph: dict[str, Any],
    dataset: str,
    recipe: dict[str, Any],
    settings: dict[str, Any],
    cache: str | None = None,
) -> Iterator[dict[str, Any]]:
    """`{progress}` lines, then `{result: {suggestion, steps, regardless, figure}}`: the rate at which the loss
    falls fastest.

    It trains a few hundred steps on weights of its own; nothing is kept. Raises Refusal for what cannot be trained.
    """
    from engine.data.prepare import load
    from engine.data.recipe import Recipe
    from engine.graph.document import Graph
    from engine.training.assembly import built
    from engine.training.devices import keep_compiled
    from engine.training.rate_finder import RateFinder
    from engine.training.settings import Settings

    yield {"progress": 0.0}
    if cache is not None:
        keep_compiled(Path(cache))
    drawing, read = Graph.model_validate(graph), Settings.model_validate(settings)
    finder = RateFinder(built(load(Path(dataset), Recipe.model_validate(recipe)), drawing, read), read)
    for progress in finder.run():
        yield {"progress": round(min(progress, 1.0), 3)}
    assert finder.found is not None
    yield {"result": finder.found.document()}
