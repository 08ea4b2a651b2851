"""What everybody's views share: finding one's own rows, and no one else's."""

import json
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.views import APIView

from webapp.accounts.models import User
from webapp.exceptions import not_found

Row = TypeVar("Row", bound=Model)


class OwnedView(APIView):
    """A view for a signed-in person; `person` is who that is."""

    @property
    def person(self) -> User:
        user = self.request.user
        if not isinstance(user, User):
            raise TypeError("OwnedView needs the IsAuthenticated permission.")
        return user


def find(rows: QuerySet[Row], noun: str, **lookup: Any) -> Row:
    """The one row of a person's own rows, or 404."""
    row = rows.filter(**lookup).first()
    if row is None:
        raise not_found(noun)
    return row


def json_parameter(request: Request, name: str, default: Any) -> Any:
    """A query parameter that is written in JSON."""
    text = request.query_params.get(name)
    try:
        return json.loads(text) if text else default
    except ValueError:
        raise ValidationError({name: ["This must be JSON."]}) from None


def whole_number(request: Request, name: str, default: int, limit: int | None = None) -> int:
    """A query parameter that is a whole number of at least 0; anything else counts as a mistake of the caller."""
    text = request.query_params.get(name)
    if text is None or text == "":
        return default
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        raise ValidationError({name: [f"This must be a whole number of at least 0. Received: {text[:40]}"]})
    return min(int(text), limit) if limit is not None else int(text)
