"""Finding runs among hundreds: filtered by words, tags and state, sorted, a page at a time."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Exists, F, FloatField, IntegerField, OuterRef, Q
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from rest_framework import serializers
from rest_framework.request import Request

from webapp.runs.models import Run, RunQuerySet, Tag
from webapp.runs.ranking import rank

MOST_RUNS = 200
ORDERS: dict[str, Any] = {
    "number": F("number"),
    "name": F("name"),
    "state": F("state"),
    "best": F("best"),
    "best_epoch": Cast(KT("metrics__best_epoch"), IntegerField()),
    "epoch": Cast(KT("progress__epoch"), IntegerField()),
    "seconds": F("seconds"),
    "parameters": F("parameters"),
    "learning_rate": Cast(KT("settings__optimizer__learning_rate"), FloatField()),
}
"""What runs can be sorted by."""


class FilterSerializer(serializers.Serializer[None]):
    """Which runs; what is left out does not narrow them down."""

    q = serializers.CharField(
        required=False, allow_blank=True, max_length=200, help_text="Words in the name, the notes or a tag."
    )
    tag = serializers.ListField(
        child=serializers.CharField(max_length=40), required=False, max_length=20, help_text="With all of these tags."
    )
    state = serializers.ListField(
        child=serializers.ChoiceField(choices=Run.State.choices),
        required=False,
        help_text="In one of these states; what was stopped before it trained has not failed.",
    )
    pinned = serializers.BooleanField(required=False, default=None, allow_null=True)


class PageSerializer(FilterSerializer):
    """Which runs, in which order, and from where to where; pinned ones always come first."""

    sort = serializers.ChoiceField(choices=[*ORDERS], required=False, default="number")
    measure = serializers.CharField(
        required=False,
        default=None,
        max_length=300,
        help_text="The key of the measure that `best` sorts by and `shared` is of; one that most have unless told.",
    )
    descending = serializers.BooleanField(required=False, default=True)
    offset = serializers.IntegerField(required=False, default=0, min_value=0, max_value=10**9)
    limit = serializers.IntegerField(required=False, default=50, min_value=1, max_value=MOST_RUNS)


def asked_for(serializer: type[serializers.Serializer[None]], request: Request) -> dict[str, Any]:
    """The query of a request. Raises ValidationError."""
    fields = serializer(data=request.query_params)
    fields.is_valid(raise_exception=True)
    return dict(fields.validated_data)


def filtered(runs: RunQuerySet, asked: dict[str, Any]) -> RunQuerySet:
    """The runs that a query asks for."""
    for word in asked.get("q", "").split():
        tagged = Exists(Tag.objects.filter(run=OuterRef("pk"), name__icontains=word))
        found = Q(name__icontains=word) | Q(notes__icontains=word) | Q(tagged)
        if word.lstrip("#").isascii() and word.lstrip("#").isdigit() and len(word) < 9:
            found |= Q(number=int(word.lstrip("#")))
        runs = runs.filter(found)
    for tag in asked.get("tag", []):
        runs = runs.filter(tags__name=tag)
    if states := asked.get("state"):
        runs = runs.filter(state__in=states)
        if Run.State.FAILED in states:
            runs = runs.but_cancelled()
    if asked.get("pinned") is not None:
        runs = runs.filter(pinned=asked["pinned"])
    return runs


def sorted_by(runs: RunQuerySet, order: str, descending: bool, measure: str | None = None) -> RunQuerySet:
    """Pinned ones first, then by what was asked for; what has no value comes last, and of equals the newest first.

    The best ones are ranked by one measure, where one is given.
    """
    column = F("sorted_by")
    turn = column.desc(nulls_last=True) if descending else column.asc(nulls_last=True)
    by = rank(measure) if order == "best" and measure else ORDERS[order]
    return runs.annotate(sorted_by=by).order_by("-pinned", turn, "-pk")


def counted(runs: RunQuerySet) -> dict[str, int]:
    """How many there are, how many of them wait for their turn or train, and how many left a model."""
    live, finished = Q(state__in=[Run.State.QUEUED, Run.State.RUNNING]), Q(state=Run.State.FINISHED)
    return runs.aggregate(all=Count("pk"), live=Count("pk", filter=live), finished=Count("pk", filter=finished))
