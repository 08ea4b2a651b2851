"""What is read out of the events of a trainer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime

LOSS = "loss"


def parameters_in(started: dict[str, Any]) -> int | None:
    """How many weights the network has, as its trainer tells at the start."""
    count = started.get("parameters")
    return count if isinstance(count, int) else None


def lead_measure(started: dict[str, Any]) -> dict[str, Any] | None:
    """The measure a run is known by: the one it watches, unless that is the loss; else its first metric."""
    measures = started.get("measures") or {}
    names = [started.get("watched"), *(started.get("metrics") or [])]
    key = next((name for name in names if name in measures and name != LOSS), LOSS)
    if key not in measures:
        return None
    return lead_of(key, measures[key])


def lead_of(key: str, measure: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept of a measure as its trainer tells it."""
    return {"key": key, **{part: measure.get(part) for part in ("title", "format", "better")}}


def moment(text: str | None) -> datetime:
    """An event's time; now, where the event has none that can be read."""
    try:
        return (parse_datetime(text) if text else None) or timezone.now()
    except ValueError:
        return timezone.now()
