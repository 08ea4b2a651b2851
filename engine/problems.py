"""Problem: what is wrong, with what, and what to do about it, in words a user can act on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong.

    `code` is stable and for programs, `message` and `hint` are sentences for people, `where` names the
    place (`{"node": "dense_1"}`, `{"column": "age"}`, `{"file": "a.png"}`). `fix` is an edit of the graph, of
    the recipe, or another way to read the data, that mends it, ready to be applied with one click, or None.
    """

    code: str
    where: Mapping[str, Any]
    message: str
    hint: str
    fix: Mapping[str, Any] | None = field(default=None)

    def document(self) -> dict[str, Any]:
        """The problem as JSON, as it stands in error answers and in `failed` events."""
        return {"code": self.code, "message": self.message, "hint": self.hint, "where": dict(self.where)}


class Refusal(Exception):
    """Raised where a user's input cannot be used; carries the one problem to show."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


OUT_OF_MEMORY = Problem(
    "out_of_memory",
    {"field": "batch_size"},
    "The memory was not enough for this network with this batch size.",
    "Halve the batch size, or make the largest layers smaller.",
)
"""Said where nothing is known of what would fit."""

NOTHING_TRAINED = Problem(
    "stopped_before_start",
    {},
    "The run was stopped before its first step, so nothing was trained and there is no model.",
    "Start a new run when you are ready.",
)
"""Said of a run that somebody stopped while it was prepared."""
