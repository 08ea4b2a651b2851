"""Predictions of a trained run for raw rows and pictures, from the files of its folder."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.problems import Problem, Refusal

if TYPE_CHECKING:
    from engine.export.answering import Answerer

MOST_ROWS = 10_000
"""Rows in one request."""


def predict_rows(folder: Path, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """One prediction per raw row. Raises Refusal naming the row, column and value that cannot be used."""
    from engine.data.transform import columns_of, transform

    preparation = _preparation(folder, "table")
    return _predict(folder, preparation, len(rows), lambda: transform(preparation, columns_of(rows)))


def predict_pictures(folder: Path, pictures: Sequence[bytes]) -> list[dict[str, Any]]:
    """One prediction per PNG or JPEG file. Raises Refusal naming the picture that cannot be read."""
    from engine.data.transform import transform_images

    preparation = _preparation(folder, "images")
    return _predict(folder, preparation, len(pictures), lambda: transform_images(preparation, list(pictures)))


def _preparation(folder: Path, kind: str) -> dict[str, Any]:
    preparation: dict[str, Any] = json.loads((folder / "preparation.json").read_text(encoding="utf-8"))
    if preparation["kind"] != kind:
        wanted = "pictures" if preparation["kind"] == "images" else "rows of a table"
        raise Refusal(
            Problem("wrong_kind_of_input", {}, f"This model answers for {wanted}.", f"Send {wanted} instead.")
        )
    return preparation


def _predict(
    folder: Path, preparation: dict[str, Any], count: int, prepare: Callable[[], dict[str, np.ndarray]]
) -> list[dict[str, Any]]:
    from engine.data.transform import predictions

    if not 0 < count <= MOST_ROWS:
        raise Refusal(
            Problem(
                "wrong_number_of_rows",
                {"rows": count},
                f"One request can hold 1 to {MOST_ROWS:,} rows. Received: {count:,}.",
                "Split the request, or use predict.py of the download for whole files.",
            )
        )
    try:
        inputs = prepare()
    except ValueError as error:
        message, hint = _sentences(str(error))
        raise Refusal(Problem("wrong_value", {}, message, hint)) from None
    stamp = (folder / "weights.safetensors").stat().st_mtime_ns
    outputs = _answerer(folder, stamp)(inputs)
    for row in range(count):
        if not all(np.isfinite(values[row]).all() for values in outputs.values()):
            message = f"Row {row + 1}: the model's answer is no number; its values lie too far from those learned from."
            raise Refusal(Problem("no_answer", {"row": row}, message, "Check the values of this row."))
    return predictions(preparation, outputs)


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
