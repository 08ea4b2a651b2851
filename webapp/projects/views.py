"""Projects over HTTP."""

import re
from http import HTTPStatus

from django.db.models import Case, Count, OuterRef, Subquery, When
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

import engine
from webapp.exceptions import Refused
from webapp.owned import OwnedView, find
from webapp.projects.models import Project
from webapp.projects.serializers import (
    NewProjectSerializer,
    ProjectListSerializer,
    ProjectSerializer,
    TemplateSerializer,
)
from webapp.projects.services import create_project, delete_project, restore_project, update_project
from webapp.runs.models import Run

IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, description="The ETag you know; a stale write is refused with 412."
)


def whole(project: Project, status: HTTPStatus = HTTPStatus.OK) -> Response:
    """A project with its ETag."""
    return Response(ProjectSerializer(project).data, status=status, headers={"ETag": project.etag})


def revision_in(request: Request) -> int | None:
    """The revision in If-Match; None when any will do."""
    header = request.headers.get("If-Match", "*").strip()
    if header == "*":
        return None
    match = re.fullmatch(r'(?:W/)?"(\d{1,18})"', header)
    if match is None:
        raise Refused(
            HTTPStatus.BAD_REQUEST,
            "invalid_if_match",
            "The If-Match header is not an ETag of a project.",
            'Send back the ETag you were given, like "3" with its quotes.',
        )
    return int(match[1])


class ProjectsView(OwnedView):
    """All projects of the person."""

    @extend_schema(responses=ProjectListSerializer(many=True))
    def get(self, request: Request) -> Response:
        trains = Case(When(state=Run.State.RUNNING, then=0), default=1)
        runs = Run.objects.filter(project=OuterRef("pk")).but_cancelled().order_by(trains, "-id")
        projects = (
            Project.objects.of(self.person)
            .select_related("dataset")
            .defer("graph", "recipe", "settings", "found_rate")
            .annotate(run_count=Count("runs"), told_state=Subquery(runs.values("state")[:1]))
            .order_by("-updated", "-id")  # a query that counts forgets the model's own order
        )
        return Response(ProjectListSerializer(projects, many=True).data)

    @extend_schema(request=NewProjectSerializer, responses={201: ProjectSerializer})
    def post(self, request: Request) -> Response:
        """Makes a project: empty, with one of the person's data sets, or from a template."""
        fields = NewProjectSerializer(data=request.data, context={"person": self.person})
        fields.is_valid(raise_exception=True)
        project = create_project(
            owner=self.person,
            name=fields.validated_data["name"],
            template=fields.validated_data.get("template") or "",
            dataset=fields.validated_data.get("dataset"),
        )
        return whole(project, HTTPStatus.CREATED)


class ProjectView(OwnedView):
    """One project."""

    @extend_schema(responses=ProjectSerializer)
    def get(self, request: Request, pk: int) -> Response:
        return whole(own_project(self, pk))

    @extend_schema(parameters=[IF_MATCH], request=ProjectSerializer, responses=ProjectSerializer)
    def patch(self, request: Request, pk: int) -> Response:
        """Changes any of name, graph, dataset, recipe and settings."""
        project = own_project(self, pk)
        revision = revision_in(request)
        fields = ProjectSerializer(project, data=request.data, partial=True, context={"person": self.person})
        fields.is_valid(raise_exception=True)
        return whole(update_project(project=project, changes=fields.validated_data, revision=revision))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Puts the project aside; `restore/` brings it back."""
        delete_project(project=own_project(self, pk))
        return Response(status=HTTPStatus.NO_CONTENT)


class RestoreView(OwnedView):
    """Undoes the deletion of a project."""

    @extend_schema(request=None, responses=ProjectSerializer)
    def post(self, request: Request, pk: int) -> Response:
        project = find(Project.objects.filter(owner=self.person), "project", pk=pk)
        return whole(restore_project(project=project))


class TemplatesView(APIView):
    """The ready-made projects."""

    @extend_schema(responses=TemplateSerializer(many=True))
    def get(self, request: Request) -> Response:
        return Response(TemplateSerializer(engine.templates(), many=True).data)


def own_project(view: OwnedView, pk: int) -> Project:
    return find(Project.objects.of(view.person).select_related("dataset"), "project", pk=pk)
