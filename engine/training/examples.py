"""Examples: what the network says to the same few validation rows epoch after epoch, and which it gets most wrong."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from engine.data.predictions import predictions
from engine.data.raw import RawRows
from engine.training.evaluator import Hear
from engine.training.feeding import Feed

SHOWN = 6
"""How many rows are shown of each sort."""

CHANCES = "_probabilities"
"""What the probabilities of a column are called, after its name."""

Answers = Mapping[str, np.ndarray]


class Examples:
    """Hears the answers to all validation rows, and keeps those that are shown."""

    def __init__(self, feed: Feed, preparation: Mapping[str, Any], raw: RawRows, seed: int) -> None:
        self.feed, self.preparation, self.raw = feed, preparation, raw
        rows = feed.rows("validation")
        drawn = np.random.Generator(np.random.PCG64([seed, len(rows)])).permutation(len(rows))[:SHOWN]
        self._first, self._same = int(rows[0]) if len(rows) else 0, np.sort(rows[drawn])
        self._kept: dict[int, tuple[float, Answers]] = {}
        self._worst: list[tuple[float, int, Answers]] = []

    def hear_anew(self) -> Hear:
        """What hears another pass over the validation rows; the one before is forgotten."""
        self._kept, self._worst = {}, []
        return self._hear

    def heard(self) -> bool:
        """Whether there is anything to show."""
        return bool(self._worst)

    def _hear(self, losses: np.ndarray, answers: Answers, rows: np.ndarray) -> None:
        for place in np.flatnonzero(np.isin(rows, self._same)):
            self._kept[int(rows[place])] = (float(losses[place]), _of(answers, place))
        count = min(SHOWN, len(losses))
        for place in np.argpartition(-losses, count - 1)[:count]:
            self._worst.append((float(losses[place]), int(rows[place]), _of(answers, place)))
        self._worst = sorted(self._worst, key=lambda one: (-one[0], one[1]))[:SHOWN]

    def document(self) -> dict[str, Any]:
        """`{examples, worst}`: rows as `{row, loss, inputs, outputs}`, or with `picture` instead of inputs."""
        same = [(row, *self._kept[row]) for row in map(int, self._same) if row in self._kept]
        both = [*same, *((row, loss, answers) for loss, row, answers in self._worst)]
        if not both:
            return {"examples": [], "worst": []}
        outputs = self._outputs(np.array([row for row, _, _ in both]), [answers for _, _, answers in both])
        places = [self.raw.place(row - self._first) for row, _, _ in both]
        documents = [
            {"row": place, "loss": _rounded(loss), **raw, "outputs": told}
            for (_, loss, _), place, raw, told in zip(both, places, self.raw.rows(places), outputs, strict=True)
        ]
        return {"examples": documents[: len(same)], "worst": documents[len(same) :]}

    def _outputs(self, rows: np.ndarray, answers: list[Answers]) -> list[list[dict[str, Any]]]:
        """What is true of each row beside what the network says, by column of the data."""
        last = {name: values[rows].reshape(-1) for name, values in self.feed.last.items()}
        given = {name: np.stack([one[name] for one in answers]) for name in answers[0]}
        truth = {name: self._certain(name, rows) for name in given}
        said, true = (predictions(self.preparation, values, last) for values in (given, truth))
        for rows_told in (said, true):
            _round_numbers(rows_told, true)
        return [
            [_output(name, is_so, says) for name in is_so if name in says and not name.endswith(CHANCES)]
            for is_so, says in zip(true, said, strict=True)
        ]

    def _certain(self, target: str, rows: np.ndarray) -> np.ndarray:
        """The truth as a network would say it that is sure."""
        truth: np.ndarray = self.feed.truth[target][rows]
        if truth.ndim > 1:
            return truth
        sure: np.ndarray = truth[:, None] == np.arange(len(self.preparation["targets"][target]["classes"]))
        return sure.astype(np.float32)


def _output(name: str, truth: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    chances = said.get(f"{name}{CHANCES}")
    if chances is None:
        return {"target": name, "truth": truth[name], "prediction": said[name]}
    told = {"target": name, "truth": truth[name], "prediction": said[name], "right": truth[name] == said[name]}
    confidence = chances.get(said[name])  # of labels several may be true at once
    return told if confidence is None else {**told, "confidence": _rounded(confidence)}


def _round_numbers(told: list[dict[str, Any]], true: list[dict[str, Any]]) -> None:
    """Rounds numbers to what float32 holds of them, by the largest truth: what was 0 is not to come back as 3e-8."""
    for name in [name for name, value in told[0].items() if isinstance(value, float)]:
        largest = max(abs(row[name]) for row in true)
        places = 6 - math.ceil(math.log10(largest)) if 0 < largest < math.inf else 6
        for row in told:
            row[name] = round(row[name], places) + 0.0 if math.isfinite(row[name]) else None


def _of(answers: Answers, place: Any) -> Answers:
    return {name: np.array(values[place]) for name, values in answers.items()}


def _rounded(value: float) -> float | None:
    """Six significant digits are enough to look at; what is no finite number is None."""
    return float(f"{value:.6g}") if np.isfinite(value) else None
