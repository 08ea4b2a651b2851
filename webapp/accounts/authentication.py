"""How a script says who it is: `Authorization: Token …`."""

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
