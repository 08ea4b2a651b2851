"""Whether the server lives, whether it is ready, and what it runs on."""

import os
import shutil
import subprocess
import tomllib
from contextlib import suppress
from datetime import timedelta
from functools import lru_cache
from http import HTTPStatus
from importlib.util import find_spec

from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from webapp.environment import CLONE
from webapp.exceptions import body
from webapp.runs.models import Heartbeat, Run

SUPERVISOR_STATES = ["alive", "down"]
MARK_SIZE = 16  # hexadecimal digits
SILENCE = timedelta(seconds=5)  # five missed beats


def supervisor_lives() -> bool:
    return Heartbeat.objects.filter(pk=1, beat__gt=timezone.now() - SILENCE).exists()


@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """The process lives."""
    return JsonResponse({"status": "alive"})


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Database and supervisor answer."""
    try:
        lives = supervisor_lives()
    except DatabaseError:
        return unready("database_down", "The database does not answer.", "Look at the server's log.")
    if not lives:
        return unready(
            "supervisor_down", "The supervisor does not answer.", "Start it: .venv/bin/python manage.py serve."
        )
    return JsonResponse({"status": "ready"})


def unready(code: str, message: str, hint: str) -> JsonResponse:
    problem = {"code": code, "message": message, "hint": hint}
    return JsonResponse(body(problem), status=HTTPStatus.SERVICE_UNAVAILABLE)


class SystemSerializer(serializers.Serializer[None]):
    device = serializers.CharField(help_text="What trains here, in a few words.")
    devices = serializers.ListField(child=serializers.CharField())
    version = serializers.CharField()
    supervisor = serializers.ChoiceField(choices=SUPERVISOR_STATES)
    training_mark = serializers.CharField(
        help_text="The same as long as the same runs train, whoever's they are; it does not tell which."
    )


class SystemView(APIView):
    """What Netloom runs on."""

    @extend_schema(responses=SystemSerializer)
    def get(self, request: Request) -> Response:
        found = list(devices())
        return Response(
            {
                "device": found[0] if len(found) == 1 else f"{found[0]} and {len(found) - 1} more",
                "devices": found,
                "version": netloom_version(),
                "supervisor": "alive" if supervisor_lives() else "down",
                "training_mark": training_mark(),
            }
        )


def training_mark() -> str:
    """Says of the runs that hold memory just now only whether they are the same as before, as some are others'.

    It is a digest with the server's secret, so that nobody finds out by trying which runs have it.
    """
    running = Run.objects.filter(state=Run.State.RUNNING).order_by("pk").values_list("pk", flat=True)
    return salted_hmac("webapp.pages.status", ",".join(map(str, running)), algorithm="sha256").hexdigest()[:MARK_SIZE]


@lru_cache(maxsize=1)
def devices() -> tuple[str, ...]:
    """The GPUs JAX can use here, else the processor; found without loading JAX."""
    gpus: list[str] = []
    plugged = any(find_spec(name) for name in ("jax_cuda12_plugin", "jax_cuda13_plugin"))
    if plugged and (command := shutil.which("nvidia-smi")):
        question = [command, "--query-gpu=name", "--format=csv,noheader"]
        with suppress(OSError, subprocess.TimeoutExpired):  # a driver that does not answer trains nothing
            answer = subprocess.run(question, capture_output=True, text=True, timeout=10, check=False)
            gpus = [f"GPU · {line.strip()}" for line in answer.stdout.splitlines() if line.strip()]
    if gpus:
        return tuple(gpus)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return (f"CPU · {cores} core{'' if cores == 1 else 's'}",)


@lru_cache(maxsize=1)
def netloom_version() -> str:
    """The version in pyproject.toml; Netloom runs from its clone and is not installed."""
    return str(tomllib.loads((CLONE / "pyproject.toml").read_text())["project"]["version"])
