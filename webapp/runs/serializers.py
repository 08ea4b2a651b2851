"""What the run endpoints take and answer."""

from functools import cached_property
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from webapp.datasets.models import Dataset
from webapp.documents import GraphField, RecipeField, SettingsField
from webapp.problems import ProblemSerializer
from webapp.projects.models import Project
from webapp.projects.serializers import OwnDatasetField
from webapp.runs.lineage import best_of
from webapp.runs.models import Run
from webapp.runs.queue import Queue

REASONS = ["completed", "stopped_early", "target_reached", "stopped_by_user", "diverged"]
MOST_TAGS, LONGEST_TAG, LONGEST_NOTES = 20, 40, 10_000
EVENT_TYPES = [
    "started", "phase", "progress", "epoch", "sample", "layers", "checkpoint", "log", "finished", "failed",
]  # fmt: skip


class ProgressSerializer(serializers.Serializer[None]):
    """How far the training is; what is not known yet is missing."""

    phase = serializers.CharField(required=False)
    epoch = serializers.IntegerField(required=False)
    epochs = serializers.IntegerField(required=False)
    step = serializers.IntegerField(required=False)
    steps = serializers.IntegerField(required=False)
    loss = serializers.FloatField(required=False, allow_null=True)
    learning_rate = serializers.FloatField(required=False)
    examples_per_second = serializers.FloatField(required=False)
    eta_seconds = serializers.FloatField(required=False, allow_null=True)


class BaselineSerializer(serializers.Serializer[None]):
    """What knows nothing of the features reaches, measured on the same rows as the model."""

    name = serializers.CharField()
    description = serializers.CharField()
    validation = serializers.DictField(child=serializers.FloatField(allow_null=True))
    test = serializers.DictField(child=serializers.FloatField(allow_null=True))


class OwnBestSerializer(serializers.Serializer[None]):
    """The best epoch that a run has trained itself, where that of the run it goes on from is still better."""

    epoch = serializers.IntegerField()
    validation = serializers.DictField(child=serializers.FloatField(allow_null=True))


class MeasuresSerializer(serializers.Serializer[None]):
    """The measures so far; `test` comes with the end."""

    epoch = serializers.IntegerField(required=False)
    train = serializers.DictField(child=serializers.FloatField(allow_null=True), required=False)
    validation = serializers.DictField(child=serializers.FloatField(allow_null=True), required=False)
    test = serializers.DictField(child=serializers.FloatField(allow_null=True), required=False)
    best_epoch = serializers.IntegerField(required=False, allow_null=True)
    own_best = OwnBestSerializer(required=False)
    baselines = BaselineSerializer(many=True, required=False)
    reason = serializers.ChoiceField(choices=REASONS, required=False)


class LeadSerializer(serializers.Serializer[None]):
    """The measure a run is known by: the one it watches, unless that is the loss; else its first metric."""

    key = serializers.CharField()
    title = serializers.CharField(allow_null=True)
    format = serializers.CharField(allow_null=True)
    better = serializers.CharField(allow_null=True, help_text="higher or lower")
    kind = serializers.CharField(
        required=False, help_text="loss, where it is one: comparable only between runs with the same function."
    )


class AheadSerializer(serializers.Serializer[Run]):
    """A run that another one waits for, and its project."""

    id = serializers.IntegerField()
    number = serializers.IntegerField()
    project = serializers.IntegerField(source="project_id", allow_null=True)
    project_name = serializers.CharField(source="project.name", allow_null=True, default=None)


class ChangeSerializer(serializers.Serializer[None]):
    """New values for a run from here on; what is left out stays."""

    learning_rate = serializers.FloatField(
        required=False, help_text="Above 0, at most 100; the schedule goes on from it."
    )
    patience = serializers.IntegerField(
        required=False, min_value=1, max_value=100_000, help_text="Epochs without improvement before it stops early."
    )
    epochs = serializers.IntegerField(
        required=False, min_value=1, max_value=100_000, help_text="How many epochs there are in all."
    )

    def validate_learning_rate(self, rate: float) -> float:
        if not 0 < rate <= 100:
            raise serializers.ValidationError(f"A learning rate is above 0 and at most 100. Received: {rate:g}.")
        return rate

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if unknown := sorted(set(self.initial_data) - set(self.fields)):
            raise serializers.ValidationError({name: f"There is no setting {name} to change." for name in unknown})
        if not attrs and type(self) is ChangeSerializer:
            raise serializers.ValidationError("Send at least one of learning_rate, patience and epochs.")
        return attrs


class PastChangeSerializer(ChangeSerializer):
    """What was changed while a run went on, and after which step."""

    step = serializers.IntegerField()


class EarlierSerializer(serializers.Serializer[None]):
    """An epoch of an earlier run."""

    number = serializers.IntegerField(help_text="Of the run, in its project.")
    epoch = serializers.IntegerField()


class OriginSerializer(serializers.Serializer[None]):
    """The run, and the checkpoint of it, that another run goes on from. The run may have been deleted since."""

    run = serializers.IntegerField()
    number = serializers.IntegerField()
    name = serializers.CharField()
    checkpoint = serializers.CharField()
    epoch = serializers.IntegerField()
    step = serializers.IntegerField()
    changes = PastChangeSerializer(
        many=True, required=False, help_text="What had been changed in the other run by then, in order."
    )
    otherwise = ChangeSerializer(required=False, help_text="What is set otherwise from there on.")
    runs = EarlierSerializer(
        many=True, required=False, help_text="All runs before, the first one first, each with its last whole epoch."
    )


class TagsField(serializers.ListField):
    """Words put to a run; the same word counts once, however it is spaced."""

    child = serializers.CharField(max_length=LONGEST_TAG)

    def to_internal_value(self, data: Any) -> list[str]:
        return list(dict.fromkeys(" ".join(tag.split()) for tag in super().to_internal_value(data)))

    def to_representation(self, data: Any) -> list[str]:
        return [tag.name for tag in data.all()]


class RunListSerializer(serializers.ModelSerializer[Run]):
    progress = ProgressSerializer(read_only=True)
    metrics = MeasuresSerializer(read_only=True)
    problem = ProblemSerializer(read_only=True, allow_null=True)
    stopping = serializers.SerializerMethodField()
    pausing = serializers.SerializerMethodField()
    origin = OriginSerializer(read_only=True, allow_null=True)
    tags = TagsField(read_only=True)
    lead = LeadSerializer(read_only=True, allow_null=True)
    best = serializers.FloatField(
        read_only=True, allow_null=True, help_text="The lead's value at the best epoch, on the validation rows."
    )
    best_of = serializers.SerializerMethodField()
    queue_position = serializers.SerializerMethodField()
    runs_before = serializers.SerializerMethodField()
    waits_for = serializers.SerializerMethodField()

    class Meta:
        model = Run
        fields = [
            "id", "number", "name", "project", "dataset", "state", "stopping", "pausing", "progress", "metrics",
            "problem", "created", "started", "finished", "seconds", "last_seq", "queue_position",
            "runs_before", "waits_for", "tags", "notes", "pinned", "parameters", "lead", "best", "best_of",
            "origin",
        ]  # fmt: skip
        read_only_fields = fields

    @cached_property
    def queue(self) -> Queue:
        """One look for all runs of an answer."""
        return Queue.look()

    def get_queue_position(self, run: Run) -> int | None:
        """1 for the run that starts next; null for one that waits no longer."""
        return self.queue.position(run) if run.state == Run.State.QUEUED else None

    def get_runs_before(self, run: Run) -> int | None:
        """How many train or wait before a waiting one."""
        return self.queue.before(run) if run.state == Run.State.QUEUED else None

    @extend_schema_field(AheadSerializer(allow_null=True))
    def get_waits_for(self, run: Run) -> Any:
        """The run of the same person whose end lets this one go on first; null where there is none."""
        ahead = self.queue.ahead(run) if run.state == Run.State.QUEUED else None
        return None if ahead is None else AheadSerializer(ahead).data

    @extend_schema_field(EarlierSerializer(allow_null=True))
    def get_best_of(self, run: Run) -> dict[str, int] | None:
        """The epoch of an earlier run that is still the best, of a run that goes on from it; else null."""
        return best_of(run)

    def get_pausing(self, run: Run) -> bool:
        """A pause was asked for, and the trainer has not left its checkpoint yet."""
        return run.pause_requested is not None and not run.ended

    def get_stopping(self, run: Run) -> bool:
        """A stop was asked for, and the trainer is still finishing."""
        return run.stop_requested is not None and not run.ended


class RunNotesSerializer(serializers.Serializer[Run]):
    """What a person may change about a run: how it is called and found, never what it is."""

    name = serializers.CharField(required=False, max_length=200)
    tags = TagsField(required=False, max_length=MOST_TAGS)
    notes = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_NOTES)
    pinned = serializers.BooleanField(required=False, help_text="Pinned runs stand first in lists.")


class RunSerializer(RunListSerializer):
    changes = ChangeSerializer(many=True, read_only=True, help_text="What was changed since, in order.")
    graph = GraphField(read_only=True)
    recipe = RecipeField(read_only=True, allow_null=True)
    settings = SettingsField(read_only=True)

    class Meta(RunListSerializer.Meta):
        fields = [*RunListSerializer.Meta.fields, "graph", "recipe", "settings", "changes", "dataset_sha256"]
        read_only_fields = fields


class OwnProjectField(serializers.PrimaryKeyRelatedField[Project]):
    """The number of one of the person's own projects."""

    default_error_messages = {"does_not_exist": "There is no such project."}

    def get_queryset(self) -> Any:
        return Project.objects.of(self.context["person"]) if "person" in self.context else Project.objects.none()


class NewRunSerializer(serializers.Serializer[None]):
    """A project, or the documents themselves; a document beside a project stands in for the project's own."""

    project = OwnProjectField(required=False, allow_null=True, queryset=Project.objects.all())
    graph = GraphField(required=False)
    dataset = OwnDatasetField(required=False, allow_null=True, queryset=Dataset.objects.all())
    recipe = RecipeField(required=False, allow_null=True)
    settings = SettingsField(required=False)
    name = serializers.CharField(required=False, allow_blank=True, max_length=200)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.get("project") is None and "graph" not in attrs:
            raise serializers.ValidationError("Send a project, or a graph with its dataset, recipe and settings.")
        return attrs


class PreflightSerializer(serializers.Serializer[None]):
    """What a run will take. Sizes are in bytes; what cannot be told yet is null."""

    parameters = serializers.IntegerField(help_text="Weights that are learned.")
    memory = serializers.IntegerField(help_text="At its peak, rows included.")
    rows_memory = serializers.IntegerField(help_text="What of it holds the rows.")
    room = serializers.IntegerField(help_text="The memory there is.")
    free = serializers.IntegerField(help_text="The memory that is free now.")
    disk = serializers.IntegerField(help_text="What its checkpoints take.")
    disk_free = serializers.IntegerField()
    compile_seconds = serializers.FloatField()
    steps_per_epoch = serializers.IntegerField()
    seconds_per_epoch = serializers.FloatField(allow_null=True)
    epochs = serializers.IntegerField(help_text="As many as the settings ask for.")
    total_seconds = serializers.FloatField(
        allow_null=True, help_text="Of all these epochs, compiling included; less where something ends it sooner."
    )
    may_end_sooner = serializers.ListField(
        child=serializers.ChoiceField(choices=["early_stopping", "stop_when"]),
        help_text="The settings that may end it before its last epoch.",
    )
    problem = ProblemSerializer(allow_null=True)


class EventSerializer(serializers.Serializer[None]):
    """One event; further fields depend on its type."""

    seq = serializers.IntegerField()
    time = serializers.CharField()
    type = serializers.ChoiceField(choices=EVENT_TYPES)


class EventsSerializer(serializers.Serializer[None]):
    events = EventSerializer(many=True)


class PredictSerializer(serializers.Serializer[None]):
    rows = serializers.ListField(
        child=serializers.DictField(child=serializers.JSONField(allow_null=True)),
        allow_empty=False,
        max_length=10_000,
        help_text="Raw values by column name.",
    )


class ImagesSerializer(serializers.Serializer[None]):
    image = serializers.ListField(
        child=serializers.ImageField(), help_text="One or more PNG or JPEG files, each in a part called image."
    )


class PredictionsSerializer(serializers.Serializer[None]):
    """Per row the predicted value of each target, and the probability of each class of a category."""

    predictions = serializers.ListField(
        child=serializers.DictField(child=serializers.JSONField(allow_null=True), allow_null=True)
    )
