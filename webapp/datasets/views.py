"""Data sets over HTTP."""

import base64
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import TemporaryUploadedFile
from django.http import HttpResponse, StreamingHttpResponse
from django.utils.text import slugify
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

import engine
from webapp import workers
from webapp.accounts.models import User
from webapp.datasets.models import Dataset, Upload
from webapp.datasets.serializers import (
    DatasetChangeSerializer,
    DatasetListSerializer,
    DatasetSerializer,
    MoreRowsSerializer,
    NamesSerializer,
    RowsSerializer,
    SampleSerializer,
    TogetherSerializer,
    UploadSerializer,
)
from webapp.datasets.services import (
    Arrived,
    append_files,
    claimed,
    create_dataset,
    create_sample,
    delete_dataset,
    made_of,
    read_again,
)
from webapp.exceptions import Refused, not_found
from webapp.folders import pieces
from webapp.owned import OwnedView, find, json_parameter, whole_number
from webapp.parsers import LimitedJSONParser

MOST_ROWS = 1000

VIEW_HELP = (
    "How a table is sorted and filtered, as JSON: {sort, descending, filters: [{column, test, value}]} with the tests "
    "contains, equals, at_least, at_most, missing, present."
)


class DatasetsView(OwnedView):
    """All data sets of the person."""

    parser_classes = [LimitedJSONParser, MultiPartParser]

    @extend_schema(responses=DatasetListSerializer(many=True))
    def get(self, request: Request) -> Response:
        return Response(DatasetListSerializer(Dataset.objects.of(self.person), many=True).data)

    @extend_schema(
        request={"multipart/form-data": UploadSerializer, "application/json": UploadSerializer},
        responses={201: DatasetSerializer},
    )
    def post(self, request: Request) -> Response:
        """Takes a file (multipart), complete resumable uploads or a copy of a sample, and has it read.

        Uploads that were made a data set already give that one, in case the answer was lost.
        """
        fields = UploadSerializer(data=request.data)
        fields.is_valid(raise_exception=True)
        given, name = fields.validated_data, fields.validated_data.get("name", "")
        if "sample" in given:
            dataset = create_sample(owner=self.person, sample=given["sample"], name=name)
        elif made := made_of(owner=self.person, uploads=given.get("uploads", [])):
            dataset = made
        else:
            with arrived(self.person, given) as files:
                dataset = create_dataset(owner=self.person, files=files, name=name)
        return Response(DatasetSerializer(dataset).data, status=HTTPStatus.CREATED)


class DatasetView(OwnedView):
    """One data set."""

    @extend_schema(responses=DatasetSerializer)
    def get(self, request: Request, pk: int) -> Response:
        return Response(DatasetSerializer(own_dataset(self, pk)).data)

    @extend_schema(request=DatasetChangeSerializer, responses=DatasetSerializer)
    def patch(self, request: Request, pk: int) -> Response:
        """Has the file read anew, as wished; the last reading stays in use until the new one is ready."""
        fields = DatasetChangeSerializer(data=request.data)
        fields.is_valid(raise_exception=True)
        dataset = read_again(dataset=own_dataset(self, pk), wishes=fields.validated_data["reading"])
        return Response(DatasetSerializer(dataset).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Removes the data set with its files; refused while a run uses it."""
        delete_dataset(dataset=own_dataset(self, pk))
        return Response(status=HTTPStatus.NO_CONTENT)


class AppendView(OwnedView):
    """More rows for a table."""

    parser_classes = [LimitedJSONParser, MultiPartParser]

    @extend_schema(
        request={"multipart/form-data": MoreRowsSerializer, "application/json": MoreRowsSerializer},
        responses={201: DatasetSerializer},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Makes a new version of the data set with the rows of more files, which need the same columns.

        The data set itself stays as it is, and so do its runs.
        """
        fields = MoreRowsSerializer(data=request.data)
        dataset = own_dataset(self, pk)
        fields.is_valid(raise_exception=True)
        given = fields.validated_data
        version = made_of(owner=self.person, uploads=given.get("uploads", []))
        if version is None:
            with arrived(self.person, given) as files:
                version = append_files(dataset=dataset, files=files)
        return Response(DatasetSerializer(version).data, status=HTTPStatus.CREATED)


class TogetherView(APIView):
    """What becomes of files, told by their names."""

    @extend_schema(request=NamesSerializer, responses=TogetherSerializer)
    def post(self, request: Request) -> Response:
        """Says whether and how files can become one data set, before any of them is sent."""
        fields = NamesSerializer(data=request.data)
        fields.is_valid(raise_exception=True)
        return Response(engine.together(fields.validated_data["names"]))


class RowsView(OwnedView):
    """Some rows of a data set, as they were uploaded."""

    @extend_schema(
        parameters=[
            OpenApiParameter("offset", int, description="The first row; 0 unless told."),
            OpenApiParameter("limit", int, description=f"How many; 50 unless told, {MOST_ROWS} at most."),
            OpenApiParameter("view", str, description=VIEW_HELP),
        ],
        responses=RowsSerializer,
    )
    def get(self, request: Request, pk: int) -> Response:
        dataset = ready(own_dataset(self, pk))
        offset, limit = whole_number(request, "offset", 0), whole_number(request, "limit", 50, MOST_ROWS)
        view = json_parameter(request, "view", {})
        answer = workers.serving().ask("rows", dataset=str(dataset.folder), offset=offset, limit=limit, view=view)
        return Response({**answer, "offset": offset})


class ImageView(OwnedView):
    """One image of a data set, as PNG."""

    @extend_schema(responses={(200, "image/png"): OpenApiTypes.BINARY})
    def get(self, request: Request, pk: int, index: int) -> HttpResponse:
        dataset = ready(own_dataset(self, pk))
        answer = workers.serving().ask("image", dataset=str(dataset.folder), index=index)
        return HttpResponse(
            base64.b64decode(answer["png"]),
            content_type="image/png",
            headers={"Cache-Control": "private, max-age=3600"},
        )


class RejectedView(OwnedView):
    """What of the upload could not be used, with the reason for each line or file."""

    @extend_schema(responses={(200, "text/csv"): OpenApiTypes.BINARY})
    def get(self, request: Request, pk: int) -> StreamingHttpResponse:
        dataset = ready(own_dataset(self, pk))
        path = dataset.folder / "rejected.csv"
        if not path.is_file():
            raise not_found("list of rejected rows")
        name = slugify(f"{dataset.name} rejected") or "rejected"
        return StreamingHttpResponse(
            pieces(path),
            content_type="text/csv; charset=utf-8",
            headers={
                "Content-Length": str(path.stat().st_size),
                "Content-Disposition": f'attachment; filename="{name}.csv"',
            },
        )


class SamplesView(APIView):
    """The bundled data sets."""

    @extend_schema(responses=SampleSerializer(many=True))
    def get(self, request: Request) -> Response:
        return Response(engine.samples())


@contextmanager
def arrived(person: User, given: dict[str, Any]) -> Iterator[Sequence[Arrived]]:
    """The file of a form, or the uploads that a request names."""
    if "file" in given:
        form: TemporaryUploadedFile = given["file"]
        yield [Arrived(form.name or "", Path(form.temporary_file_path()), form.size or 0)]
        return
    own = Upload.objects.filter(owner=person)
    with claimed([find(own, "upload", pk=pk) for pk in dict.fromkeys(given["uploads"])]) as files:
        yield files


def own_dataset(view: OwnedView, pk: int) -> Dataset:
    return find(Dataset.objects.of(view.person), "data set", pk=pk)


def ready(dataset: Dataset) -> Dataset:
    """The data set, unless it cannot be used yet or at all."""
    if dataset.state == Dataset.State.READY:
        return dataset
    if dataset.state == Dataset.State.FAILED:
        raise Refused(
            HTTPStatus.CONFLICT,
            "dataset_failed",
            f"The data set {dataset.name} could not be read.",
            "Look at its problem, correct the file and upload it again.",
            {"dataset": dataset.pk},
        )
    raise Refused(
        HTTPStatus.CONFLICT,
        "dataset_not_ready",
        f"The data set {dataset.name} is still being read.",
        "Wait until it is ready.",
        {"dataset": dataset.pk},
    )
