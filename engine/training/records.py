"""The loss and the measures of a pass over rows, added up while it goes on."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from engine.training.scoring import Tally

WAITING = 16 * 2**20
"""Bytes of answers that wait to be measured together, which is quicker than step by step."""


class Records:
    """What is known of the rows seen so far."""

    def __init__(
        self, tally: Tally, truth: Mapping[str, np.ndarray], last: Mapping[str, np.ndarray] | None = None
    ) -> None:
        """`truth` is that of all rows of the data, by their numbers; `last` what learned changes start from."""
        self.tally, self.truth, self.last = tally, truth, last or {}
        self._total = 0.0
        self._count = 0
        self._waiting: list[tuple[Mapping[str, np.ndarray], np.ndarray]] = []
        self._size = 0

    def add(self, losses: np.ndarray, answers: Mapping[str, np.ndarray], rows: np.ndarray) -> None:
        """Takes in losses (n,), answers (n, …) and numbers (n,) of some rows."""
        self._total += float(losses.sum(dtype=np.float64))
        self._count += len(losses)
        self._measure(answers, rows)

    def add_steps(
        self, means: np.ndarray, answers: Mapping[str, np.ndarray], rows: np.ndarray, kept: np.ndarray
    ) -> None:
        """Takes in mean losses (K,), answers (K, B, …) and numbers (K, B) of steps; only rows `kept` (K, B) count."""
        counts = kept.sum(axis=1)
        self._total += float((means.astype(np.float64) * counts).sum())
        self._count += int(counts.sum())
        self._measure({name: values[kept] for name, values in answers.items()}, rows[kept])

    def loss(self) -> float:
        """The mean loss of a row."""
        return self._total / max(self._count, 1)

    def measures(self) -> dict[str, float]:
        """`{loss, …}` of all rows so far."""
        self._measure_waiting()
        return {"loss": self.loss(), **self.tally.scores()}

    def _measure(self, answers: Mapping[str, np.ndarray], rows: np.ndarray) -> None:
        self._waiting.append((answers, rows))
        self._size += sum(values.nbytes for values in answers.values())
        if self._size > WAITING:
            self._measure_waiting()

    def _measure_waiting(self) -> None:
        if not self._waiting:
            return
        rows = np.concatenate([rows for _, rows in self._waiting])
        answers = {name: np.concatenate([part[name] for part, _ in self._waiting]) for name in self._waiting[0][0]}
        self._waiting, self._size = [], 0
        truth = {name: values[rows] for name, values in self.truth.items()}
        self.tally.add(answers, truth, {name: values[rows] for name, values in self.last.items()})
