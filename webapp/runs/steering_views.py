"""Steering runs over HTTP: stop, pause, resume, change, and go on from a checkpoint."""

from http import HTTPStatus
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from webapp.owned import OwnedView
from webapp.runs.lineage import changed, changes_of, changes_until, steered
from webapp.runs.models import Run
from webapp.runs.serializers import ChangeSerializer, RunSerializer
from webapp.runs.services import digest_of
from webapp.runs.steering import change_run, checkpoints_of, continue_run, pause_run, resume_run, stop_run
from webapp.runs.views import KEY, idempotency_key, own_run


class CheckpointSerializer(serializers.Serializer[None]):
    """A checkpoint that is kept; measures only of one that was taken at the end of an epoch."""

    name = serializers.CharField()
    epoch = serializers.IntegerField(help_text="The last epoch that was trained, wholly or in part.")
    step = serializers.IntegerField(help_text="Steps since the beginning.")
    whole = serializers.BooleanField(help_text="Whether it was taken at the end of the epoch.")
    train = serializers.DictField(child=serializers.FloatField(allow_null=True), allow_null=True)
    validation = serializers.DictField(child=serializers.FloatField(allow_null=True), allow_null=True)
    best = serializers.BooleanField(help_text="Whether none that is kept is better by the measure that is watched.")
    bytes = serializers.IntegerField()
    settings = ChangeSerializer(help_text="What held there of the settings that can be changed.")


class ContinueSerializer(ChangeSerializer):
    """From where to go on, and with which settings; what is left out is as it was."""

    checkpoint = serializers.CharField(
        required=False, max_length=100, help_text="The name of a checkpoint; the newest unless told."
    )


def accepted(run: Any) -> Response:
    return Response(RunSerializer(run).data, status=HTTPStatus.ACCEPTED)


class StopView(OwnedView):
    """Stops a run; the best model so far is kept."""

    @extend_schema(request=None, responses={202: RunSerializer})
    def post(self, request: Request, pk: int) -> Response:
        return accepted(stop_run(run=own_run(self, pk)))


class PauseView(OwnedView):
    """Pauses a run: it leaves a checkpoint and frees its place for others."""

    @extend_schema(request=None, responses={202: RunSerializer})
    def post(self, request: Request, pk: int) -> Response:
        return accepted(pause_run(run=own_run(self, pk)))


class ResumeView(OwnedView):
    """Lets a paused run go on exactly where it was, when it is its turn."""

    @extend_schema(request=None, responses={202: RunSerializer})
    def post(self, request: Request, pk: int) -> Response:
        return accepted(resume_run(run=own_run(self, pk)))


class ChangeView(OwnedView):
    """Changes settings of a run while it goes on."""

    @extend_schema(request=ChangeSerializer, responses={202: RunSerializer})
    def post(self, request: Request, pk: int) -> Response:
        run = own_run(self, pk)
        fields = ChangeSerializer(data=request.data)
        fields.is_valid(raise_exception=True)
        return accepted(change_run(run=run, wanted=fields.validated_data))


class CheckpointsView(OwnedView):
    """The checkpoints of a run that are kept, the earliest first."""

    @extend_schema(responses=CheckpointSerializer(many=True))
    def get(self, request: Request, pk: int) -> Response:
        return Response(listed(own_run(self, pk)))


class ContinueView(OwnedView):
    """Makes a new run that goes on from a checkpoint of this one, which stays as it is."""

    @extend_schema(parameters=[KEY], request=ContinueSerializer, responses={201: RunSerializer})
    def post(self, request: Request, pk: int) -> Response:
        run = own_run(self, pk)
        fields = ContinueSerializer(data=request.data)
        fields.is_valid(raise_exception=True)
        wanted = dict(fields.validated_data)
        new = continue_run(
            run=run,
            checkpoint=wanted.pop("checkpoint", None),
            wanted=wanted,
            key=idempotency_key(request),
            request_digest=digest_of({"continue": pk, "wanted": request.data}),
        )
        return Response(RunSerializer(new).data, status=HTTPStatus.CREATED)


def listed(run: Run) -> list[dict[str, Any]]:
    """Checkpoints as the API shows them; one that the trainer removes meanwhile is left out."""
    checkpoints, changes = checkpoints_of(run), changes_of(run)
    shown = []
    for one in checkpoints:
        try:
            known = one.document()
        except FileNotFoundError:
            continue
        fields = ("name", "epoch", "step", "train", "validation", "bytes", "value")
        settings = steered(changed(run.settings, changes_until(changes, known["step"])))
        shown.append({**{name: known[name] for name in fields}, "whole": known["place"] == 0, "settings": settings})
    better = checkpoints[0].summary["better"] if checkpoints else ""
    values = [one["value"] for one in shown if one["value"] is not None]
    best = (max if better == "higher" else min)(values, default=None)
    return [{**one, "best": one["value"] is not None and one["value"] == best} for one in shown]
