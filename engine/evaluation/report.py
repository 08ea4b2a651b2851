"""The report of a model: what it answers for the test rows, beside what happened and what knowing nothing gives."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from engine.data.steps import restored
from engine.evaluation import figures
from engine.evaluation.baselines import truth
from engine.evaluation.confusion import Confusion, LabelCounts
from engine.training.assembly import Assembly

NAME = "evaluation.json"
MOST_CLASSES = 40
"""Classes a confusion table is drawn of; of more, the most frequent mistakes are."""
MOST_MISTAKES = 20
MOST_TOLD = 200
"""Classes that are told of one by one."""
MOST_POINTS = 2_000
"""Rows of a scatter plot."""
MOST_MOMENTS = 1_000
"""Forecasts drawn side by side: the newest of the test rows."""

Document = dict[str, Any]


class Witness:
    """Hears the answers for the test rows, and keeps what a report is made of: counts, and few enough rows."""

    def __init__(self, made: Assembly) -> None:
        self.made = made
        self.scorer, self.feed = made.trainer.scorer, made.trainer.feed
        self._counts: dict[str, Confusion | LabelCounts] = {}
        for name, target in self.scorer.targets.items():
            if target.kind in ("category", "labels"):
                counted = Confusion if target.kind == "category" else LabelCounts
                self._counts[name] = counted(target.classes or ())
        self._chosen = self._choose()
        self._kept: dict[str, list[tuple[np.ndarray, np.ndarray]]] = {name: [] for name in self._numbers()}

    def hear(self, losses: np.ndarray, answers: Mapping[str, np.ndarray], rows: np.ndarray) -> None:
        """Takes in the answers (n, …) for the rows (n,) of one batch."""
        for name, counts in self._counts.items():
            counts.add(answers[name], self.feed.truth[name][rows])
        kept = np.isin(rows, self._chosen)
        if kept.any():
            for name, parts in self._kept.items():
                parts.append((rows[kept], answers[name][kept]))

    def document(self) -> Document:
        """`{targets: [{target, classes, figures: [{title, text, figure}]}]}`."""
        return {"targets": [self._told(name) for name in self.scorer.targets]}

    def _told(self, name: str) -> Document:
        if name in self._counts:
            counts = self._counts[name]
            classes = counts.per_class()
            if len(classes) > MOST_CLASSES:
                classes = sorted(classes, key=lambda one: -one["rows"])[:MOST_TOLD]
            return {"target": name, "classes": classes, "figures": _of_classes(counts)}
        return {"target": name, "classes": [], "figures": self._of_numbers(name)}

    def _numbers(self) -> list[str]:
        return [name for name, target in self.scorer.targets.items() if target.kind in ("number", "numbers")]

    def _choose(self) -> np.ndarray:
        """The test rows whose answers are kept: of a series the newest of its longest one, else any."""
        rows = self.feed.rows("test")
        ahead = self.made.prepared.ahead.get("test")
        if ahead is None or not len(rows):
            return np.sort(np.random.default_rng(0).permutation(rows)[:MOST_POINTS])
        longest = np.bincount(ahead.series).argmax()
        places = np.flatnonzero(ahead.series == longest)
        newest = places[np.argsort(ahead.moments[places], kind="stable")][-MOST_MOMENTS:]
        return rows[newest]

    def _of_numbers(self, name: str) -> list[Document]:
        if not self._kept[name]:
            return []
        rows = np.concatenate([rows for rows, _ in self._kept[name]])
        answers = np.concatenate([answers for _, answers in self._kept[name]]).astype(np.float64)
        last = self.feed.last.get(name)
        scale = self.made.preparation["targets"][name]
        given = restored(scale, answers, None if last is None else last[rows])
        true = truth(self.made, name, rows)
        columns = list(scale["columns"]) if "columns" in scale else [name]
        found = []
        for place, column in enumerate(columns):
            if self.made.prepared.ahead:
                found.append(self._forecasts(column, rows, true[:, place], given[:, place]))
            found.append(_scatter(column, true[:, place], given[:, place], len(self.feed.rows("test"))))
        return found

    def _forecasts(self, name: str, rows: np.ndarray, true: np.ndarray, given: np.ndarray) -> Document:
        ahead = self.made.prepared.ahead["test"]
        places = rows - self.feed.rows("test")[0]
        order = np.argsort(ahead.moments[places], kind="stable")
        places = places[order]
        lines = [("What happened", true[order]), ("Forecast", given[order])]
        if name in ahead.present:
            lines.append(("Value at the time of the forecast", ahead.present[name][places, 0]))
        dated = self.made.preparation["series"]["time"]["kind"] != "number"
        series = ahead.names[int(ahead.series[places[0]])]
        which = f" of {series}" if series else ""
        return {
            "title": f"Forecasts of {name}{which}",
            "text": f"The newest {len(rows):,} test rows{which}: what was forecast for a time, and what happened then.",
            "figure": figures.forecasts(ahead.moments[places], dated, lines, name),
        }


def _of_classes(counts: Confusion | LabelCounts) -> list[Document]:
    if isinstance(counts, LabelCounts):
        return []
    if len(counts.classes) <= MOST_CLASSES:
        text = "Each line is one class of the test rows: on the diagonal what is right, beside it what it is taken for."
        return [{"title": "Confusion", "text": text, "figure": figures.confusion(counts.classes, counts.counts)}]
    found = counts.mistakes(MOST_MISTAKES)
    text = f"The true class, and what it is taken for, of the {len(counts.classes):,} classes of the test rows."
    return [{"title": "Most frequent mistakes", "text": text, "figure": figures.mistakes(found)}] if found else []


def _scatter(name: str, true: np.ndarray, given: np.ndarray, rows: int) -> Document:
    some = f"{len(true):,} of the {rows:,} test rows" if len(true) < rows else "The test rows"
    return {
        "title": f"Predicted and true {name}",
        "text": f"{some}: a point on the line is predicted exactly, one above it too high.",
        "figure": figures.answers(true, given, name),
    }


def write_report(folder: Path, document: Document) -> None:
    """Writes the report into the run's folder; it appears whole or not at all."""
    partial = folder / f"{NAME}.partial"
    partial.write_text(json.dumps(document, ensure_ascii=False, allow_nan=False), encoding="utf-8")
    os.replace(partial, folder / NAME)
