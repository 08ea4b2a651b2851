"""What the data set endpoints take and answer."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from webapp.datasets.models import Dataset
from webapp.documents import GraphField, RecipeField, WishesField
from webapp.problems import ProblemSerializer

KINDS = ["table", "images"]
STATES = ["reading", "ready", "failed"]


class ProfileColumnSerializer(serializers.Serializer[None]):
    """What was found in one column; the numbers are null where they mean nothing."""

    name = serializers.CharField()
    kind = serializers.CharField()
    type = serializers.CharField()
    missing = serializers.IntegerField()
    distinct = serializers.IntegerField()
    examples = serializers.ListField(child=serializers.JSONField())
    min = serializers.FloatField(allow_null=True)
    max = serializers.FloatField(allow_null=True)
    mean = serializers.FloatField(allow_null=True)
    std = serializers.FloatField(allow_null=True)
    top = serializers.ListField(child=serializers.ListField(child=serializers.JSONField()))


class ReadingProgressSerializer(serializers.Serializer[None]):
    """How far reading is; empty when it is over."""

    phase = serializers.CharField(required=False)
    fraction = serializers.FloatField(required=False)


class ReadingSerializer(serializers.Serializer[None]):
    """How a file was read; which of the fields there are is up to its format."""

    format = serializers.CharField()
    encoding = serializers.CharField(required=False)
    separator = serializers.CharField(required=False)
    quote = serializers.CharField(required=False, allow_blank=True)
    escape = serializers.CharField(required=False, allow_blank=True)
    comment = serializers.CharField(required=False, allow_blank=True)
    skip = serializers.IntegerField(required=False)
    header = serializers.BooleanField(required=False)
    decimal = serializers.CharField(required=False)
    thousands = serializers.CharField(required=False, allow_blank=True)
    missing = serializers.ListField(child=serializers.CharField(allow_blank=True), required=False)
    sheet = serializers.CharField(required=False, allow_null=True)
    sheets = serializers.ListField(child=serializers.CharField(), required=False)


class DatasetFileSerializer(serializers.Serializer[None]):
    """One of the files of a data set; the rows are known once it has been read."""

    name = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    appended = serializers.BooleanField()
    rows = serializers.IntegerField(required=False, allow_null=True)


class DatasetListSerializer(serializers.ModelSerializer[Dataset]):
    state = serializers.ChoiceField(choices=STATES, read_only=True)
    kind = serializers.ChoiceField(choices=KINDS, allow_null=True, source="kind_or_none", read_only=True)
    problem = ProblemSerializer(allow_null=True, read_only=True)
    progress = ReadingProgressSerializer(read_only=True)

    class Meta:
        model = Dataset
        fields = [
            "id", "name", "version", "state", "kind", "rows", "size", "filename", "sample", "problem", "progress",
            "created",
        ]  # fmt: skip
        read_only_fields = fields


class DatasetSerializer(DatasetListSerializer):
    columns = serializers.SerializerMethodField()
    recipe = RecipeField(allow_null=True, read_only=True)
    graph = GraphField(allow_null=True, read_only=True)
    settings = serializers.DictField(read_only=True)
    warnings = ProblemSerializer(many=True, read_only=True)
    reading = serializers.SerializerMethodField()
    wishes = WishesField(read_only=True)
    rereading = serializers.BooleanField(read_only=True)
    files = DatasetFileSerializer(many=True, read_only=True)
    newer = serializers.IntegerField(
        allow_null=True, read_only=True, help_text="The newest data set that has these rows and more."
    )

    class Meta(DatasetListSerializer.Meta):
        fields = [
            *DatasetListSerializer.Meta.fields, "sha256", "columns", "recipe", "graph", "settings", "warnings",
            "reading", "wishes", "rereading", "rejected", "files", "appended_to", "newer",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(ReadingSerializer(allow_null=True))
    def get_reading(self, dataset: Dataset) -> dict[str, Any] | None:
        return dict(dataset.reading) if dataset.reading else None

    @extend_schema_field(ProfileColumnSerializer(many=True))
    def get_columns(self, dataset: Dataset) -> list[dict[str, Any]]:
        return list(dataset.columns)


class DatasetChangeSerializer(serializers.Serializer[None]):
    """How the file is to be read; an empty object leaves all to be found out."""

    reading = WishesField()


class UploadSerializer(serializers.Serializer[None]):
    """A file, complete resumable uploads that become one data set, or the name of a sample."""

    file = serializers.FileField(required=False, allow_empty_file=True)
    uploads = serializers.ListField(child=serializers.UUIDField(), required=False, min_length=1, max_length=100)
    sample = serializers.CharField(required=False, max_length=100)
    name = serializers.CharField(required=False, allow_blank=True, max_length=200)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if len({"file", "uploads", "sample"} & set(attrs)) != 1:
            raise serializers.ValidationError("Send either a file, or uploads, or the name of a sample.")
        return attrs


class MoreRowsSerializer(serializers.Serializer[None]):
    """A file, or complete resumable uploads."""

    file = serializers.FileField(required=False, allow_empty_file=True)
    uploads = serializers.ListField(child=serializers.UUIDField(), required=False, min_length=1, max_length=100)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if len({"file", "uploads"} & set(attrs)) != 1:
            raise serializers.ValidationError("Send either a file or uploads.")
        return attrs


class NamesSerializer(serializers.Serializer[None]):
    names = serializers.ListField(child=serializers.CharField(max_length=255), min_length=1, max_length=1000)


class TogetherFileSerializer(serializers.Serializer[None]):
    name = serializers.CharField()
    part = serializers.CharField(allow_blank=True, help_text="train, validation, test, or nothing.")


class TogetherSerializer(serializers.Serializer[None]):
    """What becomes of files: one data set as it is, of parts, of rows below each other, or of arrays."""

    way = serializers.ChoiceField(choices=["one", "parts", "rows", "arrays"])
    name = serializers.CharField()
    message = serializers.CharField()
    files = TogetherFileSerializer(many=True)


class SampleSerializer(serializers.Serializer[None]):
    name = serializers.CharField()
    title = serializers.CharField()
    description = serializers.CharField()
    kind = serializers.ChoiceField(choices=KINDS)
    rows = serializers.IntegerField()
    columns = serializers.IntegerField()


class RowsSerializer(serializers.Serializer[None]):
    """Some rows as they were uploaded. For images a row is index, file name, label."""

    columns = serializers.ListField(child=serializers.CharField())
    rows = serializers.ListField(child=serializers.ListField(child=serializers.JSONField(allow_null=True)))
    numbers = serializers.ListField(
        child=serializers.IntegerField(), required=False, help_text="The places of the rows of a table, from 1."
    )
    total = serializers.IntegerField()
    offset = serializers.IntegerField()
