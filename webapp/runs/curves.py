"""The curves of a run from its events, with as few points as a screen can show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from django.db.models import BigIntegerField, ExpressionWrapper, F, FloatField, Max, Min, QuerySet, Sum

from webapp.runs.models import Event
from webapp.runs.told import moment

LOSS, RATE = "progress.loss", "progress.learning_rate"
PARTS = ("train", "validation")
NAMED = 500  # events asked for by their numbers in one query


@dataclass
class Curve:
    """Its points, or stretches of them: x of the last, what stands for them as y, their range, when (milliseconds)."""

    x: list[float] = field(default_factory=list)
    y: list[float] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    at: list[int] = field(default_factory=list)

    def add(self, x: float, values: tuple[float, float, float], at: int) -> None:
        """Another point: (value, lowest, highest)."""
        mean, low, high = values
        self.x.append(x)
        self.y.append(mean)
        self.low.append(low)
        self.high.append(high)
        self.at.append(at)

    def document(self) -> dict[str, list[float]]:
        return {"x": self.x, "y": self.y, "low": self.low, "high": self.high, "at": list(self.at)}


def step_curves(
    events: QuerySet[Event], points: int, start: int | None = None, end: int | None = None
) -> dict[str, Curve]:
    """The training loss and the learning rate by step in a run's events, from one step to another.

    Each has at most so many points; the rate is that of the last step of a stretch.
    """
    told = events.filter(step__isnull=False)
    if start is not None:
        told = told.filter(step__gte=start)
    if end is not None:
        told = told.filter(step__lte=end)
    steps = told.order_by("step").values_list("step", flat=True)
    first, last = steps.first(), steps.last()
    if first is None or last is None:
        return {LOSS: Curve(), RATE: Curve()}
    few = told[: points + 1].count() <= points
    rows = _every(told) if few else _stretches(told, points, first, last)
    losses, rates, bodies = Curve(), Curve(), _bodies(events, [row["last"] for row in rows])
    for row in rows:
        body = bodies[row["last"]]
        at, rate = _milliseconds(body), body.get("learning_rate")
        losses.add(row["x"], (row["mean"], row["least"], row["most"]), at)
        if isinstance(rate, int | float):
            rates.add(row["x"], (rate, rate, rate), at)
    return {LOSS: losses, RATE: rates}


def _every(told: QuerySet[Event]) -> list[dict[str, Any]]:
    rows = told.order_by("step", "seq").values("step", "seq", "loss", "loss_min", "loss_max")
    return [
        {"x": row["step"], "last": row["seq"], "mean": row["loss"], "least": row["loss_min"], "most": row["loss_max"]}
        for row in rows
    ]


def _stretches(told: QuerySet[Event], points: int, low: int, high: int) -> list[dict[str, Any]]:
    """Neighbouring events put together, weighed by their steps; by the index alone, so that a million take a moment."""
    mean = ExpressionWrapper(Sum(F("loss") * F("weight")) / Sum("weight"), output_field=FloatField())
    place = ExpressionWrapper((F("step") - low) * points / (high - low + 1), output_field=BigIntegerField())
    summed = (
        told.order_by()
        .annotate(place=place)
        .values("place")
        .annotate(x=Max("step"), last=Max("seq"), mean=mean, least=Min("loss_min"), most=Max("loss_max"))
        .order_by("place")
    )
    return [dict(row) for row in summed]


def _bodies(events: QuerySet[Event], numbers: list[int]) -> dict[int, Mapping[str, Any]]:
    """The events with these numbers."""
    bodies: dict[int, Mapping[str, Any]] = {}
    for start in range(0, len(numbers), NAMED):
        named = events.filter(seq__in=numbers[start : start + NAMED]).values_list("seq", "body")
        bodies |= dict(named)
    return bodies


def epoch_curves(
    events: QuerySet[Event], points: int, start: float | None = None, end: float | None = None
) -> dict[str, Curve]:
    """The measures of the epochs in a run's events by name, as `validation.loss`, from one epoch to another."""
    curves: dict[str, Curve] = {}
    bodies = events.filter(type="epoch").order_by("seq").values_list("body", flat=True)
    for body in bodies.iterator():
        epoch = body.get("epoch")
        if not isinstance(epoch, int) or epoch < (start or 0) or (end is not None and epoch > end):
            continue
        for name, value in _measures(body):
            curves.setdefault(name, Curve()).add(epoch, (value, value, value), _milliseconds(body))
    return {name: thinned(curve, points) for name, curve in curves.items()}


def _measures(body: Mapping[str, Any]) -> Iterable[tuple[str, float]]:
    for part in PARTS:
        for name, value in (body.get(part) or {}).items():
            if isinstance(value, int | float):
                yield f"{part}.{name}", value


def thinned(curve: Curve, points: int) -> Curve:
    """Neighbouring epochs put together until there are at most so many; their last one stands for them."""
    count = len(curve.x)
    if count <= points:
        return curve
    found = Curve()
    for start, end in pairwise(place * count // points for place in range(points + 1)):
        last = end - 1
        ranged = (curve.y[last], min(curve.low[start:end]), max(curve.high[start:end]))
        found.add(curve.x[last], ranged, curve.at[last])
    return found


def _milliseconds(body: Mapping[str, Any]) -> int:
    return round(moment(body.get("time")).timestamp() * 1000)
