"""What OpenAPI has to know about our documents, our errors and our ways to sign in."""

from typing import Any, Literal

from drf_spectacular.extensions import (
    OpenApiAuthenticationExtension,
    OpenApiSerializerExtension,
    OpenApiSerializerFieldExtension,
)
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent

from webapp.accounts.authentication import TokenAuthentication
from webapp.documents import DocumentField

Direction = Literal["request", "response"]
METHODS = ("get", "post", "put", "patch", "delete")


class DocumentFieldExtension(OpenApiSerializerFieldExtension):
    """Shows a document field as a reference to its document."""

    target_class = DocumentField
    match_subclasses = True

    def map_serializer_field(self, auto_schema: AutoSchema, direction: Direction) -> dict[str, Any]:
        component = auto_schema.resolve_serializer(self.target.document, direction)
        return dict(component.ref)


class DocumentExtension(OpenApiSerializerExtension):
    """Shows a pydantic document. In requests defaults may be left out, in answers only what is omitted while empty."""

    target_class = "pydantic.BaseModel"
    match_subclasses = True
    priority = 1

    def get_name(self, auto_schema: AutoSchema, direction: Direction) -> str:
        return str(self.target.__name__)

    def map_serializer(self, auto_schema: AutoSchema, direction: Direction) -> dict[str, Any]:
        suffix, mode = ("Request", "validation") if direction == "request" else ("", "serialization")
        schema = self.target.model_json_schema(ref_template="#/components/schemas/{model}" + suffix, mode=mode)
        parts = schema.pop("$defs", {})
        for part in [schema, *parts.values()]:
            if direction == "response" and "properties" in part:
                part["required"] = [name for name, field in part["properties"].items() if not field.get("x-omitted")]
        for name, part in parts.items():
            component = ResolvedComponent(
                name=name + suffix, type=ResolvedComponent.SCHEMA, object=name + suffix, schema=part
            )
            auto_schema.registry.register_on_missing(component)
        return dict(schema)


class TokenScheme(OpenApiAuthenticationExtension):
    """Describes the token."""

    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Token …`, printed by `manage.py token USERNAME`",
        }


PROBLEM = {
    "type": "object",
    "description": "What is wrong, with what, and what to do.",
    "properties": {
        "code": {"type": "string"},
        "message": {"type": "string"},
        "hint": {"type": "string"},
        "where": {"type": "object", "additionalProperties": {}},
    },
    "required": ["code", "message", "hint", "where"],
}
ERROR = {
    "type": "object",
    "description": "The envelope of every error.",
    "properties": {"error": {"$ref": "#/components/schemas/Problem"}},
    "required": ["error"],
}


def add_errors(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """A postprocessing hook: whatever is asked, the error envelope may be the answer."""
    result["components"]["schemas"] |= {"Error": ERROR, "Problem": PROBLEM}
    answer = {
        "description": "What is wrong, and what to do.",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
    }
    for path in result["paths"].values():
        for method in METHODS:
            if method in path:
                path[method]["responses"]["default"] = answer
    return result
