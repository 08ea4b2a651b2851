"""A run at a glance, for a page that opens late: its curves in few points, and the events that still matter."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.db.models import Q, QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from webapp.exceptions import Refused
from webapp.owned import OwnedView, whole_number
from webapp.runs.curves import LOSS, RATE, Curve, epoch_curves, step_curves
from webapp.runs.models import Event, Run
from webapp.runs.serializers import EVENT_TYPES, EventSerializer
from webapp.runs.views import own_run

USUAL_POINTS, MOST_POINTS = 2000, 10_000
MANY = ("progress", "epoch", "layers", "sample")  # types of which there are as many as a run is long
LINES, LOOKS, EDGES = 200, 60, 300

POINTS = OpenApiParameter(
    "points", int, description=f"At most so many points; {USUAL_POINTS} unless told, {MOST_POINTS} at most."
)


class CurveSerializer(serializers.Serializer[None]):
    """A curve: where there are more points than asked for, neighbours are put together."""

    x = serializers.ListField(child=serializers.FloatField(), help_text="Step or epoch, of the last of a stretch.")
    y = serializers.ListField(child=serializers.FloatField(), help_text="The mean; of epochs the value of the last.")
    low = serializers.ListField(child=serializers.FloatField(), help_text="The lowest.")
    high = serializers.ListField(child=serializers.FloatField(), help_text="The highest.")
    at = serializers.ListField(child=serializers.IntegerField(), help_text="When, in milliseconds since 1970.")


class OverviewSerializer(serializers.Serializer[None]):
    """What happened up to the event `seq`; follow the stream from there."""

    seq = serializers.IntegerField()
    events = EventSerializer(many=True)
    curves = serializers.DictField(child=CurveSerializer())


class CurveView(OwnedView):
    """One curve of a run, or a stretch of it in full detail."""

    @extend_schema(
        parameters=[
            OpenApiParameter("name", str, description=f"{LOSS}, {RATE}, train.<measure> or validation.<measure>."),
            OpenApiParameter("from", int, description="The first step (of the loss by step) or epoch."),
            OpenApiParameter("to", int, description="The last one."),
            POINTS,
        ],
        responses=CurveSerializer,
    )
    def get(self, request: Request, pk: int) -> Response:
        run, name = own_run(self, pk), request.query_params.get("name", LOSS)
        points = max(2, whole_number(request, "points", USUAL_POINTS, MOST_POINTS))
        start, end = (whole_number(request, key, 0) if key in request.query_params else None for key in ("from", "to"))
        events = Event.objects.filter(run=run)
        if name in (LOSS, RATE):
            return Response(step_curves(events, points, start, end)[name].document())
        curves = epoch_curves(events, points, start, end)
        if name not in curves and not events.filter(type="epoch").exists():
            return Response(Curve().document())
        if name not in curves and name not in epoch_curves(events, 2):
            raise Refused(
                HTTPStatus.NOT_FOUND,
                "unknown_curve",
                f"The run has no curve called {name!r}.",
                f"Ask for {LOSS}, or for train. or validation. and one of its measures.",
                {"name": name},
            )
        return Response(curves.get(name, Curve()).document())


class OverviewView(OwnedView):
    """A run at a glance: curves with few points, the newest lines of its log and looks inside it."""

    @extend_schema(
        parameters=[
            POINTS,
            OpenApiParameter("least", int, description="A run with fewer events is not summed up: seq is 0."),
        ],
        responses=OverviewSerializer,
    )
    def get(self, request: Request, pk: int) -> Response:
        run = own_run(self, pk)
        points = max(2, whole_number(request, "points", USUAL_POINTS, MOST_POINTS))
        if run.last_seq < whole_number(request, "least", 0):
            return Response({"seq": 0, "events": [], "curves": {}})
        return Response(overview(run, points))


def overview(run: Run, points: int) -> dict[str, Any]:
    """`{seq, events, curves}` up to the last event the row knows; what comes meanwhile is for the stream to tell."""
    known = Event.objects.filter(run=run, seq__lte=run.last_seq)
    curves = {**step_curves(known, points), **epoch_curves(known, points)}
    return {
        "seq": run.last_seq,
        "events": told(known),
        "curves": {name: curve.document() for name, curve in curves.items() if curve.x},
    }


def told(of_run: QuerySet[Event]) -> list[dict[str, Any]]:
    """The events a page shows as they are, in order: of those that are many only some."""
    few = [kind for kind in EVENT_TYPES if kind not in MANY]  # by name, for the index to find them among a million
    rest = sorted(of_run.filter(type__in=few).order_by().values_list("seq", flat=True))
    looks = sorted(of_run.filter(type="layers").order_by().values_list("seq", flat=True))
    wanted = [*rest[:EDGES], *rest[-EDGES:], *spread(looks, LOOKS)]
    for kind, count in (("epoch", LINES), ("progress", 1), ("sample", 1)):
        wanted += of_run.filter(type=kind).order_by("-seq").values_list("seq", flat=True)[:count]
    wanted += best_epoch(of_run)
    return list(of_run.filter(Q(seq__in=wanted)).order_by("seq").values_list("body", flat=True))


def best_epoch(of_run: QuerySet[Event]) -> list[int]:
    """The number of the event of the best epoch, whose values a curve in few points may no longer have."""
    epochs = of_run.filter(type="epoch").order_by("-seq")
    newest = epochs.values_list("body", flat=True).first() or {}
    return list(epochs.filter(body__epoch=newest.get("best_epoch", 0)).values_list("seq", flat=True)[:1])


def spread(numbers: list[int], most: int) -> list[int]:
    """At most so many of the numbers, evenly spread, with the first and the last."""
    if len(numbers) <= most:
        return numbers
    return [numbers[place * (len(numbers) - 1) // (most - 1)] for place in range(most)]
