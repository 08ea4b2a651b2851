"""What the commands that are run next to a server have in common."""

from django.core.management.base import CommandError
from django.db import connection

from webapp.accounts.models import SignInLink
from webapp.folders import home


def require_begun() -> None:
    """Says so where the data folder is not that of a server; else the first question to its database fails."""
    if SignInLink._meta.db_table not in connection.introspection.table_names():
        raise CommandError(
            f"Netloom was never served from {home()}. If it was started with NETLOOM_HOME, set the same here: "
            "NETLOOM_HOME=… .venv/bin/python manage.py …"
        )
