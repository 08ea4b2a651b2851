"""The address that is told when a run has ended, over HTTP: set, looked at and tried."""

from http import HTTPStatus
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from webapp.accounts.models import User
from webapp.exceptions import Refused
from webapp.outgoing import LONGEST_URL, NotSent, find_place, post_json
from webapp.owned import OwnedView
from webapp.runs.models import Delivery


class DeliverySerializer(serializers.ModelSerializer[Delivery]):
    """How the newest piece of news fared."""

    class Meta:
        model = Delivery
        fields = ["run", "state", "attempts", "answer", "updated"]
        read_only_fields = fields


class WebhookSerializer(serializers.Serializer[None]):
    """The webhook of a person; an empty address means none."""

    url = serializers.CharField(max_length=LONGEST_URL, allow_blank=True, help_text="https:// or http://")
    last = DeliverySerializer(read_only=True, allow_null=True)


class TrialSerializer(serializers.Serializer[None]):
    """What came of a trial."""

    delivered = serializers.BooleanField()
    message = serializers.CharField()
    hint = serializers.CharField()


class WebhookView(OwnedView):
    """Where the news of ended runs is posted."""

    @extend_schema(responses=WebhookSerializer)
    def get(self, request: Request) -> Response:
        return Response(document_of(self.person))

    @extend_schema(request=WebhookSerializer, responses=WebhookSerializer)
    def patch(self, request: Request) -> Response:
        """Sets the address, or takes it away. It must not lie in a private network."""
        url = url_in(request)
        if url:
            try:
                find_place(url)
            except NotSent as trouble:
                raise unfit(trouble) from None
        User.objects.filter(pk=self.person.pk).update(webhook=url)
        waiting = Delivery.objects.filter(run__owner=self.person, state=Delivery.State.WAITING)
        if url:
            waiting.update(url=url)
        else:
            waiting.update(state=Delivery.State.GIVEN_UP, answer="The webhook was taken away.", updated=timezone.now())
        self.person.refresh_from_db()
        return Response(document_of(self.person))


class WebhookTrialView(OwnedView):
    """Posts an example to an address, and says what came of it."""

    @extend_schema(request=WebhookSerializer, responses=TrialSerializer)
    def post(self, request: Request) -> Response:
        example = {"event": "test", "text": "Netloom can reach this address. It will be told when a run has ended."}
        try:
            status = post_json(url_in(request), example, {"X-Netloom-Event": "test"})
        except NotSent as trouble:
            return Response({"delivered": False, "message": trouble.message, "hint": trouble.hint})
        return Response({"delivered": True, "message": f"Arrived: the address answered {status}.", "hint": ""})


def url_in(request: Request) -> str:
    fields = WebhookSerializer(data=request.data)
    fields.is_valid(raise_exception=True)
    return str(fields.validated_data["url"])


def document_of(person: User) -> dict[str, Any]:
    newest = Delivery.objects.filter(run__owner=person).order_by("-pk").first()
    return {"url": person.webhook, "last": DeliverySerializer(newest).data if newest is not None else None}


def unfit(trouble: NotSent) -> Refused:
    return Refused(
        HTTPStatus.UNPROCESSABLE_ENTITY, "webhook_not_allowed", trouble.message, trouble.hint, {"path": ["url"]}
    )
