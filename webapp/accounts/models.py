"""People, the tokens of their scripts, and the one-time links that sign them in."""

from __future__ import annotations

import hashlib

from django.contrib.auth.models import AbstractUser
from django.db import models


def digest(secret: str) -> str:
    """What is stored of a secret: enough to recognise it, too little to use it."""
    return hashlib.sha256(secret.encode()).hexdigest()


class User(AbstractUser):
    """Somebody who owns projects, data sets and runs."""

    webhook = models.CharField(max_length=500, blank=True)  # where the news of ended runs is posted


class ApiToken(models.Model):
    """What a script sends instead of a session; only its digest is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    digest = models.CharField(max_length=64, unique=True)
    created = models.DateTimeField(auto_now_add=True)


class SignInLink(models.Model):
    """A link that signs one person in once, until it expires."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sign_in_links")
    digest = models.CharField(max_length=64, unique=True)
    created = models.DateTimeField(auto_now_add=True)
    expires = models.DateTimeField()
