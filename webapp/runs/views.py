"""Runs over HTTP."""

from http import HTTPStatus
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from webapp.datasets.views import ready
from webapp.exceptions import Refused
from webapp.owned import OwnedView, find, whole_number
from webapp.projects.models import usual_settings
from webapp.runs.listing import FilterSerializer, asked_for, filtered
from webapp.runs.models import Event, Run
from webapp.runs.preflight import preflight
from webapp.runs.serializers import (
    EventsSerializer,
    NewRunSerializer,
    PreflightSerializer,
    RunListSerializer,
    RunNotesSerializer,
    RunSerializer,
)
from webapp.runs.services import create_run, delete_run, describe_run, digest_of, earlier_run

MOST_EVENTS = 5000
KEY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, description="Sent again with the same key, it is the same run."
)


class RunsView(OwnedView):
    """The person's runs, the newest first."""

    @extend_schema(
        parameters=[OpenApiParameter("project", int, description="Only the runs of this project."), FilterSerializer],
        responses=RunListSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        runs = Run.objects.of(self.person).listed()
        if project := whole_number(request, "project", 0):
            runs = runs.filter(project=project)
        return Response(RunListSerializer(filtered(runs, asked_for(FilterSerializer, request)), many=True).data)

    @extend_schema(parameters=[KEY], request=NewRunSerializer, responses={201: RunSerializer})
    def post(self, request: Request) -> Response:
        """Queues a run of a project, or of the documents that are sent."""
        key, digest = idempotency_key(request), digest_of(request.data)
        run = earlier_run(owner=self.person, key=key, request_digest=digest)
        if run is None:
            fields = NewRunSerializer(data=request.data, context={"person": self.person})
            fields.is_valid(raise_exception=True)
            documents = documents_of(fields.validated_data)
            run = create_run(owner=self.person, documents=documents, key=key, request_digest=digest)
        return Response(RunSerializer(run).data, status=HTTPStatus.CREATED)


class PreflightView(OwnedView):
    """What a run of a project, or of the documents that are sent, would take."""

    @extend_schema(request=NewRunSerializer, responses=PreflightSerializer)
    def post(self, request: Request) -> Response:
        """Memory, time per epoch, time to compile and disk; `problem` says why it cannot fit, and what would."""
        fields = NewRunSerializer(data=request.data, context={"person": self.person})
        fields.is_valid(raise_exception=True)
        return Response(preflight(documents_of(fields.validated_data), self.person.pk))


def idempotency_key(request: Request) -> str | None:
    key = request.headers.get("Idempotency-Key", "").strip()
    if len(key) > 200:
        raise ValidationError({"Idempotency-Key": ["A key has at most 200 characters."]})
    return key or None


def documents_of(asked: dict[str, Any]) -> dict[str, Any]:
    """What the run will freeze: the documents sent, else the project's, else the usual ones."""
    project = asked.get("project")
    found: dict[str, Any] = {"project": project, "name": asked.get("name", "").strip()}
    for name in ("graph", "dataset", "recipe", "settings"):
        found[name] = asked[name] if name in asked else getattr(project, name, None)
    dataset = found["dataset"]
    if dataset is None:
        raise Refused(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "no_dataset",
            "There is no data set to train on.",
            "Choose or upload a data set first.",
            {"project": project.pk} if project is not None else {},
        )
    ready(dataset)
    found["recipe"] = found["recipe"] or dataset.recipe
    found["settings"] = found["settings"] or usual_settings()
    return found


class RunView(OwnedView):
    """One run."""

    @extend_schema(responses=RunSerializer)
    def get(self, request: Request, pk: int) -> Response:
        return Response(RunSerializer(own_run(self, pk)).data)

    @extend_schema(request=RunNotesSerializer, responses=RunSerializer)
    def patch(self, request: Request, pk: int) -> Response:
        """Changes the name, tags, notes or pin of a run."""
        run = own_run(self, pk)
        fields = RunNotesSerializer(data=request.data)
        fields.is_valid(raise_exception=True)
        describe_run(run=run, changes=fields.validated_data)
        return Response(RunSerializer(own_run(self, pk)).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Removes a run that has ended."""
        delete_run(run=own_run(self, pk))
        return Response(status=HTTPStatus.NO_CONTENT)


class EventsView(OwnedView):
    """The events of a run after a number; ask again with the last one's number for more."""

    @extend_schema(
        parameters=[
            OpenApiParameter("after", int, description="Only events with a greater seq; 0 unless told."),
            OpenApiParameter("limit", int, description=f"How many; {MOST_EVENTS} unless told, and at most."),
        ],
        responses=EventsSerializer,
    )
    def get(self, request: Request, pk: int) -> Response:
        run = own_run(self, pk)
        after, limit = whole_number(request, "after", 0), whole_number(request, "limit", MOST_EVENTS, MOST_EVENTS)
        events = Event.objects.filter(run=run, seq__gt=after).order_by("seq").values_list("body", flat=True)
        return Response({"events": list(events[:limit])})


def own_run(view: OwnedView, pk: int) -> Run:
    return find(Run.objects.of(view.person), "run", pk=pk)
