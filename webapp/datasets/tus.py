"""Resumable uploads over HTTP, by the protocol tus 1.0 (https://tus.io) with creation, termination and expiration."""

import binascii
from base64 import b64decode
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.http import http_date
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import UnsupportedMediaType, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from webapp.bodies import body_of
from webapp.datasets.models import Upload
from webapp.datasets.services import plain_name
from webapp.datasets.uploads import arrived_of, begin_upload, continue_upload, discard_upload, expiry
from webapp.exceptions import Refused
from webapp.owned import OwnedView, find

VERSION = "1.0.0"
CONTENT = "application/offset+octet-stream"
LONGEST = 15  # digits of a length


def header(name: str, help: str, required: bool = True) -> OpenApiParameter:
    return OpenApiParameter(name, str, OpenApiParameter.HEADER, required, description=help)


SPOKEN = header("Tus-Resumable", VERSION)


class UploadRowSerializer(serializers.ModelSerializer[Upload]):
    """A file of which not everything has arrived yet, or that has not been made a data set."""

    class Meta:
        model = Upload
        fields = ["id", "filename", "size", "offset", "created"]
        read_only_fields = fields


class TusView(OwnedView):
    """What all requests of the protocol have in common: both sides say which version they speak."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.method in ("POST", "PATCH", "HEAD", "DELETE") and request.headers.get("Tus-Resumable") != VERSION:
            raise Refused(
                HTTPStatus.PRECONDITION_FAILED,
                "unknown_upload_protocol",
                "This address takes uploads by the protocol tus 1.0.0.",
                "Send the header Tus-Resumable: 1.0.0, or post the file as a form to /api/datasets/.",
            )

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        response["Tus-Resumable"] = response["Tus-Version"] = VERSION
        response["Tus-Extension"] = "creation,termination,expiration"
        response["Tus-Max-Size"] = str(settings.UPLOAD_LIMIT)
        response["Cache-Control"] = "no-store"
        return response

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        return Response(status=HTTPStatus.NO_CONTENT)


class UploadsView(TusView):
    """Files on their way."""

    @extend_schema(responses=UploadRowSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Those of the person that have not become a data set."""
        return Response(UploadRowSerializer(Upload.objects.filter(owner=self.person), many=True).data)

    @extend_schema(
        parameters=[
            SPOKEN,
            header("Upload-Length", "How many bytes the file has."),
            header("Upload-Metadata", "`filename` and the name of the file in base64.", required=False),
        ],
        request=None,
        responses={201: None},
    )
    def post(self, request: Request) -> Response:
        """Begins an upload by tus; the header Location says where its bytes go. Then make it a data set."""
        filename = plain_name(metadata(request).get("filename", ""))
        upload = begin_upload(owner=self.person, filename=filename, size=length(request, "Upload-Length"))
        place = f"/api/uploads/{upload.pk}/"
        return Response(status=HTTPStatus.CREATED, headers={"Location": place, **_expires(upload)})


class UploadView(TusView):
    """One file on its way."""

    @extend_schema(parameters=[SPOKEN], responses={200: None})
    def head(self, request: Request, pk: UUID) -> Response:
        """How much of the file has arrived: the header Upload-Offset."""
        upload = self._upload(pk)
        said = {"Upload-Offset": str(arrived_of(upload)), "Upload-Length": str(upload.size)}
        return Response(headers={**said, **_expires(upload)})

    @extend_schema(
        parameters=[SPOKEN, header("Upload-Offset", "How much has arrived before.")],
        request={CONTENT: bytes},
        responses={204: None},
    )
    def patch(self, request: Request, pk: UUID) -> Response:
        """Takes the next bytes of the file; what came before an interruption stays."""
        if request.content_type != CONTENT:
            raise UnsupportedMediaType(request.content_type, f"The bytes of an upload come as {CONTENT}.")
        upload = self._upload(pk)
        offset = continue_upload(upload=upload, offset=length(request, "Upload-Offset"), body=body_of(request))
        return Response(status=HTTPStatus.NO_CONTENT, headers={"Upload-Offset": str(offset), **_expires(upload)})

    @extend_schema(parameters=[SPOKEN], responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        """Drops what has arrived."""
        discard_upload(upload=self._upload(pk))
        return Response(status=HTTPStatus.NO_CONTENT)

    def _upload(self, pk: UUID) -> Upload:
        return find(Upload.objects.filter(owner=self.person), "upload", pk=pk)


def _expires(upload: Upload) -> dict[str, str]:
    return {"Upload-Expires": http_date(expiry(upload.path).timestamp())}


def length(request: Request, name: str) -> int:
    """A header that is a number of bytes."""
    text = request.headers.get(name, "")
    if not text.isascii() or not text.isdigit() or len(text) > LONGEST:
        raise ValidationError({name: [f"This must be a number of bytes. Received: {text[:40] or 'nothing'}"]})
    return int(text)


def metadata(request: Request) -> dict[str, str]:
    """What the header Upload-Metadata says: names, each with a value in base64."""
    pairs = [pair.split() for pair in request.headers.get("Upload-Metadata", "").split(",") if pair.strip()]
    try:
        return {pair[0]: b64decode(pair[1], validate=True).decode() if len(pair) == 2 else "" for pair in pairs}
    except (binascii.Error, UnicodeDecodeError):
        raise ValidationError({"Upload-Metadata": ["The values must be text in base64."]}) from None
