"""The preparation of a data set: the form it is drawn from, and what is suspicious about it. Nothing is stored."""

from typing import Any

from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

import engine
from webapp import workers
from webapp.datasets.views import own_dataset, ready
from webapp.documents import RecipeField
from webapp.owned import OwnedView

RecipeFormSerializer = inline_serializer(
    "RecipeForm",
    {"schema": serializers.DictField(help_text="The JSON Schema of a recipe, with what suits which kind of column.")},
)


class PreparationSerializer(serializers.Serializer[None]):
    """A data set and how it is prepared. Without a recipe the data set's own one counts."""

    dataset = serializers.IntegerField(min_value=1)
    recipe = RecipeField(required=False, allow_null=True)


MendField = inline_serializer(
    "Mend",
    {
        "label": serializers.CharField(),
        "patch": serializers.DictField(help_text="A JSON merge patch of the recipe."),
        "reading": serializers.DictField(help_text="A JSON merge patch of the wishes for the reading of the file."),
        "settings": serializers.DictField(help_text="A JSON merge patch of the training settings."),
    },
    allow_null=True,
)


class FindingSerializer(serializers.Serializer[None]):
    """Something suspicious, how one sees it, and what mends it; `help` is where the guide explains it."""

    code = serializers.CharField()
    level = serializers.ChoiceField(["serious", "warning", "note"])
    message = serializers.CharField()
    evidence = serializers.CharField()
    columns = serializers.ListField(child=serializers.CharField())
    mend = MendField
    help = serializers.CharField()


class FindingsSerializer(serializers.Serializer[None]):
    findings = FindingSerializer(many=True)


PairField = serializers.ListField(
    child=serializers.IntegerField(), allow_null=True, help_text="How many before and after, where it changes them."
)


class PreparationStepSerializer(serializers.Serializer[None]):
    """One step of a preparation and its effect."""

    text = serializers.CharField()
    rows = PairField
    columns = PairField


PartsField = inline_serializer(
    "PartSizes",
    {part: serializers.IntegerField() for part in ("train", "validation", "test")},
    allow_null=True,
)


class AccountSerializer(serializers.Serializer[None]):
    """The steps of a preparation in order, and the rows of each part; or the problem for which it does not fit."""

    steps = PreparationStepSerializer(many=True)
    parts = PartsField
    cut = serializers.BooleanField(
        required=False, help_text="Whether a split by a column takes its validation rows from the training rows."
    )
    problem = serializers.DictField(allow_null=True)


class AccountView(OwnedView):
    """What a recipe does to the rows and columns of a data set, step by step."""

    @extend_schema(request=PreparationSerializer, responses=AccountSerializer)
    def post(self, request: Request) -> Response:
        return Response(_ask(self, request, "account"))


class FormulaSerializer(PreparationSerializer):
    """A recipe, and one of its formula columns."""

    name = serializers.CharField(max_length=500, help_text="The column that the formula makes.")


class FormulaPreviewSerializer(serializers.Serializer[None]):
    """The first values of a formula column, and in how many rows it has none; or what is wrong with the formula."""

    values = serializers.ListField(child=serializers.FloatField(allow_null=True))
    missing = serializers.IntegerField()
    rows = serializers.IntegerField()
    problem = serializers.DictField(allow_null=True, help_text="{code, message, hint, where: {column, place}}.")


class FormulaView(OwnedView):
    """What a formula of a recipe comes to. A mistake in it is a problem that names its place, with status 200."""

    @extend_schema(request=FormulaSerializer, responses=FormulaPreviewSerializer)
    def post(self, request: Request) -> Response:
        fields = FormulaSerializer(data=request.data)
        fields.is_valid(raise_exception=True)
        given: dict[str, Any] = fields.validated_data
        dataset = ready(own_dataset(self, given["dataset"]))
        recipe = given.get("recipe") or dataset.recipe
        asked = {"dataset": str(dataset.folder), "recipe": recipe, "name": given["name"]}
        return Response(workers.preparing().ask("formula", **asked))


class RecipeFormView(APIView):
    """The form of a recipe."""

    @extend_schema(responses=RecipeFormSerializer)
    def get(self, request: Request) -> Response:
        return Response({"schema": engine.recipe_schema()})


class FindingsView(OwnedView):
    """What the guard finds about a data set as a recipe prepares it."""

    @extend_schema(request=PreparationSerializer, responses=FindingsSerializer)
    def post(self, request: Request) -> Response:
        return Response(_ask(self, request, "findings"))


def _ask(view: OwnedView, request: Request, operation: str) -> dict[str, Any]:
    """What the engine says about a data set and its recipe."""
    fields = PreparationSerializer(data=request.data)
    fields.is_valid(raise_exception=True)
    given: dict[str, Any] = fields.validated_data
    dataset = ready(own_dataset(view, given["dataset"]))
    recipe = given.get("recipe") or dataset.recipe
    return workers.preparing().ask(operation, dataset=str(dataset.folder), recipe=recipe)
