"""The drawing board: the palette, and what the engine says about a graph. Nothing here is stored."""

from typing import Any

from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

import engine
from webapp import workers
from webapp.datasets.models import Dataset
from webapp.datasets.views import own_dataset, ready
from webapp.documents import GraphField, RecipeField, SettingsField
from webapp.owned import OwnedView

ROLES = ("input", "output", "block")


class DrawingSerializer(serializers.Serializer[None]):
    """A graph, and what it is drawn for. Without a recipe the data set's own one counts."""

    graph = GraphField()
    dataset = serializers.IntegerField(required=False, allow_null=True, min_value=1)
    recipe = RecipeField(required=False, allow_null=True)


class StarterSerializer(serializers.Serializer[None]):
    dataset = serializers.IntegerField(min_value=1)
    recipe = RecipeField(required=False, allow_null=True)


class AritySerializer(serializers.Serializer[None]):
    """How many inputs a layer takes; `max` is null when there is no limit."""

    min = serializers.IntegerField()
    max = serializers.IntegerField(allow_null=True)


class LayerSerializer(serializers.Serializer[None]):
    """One layer of the palette; `schema` is the JSON Schema of its config."""

    type = serializers.CharField()
    family = serializers.CharField()
    title = serializers.CharField()
    doc = serializers.CharField()
    schema = serializers.DictField()
    inputs = AritySerializer()
    outputs = serializers.IntegerField()
    role = serializers.ChoiceField(
        choices=ROLES, allow_null=True, help_text="Whether it is a port of a block, or the node that stands for one."
    )


class NodeReportSerializer(serializers.Serializer[None]):
    shape = serializers.ListField(child=serializers.IntegerField(allow_null=True))
    dtype = serializers.CharField()
    parameters = serializers.IntegerField()
    shapes = serializers.ListField(
        child=serializers.ListField(child=serializers.IntegerField(allow_null=True)),
        required=False,
        help_text="All that comes out, where there are several outputs.",
    )


class CountsSerializer(serializers.Serializer[None]):
    trainable = serializers.IntegerField()
    non_trainable = serializers.IntegerField()
    total = serializers.IntegerField()


FixSerializer = inline_serializer(
    "Fix",
    {
        "label": serializers.CharField(),
        "insert": serializers.DictField(required=False, help_text="{type, config, before: node, port}"),
        "set": serializers.DictField(required=False, help_text="{node, config}"),
        "connect": serializers.DictField(required=False, help_text="{source, target, port}"),
        "remove": serializers.DictField(required=False, help_text="{node}"),
        "reading": serializers.DictField(required=False, help_text="A JSON merge patch of how the data are read."),
        "recipe": serializers.DictField(required=False, help_text="A JSON merge patch of how the data are prepared."),
    },
    help_text="What mends a problem: an edit of the graph (insert, set, connect, remove), of the recipe, or a reading.",
    allow_null=True,
)


class GraphProblemSerializer(serializers.Serializer[None]):
    code = serializers.CharField()
    node = serializers.CharField(allow_null=True)
    message = serializers.CharField()
    hint = serializers.CharField()
    fix = FixSerializer


class InputReportSerializer(serializers.Serializer[None]):
    shape = serializers.ListField(child=serializers.IntegerField())
    dtype = serializers.CharField()


class TargetReportSerializer(serializers.Serializer[None]):
    """What one output answers for: classes or labels by name, a number, or several numbers called `values`."""

    kind = serializers.CharField()
    classes = serializers.ListField(child=serializers.CharField(), allow_null=True)
    values = serializers.ListField(child=serializers.CharField(), required=False)
    imbalanced = serializers.BooleanField(required=False, help_text="A class is rare among the training rows.")
    metrics = serializers.DictField(
        child=serializers.CharField(), help_text="The metrics that suit the target, and what they are called there."
    )
    usual_metrics = serializers.ListField(
        child=serializers.CharField(), help_text="What is measured unless the training settings name metrics."
    )
    usual_loss = serializers.CharField(
        allow_null=True, help_text="What the loss `auto` is; null until the drawing answers for the target."
    )
    losses = serializers.ListField(child=serializers.CharField(), help_text="The losses that suit the target.")
    balanced = serializers.DictField(
        child=serializers.ListField(child=serializers.FloatField()),
        help_text="What balanced weights come to: of each class one, of each label those of no and yes.",
    )


class MonitorSerializer(serializers.Serializer[None]):
    """A measure that early stopping, the goal and a plateau can watch."""

    name = serializers.CharField()
    title = serializers.CharField()
    also = serializers.ListField(child=serializers.CharField(), help_text="Other names of the same measure.")


class ReportSerializer(serializers.Serializer[None]):
    nodes = serializers.DictField(child=NodeReportSerializer())
    parameters = CountsSerializer()
    problems = GraphProblemSerializer(many=True)
    inputs = serializers.DictField(child=InputReportSerializer())
    targets = serializers.DictField(child=TargetReportSerializer())
    monitors = MonitorSerializer(many=True)


SourceSerializer = inline_serializer(
    "Source", {"source": serializers.CharField(help_text="The Flax source of the drawing.")}
)


class GraphAnswerSerializer(serializers.Serializer[None]):
    graph = GraphField()


class ImportSerializer(serializers.Serializer[None]):
    """A model of another tool: for Keras what `model.to_json()` gives, as text or as the document itself."""

    format = serializers.ChoiceField(["keras"])
    config = serializers.JSONField()


class ImportedSerializer(serializers.Serializer[None]):
    """The drawing, and what could not be taken over."""

    graph = GraphField()
    problems = GraphProblemSerializer(many=True)


class SettingsAnswerSerializer(serializers.Serializer[None]):
    schema = serializers.DictField(help_text="The JSON Schema from which the form is drawn.")
    default = SettingsField()


class SettingsQuestionSerializer(serializers.Serializer[None]):
    settings = SettingsField()


class RatesSerializer(serializers.Serializer[None]):
    """The curve of the learning rate; what depends on how training goes is left out."""

    epochs = serializers.ListField(child=serializers.FloatField())
    rates = serializers.ListField(child=serializers.FloatField())
    at_worst = serializers.ListField(
        child=serializers.FloatField(),
        allow_null=True,
        help_text="The rates of a run that never improves; null where that makes no difference.",
    )


class LayersView(APIView):
    """The palette."""

    @extend_schema(responses=LayerSerializer(many=True))
    def get(self, request: Request) -> Response:
        return Response(engine.palette())


class SettingsView(APIView):
    """The form of the training settings."""

    @extend_schema(responses=SettingsAnswerSerializer)
    def get(self, request: Request) -> Response:
        return Response({"schema": engine.settings_schema(), "default": engine.Settings().model_dump(mode="json")})


class RatesView(APIView):
    """The learning rate over all epochs of some settings, to be drawn."""

    @extend_schema(request=SettingsQuestionSerializer, responses=RatesSerializer)
    def post(self, request: Request) -> Response:
        fields = SettingsQuestionSerializer(data=request.data)
        fields.is_valid(raise_exception=True)
        return Response(engine.rate_curve(engine.Settings.model_validate(fields.validated_data["settings"])))


class DrawingView(OwnedView):
    """A question about a drawing, answered by the engine's drawing worker."""

    def prepared(self, request: Request) -> dict[str, Any]:
        """The question, once the preparation it speaks of has been fitted."""
        question = self.question(request)
        workers.prepare(question["dataset"], question["recipe"])
        return question

    def question(self, request: Request) -> dict[str, Any]:
        fields = DrawingSerializer(data=request.data)
        fields.is_valid(raise_exception=True)
        drawing = fields.validated_data
        pk = drawing.get("dataset")
        dataset = own_dataset(self, pk) if pk is not None else None
        recipe = drawing.get("recipe") or (dataset.recipe if dataset is not None else None)
        # A data set still being read has nothing to say yet; the drawing is checked without it.
        usable = dataset is not None and dataset.state == Dataset.State.READY
        return {
            "graph": drawing["graph"],
            "dataset": str(dataset.folder) if dataset is not None and usable else None,
            "recipe": recipe,
        }


class CheckView(DrawingView):
    """Shapes, parameters and problems of a drawing."""

    @extend_schema(request=DrawingSerializer, responses=ReportSerializer)
    def post(self, request: Request) -> Response:
        return Response(workers.drawing().ask("check", **self.prepared(request)))


class CodeView(DrawingView):
    """The source of a drawing."""

    @extend_schema(request=DrawingSerializer, responses=SourceSerializer)
    def post(self, request: Request) -> Response:
        return Response(workers.drawing().ask("code", **self.prepared(request)))


class ImportView(APIView):
    """A model of another tool as a drawing. Nothing in it is run: unknown layers come as problems."""

    @extend_schema(request=ImportSerializer, responses=ImportedSerializer)
    def post(self, request: Request) -> Response:
        fields = ImportSerializer(data=request.data)
        fields.is_valid(raise_exception=True)
        return Response(workers.drawing().ask("import", **fields.validated_data))


class StarterView(OwnedView):
    """A sensible graph for a data set."""

    @extend_schema(request=StarterSerializer, responses=GraphAnswerSerializer)
    def post(self, request: Request) -> Response:
        fields = StarterSerializer(data=request.data)
        fields.is_valid(raise_exception=True)
        dataset = ready(own_dataset(self, fields.validated_data["dataset"]))
        recipe = fields.validated_data.get("recipe") or dataset.recipe
        workers.prepare(str(dataset.folder), recipe)
        return Response(workers.drawing().ask("starter", dataset=str(dataset.folder), recipe=recipe))
