"""The ends of runs that their owner has not seen yet, over HTTP."""

from http import HTTPStatus
from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from webapp.owned import OwnedView
from webapp.problems import ProblemSerializer
from webapp.runs.lineage import best_of
from webapp.runs.models import TERMINAL, Run
from webapp.runs.serializers import REASONS, EarlierSerializer, LeadSerializer, OwnBestSerializer
from webapp.runs.services import see_runs

MOST_NOTICES = 50
LARGEST_NUMBER = 2**63 - 1


class NoticeSerializer(serializers.ModelSerializer[Run]):
    """A run that has ended."""

    run = serializers.IntegerField(source="pk")
    project_name = serializers.SerializerMethodField()
    reason = serializers.SerializerMethodField()
    lead = LeadSerializer(allow_null=True)
    problem = ProblemSerializer(allow_null=True)
    best_of = serializers.SerializerMethodField()
    own_best = serializers.SerializerMethodField()

    class Meta:
        model = Run
        fields = [
            "run", "number", "name", "project", "project_name", "state", "reason", "problem", "lead", "best",
            "best_of", "own_best", "finished",
        ]  # fmt: skip
        read_only_fields = fields

    def get_project_name(self, run: Run) -> str | None:
        return run.project.name if run.project is not None else None

    @extend_schema_field(EarlierSerializer(allow_null=True))
    def get_best_of(self, run: Run) -> dict[str, int] | None:
        """The epoch of an earlier run that is still the best, of a run that went on from it."""
        return best_of(run)

    @extend_schema_field(OwnBestSerializer(allow_null=True))
    def get_own_best(self, run: Run) -> dict[str, Any] | None:
        own: dict[str, Any] | None = run.metrics.get("own_best")
        return own

    @extend_schema_field(serializers.ChoiceField(choices=REASONS, allow_null=True))
    def get_reason(self, run: Run) -> str | None:
        reason: str | None = run.metrics.get("reason")
        return reason


class NoticesSerializer(serializers.Serializer[None]):
    """What one has not seen yet, the newest first."""

    notices = NoticeSerializer(many=True)
    total = serializers.IntegerField(help_text=f"How many there are; at most {MOST_NOTICES} are listed.")


class SeenSerializer(serializers.Serializer[None]):
    """What one has seen."""

    runs = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=LARGEST_NUMBER),
        required=False,
        max_length=1000,
        help_text="Which runs; all that have ended unless told.",
    )


class NoticesView(OwnedView):
    """Runs that have ended since one last looked."""

    @extend_schema(responses=NoticesSerializer)
    def get(self, request: Request) -> Response:
        unseen = Run.objects.of(self.person).filter(state__in=TERMINAL, seen=None)
        newest = unseen.select_related("project").defer("graph", "recipe", "settings").order_by("-finished", "-pk")
        listed = NoticeSerializer(newest[:MOST_NOTICES], many=True).data
        return Response({"notices": listed, "total": unseen.count()})


class SeenView(OwnedView):
    """Takes note of the ends of runs."""

    @extend_schema(request=SeenSerializer, responses={204: None})
    def post(self, request: Request) -> Response:
        fields = SeenSerializer(data=request.data)
        fields.is_valid(raise_exception=True)
        see_runs(owner=self.person, runs=fields.validated_data.get("runs"))
        return Response(status=HTTPStatus.NO_CONTENT)
