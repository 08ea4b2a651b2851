"""The API, to be read by people: one page made from the OpenAPI description, without any script."""

import json
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator

METHODS = ("get", "post", "put", "patch", "delete")


@lru_cache(maxsize=1)
def description() -> dict[str, Any]:
    """The OpenAPI description of this server; it does not change while the server runs."""
    schema: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return schema


@require_safe
def documentation(request: HttpRequest) -> HttpResponse:
    schema = description()
    operations = sorted(listed(schema), key=lambda operation: operation["group"])
    return render(
        request,
        "pages/documentation.html",
        {
            "groups": [
                {"name": name, "operations": list(members)}
                for name, members in groupby(operations, key=lambda operation: operation["group"])
            ],
            "components": [(name, pretty(part)) for name, part in schema["components"]["schemas"].items()],
        },
    )


def listed(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Each operation as the page shows it."""
    for path, item in schema["paths"].items():
        for method in METHODS:
            if method in item:
                operation = item[method]
                yield {
                    "group": path.split("/")[2],
                    "method": method.upper(),
                    "path": path,
                    "summary": operation.get("description", "").split("\n")[0],
                    "parameters": operation.get("parameters", []),
                    "bodies": contents(operation.get("requestBody", {})),
                    "answers": [
                        {"status": status, **part}
                        for status, answer in operation["responses"].items()
                        for part in contents(answer) or [{}]
                    ],
                }


def contents(body: dict[str, Any]) -> list[dict[str, str]]:
    return [{"type": kind, "schema": pretty(part["schema"])} for kind, part in body.get("content", {}).items()]


def pretty(schema: dict[str, Any]) -> str:
    return json.dumps(schema, indent=1, ensure_ascii=False).replace("#/components/schemas/", "")
