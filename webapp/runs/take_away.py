"""What a finished run gives: predictions and the bundle."""

from http import HTTPStatus

from django.http import StreamingHttpResponse
from django.utils.text import slugify
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from engine import size_in_words
from webapp import workers
from webapp.exceptions import Refused
from webapp.folders import pieces
from webapp.owned import OwnedView
from webapp.parsers import LimitedJSONParser
from webapp.runs.models import Run
from webapp.runs.serializers import ImagesSerializer, PredictionsSerializer, PredictSerializer
from webapp.runs.views import own_run

MOST_IMAGES = 100
LARGEST_IMAGE = 20 * 10**6


class PredictView(OwnedView):
    """Predictions of a finished run's best model."""

    parser_classes = [LimitedJSONParser, MultiPartParser]

    @extend_schema(
        request={"application/json": PredictSerializer, "multipart/form-data": ImagesSerializer},
        responses=PredictionsSerializer,
    )
    def post(self, request: Request, pk: int) -> Response:
        """Predicts rows of raw values (JSON) or images (multipart, parts called `image`)."""
        run = with_model(own_run(self, pk))
        if request.content_type.startswith("multipart/"):
            answer = workers.serving().ask("predict_images", run_folder=str(run.folder), images=images_in(request))
        else:
            fields = PredictSerializer(data=request.data)
            fields.is_valid(raise_exception=True)
            answer = workers.serving().ask("predict", run_folder=str(run.folder), rows=fields.validated_data["rows"])
        return Response(answer)


def images_in(request: Request) -> list[str]:
    """Where the uploaded images lie, for the worker to read them."""
    files = [file for name in ("image", "images", "file") for file in request.FILES.getlist(name)]
    if not files:
        raise ValidationError({"image": ["Send at least one image in a part called image."]})
    if len(files) > MOST_IMAGES:
        raise ValidationError({"image": [f"Send at most {MOST_IMAGES} images at once. Received: {len(files)}"]})
    for file in files:
        if (file.size or 0) > LARGEST_IMAGE:
            raise ValidationError({"image": [f"An image has at most {size_in_words(LARGEST_IMAGE)}: {file.name}"]})
    return [file.temporary_file_path() for file in files]


class BundleView(OwnedView):
    """The model to take away."""

    @extend_schema(responses={(200, "application/zip"): OpenApiTypes.BINARY})
    def get(self, request: Request, pk: int) -> StreamingHttpResponse:
        run = with_model(own_run(self, pk))
        path = run.folder / "bundle.zip"
        if not path.is_file():
            raise no_model(run)
        return StreamingHttpResponse(
            pieces(path),
            content_type="application/zip",
            headers={
                "Content-Length": str(path.stat().st_size),
                "Content-Disposition": f'attachment; filename="{file_name(run)}.zip"',
            },
        )


def file_name(run: Run) -> str:
    return slugify(" ".join(filter(None, [run.project.name if run.project else "", run.name]))) or "model"


def with_model(run: Run) -> Run:
    """The run, if it has left a model."""
    if run.state == Run.State.FAILED:
        raise no_model(run)
    if run.state != Run.State.FINISHED:
        raise Refused(
            HTTPStatus.CONFLICT,
            "run_not_finished",
            "The run has not finished yet.",
            "Wait for its end, or stop it: stopping keeps the best model.",
            {"run": run.pk},
        )
    return run


def no_model(run: Run) -> Refused:
    return Refused(
        HTTPStatus.CONFLICT,
        "run_has_no_model",
        "The run has left no model.",
        "Look at why it failed, and train again.",
        {"run": run.pk},
    )
