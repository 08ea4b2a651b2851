"""The bridge between the engine's pydantic documents and DRF's fields."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from rest_framework import serializers

import engine
from webapp.exceptions import Refused
from webapp.sound_json import NUL, texts

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError


class DocumentField(serializers.JSONField):
    """A JSON document validated by one of the engine's pydantic models; inside the web app it is a plain dict.

    The models are loaded with the first document, so that the server starts sooner.
    """

    load: Callable[[], type[BaseModel]]
    noun = ""

    @property
    def document(self) -> type[BaseModel]:
        return type(self).load()

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        from pydantic import ValidationError

        if any(NUL in text for text in texts(data)):
            raise serializers.ValidationError("A text holds a NUL character. Leave it out.")
        try:
            return self.document.model_validate(data).model_dump(mode="json")
        except ValidationError as error:
            raise self.refusal(error) from None

    def refusal(self, error: ValidationError) -> Refused:
        noun = self.noun or self.document.__name__.lower()
        problem = engine.document_problem(error)
        return Refused(
            HTTPStatus.BAD_REQUEST,
            f"invalid_{noun}",
            f"The {noun} {'are' if noun.endswith('s') else 'is'} not valid. {problem.message}",
            problem.hint,
            {"document": noun, "path": list(error.errors()[0]["loc"])},
        )


class GraphField(DocumentField):
    load = staticmethod(lambda: engine.Graph)


class BlockField(DocumentField):
    load = staticmethod(lambda: engine.BlockDocument)
    noun = "block"


class RecipeField(DocumentField):
    load = staticmethod(lambda: engine.Recipe)


class SettingsField(DocumentField):
    load = staticmethod(lambda: engine.Settings)


class WishesField(DocumentField):
    load = staticmethod(lambda: engine.Wishes)
    noun = "reading"


def load_documents() -> None:
    """Loads the models, for who knows that they will be needed."""
    for field in (GraphField, BlockField, RecipeField, SettingsField, WishesField):
        field.load()
