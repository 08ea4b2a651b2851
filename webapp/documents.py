"""The bridge between the engine's pydantic documents and DRF's fields."""

from http import HTTPStatus
from typing import Any

from pydantic import BaseModel, ValidationError
from rest_framework import serializers

import engine
from webapp.exceptions import Refused


class DocumentField(serializers.JSONField):
    """A JSON document validated by one of the engine's pydantic models; inside the web app it is a plain dict."""

    document: type[BaseModel]
    noun = ""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
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
            f"The {noun} is not valid. {problem.message}",
            problem.hint,
            {"document": noun, "path": list(error.errors()[0]["loc"])},
        )


class GraphField(DocumentField):
    document = engine.Graph


class BlockField(DocumentField):
    document = engine.BlockDocument
    noun = "block"


class RecipeField(DocumentField):
    document = engine.Recipe


class SettingsField(DocumentField):
    document = engine.Settings


class WishesField(DocumentField):
    document = engine.Wishes
    noun = "reading"
