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

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        try:
            return self.document.model_validate(data).model_dump(mode="json")
        except ValidationError as error:
            raise self.refusal(error) from None

    def refusal(self, error: ValidationError) -> Refused:
        first = error.errors(include_url=False, include_context=False)[0]
        noun = self.document.__name__.lower()
        path = ".".join(map(str, first["loc"]))
        reason = str(first["msg"]).removeprefix("Value error, ")
        return Refused(
            HTTPStatus.BAD_REQUEST,
            f"invalid_{noun}",
            f"The {noun} is not valid at {path}: {reason}" if path else f"The {noun} is not valid: {reason}",
            "Correct this value and send the document again.",
            {"document": noun, "path": list(first["loc"])},
        )


class GraphField(DocumentField):
    document = engine.Graph


class RecipeField(DocumentField):
    document = engine.Recipe


class SettingsField(DocumentField):
    document = engine.Settings
