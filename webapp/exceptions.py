"""The one error envelope: `{"error": {code, message, hint, where}}`, whatever went wrong and wherever."""

import errno
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from rest_framework import exceptions
from rest_framework.response import Response

from engine import Problem, Refusal


class Refused(Exception):
    """Raised by services and views to answer with a problem and a fitting HTTP status."""

    def __init__(
        self, status: HTTPStatus, code: str, message: str, hint: str = "", where: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.problem = Problem(code=code, where=where or {}, message=message, hint=hint)


def not_found(noun: str) -> Refused:
    """What others own and what does not exist look the same."""
    return Refused(
        HTTPStatus.NOT_FOUND,
        "not_found",
        f"There is no such {noun}.",
        "It may have been deleted, or it belongs to somebody else.",
    )


def disk_full() -> Refused:
    return Refused(
        HTTPStatus.INSUFFICIENT_STORAGE,
        "disk_full",
        "The disk of the server is full.",
        "Delete data sets or runs that are no longer needed, then try again.",
    )


HINTS = {
    HTTPStatus.UNAUTHORIZED: (
        "not_signed_in",
        "You are not signed in.",
        "Open a sign-in link, or send a token: Authorization: Token …",
    ),
    HTTPStatus.FORBIDDEN: ("forbidden", "You may not do this.", ""),
    HTTPStatus.NOT_FOUND: ("not_found", "There is nothing at this address.", "Addresses of the API end with a slash."),
    HTTPStatus.BAD_REQUEST: ("bad_request", "The request cannot be read.", ""),
    HTTPStatus.INTERNAL_SERVER_ERROR: (
        "server_error",
        "Something went wrong on the server.",
        "Try again. The server's log says more.",
    ),
}

# The database cannot be reached; its other errors are about the row that was written.
UNREACHABLE = (OperationalError, InterfaceError)

# Refusals of the engine that are no fault of the request.
OWN_FAULTS = {
    "internal_error": HTTPStatus.INTERNAL_SERVER_ERROR,
    "worker_is_busy": HTTPStatus.SERVICE_UNAVAILABLE,
    "worker_stopped": HTTPStatus.SERVICE_UNAVAILABLE,
}


def body(problem: Mapping[str, Any]) -> dict[str, Any]:
    """A problem's document in the envelope; nothing but its four names goes out."""
    return {
        "error": {
            "code": problem["code"],
            "message": problem["message"],
            "hint": problem.get("hint") or "",
            "where": dict(problem.get("where") or {}),
        }
    }


def envelope(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler. What it does not know stays a 500, which Django logs."""
    if isinstance(error, Refusal):
        status = OWN_FAULTS.get(error.problem.code, HTTPStatus.UNPROCESSABLE_ENTITY)
        return Response(body(error.problem.document()), status=status)
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        error = disk_full()
    if isinstance(error, Refused):
        return Response(body(error.problem.document()), status=error.status)
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if not isinstance(error, exceptions.APIException):
        return None
    headers = {}
    if header := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = header
    if isinstance(error, exceptions.MethodNotAllowed):
        headers["Allow"] = ", ".join(context["view"].allowed_methods)
    return Response(body(_document(error)), status=error.status_code, headers=headers)


def _document(error: exceptions.APIException) -> dict[str, Any]:
    if isinstance(error, exceptions.ValidationError):
        return _invalid(error.detail)
    if isinstance(error, exceptions.NotAuthenticated):
        code, message, hint = HINTS[HTTPStatus.UNAUTHORIZED]
        return {"code": code, "message": message, "hint": hint}
    if isinstance(error, exceptions.NotFound):
        code, message, hint = HINTS[HTTPStatus.NOT_FOUND]
        return {"code": code, "message": message, "hint": hint}
    codes = error.get_codes()
    return {"code": codes if isinstance(codes, str) else error.default_code, "message": str(error.detail)}


def _invalid(detail: Any) -> dict[str, Any]:
    path, reason = _first(detail, ())
    if not path:
        message = reason
    elif reason.endswith((".", "?")):
        message = f"{'.'.join(path)}: {reason}"
    else:
        message = f"{'.'.join(path)}: {reason}."
    return {
        "code": "invalid_request",
        "message": message,
        "hint": "Correct this and send the request again.",
        "where": {"path": list(path)} if path else {},
    }


def _first(detail: Any, path: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """The first reason in DRF's nested details, and the path to it."""
    if isinstance(detail, Mapping):
        key, inner = next(iter(detail.items()))
        return _first(inner, path if key == "non_field_errors" else (*path, str(key)))
    if isinstance(detail, (list, tuple)):
        index, inner = next((pair for pair in enumerate(detail) if pair[1]), (0, ""))
        return _first(inner, (*path, str(index)) if isinstance(inner, Mapping) else path)
    return path, str(detail)


def _answer(request: HttpRequest, status: HTTPStatus) -> HttpResponse:
    code, message, hint = HINTS[status]
    if request.path.startswith(("/api/", "/health", "/ready")):
        return JsonResponse(body({"code": code, "message": message, "hint": hint}), status=status)
    return render(request, "pages/problem.html", {"message": message, "hint": ""}, status=status)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    return _answer(request, HTTPStatus.NOT_FOUND)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    return _answer(request, HTTPStatus.BAD_REQUEST)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    return _answer(request, HTTPStatus.FORBIDDEN)


def server_error(request: HttpRequest) -> HttpResponseBase:
    return _answer(request, HTTPStatus.INTERNAL_SERVER_ERROR)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    return _answer(request, HTTPStatus.FORBIDDEN)
