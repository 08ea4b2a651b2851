"""The outputs of a model as answers in the words and units of the data.

This file travels in every download and needs NumPy alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from engine.data.steps import restored

LIKELY = 0.5  # the probability from which a label is answered


def predictions(
    preparation: Mapping[str, Any], outputs: Mapping[str, Any], last: Mapping[str, Any] | None = None
) -> list[dict[str, Any]]:
    """One answer per row: the class or the tags with all probabilities, or the value in its own unit.

    `outputs` holds per target what the model gives after its last activation: (n, 1) of sigmoid,
    (n, classes) of softmax, (n, labels) of sigmoids, or scaled values (n, values). `last` holds the present value,
    (n,), of each target whose change was learned.
    """
    answers: list[dict[str, Any]] = []
    for name, target in preparation["targets"].items():
        values = np.asarray(outputs[name], np.float64)
        answers = answers or [{} for _ in values]
        for column, document, given in _columns(name, target, values):
            for answer, found in zip(answers, _answers(column, document, given, last or {}), strict=True):
                answer.update(found)
    return answers


def _columns(name: str, target: Mapping[str, Any], values: np.ndarray) -> list[tuple[str, Mapping[str, Any], Any]]:
    """What a target answers for, column by column: (name, document, (n, values))."""
    if "columns" not in target:
        return [(name, target, values)]
    return [(column, one, values[:, [place]]) for place, (column, one) in enumerate(target["columns"].items())]


def _answers(name: str, target: Mapping[str, Any], values: np.ndarray, last: Mapping[str, Any]) -> list[dict[str, Any]]:
    if target["kind"] == "number":
        return [{name: float(value)} for value in restored(target, values.reshape(-1), last.get(name))]
    classes = target["classes"]
    if target["kind"] == "labels":
        return [
            {
                name: target["separator"].join(np.array(classes, object)[chances >= LIKELY]),
                f"{name}_probabilities": dict(zip(classes, chances.tolist(), strict=True)),
            }
            for chances in values
        ]
    if values.shape[-1] == 1:  # one sigmoid: the probability of the second class
        values = np.concatenate([1 - values, values], axis=1)
    return [
        {
            name: classes[int(np.argmax(chances))],
            f"{name}_probabilities": dict(zip(classes, chances.tolist(), strict=True)),
        }
        for chances in values
    ]


def flat(prediction: Mapping[str, Any]) -> dict[str, Any]:
    """A prediction as columns of a CSV: income_predicted, income_probability_<=50K, …"""
    cells: dict[str, Any] = {}
    for name, value in prediction.items():
        if isinstance(value, Mapping):
            stem = name.removesuffix("_probabilities")
            cells.update({f"{stem}_probability_{key}": chance for key, chance in value.items()})
        else:
            cells[f"{name}_predicted"] = value
    return cells
