"""The outputs of a model as answers in the words and units of the data.

This file travels in every download and needs NumPy alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from engine.data.steps import restored


def predictions(
    preparation: Mapping[str, Any], outputs: Mapping[str, Any], last: Mapping[str, Any] | None = None
) -> list[dict[str, Any]]:
    """One answer per row: the class with all probabilities, or the value in its own unit.

    `outputs` holds per target what the model gives after its last activation: (n, 1) of sigmoid,
    (n, classes) of softmax, or scaled values (n, 1). `last` holds the present value, (n,), of each target whose
    change was learned.
    """
    answers: list[dict[str, Any]] = []
    for name, target in preparation["targets"].items():
        values = np.asarray(outputs[name], np.float64)
        answers = answers or [{} for _ in values]
        if target["kind"] == "number":
            numbers = restored(target, values.reshape(-1), (last or {}).get(name))
            for answer, value in zip(answers, numbers, strict=True):
                answer[name] = float(value)
            continue
        if values.shape[-1] == 1:  # one sigmoid: the probability of the second class
            values = np.concatenate([1 - values, values], axis=1)
        for answer, chances in zip(answers, values, strict=True):
            answer[name] = target["classes"][int(np.argmax(chances))]
            answer[f"{name}_probabilities"] = dict(zip(target["classes"], chances.tolist(), strict=True))
    return answers


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
