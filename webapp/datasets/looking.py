"""What is in the columns of a data set, and how they go together."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from webapp import workers
from webapp.datasets.views import own_dataset, ready
from webapp.owned import OwnedView, json_parameter

MOST_COLUMNS = 100
"""Columns whose relations are worked out at once."""


class FigureSerializer(serializers.Serializer[None]):
    title = serializers.CharField()
    figure = serializers.JSONField(help_text="A Plotly figure: {data, layout}.")


class ColumnFiguresSerializer(serializers.Serializer[None]):
    """One column: facts as pairs of a name and a value, and figures."""

    name = serializers.CharField()
    facts = serializers.ListField(child=serializers.ListField(child=serializers.JSONField(allow_null=True)))
    figures = FigureSerializer(many=True)


class RelationsSerializer(serializers.Serializer[None]):
    """How strongly columns go together: figures, and each column's strength for the target."""

    matrix = serializers.JSONField(help_text="A Plotly figure.")
    target = serializers.JSONField(allow_null=True, help_text="A Plotly figure, where there is a target.")
    strongest = serializers.ListField(child=serializers.ListField(child=serializers.JSONField()))
    rows = serializers.IntegerField(help_text="How many rows were looked at.")


class ColumnView(OwnedView):
    """What is in one column of a table."""

    @extend_schema(
        parameters=[
            OpenApiParameter("name", str, required=True, description="The column."),
            OpenApiParameter("target", str, description="Another column to compare it with."),
            OpenApiParameter("time", str, description="The column that orders the rows."),
        ],
        responses=ColumnFiguresSerializer,
    )
    def get(self, request: Request, pk: int) -> Response:
        asked = request.query_params
        name, target, time = asked.get("name", ""), asked.get("target") or None, asked.get("time") or None
        folder = str(ready(own_dataset(self, pk)).folder)
        return Response(workers.serving().ask("column", dataset=folder, name=name, target=target, time=time))


class RelationsView(OwnedView):
    """How strongly the columns of a table go together."""

    @extend_schema(
        parameters=[
            OpenApiParameter("columns", str, required=True, description="The names as a JSON list."),
            OpenApiParameter("target", str, description="The column to predict."),
        ],
        responses=RelationsSerializer,
    )
    def get(self, request: Request, pk: int) -> Response:
        columns = json_parameter(request, "columns", [])
        if not isinstance(columns, list) or not all(isinstance(name, str) for name in columns):
            raise ValidationError({"columns": ["This must be a JSON list of column names."]})
        wanted, target = columns[:MOST_COLUMNS], request.query_params.get("target") or None
        folder = str(ready(own_dataset(self, pk)).folder)
        return Response(workers.serving().ask("relations", dataset=folder, columns=wanted, target=target))
