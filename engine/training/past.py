"""Past: what a run has told already, so that each thing is told once however often its trainer dies."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.training.control import Change, Numbered

REPEATED = ("phase", "checkpoint")
"""What a run that goes on may well say again."""


@dataclass
class Past:
    """The events of earlier lives of a run."""

    seq: int = 0
    """The number of the last event."""
    step: int = 0
    """The last step that a progress event told of."""
    memory: tuple[int, int] | None = None
    """Bytes that the trainer had when it last told, and that there are in all."""
    epochs: dict[str, int] = field(default_factory=dict)
    """The last epoch told of, by type of event."""
    changes: dict[int, tuple[int, Numbered]] = field(default_factory=dict)
    """Changes by number, with the first step that they held for."""
    _messages: set[str] = field(default_factory=set)
    _started: bool = False

    @classmethod
    def read(cls, spool: Path) -> Past:
        """From the file of events; a half-written line at its end is cut off."""
        past = cls()
        if not spool.exists():
            return past
        with spool.open("r+b") as file:
            good = 0
            for line in file:
                if not line.endswith(b"\n"):
                    file.truncate(good)
                    break
                good += len(line)
                past._take(line)
        return past

    def is_new(self, event: Mapping[str, Any]) -> bool:
        """Whether an event tells of something that was not told before."""
        kind = event["type"]
        if kind == "started":
            return not self._started
        if kind == "progress":
            return int(event["step"]) > self.step
        if kind == "log":
            return self._mark(event) not in self._messages
        if kind not in REPEATED and "epoch" in event:
            return int(event["epoch"]) > self.epochs.get(kind, 0)
        return True

    def _take(self, line: bytes) -> None:
        try:
            event = json.loads(line)
            self.seq = max(self.seq, int(event["seq"]))
            self._note(event)
        except (ValueError, KeyError, TypeError):
            return  # not an event, so nothing was told

    def _note(self, event: Mapping[str, Any]) -> None:
        kind = event["type"]
        if kind == "started":
            self._started = True
        elif kind == "progress":
            self.step = max(self.step, int(event["step"]))
            if "memory" in event and "memory_total" in event:
                self.memory = int(event["memory"]), int(event["memory_total"])
        elif kind == "log":
            self._messages.add(self._mark(event))
            if "change" in event:
                number, step = int(event["change"]), int(event["step"])
                self.changes[number] = (step, Numbered(number, Change.model_validate(event["settings"])))
        elif "epoch" in event:
            self.epochs[kind] = max(self.epochs.get(kind, 0), int(event["epoch"]))

    @staticmethod
    def _mark(event: Mapping[str, Any]) -> str:
        return f"{event.get('step')} {event.get('change')} {event.get('message')}"
