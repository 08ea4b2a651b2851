"""Reading JSON bodies: of bounded size, and nothing that could not be stored."""

import io
import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import IO, Any

from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

from engine import size_in_words
from webapp.exceptions import Refused


class LimitedJSONParser(JSONParser):
    """Reads a JSON body of bounded size; what is longer is refused before it is parsed."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        text = stream.read(settings.BODY_LIMIT + 1)
        if len(text) > settings.BODY_LIMIT:
            raise too_large(settings.BODY_LIMIT)
        try:
            document = super().parse(io.BytesIO(text), media_type, dict(parser_context or {}))
            if b"\\ud" in text.lower():  # a lone half of a surrogate pair is JSON, but no text
                json.dumps(document, ensure_ascii=False).encode()
        except RecursionError:
            raise ParseError("The JSON is nested too deeply.") from None
        except UnicodeEncodeError:
            raise ParseError("The JSON holds characters that are not text.") from None
        return document


def too_large(limit: int) -> Refused:
    return Refused(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "request_too_large",
        f"The request is larger than {size_in_words(limit)}.",
        "Send less at once.",
    )
