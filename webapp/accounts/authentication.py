"""How a script says who it is, `Authorization: Token …`, and who is behind a session."""

from collections.abc import Mapping

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from webapp.accounts.models import User
from webapp.accounts.services import token_user


class TokenAuthentication(BaseAuthentication):
    """Recognises an API token by its digest."""

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        secret = token_in(request.headers.get("Authorization", ""))
        if secret is None:
            return None
        user = token_user(secret)
        if user is None:
            raise AuthenticationFailed("This token is not valid. Print a new one with: manage.py token USERNAME.")
        return user, None

    def authenticate_header(self, request: Request) -> str:
        return "Token"


def token_in(header: str) -> str | None:
    """The token in an Authorization header, or None when it holds none."""
    keyword, _, secret = header.partition(" ")
    return secret.strip() if keyword.lower() == "token" and secret.strip() else None


def session_user(cookies: Mapping[str, str]) -> User | None:
    """The person whose browser sends these cookies, asked of the database anew."""
    request = HttpRequest()
    request.session = SessionStore(cookies.get(settings.SESSION_COOKIE_NAME))
    user = get_user(request)
    return user if isinstance(user, User) and user.is_active else None


def is_known(authorization: str, cookies: Mapping[str, str]) -> bool:
    """Whether a token or else a session names a person; cheap, before a body is read."""
    secret = token_in(authorization)
    return (token_user(secret) if secret is not None else session_user(cookies)) is not None
