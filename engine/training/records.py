"""The loss and the measures of a pass over rows, added up while it goes on."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from engine.training.scoring import Tally

WAITING = 2**20
"""Bytes of answers that wait to be measured together, which is quicker than step by step; the device is at work
meanwhile, while what still waits at the end of an epoch keeps it waiting."""


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
        self._size = self._steps = 0

    def add(self, losses: np.ndarray, answers: Mapping[str, np.ndarray], rows: np.ndarray) -> None:
        """Takes in losses (n,), answers (n, …) and numbers (n,) of some rows."""
        self._total += float(losses.sum(dtype=np.float64))
        self._count += len(losses)
        self._measure(answers, rows)

    def add_steps(
        self, means: np.ndarray, answers: Mapping[str, np.ndarray], rows: np.ndarray, kept: np.ndarray
    ) -> None:
        """Takes in mean losses (K,), answers (K, B, …) and numbers (K, B) of steps; only rows `kept` (K, B) count.

        How many steps come at once makes no difference, not even in the last digit: losses are added one by one,
        and answers are measured together by a fixed number of steps.
        """
        counts = kept.sum(axis=1)
        self._total = float(np.add.accumulate([self._total, *(means.astype(np.float64) * counts)])[-1])
        self._count += int(counts.sum())
        together = max(1, WAITING // max(1, sum(values[0].nbytes for values in answers.values())))
        if self._steps >= together:  # more may wait in what an earlier version of Netloom kept
            self._measure_waiting()
        start = 0
        while start < len(means):
            part = slice(start, min(len(means), start + together - self._steps))
            self._wait({name: values[part][kept[part]] for name, values in answers.items()}, rows[part][kept[part]])
            self._steps += part.stop - part.start
            if self._steps == together:
                self._measure_waiting()
            start = part.stop

    def loss(self) -> float:
        """The mean loss of a row."""
        return self._total / max(self._count, 1)

    def measures(self) -> dict[str, float]:
        """`{loss, …}` of all rows so far."""
        self._measure_waiting()
        return {"loss": self.loss(), **self.tally.scores()}

    def memory(self) -> dict[str, np.ndarray]:
        """All that is known, to be kept in a file."""
        known = {f"tally/{name}": values for name, values in self.tally.memory().items()}
        known |= {"total": np.array([self._total]), "counts": np.array([self._count, self._size, self._steps])}
        if self._waiting:
            rows, answers = self._joined()
            known |= {"rows": rows, **{f"answers/{name}": values for name, values in answers.items()}}
        return known

    def recall(self, memory: Mapping[str, np.ndarray]) -> None:
        """Goes on from such a memory, exactly."""
        self.tally.recall(_under("tally/", memory))
        self._total = float(memory["total"][0])
        self._count, self._size, self._steps = (int(count) for count in memory["counts"])
        self._waiting = [(_under("answers/", memory), memory["rows"])] if "rows" in memory else []

    def _measure(self, answers: Mapping[str, np.ndarray], rows: np.ndarray) -> None:
        self._wait(answers, rows)
        if self._size > WAITING:
            self._measure_waiting()

    def _wait(self, answers: Mapping[str, np.ndarray], rows: np.ndarray) -> None:
        self._waiting.append((answers, rows))
        self._size += sum(values.nbytes for values in answers.values())

    def _measure_waiting(self) -> None:
        if not self._waiting:
            return
        rows, answers = self._joined()
        self._waiting, self._size, self._steps = [], 0, 0
        truth = {name: values[rows] for name, values in self.truth.items()}
        self.tally.add(answers, truth, {name: values[rows] for name, values in self.last.items()})

    def _joined(self) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        rows = np.concatenate([rows for _, rows in self._waiting])
        names = self._waiting[0][0]
        return rows, {name: np.concatenate([part[name] for part, _ in self._waiting]) for name in names}


def _under(place: str, memory: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {name.removeprefix(place): values for name, values in memory.items() if name.startswith(place)}
