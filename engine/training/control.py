"""Control: what people want of a training while it runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Change(BaseModel):
    """New values for settings that can be changed while a run goes on; what is None stays."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    learning_rate: float | None = Field(None, gt=0, le=100, description="The rate that the schedule starts from.")
    patience: int | None = Field(None, ge=1, le=100_000, description="Epochs without improvement before it stops.")
    epochs: int | None = Field(None, ge=1, le=100_000, description="How many epochs there are in all.")

    def wanted(self) -> dict[str, Any]:
        """What is to change, by name."""
        return {name: value for name, value in self.model_dump().items() if value is not None}


@dataclass(frozen=True)
class Numbered:
    """A change with its place among all changes of a run, from 1 on."""

    number: int
    change: Change


class Control:
    """What is asked between two calls to the device; each answer must come at once."""

    interrupted = False
    """The process has to go, and whoever started it will let it go on; nobody wanted a pause."""

    def __init__(self, stop: Callable[[], bool] = lambda: False) -> None:
        self._stop = stop

    def stopping(self) -> bool:
        """Whether to stop, and keep the best model."""
        return self._stop()

    def pausing(self) -> bool:
        """Whether to write a checkpoint and end, to go on some other time."""
        return False

    def changes(self) -> Sequence[Numbered]:
        """Every change so far, those that were made already too."""
        return ()
