"""Events: what a run tells about itself, one flat JSON document each, numbered by whoever writes them."""

from __future__ import annotations

from typing import Any, Literal

Type = Literal["started", "phase", "progress", "epoch", "sample", "layers", "checkpoint", "log", "finished", "failed"]
Phase = Literal["queued", "preparing", "compiling", "training", "evaluating", "saving", "paused"]

Event = dict[str, Any]


def event(type: Type, **body: Any) -> Event:
    """One event; `seq` and `time` are added where it is written."""
    return {"type": type, **body}


def phase(name: Phase) -> Event:
    """The run enters a phase."""
    return event("phase", phase=name)
