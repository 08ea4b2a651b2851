"""Making people, tokens and links, and recognising them again."""

import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from webapp.accounts.models import ApiToken, SignInLink, User, digest


def ensure_user(*, username: str) -> User:
    """The person of that name, made if needed; never with a password."""
    user, created = User.objects.get_or_create(username=username)
    if created:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    return user


def create_token(*, username: str) -> str:
    """A new API token; this is the only time it can be read."""
    secret = secrets.token_urlsafe(32)
    with transaction.atomic():
        ApiToken.objects.create(user=ensure_user(username=username), digest=digest(secret))
    return secret


def create_link(*, username: str) -> str:
    """The secret of a new one-time sign-in link. Expired ones are swept away."""
    secret = secrets.token_urlsafe(32)
    with transaction.atomic():
        SignInLink.objects.filter(expires__lt=timezone.now()).delete()
        SignInLink.objects.create(
            user=ensure_user(username=username),
            digest=digest(secret),
            expires=timezone.now() + timedelta(seconds=settings.LINK_SECONDS),
        )
    return secret


def redeem_link(*, secret: str) -> User | None:
    """The person a link signs in, or None when it is unknown, used or expired. It works once."""
    with transaction.atomic():
        link = SignInLink.objects.filter(digest=digest(secret)).select_related("user").first()
        if link is None:
            return None
        spent, _ = SignInLink.objects.filter(pk=link.pk, expires__gte=timezone.now()).delete()
    return link.user if spent and link.user.is_active else None


def token_user(secret: str) -> User | None:
    """The person whose script sends this token."""
    token = ApiToken.objects.filter(digest=digest(secret)).select_related("user").first()
    return token.user if token is not None and token.user.is_active else None


def link_address(secret: str, site: str | None = None) -> str:
    """Where a browser on this machine opens a sign-in link. `site` is the address of the server, if it is known."""
    return f"{site or site_address()}/signin?token={secret}"


def site_address() -> str:
    """This server as a browser on the same machine reaches it."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.HOST, settings.HOST)
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.PORT}"
