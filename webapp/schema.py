"""What OpenAPI has to know about our own fields and ways to sign in."""

from typing import Any, Literal

from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema

from webapp.accounts.authentication import TokenAuthentication
from webapp.documents import DocumentField

Direction = Literal["request", "response"]


class DocumentFieldExtension(OpenApiSerializerFieldExtension):
    """Shows a document field in OpenAPI as a reference to its pydantic schema."""

    target_class = DocumentField
    match_subclasses = True

    def map_serializer_field(
        self, auto_schema: AutoSchema, direction: Literal["request", "response"]
    ) -> dict[str, Any]:
        component = auto_schema.resolve_serializer(self.target.document, direction)
        reference: dict[str, Any] = dict(component.ref)
        return {"oneOf": [reference, {"type": "null"}]} if self.target.allow_null else reference


class TokenScheme(OpenApiAuthenticationExtension):
    """Describes the token to OpenAPI."""

    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Token …`, printed by `manage.py token USERNAME`",
        }
