"""The loss and the measures of a pass over rows, added up while it goes on."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np

from engine.training.lost import Lost
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
        self._total, self._own = 0.0, dict[str, float]()
        self._count = 0
        self._waiting: list[tuple[Mapping[str, np.ndarray], np.ndarray]] = []
        self._size = self._steps = 0

    def add(self, losses: Lost, answers: Mapping[str, np.ndarray], rows: np.ndarray) -> None:
        """Takes in losses (n,), answers (n, …) and numbers (n,) of some rows."""
        self._sum_up(losses, lambda total, added: total + float(added.sum(dtype=np.float64)))
        self._count += len(rows)
        self._measure(answers, rows)

    def add_steps(self, means: Lost, answers: Mapping[str, np.ndarray], rows: np.ndarray, kept: np.ndarray) -> None:
        """Takes in mean losses (K,), answers (K, B, …) and numbers (K, B) of steps; only rows `kept` (K, B) count.

        How many steps come at once makes no difference, not even in the last digit: losses are added one by one,
        and answers are measured together by a fixed number of steps.
        """
        counts = kept.sum(axis=1)
        self._sum_up(
            means, lambda total, added: float(np.add.accumulate([total, *(added.astype(np.float64) * counts)])[-1])
        )
        self._count += int(counts.sum())
        together = max(1, WAITING // max(1, sum(values[0].nbytes for values in answers.values())))
        if self._steps >= together:  # more may wait in what an earlier version of Netloom kept
            self._measure_waiting()
        start = 0
        while start < len(counts):
            part = slice(start, min(len(counts), start + together - self._steps))
            self._wait({name: values[part][kept[part]] for name, values in answers.items()}, rows[part][kept[part]])
            self._steps += part.stop - part.start
            if self._steps == together:
                self._measure_waiting()
            start = part.stop

    def loss(self) -> float:
        """The mean loss of a row."""
        return self._mean(self._total)

    def _mean(self, total: float) -> float:
        return total / max(self._count, 1)

    def _sum_up(self, losses: Lost, added_to: Callable[[float, np.ndarray], float]) -> None:
        """Adds losses to the totals; what an earlier version of Netloom did not keep of the rows stays unknown."""
        unknown = math.nan if self._count else 0.0
        self._total = added_to(self._total, losses.whole)
        self._own = {name: added_to(self._own.get(name, unknown), own) for name, own in losses.own.items()}

    def measures(self) -> dict[str, float]:
        """`{loss, …}` of all rows so far, with the loss of each of several outputs."""
        self._measure_waiting()
        scorer = self.tally.scorer
        own = {scorer.key(name, "loss"): self._mean(self._own[name]) for name in scorer.targets if name in self._own}
        known = {key: loss for key, loss in own.items() if math.isfinite(loss)}
        return {"loss": self.loss(), **known, **self.tally.scores()}

    def memory(self) -> dict[str, np.ndarray]:
        """All that is known, to be kept in a file."""
        known = {f"tally/{name}": values for name, values in self.tally.memory().items()}
        known |= {"total": np.array([self._total]), "counts": np.array([self._count, self._size, self._steps])}
        known |= {f"own/{name}": np.array([total]) for name, total in self._own.items()}
        if self._waiting:
            rows, answers = self._joined()
            known |= {"rows": rows, **{f"answers/{name}": values for name, values in answers.items()}}
        return known

    def recall(self, memory: Mapping[str, np.ndarray]) -> None:
        """Goes on from such a memory, exactly."""
        self.tally.recall(_under("tally/", memory))
        self._total = float(memory["total"][0])
        self._own = {name: float(total[0]) for name, total in _under("own/", memory).items()}
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
