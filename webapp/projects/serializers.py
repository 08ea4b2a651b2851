"""What the project endpoints take and answer."""

from typing import Any

from rest_framework import serializers

from webapp.datasets.models import Dataset
from webapp.documents import GraphField, RecipeField, SettingsField
from webapp.projects.models import Project
from webapp.runs.models import Run


class OwnDatasetField(serializers.PrimaryKeyRelatedField[Dataset]):
    """The number of one of the person's own data sets."""

    default_error_messages = {"does_not_exist": "There is no such data set."}

    def get_queryset(self) -> Any:
        return Dataset.objects.of(self.context["person"]) if "person" in self.context else Dataset.objects.none()


class ProjectSerializer(serializers.ModelSerializer[Project]):
    name = serializers.CharField(max_length=200)
    graph = GraphField()
    recipe = RecipeField(allow_null=True)
    settings = SettingsField()
    dataset = OwnDatasetField(allow_null=True, queryset=Dataset.objects.all())
    dataset_name = serializers.SerializerMethodField()

    class Meta:
        model = Project
        fields = ["id", "name", "graph", "dataset", "dataset_name", "recipe", "settings", "created", "updated"]
        read_only_fields = ["created", "updated"]

    def get_dataset_name(self, project: Project) -> str | None:
        return project.dataset.name if project.dataset is not None else None


class ProjectListSerializer(serializers.ModelSerializer[Project]):
    dataset_name = serializers.SerializerMethodField()
    runs = serializers.IntegerField(source="run_count", help_text="How many runs there are.")
    state = serializers.ChoiceField(
        choices=Run.State.choices,
        source="told_state",
        allow_null=True,
        help_text="That of a run that trains, else of the newest.",
    )

    class Meta:
        model = Project
        fields = ["id", "name", "dataset", "dataset_name", "created", "updated", "runs", "state"]
        read_only_fields = fields

    def get_dataset_name(self, project: Project) -> str | None:
        return project.dataset.name if project.dataset is not None else None


class NewProjectSerializer(serializers.Serializer[Project]):
    name = serializers.CharField(max_length=200)
    template = serializers.CharField(required=False, allow_blank=True, allow_null=True, max_length=100)
    dataset = OwnDatasetField(required=False, allow_null=True, queryset=Dataset.objects.all())


class TemplateSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    title = serializers.CharField()
    description = serializers.CharField()
    sample = serializers.CharField()
