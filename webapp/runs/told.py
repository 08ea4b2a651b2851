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
    metrics = [name for name in started.get("metrics") or [] if name in measures and not of_loss(name, measures[name])]
    watched = [name for name in [started.get("watched")] if name in measures and name != LOSS]
    key = next(iter([*watched, *metrics]), LOSS)
    if key not in measures:
        return None
    return lead_of(key, measures[key])


def lead_of(key: str, measure: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept of a measure as its trainer tells it."""
    kind = {"kind": measure["kind"]} if "kind" in measure else {}
    return {"key": key, **{part: measure.get(part) for part in ("title", "format", "better")}, **kind}


def of_loss(key: str, measure: Mapping[str, Any]) -> bool:
    """Whether a measure is the loss, of all outputs or of one: comparable only where it is the same function."""
    return key == LOSS or measure.get("kind") == "loss"


def moment(text: str | None) -> datetime:
    """An event's time; now, where the event has none that can be read."""
    try:
        return (parse_datetime(text) if text else None) or timezone.now()
    except ValueError:
        return timezone.now()
