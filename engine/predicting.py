"""Predictions of a trained run for raw rows and pictures, from the files of its folder."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.data.predictions import flat, predictions
from engine.data.steps import WrongValue
from engine.problems import Problem, Refusal

if TYPE_CHECKING:
    from engine.export.answering import Answerer

MOST_ROWS = 10_000
"""Rows in one request."""


def predict_rows(folder: Path, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any] | None]:
    """One prediction per raw row. Raises Refusal naming the row, column and value that cannot be used.

    Of a series the rows are its past, and a row whose own past is not all among them gets None.
    """
    from engine.data.rows import columns_of
    from engine.data.transform import transform
    from engine.data.windows import transform_series

    preparation = _preparation(folder, ("table", "series"))
    _check_count(len(rows))
    answers: list[dict[str, Any] | None] = [None] * len(rows)
    with _naming_values():
        if preparation["kind"] == "series":
            inputs, ends, last = transform_series(preparation, columns_of(rows))
        else:
            inputs, ends, last = transform(preparation, columns_of(rows)), np.arange(len(rows)), {}
    for row, answer in zip(ends, predictions(preparation, _outputs(folder, inputs), last), strict=True):
        answers[row] = _sound(answer, int(row))
    return answers


def predict_pictures(folder: Path, pictures: Sequence[bytes]) -> list[dict[str, Any]]:
    """One prediction per PNG or JPEG file. Raises Refusal naming the picture that cannot be read."""
    from engine.data.picture import transform_images

    preparation = _preparation(folder, ("images",))
    _check_count(len(pictures))
    with _naming_values():
        inputs = transform_images(preparation, list(pictures))
    answers = predictions(preparation, _outputs(folder, inputs))
    return [_sound(answer, row) for row, answer in enumerate(answers)]


def _preparation(folder: Path, kinds: tuple[str, ...]) -> dict[str, Any]:
    preparation: dict[str, Any] = json.loads((folder / "preparation.json").read_text(encoding="utf-8"))
    if preparation["kind"] not in kinds:
        wanted = "pictures" if preparation["kind"] == "images" else "rows of a table"
        raise Refusal(
            Problem("wrong_kind_of_input", {}, f"This model answers for {wanted}.", f"Send {wanted} instead.")
        )
    return preparation


def _check_count(count: int) -> None:
    if not 0 < count <= MOST_ROWS:
        raise Refusal(
            Problem(
                "wrong_number_of_rows",
                {"rows": count},
                f"One request can hold 1 to {MOST_ROWS:,} rows. Received: {count:,}.",
                "Split the request, or use predict.py of the download for whole files.",
            )
        )


@contextmanager
def _naming_values() -> Iterator[None]:
    """What a raw value lacks becomes a problem to show; of a single value with its row (from 0) and its column."""
    try:
        yield
    except ValueError as error:
        message, hint = _sentences(str(error))
        where = {"row": error.row, "column": error.column} if isinstance(error, WrongValue) else {}
        raise Refusal(Problem("wrong_value", where, message, hint)) from None


def _outputs(folder: Path, inputs: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """What the model gives."""
    stamp = (folder / "weights.safetensors").stat().st_mtime_ns
    return _answerer(folder, stamp)(inputs)


def _sound(answer: dict[str, Any], row: int) -> dict[str, Any]:
    """The answer for a row (from 0). Raises Refusal where a number in it is none, or too large for one."""
    numbers = [value for value in flat(answer).values() if isinstance(value, float)]
    if not np.isfinite(numbers).all():
        message = f"Row {row + 1}: the model's answer is no number; its values lie too far from those learned from."
        raise Refusal(Problem("no_answer", {"row": row}, message, "Check the values of this row."))
    return answer


def _sentences(text: str) -> tuple[str, str]:
    """What is wrong, and what to do; a column may well be called "Mr. A", so a full stop alone parts nothing."""
    found = re.fullmatch(r"(.*?\.) ((?:Give|The model needs) .*)", text, re.DOTALL)
    return (found[1], found[2]) if found else (text.rstrip(".") + ".", "Mend the value.")


@lru_cache(maxsize=4)
def _answerer(folder: Path, stamp: int) -> Answerer:
    """The trained model of a run, ready to answer; `stamp` tells a newer one from the one kept."""
    from flax import nnx

    from engine.data.prepare import specs
    from engine.export.answering import Answerer
    from engine.graph.check import check
    from engine.graph.document import Graph
    from engine.graph.model import GraphModel, plan
    from engine.graph.specs import DataSpecs
    from engine.modules import load_weights

    data = DataSpecs.read(*specs(json.loads((folder / "preparation.json").read_text(encoding="utf-8"))))
    report = check(Graph.model_validate_json((folder / "graph.json").read_text(encoding="utf-8")), data)
    network = plan(report, data)
    return Answerer(load_weights(lambda: GraphModel(network, nnx.Rngs(0)), str(folder / "weights.safetensors")))
