"""JSON as every database takes it: PostgreSQL has no NUL in texts, and NaN is no JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

NUL = "\0"


def loads(text: str | bytes) -> Any:
    """What the engine wrote: what is no number is null, and NUL characters are left out. Raises ValueError."""
    document = json.loads(text, parse_constant=lambda _: None)
    return _without_nul(document) if any(NUL in one for one in texts(document)) else document


def texts(document: Any) -> Iterator[str]:
    """Every text in a document, names too."""
    if isinstance(document, str):
        yield document
    elif isinstance(document, dict):
        yield from document
        for value in document.values():
            yield from texts(value)
    elif isinstance(document, list):
        for value in document:
            yield from texts(value)


def _without_nul(document: Any) -> Any:
    if isinstance(document, str):
        return document.replace(NUL, "")
    if isinstance(document, dict):
        return {name.replace(NUL, ""): _without_nul(value) for name, value in document.items()}
    return [_without_nul(value) for value in document] if isinstance(document, list) else document
