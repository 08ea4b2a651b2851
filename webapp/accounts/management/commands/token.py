"""`manage.py token USERNAME` prints an API token for scripts."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from webapp.accounts.management.begun import require_begun
from webapp.accounts.services import create_token


class Command(BaseCommand):
    help = "Prints a new API token for a person, making the person if needed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        require_begun()
        self.stdout.write(create_token(username=options["username"]))
