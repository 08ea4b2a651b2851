"""What a worker answers: one function per operation, arguments and answers in JSON."""

from __future__ import annotations

import base64
import importlib
import json
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, TextIO

from pydantic import ValidationError

from engine.estimating import preflight, rough
from engine.preparing import account, findings, formula, prepare
from engine.problems import Problem, Refusal

if TYPE_CHECKING:
    from engine.graph.report import Report
    from engine.graph.specs import DataSpecs

BROKEN = Problem(
    "internal_error",
    {},
    "Something went wrong inside Netloom while this was worked out.",
    "Try again; the server's log has the details.",
)


def serve(questions: BinaryIO, answers: TextIO) -> int:
    """Answers questions, one JSON line each, until the input ends.

    What most of them need is loaded before the first, and not beside it: two threads that import what imports each
    other can each meet it half made.
    """
    importlib.import_module("engine.graph.check")
    for line in questions:
        question = json.loads(line)
        answers.write(json.dumps(answer(question["op"], question["arguments"])) + "\n")
        answers.flush()
    return 0


def answer(op: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """`{result}` or `{problem}` for one question."""
    try:
        return {"result": OPERATIONS[op](**arguments)}
    except Refusal as refusal:
        return {"problem": refusal.problem.document()}
    except ValidationError as error:
        return {"problem": document_problem(error).document()}
    except Exception:
        traceback.print_exc(file=sys.stderr)
        return {"problem": BROKEN.document()}


def document_problem(error: ValidationError) -> Problem:
    """The first fault of a graph, recipe or settings document, in plain words."""
    from engine.graph.drawing import plain

    first = error.errors()[0]
    path = ".".join(map(str, first["loc"]))
    hint = f"Change {path}." if path else "Mend it and try again."
    if first["type"] == "value_error":
        return Problem("wrong_document", {"path": path}, str(first["ctx"]["error"]), hint)
    return Problem("wrong_document", {"path": path}, f"{path or 'The document'}: {plain(first)}.", hint)


def check(graph: dict[str, Any], dataset: str | None, recipe: dict[str, Any] | None) -> dict[str, Any]:
    """The report of a drawing, with the inputs and targets the data offer."""
    from engine.data.prepare import specs
    from engine.graph.check import check as check_graph
    from engine.graph.document import Graph
    from engine.graph.specs import DataSpecs
    from engine.training.scoring import watchable

    preparation, refused = _prepared(dataset, recipe)
    inputs, targets = specs(preparation) if preparation else ({}, {})
    data = DataSpecs.read(inputs, targets) if preparation else None
    found = check_graph(Graph.model_validate(graph), data)
    report = found.document()
    if refused:
        report["problems"] = [{**refused.document(), "node": None, "fix": refused.fix}]
    offered = _offered(found, data, preparation) if data and preparation else {}
    return {
        **report,
        "inputs": inputs,
        "targets": {name: targets[name] | offered[name] for name in targets},
        "monitors": watchable(data.targets) if data else [],
    }


def _offered(report: Report, data: DataSpecs, preparation: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What a training offers for each target, and what it takes where nothing is chosen.

    The usual loss is told once it is known what answers for the target.
    """
    from engine.graph.model import plan
    from engine.training.loss_choice import automatic, fitting_losses, title_of
    from engine.training.loss_weights import balanced_weights
    from engine.training.scoring import fitting_metrics, usual_metrics

    answers = () if report.problems else plan(report, data).answers
    widths = {one.target: one.width for one in answers}
    return {
        name: {
            "metrics": fitting_metrics(target),
            "usual_metrics": usual_metrics(target),
            "usual_loss": title_of(automatic(target, widths[name])) if name in widths else None,
            "losses": fitting_losses(target, widths.get(name, target.widths()[0])),
            "balanced": balanced_weights(preparation["targets"][name], preparation["rows"]["train"]),
        }
        for name, target in data.targets.items()
    }


def _prepared(dataset: str | None, recipe: dict[str, Any] | None) -> tuple[dict[str, Any] | None, Problem | None]:
    """The preparation, and what is wrong with the recipe; neither without data."""
    from engine.data.prepare import cached_fit
    from engine.data.recipe import Recipe

    if dataset is None or recipe is None:
        return None, None
    try:
        return cached_fit(Path(dataset), Recipe.model_validate(recipe)), None
    except Refusal as refusal:
        return None, refusal.problem


def code(graph: dict[str, Any], dataset: str | None, recipe: dict[str, Any] | None) -> dict[str, Any]:
    """The Flax source of a drawing. Raises Refusal with its first problem."""
    from engine.data.prepare import specs
    from engine.export.source import model_source
    from engine.graph.check import check as check_graph
    from engine.graph.document import Graph
    from engine.graph.model import plan
    from engine.graph.specs import DataSpecs

    preparation, refused = _prepared(dataset, recipe)
    if refused:
        raise Refusal(refused)
    data = DataSpecs.read(*specs(preparation)) if preparation else None
    report = check_graph(Graph.model_validate(graph), data)
    if report.problems:
        raise Refusal(report.problems[0])
    return {"source": model_source(plan(report, data or DataSpecs()))}


def import_model(format: Literal["keras"], config: Any) -> dict[str, Any]:
    """A model of another tool as a drawing, with what could not be taken over."""
    from engine.graph.report import problem_document
    from engine.importing.keras import import_keras

    found = import_keras(config)
    return {
        "graph": found.graph.model_dump(mode="json"),
        "problems": [problem_document(problem) for problem in found.problems],
    }


def starter(dataset: str, recipe: dict[str, Any], every: int = 1) -> dict[str, Any]:
    """A sensible graph and settings for a data set and recipe. Raises Refusal where the recipe cannot be used yet.

    `every` tells of how many rows the data set holds one.
    """
    from engine.data.prepare import cached_fit, specs
    from engine.data.recipe import Recipe
    from engine.graph.specs import DataSpecs
    from engine.starter import starter_graph, starter_settings

    preparation = cached_fit(Path(dataset), Recipe.model_validate(recipe))
    data = DataSpecs.read(*specs(preparation))
    return {
        "graph": starter_graph(data).model_dump(mode="json"),
        "settings": starter_settings(every * preparation["rows"]["train"], data),
    }


def rows(dataset: str, offset: int, limit: int, view: dict[str, Any] | None = None) -> dict[str, Any]:
    """A page of a data set's rows, sorted and filtered as `view` says."""
    from engine.data.browse import View
    from engine.data.profile import rows as read_rows

    return read_rows(Path(dataset), offset, limit, View.model_validate(view or {}))


def column(dataset: str, name: str, target: str | None, time: str | None) -> dict[str, Any]:
    """Facts and figures of one column of a table."""
    from engine.data.overview import column as look_at

    return look_at(Path(dataset), name, target, time)


def relations(dataset: str, columns: list[str], target: str | None) -> dict[str, Any]:
    """How strongly columns of a table go together."""
    from engine.data.overview import relations as relate

    return relate(Path(dataset), columns, target)


def image(dataset: str, index: int) -> dict[str, Any]:
    """One picture of a data set, as PNG in base64."""
    from engine.data.pixels import image as read_image

    return {"png": base64.b64encode(read_image(Path(dataset), index)).decode()}


def predict(run_folder: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Predictions of a trained run for raw rows."""
    from engine.predicting import predict_rows

    return {"predictions": predict_rows(Path(run_folder), rows)}


def predict_images(run_folder: str, images: list[str]) -> dict[str, Any]:
    """Predictions of a trained run for raw pictures, which lie in files at these paths."""
    from engine.predicting import predict_pictures

    return {"predictions": predict_pictures(Path(run_folder), [Path(image).read_bytes() for image in images])}


OPERATIONS: dict[str, Callable[..., dict[str, Any]]] = {
    "account": account,
    "check": check,
    "code": code,
    "findings": findings,
    "formula": formula,
    "column": column,
    "image": image,
    "import": import_model,
    "predict": predict,
    "predict_images": predict_images,
    "preflight": preflight,
    "prepare": prepare,
    "relations": relations,
    "rough": rough,
    "rows": rows,
    "starter": starter,
}
