"""The learning rate that was found last for a project, kept with it: it is there again in another browser."""

from http import HTTPStatus

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from webapp.owned import OwnedView
from webapp.projects.models import Project
from webapp.projects.views import own_project
from webapp.runs.rate_finder import FoundRateSerializer


class KeptRateSerializer(serializers.Serializer[None]):
    asked = serializers.DictField(help_text="The documents it was found for, as the browser compares them.")
    found = FoundRateSerializer()


class KeptRateAnswerSerializer(serializers.Serializer[None]):
    kept = KeptRateSerializer(allow_null=True, help_text="Null where none was found yet.")


class KeptRateView(OwnedView):
    """The learning rate that was found last for a project."""

    @extend_schema(responses=KeptRateAnswerSerializer)
    def get(self, request: Request, pk: int) -> Response:
        return Response({"kept": own_project(self, pk).found_rate})

    @extend_schema(request=KeptRateSerializer, responses={204: None})
    def post(self, request: Request, pk: int) -> Response:
        """Keeps another one in its place. The project itself does not change by it."""
        project = own_project(self, pk)
        fields = KeptRateSerializer(data=request.data)
        fields.is_valid(raise_exception=True)
        return self._keep(project, {"asked": fields.data["asked"], "found": fields.data["found"]})

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        return self._keep(own_project(self, pk), None)

    def _keep(self, project: Project, found: dict[str, object] | None) -> Response:
        Project.objects.filter(pk=project.pk).update(found_rate=found)
        return Response(status=HTTPStatus.NO_CONTENT)
