"""How good the model of a run is, row by row: what its trainer wrote down when it tested it."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from webapp.datasets.reading import found
from webapp.owned import OwnedView
from webapp.runs.take_away import with_model
from webapp.runs.views import own_run

NOTHING: dict[str, Any] = {"targets": []}


class ClassSerializer(serializers.Serializer[None]):
    """How one class, or one label, fares; a share of nothing is null."""

    name = serializers.CharField()
    rows = serializers.IntegerField(help_text="Test rows of this class.")
    predicted = serializers.IntegerField(help_text="Test rows taken for this class.")
    precision = serializers.FloatField(allow_null=True)
    recall = serializers.FloatField(allow_null=True)
    f1 = serializers.FloatField(allow_null=True)


class EvaluationFigureSerializer(serializers.Serializer[None]):
    title = serializers.CharField()
    text = serializers.CharField()
    figure = serializers.JSONField(help_text="A Plotly figure.")


class EvaluatedTargetSerializer(serializers.Serializer[None]):
    target = serializers.CharField()
    classes = ClassSerializer(many=True, help_text="Of a category or labels; of very many the most frequent.")
    figures = EvaluationFigureSerializer(many=True)


class EvaluationSerializer(serializers.Serializer[None]):
    """What the model answered for the test rows; empty for runs of earlier versions."""

    targets = EvaluatedTargetSerializer(many=True)


class EvaluationView(OwnedView):
    """What the model of a run answered for the test rows."""

    @extend_schema(responses=EvaluationSerializer)
    def get(self, request: Request, pk: int) -> Response:
        run = with_model(own_run(self, pk))
        return Response(found(run.folder / "evaluation.json") or NOTHING)
