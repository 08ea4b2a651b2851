"""Blocks to draw with: the library, and those a person keeps."""

import json
from http import HTTPStatus
from typing import Any

from django.db import transaction
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

import engine
from webapp.accounts.models import User
from webapp.documents import BlockField
from webapp.exceptions import Refused
from webapp.owned import OwnedView, find
from webapp.projects.models import SavedBlock

MOST_BLOCKS = 200
"""How many blocks one person may keep."""

LARGEST_BLOCK = 256_000
"""The largest block that is kept, in bytes of JSON."""


class LibraryBlockSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    block = BlockField()


class SavedBlockSerializer(serializers.ModelSerializer[SavedBlock]):
    block = BlockField()

    class Meta:
        model = SavedBlock
        fields = ["id", "block", "created", "updated"]
        read_only_fields = ["created", "updated"]


class BlocksSerializer(serializers.Serializer[Any]):
    library = LibraryBlockSerializer(many=True)
    saved = SavedBlockSerializer(many=True)


class BlocksView(OwnedView):
    """All blocks there are to draw with."""

    @extend_schema(operation_id="blocks_list", responses=BlocksSerializer)
    def get(self, request: Request) -> Response:
        saved = SavedBlock.objects.filter(owner=self.person)
        return Response(BlocksSerializer({"library": engine.library(), "saved": saved}).data)

    @extend_schema(request=SavedBlockSerializer, responses={201: SavedBlockSerializer})
    def post(self, request: Request) -> Response:
        """Keeps a block for other drawings."""
        fields = SavedBlockSerializer(data=request.data)
        fields.is_valid(raise_exception=True)
        saved = save_block(owner=self.person, block=fields.validated_data["block"])
        return Response(SavedBlockSerializer(saved).data, status=HTTPStatus.CREATED)


class BlockView(OwnedView):
    """One block that is kept."""

    @extend_schema(responses=SavedBlockSerializer)
    def get(self, request: Request, pk: int) -> Response:
        return Response(SavedBlockSerializer(own_block(self, pk)).data)

    @extend_schema(request=SavedBlockSerializer, responses=SavedBlockSerializer)
    def patch(self, request: Request, pk: int) -> Response:
        """Keeps another drawing or title in its place."""
        saved = own_block(self, pk)
        fields = SavedBlockSerializer(saved, data=request.data, partial=True)
        fields.is_valid(raise_exception=True)
        if "block" in fields.validated_data:
            require_storable(fields.validated_data["block"])
        return Response(SavedBlockSerializer(fields.save()).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        own_block(self, pk).delete()
        return Response(status=HTTPStatus.NO_CONTENT)


def own_block(view: OwnedView, pk: int) -> SavedBlock:
    return find(SavedBlock.objects.filter(owner=view.person), "block", pk=pk)


def save_block(*, owner: User, block: dict[str, Any]) -> SavedBlock:
    """Keeps a block. Raises Refused for one too large, or one too many."""
    require_storable(block)
    with transaction.atomic():
        User.objects.select_for_update().get(pk=owner.pk)  # two at once are counted one after the other
        if SavedBlock.objects.filter(owner=owner).count() >= MOST_BLOCKS:
            raise Refused(
                HTTPStatus.BAD_REQUEST,
                "too_many_blocks",
                f"You keep {MOST_BLOCKS} blocks already, and more are not possible.",
                "Delete some that you no longer need.",
            )
        return SavedBlock.objects.create(owner=owner, block=block)


def require_storable(block: dict[str, Any]) -> None:
    """Raises Refused for a block without title or content, or one too large to be kept."""
    if not block["title"].strip() or not block["nodes"]:
        raise Refused(
            HTTPStatus.BAD_REQUEST,
            "empty_block",
            "A block to be kept has a title and at least one layer.",
            "Give it a title, and draw something in it.",
            {"path": ["block"]},
        )
    size = len(json.dumps(block))
    if size > LARGEST_BLOCK:
        raise Refused(
            HTTPStatus.BAD_REQUEST,
            "block_too_large",
            f"The block takes {engine.size_in_words(size)}; at most {engine.size_in_words(LARGEST_BLOCK)} are kept.",
            "Keep a smaller part of the drawing.",
            {"path": ["block"]},
        )
