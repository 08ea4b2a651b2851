"""Documents that stand for any, and the list of all endpoints."""

from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

RECIPE = {
    "format": 1,
    "kind": "table",
    "columns": {
        "length": {"role": "feature", "kind": "number", "fill": "median", "encode": "none", "scale": "standard"},
        "width": {"role": "feature", "kind": "number", "fill": "median", "encode": "none", "scale": "standard"},
        "species": {"role": "target", "kind": "category", "fill": "drop", "encode": "none", "scale": "none"},
    },
    "inputs": {"features": ["length", "width"]},
    "image": None,
    "split": {"method": "stratified", "train": 0.7, "validation": 0.15, "test": 0.15, "seed": 0},
}
GRAPH = {
    "format": 1,
    "nodes": [
        {"id": "a", "type": "First", "config": {}, "shares": None, "position": {"x": 0.0, "y": 0.0}},
        {"id": "b", "type": "Second", "config": {}, "shares": None, "position": {"x": 0.0, "y": 90.0}},
    ],
    "edges": [{"source": "a", "target": "b", "port": 0}],
}
NO_PROBLEMS: dict[str, Any] = {
    "nodes": {},
    "parameters": {"trainable": 0, "non_trainable": 0, "total": 0},
    "problems": [],
    "inputs": {},
    "targets": {},
    "monitors": [],
}


def routes(patterns: list[Any], prefix: str = "") -> list[str]:
    found = []
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            found += routes(pattern.url_patterns, prefix + str(pattern.pattern))
        elif isinstance(pattern, URLPattern):
            found.append(prefix + str(pattern.pattern))
    return found


def api_routes() -> set[str]:
    return {route.removeprefix("api/") for route in routes(get_resolver().url_patterns) if route.startswith("api/")}


def address(route: str) -> str:
    """The address of a route of the API, for rows that are not there."""
    known = {"<int:pk>": "1", "<int:index>": "0", "<uuid:pk>": "5" * 8 + "-5555" * 3 + "-" + "5" * 12}
    for pattern, value in known.items():
        route = route.replace(pattern, value)
    return f"/api/{route}"
