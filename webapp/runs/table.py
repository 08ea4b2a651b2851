"""The runs of a project as a table, and several runs beside each other, over HTTP."""

from typing import Any

from django.db.models import Count
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from webapp.exceptions import not_found
from webapp.owned import OwnedView
from webapp.projects.views import own_project
from webapp.runs.comparing import CHANGED, differences, networks_of, preparation_of, settings_of
from webapp.runs.drawings import NOTHING, Told, changes_among
from webapp.runs.listing import PageSerializer, asked_for, counted, filtered, sorted_by
from webapp.runs.models import Run, Tag
from webapp.runs.ranking import Figures, common_lead, figures_in, measures_in, same_loss, shared_lead
from webapp.runs.serializers import LeadSerializer, RunListSerializer

MOST_COMPARED = 8


class ValueField(serializers.JSONField):
    """Text, a number, yes or no, a list, or nothing."""


class RankedSerializer(RunListSerializer):
    """A run among others, with its value of the one measure by which they are ranked."""

    shared = serializers.SerializerMethodField()

    class Meta(RunListSerializer.Meta):
        fields = [*RunListSerializer.Meta.fields, "shared"]
        read_only_fields = fields

    def get_shared(self, run: Run) -> float | None:
        """The value of the shared measure at the best epoch, on the validation rows; null where it was not measured."""
        shared = self.context.get("shared")
        return Figures.of(run).values.get(shared["key"]) if shared else None


class ChangedValueSerializer(serializers.Serializer[None]):
    name = serializers.CharField(help_text="units, or `input 1` for what leads to the layer.")
    before = ValueField(allow_null=True)
    after = ValueField(allow_null=True)


class LayerChangeSerializer(serializers.Serializer[None]):
    """A layer that one network has and the other has not, or has otherwise."""

    layer = serializers.CharField(help_text="Its name; `block/layer` inside a block.")
    kind = serializers.ChoiceField(choices=["added", "removed", "changed"])
    type = serializers.CharField()
    values = ChangedValueSerializer(many=True, help_text="Of one that is changed.")


class LayerChangesSerializer(serializers.Serializer[None]):
    changes = LayerChangeSerializer(many=True)
    more = serializers.IntegerField(help_text="How many further layers differ.")


class RunRowSerializer(RankedSerializer):
    learning_rate = serializers.SerializerMethodField()
    changed_rate = serializers.SerializerMethodField()
    differing = serializers.SerializerMethodField()
    layers = serializers.SerializerMethodField()

    class Meta(RankedSerializer.Meta):
        fields = [*RankedSerializer.Meta.fields, "learning_rate", "changed_rate", "differing", "layers"]
        read_only_fields = fields

    def get_learning_rate(self, run: Run) -> float | None:
        """The one the settings begin with."""
        rate = (run.settings.get("optimizer") or {}).get("learning_rate")
        return float(rate) if isinstance(rate, int | float) else None

    def get_changed_rate(self, run: Run) -> float | None:
        """What it was changed to last, while the run went on; null where it was not."""
        return next((one["learning_rate"] for one in reversed(run.made) if "learning_rate" in one), None)

    def get_differing(self, run: Run) -> dict[str, Any]:
        """The settings that are not the same for all runs of the page; beside one that was changed what it was."""
        known = settings_of(run)
        return {place: known.get(place) for place in self.context.get("differing", [])}

    @extend_schema_field(LayerChangesSerializer)
    def get_layers(self, run: Run) -> Told:
        """Where its layers are not those of the earliest run of the page."""
        told: Told = self.context.get("layers", {}).get(run.pk, NOTHING)
        return told


class TagCountSerializer(serializers.Serializer[None]):
    name = serializers.CharField()
    runs = serializers.IntegerField()


class RunTableSerializer(serializers.Serializer[None]):
    """One page of the runs of a project."""

    runs = RunRowSerializer(many=True)
    shared = LeadSerializer(
        allow_null=True, help_text="The measure by which the best ones are ranked; null where none can rank them."
    )
    measures = LeadSerializer(many=True, help_text="All by which they can be ranked, the most common first.")
    against = serializers.IntegerField(
        allow_null=True, help_text="The number of the run that the layers of the others are told against."
    )
    total = serializers.IntegerField(help_text="How many runs fit the query.")
    all = serializers.IntegerField(help_text="How many runs the project has.")
    live = serializers.IntegerField(help_text="How many runs of the project wait for their turn or train.")
    finished = serializers.IntegerField(help_text="How many runs of the project ended with a model.")
    tags = TagCountSerializer(many=True, help_text="All tags of the project's runs.")


class RunTableView(OwnedView):
    """The runs of a project, filtered, sorted, a page at a time."""

    @extend_schema(parameters=[PageSerializer], responses=RunTableSerializer)
    def get(self, request: Request, pk: int) -> Response:
        project, asked = own_project(self, pk), asked_for(PageSerializer, request)
        own = Run.objects.of(self.person).filter(project=project)
        found = filtered(own, asked)
        figures = figures_in(found)
        measures = measures_in(found, figures)
        shared = next((one for one in measures if one["key"] == asked["measure"]), None) or shared_lead(figures)
        incomparable = shared is None and any(one.lead for one in figures)
        order = "number" if incomparable and asked["sort"] == "best" else asked["sort"]
        ordered = sorted_by(found, order, asked["descending"], shared["key"] if shared else None)
        page = ordered.defer("graph", "recipe").prefetch_related("tags")
        rows = list(page[asked["offset"] : asked["offset"] + asked["limit"]])
        differing = [entry["place"] for entry in differences([settings_of(run) for run in rows])]
        differing += [place for name, place in CHANGED.items() if f"changed.{name}" in differing]
        tags = Tag.objects.filter(run__in=own).values("name").annotate(runs=Count("run")).order_by("-runs", "name")
        table = {"total": len(figures), **counted(own), "tags": list(tags)}
        first, layers = changes_among(rows)
        context = {"differing": differing, "shared": shared, "layers": layers}
        told = {"shared": shared, "measures": measures, "against": first.number if first else None}
        return Response({"runs": RunRowSerializer(rows, many=True, context=context).data, **told, **table})


class DifferenceSerializer(serializers.Serializer[None]):
    place = serializers.CharField(help_text="optimizer.learning_rate, dense_1.units, …")
    values = serializers.ListField(
        child=ValueField(allow_null=True), help_text="One for each run, in their order; null where it has none."
    )


class ComparisonSerializer(serializers.Serializer[None]):
    """Several runs, and every place where they differ."""

    runs = RankedSerializer(many=True)
    shared = LeadSerializer(allow_null=True, help_text="A measure that all of them have; null where there is none.")
    same_loss = serializers.BooleanField(help_text="Their loss is the same function, so that its values can be ranked.")
    settings = DifferenceSerializer(many=True)
    network = DifferenceSerializer(many=True)
    preparation = DifferenceSerializer(many=True)


class ComparisonView(OwnedView):
    """Several runs beside each other."""

    @extend_schema(
        parameters=[OpenApiParameter("runs", str, description=f"Up to {MOST_COMPARED} numbers of runs: 3,5,7")],
        responses=ComparisonSerializer,
    )
    def get(self, request: Request) -> Response:
        numbers = numbers_in(request.query_params.get("runs", ""))
        found = Run.objects.of(self.person).select_related("dataset").prefetch_related("tags").in_bulk(numbers)
        if len(found) < len(numbers):
            raise not_found("run")
        runs = [found[number] for number in numbers]
        documents = {
            "settings": [settings_of(run) for run in runs],
            "network": networks_of(runs),
            "preparation": [preparation_of(run) for run in runs],
        }
        places = {name: differences(documents[name]) for name in documents}
        figures = [Figures.of(run) for run in runs]
        shared = common_lead(figures)
        ranked = RankedSerializer(runs, many=True, context={"shared": shared}).data
        return Response({"runs": ranked, "shared": shared, "same_loss": same_loss(figures), **places})


def numbers_in(text: str) -> list[int]:
    """`3,5,7` as numbers, each once."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not parts or not all(part.isascii() and part.isdigit() and len(part) <= 15 for part in parts):
        raise ValidationError({"runs": ["Send numbers of runs with commas between them, such as 3,5,7."]})
    numbers = list(dict.fromkeys(map(int, parts)))
    if len(numbers) > MOST_COMPARED:
        raise ValidationError({"runs": [f"At most {MOST_COMPARED} runs can be compared. Received: {len(numbers)}."]})
    return numbers
